import { status } from "@grpc/grpc-js";
import { BalsaError } from "../../src/client/balsa-error.ts";
import { failureOf } from "../../src/main/cli/failure.ts";
import { UsageError } from "../../src/main/cli/values.ts";

test.each<[string, Error, number]>([
  [
    "what surely did nothing and would do nothing again is 1",
    new BalsaError(status.INVALID_ARGUMENT, "EMPTY_KEY", false, "No."),
    1,
  ],
  ["so is a limit that was reached", new BalsaError(status.RESOURCE_EXHAUSTED, "OVERLOADED", false, "Full."), 1],
  ["what may have taken effect is 3, whatever its code", new BalsaError(status.ABORTED, "LEADER_CHANGED", true, "Lost."), 3],
  ["a cluster without a leader is 3", new BalsaError(status.UNAVAILABLE, "NO_LEADER", false, "None."), 3],
  ["no answer in time is 3", new BalsaError(status.DEADLINE_EXCEEDED, "CLIENT_READ_TIMEOUT", false, "Late."), 3],
  ["what was typed wrongly is 2", new UsageError("What?"), 2],
])("%s", (_, error, code) => {
  expect(failureOf(error, false).code).toBe(code);
});

test("the complaint warns of what may have happened, and only then", () => {
  const warning = /may have taken effect/;
  expect(failureOf(new BalsaError(status.ABORTED, "LEADER_CHANGED", true, "Lost."), false).complaint).toMatch(warning);
  expect(failureOf(new BalsaError(status.UNAVAILABLE, "NO_LEADER", false, "None."), false).complaint).toBe("None. (NO_LEADER)");
});

test("a mistake of this program is not hidden", () => {
  expect(() => failureOf(new TypeError("oh"), false)).toThrow(TypeError);
});
