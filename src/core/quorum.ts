import type { Index, Members, NodeId } from "./types.ts";

/** Whose votes and disks count; while joint, those of two configurations (thesis 4.3). */
export type Voters = Pick<Members, "voters" | "outgoing">;

/** How many of `voters` make a majority. */
export function majority(voters: readonly NodeId[]): number {
  return Math.floor(voters.length / 2) + 1;
}

/** The highest index that a majority of `voters` has reached, worked out from scratch each time. */
export function quorumIndex(voters: readonly NodeId[], reached: (voter: NodeId) => Index): Index {
  const indexes = voters.map(reached).sort((a, b) => b - a);
  return indexes[majority(voters) - 1] ?? 0;
}

/** The highest index that a majority has reached; while joint, that both majorities have. */
export function quorumIndexOf({ voters, outgoing }: Voters, reached: (voter: NodeId) => Index): Index {
  const index = quorumIndex(voters, reached);
  return outgoing.length === 0 ? index : Math.min(index, quorumIndex(outgoing, reached));
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

/** As `voteResult`; while joint, both majorities are needed to win, and one that is lost is enough to lose. */
export function voteResultOf({ voters, outgoing }: Voters, votes: ReadonlyMap<NodeId, boolean>): VoteResult {
  const result = voteResult(voters, votes);
  if (outgoing.length === 0 || result === "lost") return result;
  const other = voteResult(outgoing, votes);
  return other === "won" ? result : other;
}

/** Whether those that `has` tells apart make a majority; while joint, both majorities. */
export function isQuorum({ voters, outgoing }: Voters, has: (voter: NodeId) => boolean): boolean {
  const suffices = (all: readonly NodeId[]) => all.filter(has).length >= majority(all);
  return suffices(voters) && (outgoing.length === 0 || suffices(outgoing));
}
