import type { Index, NodeId } from "./types.ts";

/** How many of `voters` make a majority. */
export function majority(voters: readonly NodeId[]): number {
  return Math.floor(voters.length / 2) + 1;
}

/** The highest index that a majority of `voters` has reached, worked out from scratch each time. */
export function quorumIndex(voters: readonly NodeId[], reached: (voter: NodeId) => Index): Index {
  const indexes = voters.map(reached).sort((a, b) => b - a);
  return indexes[majority(voters) - 1] ?? 0;
}

export type VoteResult = "won" | "lost" | "pending";

/** What the votes cast so far amount to. Each voter counts once, however often it answered. */
export function voteResult(voters: readonly NodeId[], votes: ReadonlyMap<NodeId, boolean>): VoteResult {
  let granted = 0;
  let refused = 0;
  for (const voter of voters) {
    const vote = votes.get(voter);
    if (vote === true) granted += 1;
    if (vote === false) refused += 1;
  }
  if (granted >= majority(voters)) return "won";
  return voters.length - refused < majority(voters) ? "lost" : "pending";
}
