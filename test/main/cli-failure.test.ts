import { failureOf } from "../../src/cli/basics/failure.ts";
import { BalsaError, type BalsaErrorCode, errorOfItem } from "../../src/client/values/balsa-error.ts";
import type { GrpcStatus } from "../../src/grpc/grpc-statuses.ts";
import { UsageError } from "../../src/terminal/usage-error.ts";

test.each<[string, Error, number]>([
  ["what surely did nothing and would do nothing again is 1", errorWith("EMPTY_KEY", "No.", "INVALID_ARGUMENT", false), 1],
  ["so is a limit that was reached", errorWith("OVERLOADED", "Full.", "RESOURCE_EXHAUSTED", false), 1],
  ["what may have taken effect is 3, whatever its code", errorWith("LEADER_CHANGED", "Lost.", "ABORTED", true), 3],
  ["a cluster without a leader is 3", errorWith("NO_LEADER", "None.", "UNAVAILABLE", false), 3],
  ["no answer in time is 3", errorWith("READ_TIMEOUT", "Late.", "DEADLINE_EXCEEDED", false), 3],
  ["what was typed wrongly is 2", new UsageError("What?"), 2],
])("%s", (_, error, code) => {
  expect(failureOf(error, false).code).toBe(code);
});

test("the complaint warns of what may have happened, and only then", () => {
  const warning = /may have taken effect/;
  expect(failureOf(errorWith("LEADER_CHANGED", "Lost.", "ABORTED", true), false).complaint).toMatch(warning);
  expect(failureOf(errorWith("NO_LEADER", "None.", "UNAVAILABLE", false), false).complaint).toBe("None. (NO_LEADER)");
});

test("the complaint says what to do where no node was reached, and only there", () => {
  const whereTo = " Start one.";
  expect(failureOf(errorWith("UNREACHABLE", "None.", "UNAVAILABLE", false), false, whereTo).complaint).toBe(
    "None. (UNREACHABLE) Start one.",
  );
  expect(failureOf(errorWith("NO_LEADER", "None.", "UNAVAILABLE", false), false, whereTo).complaint).toBe("None. (NO_LEADER)");
});

test("what a node says stays one line, and no command to the terminal", () => {
  const message = "First.\nBalsa: all is well.\x1b[2J\u202e";
  const said = errorOfItem({ code: 10, reason: "ODD\x9b", message, mayHaveHappened: false, retry: "never" });
  expect(failureOf(said, false).complaint).toBe("First.\\nBalsa: all is well.\\u001b[2J\\u202e (UNKNOWN)");
});

test("with --json the complaint has the code, and what to do", () => {
  const { complaint } = failureOf(errorWith("LEADER_CHANGED", "Lost.", "ABORTED", true), true);
  expect(JSON.parse(complaint)).toEqual({
    error: { code: "LEADER_CHANGED", mayHaveHappened: true, retry: "readFirst", message: "Lost." },
  });
});

test("a mistake of this program is not hidden", () => {
  expect(() => failureOf(new TypeError("oh"), false)).toThrow(TypeError);
});

function errorWith(code: BalsaErrorCode, message: string, grpcStatus: GrpcStatus, mayHaveHappened: boolean): BalsaError {
  return new BalsaError(code, message, { grpcStatus, mayHaveHappened });
}
