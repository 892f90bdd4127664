import { assert } from "./assert.ts";
import { numberMax } from "./bounds.ts";
import { followMembers } from "./followers.ts";
import { entryBytes } from "./log.ts";
import { isMember, isVoter } from "./members.ts";
import type { VoteReply, VoteRequest } from "./messages.ts";
import { voteResultOf } from "./quorum.ts";
import { refuseReads } from "./reads.ts";
import { appendOwn } from "./replication.ts";
import { type Leader, newFollower, type RaftState, type RoleState } from "./state.ts";
import { whyNotHeard } from "./trust.ts";
import type { NodeId, Term } from "./types.ts";

/** Who leads: pre-vote, votes, and every change of role (§5.2, §5.4.1; thesis 4.2.3 and 9.6). */

/** The election timer ran out: asks first whether an election could be won at all (thesis 9.6). */
export function campaign(state: RaftState): void {
  state.resetElectionTimer();
  if (state.term >= numberMax && !state.isExhaustionNoticed) {
    state.isExhaustionNoticed = true;
    state.event({ type: "termsExhausted", term: state.term });
  }
  if (!mayCampaign(state)) {
    if (state.leader !== null) becomeFollower(state, null, "its leader has fallen silent");
    // Who campaigns hears by that what the others think of it, and their terms.
    if (state.hasHeardFarTerm || state.lacks > 0) askForVotes(state, true, false);
    state.hasHeardFarTerm = false;
    return;
  }
  state.event({ type: "timerExpired", role: state.roleName, term: state.term });
  changeRole(state, { role: "preCandidate", votes: new Map([[state.id, true]]) }, "the election timer ran out");
  state.event({ type: "electionStarted", term: state.term + 1, preVote: true });
  askForVotes(state, true, false);
  countVotes(state);
}

/**
 * Whether this node may ever win: a learner cannot, nor one that is still to be told who the members are, and one whose disk
 * has lost what it promised must not. But one that
 * leaves by an entry that is not known to be committed must try: it may be the last that has it, and then all others
 * that could still win are behind it (thesis 4.2.2).
 */
export function mayCampaign(state: RaftState): boolean {
  const { latest, before } = state.log.members;
  if (state.term >= numberMax || state.lacks > 0) return false;
  if (isVoter(latest.members, state.id)) return true;
  return latest.index > state.commitIndex && before !== null && isVoter(before.members, state.id);
}

/** RequestVote and pre-vote at the voter (Figure 2, receiver implementation). The term rule has been applied. */
export function onVoteRequest(state: RaftState, message: VoteRequest): void {
  const refusal = whyRefuse(state, message);
  const { preVote, from, term } = message;
  if (refusal !== null) {
    refuseVote(state, message);
    const { lastLogIndex, lastLogTerm } = message;
    const { lastIndex: ownLastIndex, lastTerm: ownLastTerm } = state.log;
    const logs = { lastLogIndex, lastLogTerm, ownLastIndex, ownLastTerm };
    state.event({ type: "voteRefused", to: from, term, preVote, why: refusal, ...logs });
    return;
  }
  if (!preVote) {
    state.votedFor = from;
    state.resetElectionTimer();
  }
  // A pre-vote is granted in the term that was asked about, so that it cannot be taken for a vote of ours.
  state.send({ type: "voteReply", from: state.id, to: from, term: preVote ? term : state.term, preVote, granted: true });
  state.event({ type: "voteGranted", to: from, term, preVote });
}

/** A refusal tells our own term, so that a candidate who is behind learns it. */
export function refuseVote(state: RaftState, { from, preVote }: VoteRequest): void {
  state.send({ type: "voteReply", from: state.id, to: from, term: state.term, preVote, granted: false });
}

/** Whether another leader was heard so recently that this candidate would only disturb it (thesis 4.2.3). */
export function isLoyalAgainst(state: RaftState, { from: candidate, transfer }: VoteRequest): boolean {
  const { role } = state;
  // The leader itself has sent this one; it hands over to members only.
  if (transfer && (isMember(state.members, candidate) || state.members.nodes.length === 0)) return false;
  if (role.role === "leader") return true;
  if (role.role !== "follower" || role.leader === null || role.leader === candidate) return false;
  return state.now - role.leaderHeardAt < state.options.electionTimeoutMinMs;
}

export function onVoteReply(state: RaftState, message: VoteReply): void {
  const { role } = state;
  if (role.role !== (message.preVote ? "preCandidate" : "candidate")) return;
  // A grant counts only in the election it was given for; a refusal in our own term counts as well.
  if (message.granted && message.term !== (message.preVote ? state.term + 1 : state.term)) return;
  role.votes.set(message.from, message.granted);
  countVotes(state);
}

/** Adopts a newer term (rule for all servers, Figure 2): as a follower that has not voted in it. */
export function adoptTerm(state: RaftState, term: Term): void {
  state.event({ type: "termChange", from: state.term, to: term });
  state.term = term;
  state.votedFor = null;
  state.farTerms.clear();
  becomeFollower(state, null, `term ${term} has begun`);
}

/** Gives up leading or campaigning, or follows another leader, or none. */
export function becomeFollower(state: RaftState, leader: NodeId | null, why: string): void {
  // A leader's timer has not run. Those of the others go on, or news of later terms could put off an election for ever.
  if (state.role.role === "leader") state.resetElectionTimer();
  changeRole(state, newFollower(leader, state.now), why);
}

/** Consequence: a leader that no quorum has answered for an election timeout may have been replaced (thesis 6.2). */
export function checkQuorum(state: RaftState, leader: Leader): void {
  const heard = new Map<NodeId, boolean>([[state.id, true]]);
  for (const progress of leader.progress.values()) {
    heard.set(progress.id, state.now - progress.lastHeardAt < state.options.electionTimeoutMaxMs);
  }
  if (voteResultOf(state.members, heard) !== "won") becomeFollower(state, null, "no quorum was heard for an election timeout");
}

function whyRefuse(state: RaftState, message: VoteRequest): string | null {
  if (message.term < state.term) return `term ${message.term} is over`;
  if (isLoyalAgainst(state, message)) return "a leader is heard";
  const doubt = whyNotHeard(state, message.from, message.term);
  if (doubt !== null) return doubt;
  if (state.lacks > 0) return `this log ends at ${state.log.lastIndex}, and up to ${state.lacks} was confirmed`;
  const isFree = state.votedFor === null || state.votedFor === message.from;
  const asksForLaterTerm = message.preVote && message.term > state.term;
  if (!asksForLaterTerm && !isFree) return `the vote of term ${state.term} went to node ${state.votedFor}`;
  const { lastLogTerm, lastLogIndex } = message;
  if (state.log.isUpToDate(lastLogTerm, lastLogIndex)) return null;
  return `its log is behind: it ends with ${lastLogTerm}.${lastLogIndex}, this one with ${state.log.lastTerm}.${state.log.lastIndex}`;
}

/** Campaigns in a new term; at once, if the leader has said so (thesis 3.10). */
export function startElection(state: RaftState, why: string, transfer: boolean): void {
  assert(state.term < numberMax, () => `term ${state.term} is the last one`);
  state.event({ type: "termChange", from: state.term, to: state.term + 1 });
  state.term += 1;
  state.votedFor = state.id;
  state.resetElectionTimer();
  changeRole(state, { role: "candidate", votes: new Map([[state.id, true]]) }, why);
  state.event({ type: "electionStarted", term: state.term, preVote: false });
  askForVotes(state, false, transfer);
  countVotes(state);
}

function askForVotes(state: RaftState, preVote: boolean, transfer: boolean): void {
  const { lastIndex: lastLogIndex, lastTerm: lastLogTerm } = state.log;
  const term = preVote ? state.term + 1 : state.term;
  for (const to of state.others) {
    if (!isVoter(state.members, to)) continue;
    state.send({ type: "voteRequest", from: state.id, to, term, preVote, transfer, lastLogIndex, lastLogTerm });
  }
}

function countVotes(state: RaftState): void {
  const { role } = state;
  if (role.role !== "preCandidate" && role.role !== "candidate") return;
  const result = voteResultOf(state.members, role.votes);
  if (result === "won") {
    if (role.role === "preCandidate") startElection(state, "a majority would vote for it", false);
    else becomeLeader(state);
  } else if (result === "lost") {
    becomeFollower(state, null, "a majority refused its vote");
  }
}

function becomeLeader(state: RaftState): void {
  const { log, options, now } = state;
  let uncommittedBytes = 0;
  for (let index = state.commitIndex + 1; index <= log.lastIndex; index += 1) uncommittedBytes += entryBytes(log.entryAt(index));
  const leader: Leader = {
    role: "leader",
    termStart: log.lastIndex + 1,
    progress: new Map(),
    catchUps: new Map(),
    departing: new Map(),
    reads: { waiting: [], lastRound: 0, round: null },
    heartbeatDueAt: now + options.heartbeatMs,
    uncommittedBytes,
    clock: { since: now, time: log.lastTime },
  };
  // Whoever left last may not have been told by the leader of that time (rule 27).
  followMembers(state, leader, (log.members.before ?? log.members.latest).members);
  changeRole(state, leader, "a majority voted for it");
  // Entries of earlier terms commit only together with one of this term (§5.4.2); the no-op sees to it at once (§8).
  appendOwn(state, leader, "noop", new Uint8Array(0));
}

/** The only way from role to role: whoever waited on the old one is answered, and observers hear what changed. */
function changeRole(state: RaftState, role: RoleState, why: string): void {
  const { role: ended, leader: leaderBefore, term } = state;
  state.role = role;
  if (state.leader !== null) state.leaderlessSince = null;
  else state.leaderlessSince ??= state.now;
  refuseReads(state, ended);
  if (ended.role !== role.role) state.event({ type: "stateChange", from: ended.role, to: role.role, term, why });
  if (state.leader === leaderBefore) return;
  if (state.leader === null) state.event({ type: "leaderLost", term });
  else state.event({ type: "leaderElected", leader: state.leader, term });
}
