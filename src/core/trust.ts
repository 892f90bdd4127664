import type { RaftState } from "./state.ts";
import type { NodeId, Term } from "./types.ts";

/**
 * Whom this node believes. Whoever can reach the peer port can say that it is any node, in any term; answers come over
 * this node's own links, and so from where the members are. See docs/adr/0025-what-peers-are-believed.md.
 */

/** Why something was not believed. What is impossible is a lie, or somebody's disk was put back; the rest may be true later. */
export interface Doubt {
  readonly why: string;
  readonly isImpossible: boolean;
}

/**
 * Whether `from` is a node that no entry of this log has named yet, and that is not to be believed: it may bring the very
 * news of itself (thesis 4.1), or be made up. It is heard once there was no leader for a while, for if those that are
 * known can elect one, they have. A node that knows no members takes everybody's word.
 */
export function isStranger(state: RaftState, from: NodeId): boolean {
  const { members, leader } = state;
  return members.voters.length > 0 && from > members.lastId && leader !== from && !hasLostPatience(state);
}

/** Whether `term` is further ahead than one message may take this node. One that knows no members goes anywhere. */
export function isFar(state: RaftState, term: Term): boolean {
  return term > state.term + state.options.termJumpMax && state.members.voters.length > 0;
}

/** Why this node does not let `from` lead it in `term`; null if it does. */
export function whyNotLed(state: RaftState, from: NodeId, term: Term): Doubt | null {
  const { leader } = state;
  if (term < state.term) return { why: `this node is in term ${state.term}`, isImpossible: false };
  if (isFar(state, term)) return { why: farWhy(state, term), isImpossible: false };
  // A majority has voted for the one that leads, so a majority sides with it, whatever else it hears.
  const sidesWith = state.votedFor === from ? from : leader;
  if (term === state.term && leader !== null && sidesWith !== from) {
    return { why: `node ${leader} leads term ${term}, and a term has one leader`, isImpossible: true };
  }
  return isStranger(state, from) ? { why: strangerWhy(from), isImpossible: false } : null;
}

/** Why a candidate's term is not adopted, nor a vote given; null if that is no reason. */
export function whyNotHeard(state: RaftState, candidate: NodeId, term: Term): string | null {
  if (isFar(state, term)) return farWhy(state, term);
  return isStranger(state, candidate) ? strangerWhy(candidate) : null;
}

/** Whether it is long enough since a leader was heard that what was doubted before is believed. */
export function hasLostPatience({ leaderlessSince, now, options }: RaftState): boolean {
  return leaderlessSince !== null && now - leaderlessSince >= options.newcomerPatienceMs;
}

function farWhy(state: RaftState, term: Term): string {
  return `term ${term} is more than ${state.options.termJumpMax} ahead of term ${state.term}, and no majority has said so`;
}

function strangerWhy(id: NodeId): string {
  return `this node's log does not name node ${id}`;
}
