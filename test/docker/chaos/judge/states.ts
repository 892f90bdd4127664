import type { Violation } from "./violations.ts";

/** What one node has, once it has applied everything. */
export interface NodeState {
  readonly nodeId: number;
  readonly appliedIndex: number;
  /** The digest that the node itself keeps of its records; null if it tells none. */
  readonly digest: string | null;
  /** Every key with its value, as this node has it. */
  readonly map: ReadonlyMap<string, string>;
}

/** Nodes at the same applied index must have the same state: the same digest, which each tells, and the same keys and values. */
export function judgeStates(states: readonly NodeState[]): Violation[] {
  const [first, ...others] = states;
  if (first === undefined) return [];
  const silent = states.filter(({ digest }) => digest === null);
  return [...silent.map(untold), ...others.flatMap((other) => differences(first, other))];
}

/** Where nobody tells a digest, none differs. */
function untold({ nodeId, appliedIndex }: NodeState): Violation {
  const sentence = `Node ${nodeId} tells no digest of its state at applied index ${appliedIndex}.`;
  return { kind: "states differ", key: null, sentence };
}

function differences(first: NodeState, other: NodeState): Violation[] {
  const names = `Node ${other.nodeId} and node ${first.nodeId}`;
  if (other.appliedIndex !== first.appliedIndex) {
    const sentence = `${names} have applied ${other.appliedIndex} and ${first.appliedIndex} entries, though nothing more is written.`;
    return [{ kind: "states differ", key: null, sentence }];
  }
  const found: Violation[] = [];
  for (const key of new Set([...first.map.keys(), ...other.map.keys()])) {
    const [left, right] = [other.map.get(key) ?? "nothing", first.map.get(key) ?? "nothing"];
    if (left === right) continue;
    const sentence = `${names} differ at applied index ${first.appliedIndex}: one has ${left}, the other ${right}.`;
    found.push({ kind: "states differ", key, sentence });
  }
  if (other.digest !== null && first.digest !== null && other.digest !== first.digest) {
    const sentence = `${names} tell different digests of their state at applied index ${first.appliedIndex}: ${other.digest} and ${first.digest}.`;
    found.push({ kind: "states differ", key: null, sentence });
  }
  return found;
}
