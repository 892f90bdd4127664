import { remedyFor } from "../../src/client/requests/retry-policy.ts";
import { BalsaError } from "../../src/client/values/balsa-error.ts";
import { errorKinds, type NodeErrorCode } from "../../src/grpc/error-kinds.ts";

const errorOf = (code: NodeErrorCode): BalsaError => new BalsaError(code, "", errorKinds[code]);
const codes = Object.keys(errorKinds) as NodeErrorCode[];
const [unknown, known] = [true, false].map((outcome) => codes.filter((code) => errorKinds[code].mayHaveHappened === outcome));

test("rule 21: without a session, a request that may have taken effect is never sent again", () => {
  expect(unknown?.length).toBeGreaterThan(3);
  for (const code of unknown ?? []) expect([code, remedyFor(errorOf(code), false)]).toEqual([code, "fail"]);
});

test("in a session, what may have taken effect is repeated in its place, or told; never taken for what had no effect", () => {
  const remedies = new Map((unknown ?? []).map((code) => [code, remedyFor(errorOf(code), true)]));
  expect([...remedies].filter(([, remedy]) => remedy === "again" || remedy === "renew")).toEqual([]);
  for (const code of ["TIMEOUT", "LEADER_CHANGED", "STOPPED_MIDWAY"] as const) expect(remedies.get(code)).toBe("repeat");
});

test("what had no effect is sent again where that may help, and is not repeated", () => {
  for (const isInSession of [true, false]) {
    const again = (known ?? []).filter((code) => remedyFor(errorOf(code), isInSession) === "again");
    // Of these, NOT_READY and TRANSFERRING are for operators alone.
    const wanted = [
      "NO_LEADER",
      "NOT_LEADER",
      "NOT_READY",
      "OTHER_CLUSTER",
      "SESSION_FULL",
      "STATE_DAMAGED",
      "STOPPING",
      "TRANSFERRING",
    ];
    expect(again.sort()).toEqual(wanted.sort());
    expect((known ?? []).filter((code) => remedyFor(errorOf(code), isInSession) === "repeat")).toEqual([]);
  }
});

test("only a request in a session can lose it, and is then for the next one", () => {
  expect(remedyFor(errorOf("SESSION_LOST"), true)).toBe("renew");
  expect(remedyFor(errorOf("SESSION_LOST"), false)).toBe("fail");
  expect((known ?? []).filter((code) => remedyFor(errorOf(code), true) === "renew")).toEqual(["SESSION_LOST"]);
});
