import { adoptTerm, becomeFollower } from "./election.ts";
import { isVoter } from "./members.ts";
import type { MessageType } from "./messages.ts";
import { quorumIndexOf } from "./quorum.ts";
import type { RaftState } from "./state.ts";
import { type Doubt, hasLostPatience, isFar, whyNotLed } from "./trust.ts";
import type { NodeId, Term } from "./types.ts";

/** How a node comes to follow a leader, and to a term that is far ahead. */

/** The leader of this term, or of a later one, was heard: adopts the term and follows. @returns why not; null if it does */
export function letLead(state: RaftState, from: NodeId, term: Term): Doubt | null {
  const doubt = whyNotLed(state, from, term);
  if (doubt !== null) {
    if (isFar(state, term)) state.hasHeardFarTerm = true;
    return doubt;
  }
  if (term > state.term) adoptTerm(state, term);
  const { leader } = state;
  if (leader !== null && leader !== from) {
    refuse(state, leader, "heartbeat", { why: `node ${from} leads term ${term}, and has this node's vote`, isImpossible: true });
  }
  state.resetElectionTimer();
  if (state.role.role === "follower" && leader === from) state.role.leaderHeardAt = state.now;
  else becomeFollower(state, from, `node ${from} leads`);
  return null;
}

/**
 * A voter has answered this node's own question in a term that is far ahead. It is adopted once a majority says so; or,
 * without a leader for a while, on the word of one: those who know better may all be gone.
 */
export function onFarAnswer(state: RaftState, from: NodeId, term: Term): void {
  const { members, farTerms } = state;
  if (!isVoter(members, from)) return;
  farTerms.set(from, term);
  const told = (voter: NodeId): Term => (voter === state.id ? state.term : (farTerms.get(voter) ?? 0));
  const agreed = quorumIndexOf(members, told);
  const credible = hasLostPatience(state) ? Math.max(agreed, ...farTerms.values()) : agreed;
  if (credible > state.term) adoptTerm(state, credible);
}

/** What was said is not believed; nothing comes of it but this. */
export function refuse(state: RaftState, from: NodeId, what: MessageType | "snapshot", { why, isImpossible }: Doubt): void {
  state.event({ type: "messageRefused", from, what, why, isImpossible });
}
