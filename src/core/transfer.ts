import { becomeFollower, mayCampaign, startElection } from "./election.ts";
import type { Progress } from "./progress.ts";
import type { Leader, RaftState } from "./state.ts";
import type { NodeId, Ticket } from "./types.ts";

/**
 * Leadership is handed over on request (thesis 3.10): the leader takes no more proposals, waits until the other node has
 * its whole log, and tells it to campaign at once. It tries no longer than an election timeout; then it leads on.
 */

/** An operator wants `to` to lead, or the best node if null. */
export function onTransfer(state: RaftState, ticket: Ticket, to: NodeId | null): void {
  const { role, leader } = state;
  if (role.role !== "leader") {
    state.answer({ type: "refused", ticket, reason: "notLeader", leader });
  } else if (to === state.id) {
    state.answer({ type: "transferred", ticket, to });
  } else if (state.transfer !== null) {
    state.answer({ type: "refused", ticket, reason: "transferring", leader });
  } else if (to !== null && state.members.nodes.every(({ id }) => id !== to)) {
    state.answer({ type: "refused", ticket, reason: "unknownMember", leader });
  } else {
    const successor = to === null ? bestSuccessor(state, role) : role.progress.get(to);
    if (successor === undefined || !canSucceed(state, successor)) {
      state.answer({ type: "refused", ticket, reason: "notTransferable", leader });
      return;
    }
    const dueAt = state.now + state.options.electionTimeoutMaxMs;
    state.transfer = { ticket, to: successor.id, term: state.term, dueAt, toldAt: null };
    state.event({ type: "transferStarted", to: successor.id });
  }
}

/** The voter with most of the log among those that are heard; undefined if there is none. */
export function bestSuccessor(state: RaftState, leader: Leader): Progress | undefined {
  const successors = [...leader.progress.values()].filter((progress) => canSucceed(state, progress));
  return successors.sort((a, b) => b.matchIndex - a.matchIndex || a.id - b.id)[0];
}

/** A leader that cannot go on asks the best successor to campaign at once, so that nobody has to wait for an election timeout. */
export function stepAside(state: RaftState, leader: Leader, why: string): void {
  const successor = bestSuccessor(state, leader);
  if (successor !== undefined) state.send({ type: "timeoutNow", from: state.id, to: successor.id, term: state.term });
  becomeFollower(state, null, why);
}

/** The leader has told this node to take over. That it would be elected need not be asked first: the leader has seen to it. */
export function onTimeoutNow(state: RaftState): void {
  if (state.role.role === "follower" && mayCampaign(state)) startElection(state, "its leader hands over", true);
}

/** Consequence: tells the other node as soon as it has the whole log, or ends the transfer. However the leading ended, none is left over. */
export function pursueTransfer(state: RaftState): void {
  const { transfer, role } = state;
  if (transfer === null) return;
  const { to } = transfer;
  if (state.leader === to) {
    state.transfer = null;
    state.answer({ type: "transferred", ticket: transfer.ticket, to });
    state.event({ type: "transferEnded", to, outcome: "done", why: `it leads term ${state.term}` });
  } else if (role.role === "leader" && transfer.term === state.term) {
    const progress = role.progress.get(to);
    if (progress === undefined || !state.members.voters.includes(to)) abandon(state, "notTransferable", "it has no vote any more");
    else if (state.now >= transfer.dueAt) abandon(state, "transferTimedOut", "it took too long");
    else if (progress.matchIndex === state.log.lastIndex) tell(state, to);
  } else if (state.leader !== null) {
    abandon(state, state.leader === state.id ? "transferTimedOut" : "notLeader", `node ${state.leader} leads term ${state.term}`);
  } else if (state.now >= transfer.dueAt) {
    abandon(state, "transferTimedOut", "it took too long");
  }
}

/** The message may be lost, so it is said again. */
function tell(state: RaftState, to: NodeId): void {
  const { transfer, now } = state;
  if (transfer === null || (transfer.toldAt !== null && now < transfer.toldAt + state.options.heartbeatMs)) return;
  transfer.toldAt = now;
  state.send({ type: "timeoutNow", from: state.id, to, term: state.term });
}

function abandon(state: RaftState, reason: "notLeader" | "notTransferable" | "transferTimedOut", why: string): void {
  const { transfer } = state;
  if (transfer === null) return;
  state.transfer = null;
  state.answer({ type: "refused", ticket: transfer.ticket, reason, leader: state.leader });
  state.event({ type: "transferEnded", to: transfer.to, outcome: "abandoned", why });
}

/** A learner has no vote, one that leaves will have none, one with a lost disk asks for none, and one that was not heard of late would only cost time. */
function canSucceed(state: RaftState, { id, state: progressState, lastHeardAt, hasLost }: Progress): boolean {
  const { members, options, now } = state;
  return (
    members.voters.includes(id) && !hasLost && progressState !== "snapshot" && now - lastHeardAt < options.electionTimeoutMinMs
  );
}
