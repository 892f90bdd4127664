import type { NodeSample } from "../../observe/live.ts";

/** Term of an entry by the node's runs of terms; null: it is not in its log, or older than the runs that it tells. */
export function termAt(sample: NodeSample, index: number): number | null {
  if (index < sample.firstIndex || index > sample.lastIndex) return null;
  return sample.runs.findLast(({ first }) => first <= index)?.term ?? null;
}

/** How far an entry has come on this node. */
export function progressWords(sample: NodeSample, index: number): string {
  if (index < sample.firstIndex) return "in the state, no longer in the log";
  if (index > sample.lastIndex) return "not in this log";
  if (index <= sample.appliedIndex) return "applied";
  if (index <= sample.commitIndex) return "committed";
  return index <= sample.durableIndex ? "on its disk, not committed" : "in memory only";
}
