import type { Op, Outcome } from "../../../../src/sim/checks/history.ts";
import type { Strike } from "../strikes.ts";
import { Notes, type Request, type RequestKind } from "../witnesses/notes.ts";

/** A call as a test writes it down: client, when it began and ended, and for each key what was done and what came of it. */
export interface Told {
  readonly client?: number;
  readonly kind: RequestKind;
  readonly at: readonly [from: number, to: number];
  readonly parts: readonly (readonly [key: string, op: Op, outcome: Outcome])[];
  readonly revision?: number;
  readonly result?: Request["result"];
  readonly nodeId?: number;
}

/** Histories by hand. */
export function notesOf(told: readonly Told[]): Notes {
  const notes = new Notes(0);
  for (const { client = 0, kind, at, parts, revision = null, result = "ok", nodeId = null } of told) {
    const [invokedAt, endedAt] = at;
    const reason = result === "ok" ? null : "TIMEOUT";
    const via = nodeId === null ? `session ${client}` : `node ${nodeId}`;
    notes.add(
      { client, kind, via, nodeId, invokedAt, endedAt, result, reason, revision },
      parts.map(([key, op, outcome]) => ({ key, op, outcome })),
    );
  }
  return notes;
}

export function set(key: string, value: string, at: Told["at"], revision?: number): Told {
  const parts = [[key, { type: "set", value }, { type: "written", existed: null }]] as const;
  return { kind: "set", at, parts, ...(revision !== undefined && { revision }) };
}

export function read(key: string, value: string | null, at: Told["at"]): Told {
  return { kind: "read", at, parts: [[key, { type: "read" }, { type: "read", value }]] };
}

/** A leader that was killed two seconds after the beginning, for two seconds. */
export const strike: Strike = {
  fault: "kill the leader",
  struck: { what: "node 1, which led", evidence: "exit code 137" },
  failure: null,
  cannot: false,
  majority: null,
  beganAt: 2_000,
  struckAt: 2_100,
  healingAt: 4_000,
  healedAt: 4_200,
  wholeAt: 4_200,
};
