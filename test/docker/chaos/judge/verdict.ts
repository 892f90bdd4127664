import { judgeHistory } from "../../../../src/sim/checks/linearizable.ts";
import { type Noted, prefixes, type Request } from "../witnesses/notes.ts";
import { judgeStates, type NodeState } from "./states.ts";
import type { Violation } from "./violations.ts";
import { judgeWatches, type WatchEvidence } from "./watch-verdict.ts";
import { nameOf, writesOf } from "./writes.ts";

/** All that is known of a run when it is over. */
export interface Evidence extends WatchEvidence {
  /** The final reading of every key is among them. */
  readonly operations: readonly Noted[];
  /** Keys written once, with the value and the request that wrote it. */
  readonly kept: ReadonlyMap<string, { readonly value: string; readonly request: Request }>;
  /** Every key at the end, as the cluster served it. */
  readonly final: ReadonlyMap<string, string>;
  readonly states: readonly NodeState[];
}

/** So many violations of one kind are told; those that follow say little more. */
const toldMax = 20;

/**
 * Whatever is wrong with what the clients, the watchers and the nodes have seen; nothing if all is well.
 * @param statesMax most states that the search for an order of one key's operations looks at
 */
export function judge(evidence: Evidence, statesMax?: number): Violation[] {
  const { operations, states } = evidence;
  const found = [
    ...judgeKept(evidence),
    ...judgeOrigins(evidence),
    ...judgeDoubles(operations),
    ...judgeScans(operations),
    ...judgeKeys(operations, statesMax),
    ...judgeStates(states),
    ...judgeWatches(evidence),
  ];
  const counts = new Map<string, number>();
  return found.filter(({ kind }) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= toldMax;
  });
}

/** Of keys that one request wrote once and nobody else ever: those acknowledged are there, those refused are not. */
function judgeKept({ kept, final }: Evidence): Violation[] {
  return [...kept].flatMap(([key, { value, request }]): Violation[] => {
    const found = final.get(key);
    const acknowledged = `the write of ${value} to ${key}, which ${request.via} was told is done (revision ${request.revision})`;
    if (request.result === "ok" && found === undefined) {
      return [{ kind: "lost write", key, sentence: `Lost: ${acknowledged}.` }];
    }
    if (found !== undefined && found !== value) {
      return [{ kind: "phantom write", key, sentence: `${key} holds ${found}, which nobody wrote to it.` }];
    }
    if (request.result === "fail" && found !== undefined) {
      const sentence = `${key} holds ${found}, though ${request.via} was told that this surely did not happen (${request.reason}).`;
      return [{ kind: "phantom write", key, sentence }];
    }
    return [];
  });
}

/** Of all other keys: none is there with a value that no client wrote to it. No fault writes a key of its own. */
function judgeOrigins({ kept, final, operations }: Evidence): Violation[] {
  const written = writesOf(operations);
  return [...final].flatMap(([key, value]): Violation[] => {
    if (kept.has(key) || written.has(nameOf(key, value))) return [];
    return [{ kind: "phantom write", key, sentence: `${key} holds ${value}, which nobody wrote to it, or which was refused.` }];
  });
}

/** A request that meets its own effect was carried out twice. */
function judgeDoubles(operations: readonly Noted[]): Violation[] {
  return operations.flatMap(({ key, op, outcome, request }): Violation[] => {
    if (op.type !== "cas" || outcome.type !== "conflict" || outcome.found === null || outcome.found !== op.value) return [];
    const sentence = `${request.via} set ${key} to ${op.value} by a compare-and-set, which then failed as it found just that.`;
    return [{ kind: "took effect twice", key, sentence }];
  });
}

/** Keys that end alike but for their last part are only ever written together: one page of a scan shows both or neither. */
function judgeScans(operations: readonly Noted[]): Violation[] {
  const scans = new Map<Request, Noted[]>();
  for (const operation of operations) {
    if (!operation.key.startsWith(prefixes.pair) || operation.request.kind !== "scan") continue;
    const same = scans.get(operation.request);
    if (same === undefined) scans.set(operation.request, [operation]);
    else same.push(operation);
  }
  return [...scans].flatMap(([request, [one, other]]): Violation[] => {
    if (one?.outcome.type !== "read" || other?.outcome.type !== "read") return [];
    if (one.outcome.value === other.outcome.value) return [];
    const [left, right] = [one.outcome.value ?? "nothing", other.outcome.value ?? "nothing"];
    const sentence = `${request.via} saw ${left} in ${one.key} and ${right} in ${other.key} on one page, though one batch writes both.`;
    return [{ kind: "torn batch", key: one.key, sentence }];
  });
}

/** Linearizability, key by key. */
function judgeKeys(operations: readonly Noted[], statesMax?: number): Violation[] {
  const byKey = new Map<string, Noted[]>();
  for (const operation of operations) {
    const same = byKey.get(operation.key);
    if (same === undefined) byKey.set(operation.key, [operation]);
    else same.push(operation);
  }
  return [...byKey].flatMap(([key, ofKey]): Violation[] => {
    const verdict = judgeHistory(ofKey, statesMax);
    if (verdict.type === "violation") return [{ kind: "not linearizable", key, sentence: verdict.why }];
    if (verdict.type === "undecided") {
      return [{ kind: "not decided", key, sentence: `Too many orders of ${ofKey.length} operations to try.` }];
    }
    return [];
  });
}
