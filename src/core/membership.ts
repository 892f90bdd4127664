import { followMembers } from "./followers.ts";
import { carryOutPlan, isJoint, isVoter, leaveJoint, lostDisk, votersToBe, wasRemoved, withoutDisks } from "./members.ts";
import { changedMembers } from "./members-change.ts";
import { encodeMembers } from "./members-codec.ts";
import type { Progress } from "./progress.ts";
import { isQuorum } from "./quorum.ts";
import { appendOwn, broadcastHeartbeat, sendHeartbeat } from "./replication.ts";
import type { Leader, RaftState } from "./state.ts";
import { stepAside } from "./transfer.ts";
import type { Entry, Members, MembersChange, NodeId, Ticket } from "./types.ts";

/**
 * How the members change (thesis 4). What an operator asks for is one entry; what has to follow follows by itself, one entry
 * at a time, each once the one before is committed: learners that have caught up are promoted, a joint configuration
 * is left, a disk that has lost what it confirmed is named no more, a leader that is no member any more steps down. A new leader goes on where the old one was, for all that
 * has to be done is in the log.
 */

/** What an operator wants (thesis 4.1). Refused at once where it cannot be; then it has no effect. */
export function onChangeMembers(state: RaftState, ticket: Ticket, change: MembersChange): void {
  const { role, leader } = state;
  if (role.role !== "leader") {
    state.answer({ type: "refused", ticket, reason: "notLeader", leader });
    return;
  }
  if (state.commitIndex < role.termStart) {
    // An older leader's change could still be committed behind its back, and the two might not overlap (rule 24).
    state.answer({ type: "refused", ticket, reason: "notReady", leader });
    return;
  }
  if (state.isTransferring) {
    state.answer({ type: "refused", ticket, reason: "transferring", leader });
    return;
  }
  const changed = state.log.members.latest.index > state.commitIndex ? inProgress : changedMembers(state.members, change);
  if (changed.type === "refused") {
    state.answer({ type: "refused", ticket, reason: changed.reason, leader });
  } else if (isTooMany(state, changed.members)) {
    state.answer({ type: "refused", ticket, reason: "overloaded", leader });
  } else if (!isForced(change) && !keepsQuorum(state, role, changed.members)) {
    state.answer({ type: "refused", ticket, reason: "wouldLoseQuorum", leader });
  } else {
    const { index, term } = appendMembers(state, role, changed.members);
    state.answer({ type: "accepted", ticket, index, term, ids: changed.ids });
  }
}

/** Consequence: the next entry of a change that is under way. */
export function advanceMembership(state: RaftState, leader: Leader): void {
  watchLearners(state, leader);
  tellDeparting(state, leader);
  const { index, members } = state.log.members.latest;
  if (index > state.commitIndex || state.commitIndex < leader.termStart) return;
  if (isJoint(members)) {
    // Both majorities have it, so no leader can come that does not know of the new one (thesis 4.3).
    appendMembers(state, leader, leaveJoint(members));
  } else if (lostDisks(members, leader).length > 0) {
    if (!state.isTransferring) appendMembers(state, leader, withoutDisks(members, lostDisks(members, leader)));
  } else if (members.plan !== null) {
    // Who takes over needs the whole log, so it must not grow by what can wait.
    if (state.isTransferring) return;
    const areReady = members.plan.promote.every((id) => leader.catchUps.get(id)?.isCaughtUp && isHeard(state, leader, id));
    if (areReady && keepsQuorum(state, leader, members)) appendMembers(state, leader, carryOutPlan(members));
  } else if (!isVoter(members, state.id)) {
    handOver(state, leader);
  }
}

/** Consequence: says once that this node is no member any more. Before that is committed it may still be needed. */
export function noticeRemoval(state: RaftState): void {
  const { index, members } = state.log.members.latest;
  if (state.isRemovalNoticed || index > state.commitIndex || !wasRemoved(members, state.id)) return;
  state.isRemovalNoticed = true;
  state.event({ type: "removed", index });
}

/** Those who have lost what they confirmed, as no entry says yet. */
function lostDisks({ nodes }: Members, { progress }: Leader): readonly NodeId[] {
  return nodes.filter(({ id, diskId }) => progress.get(id)?.hasLost && diskId !== lostDisk).map(({ id }) => id);
}

const inProgress = { type: "refused", reason: "changeInProgress" } as const;

/** They are in force here from now on, and so is everything that counts votes or disks (rule 23). */
function appendMembers(state: RaftState, leader: Leader, members: Members): Entry {
  const before = state.members;
  const entry = appendOwn(state, leader, "members", encodeMembers(members));
  followMembers(state, leader, before);
  return entry;
}

/** More than there may be, and more than there are. */
function isTooMany(state: RaftState, { nodes }: Members): boolean {
  return nodes.length > state.options.membersMax && nodes.length > state.members.nodes.length;
}

function isForced(change: MembersChange): boolean {
  return change.type === "change" && change.force;
}

/** Whether those who will vote have a majority that is heard. Who is yet to be promoted will be: it has to catch up first. */
function keepsQuorum(state: RaftState, leader: Leader, members: Members): boolean {
  const voters = votersToBe(members);
  if (voters.every((id) => state.members.voters.includes(id)) && voters.length === state.members.voters.length) return true;
  const isThere = (id: NodeId): boolean =>
    id === state.id || members.plan?.promote.includes(id) === true || isHeard(state, leader, id);
  return isQuorum({ voters, outgoing: [] }, isThere);
}

/** Whether this node has answered this leader, and not long ago. */
function isHeard(state: RaftState, leader: Leader, id: NodeId): boolean {
  const progress = leader.progress.get(id);
  if (progress === undefined) return false;
  return progress.countedIndex > 0 && state.now - progress.lastHeardAt < state.options.electionTimeoutMaxMs;
}

/** Sees who has caught up (thesis 4.2.1). */
function watchLearners(state: RaftState, leader: Leader): void {
  for (const [learner, catchUp] of leader.catchUps) {
    const matchIndex = leader.progress.get(learner)?.matchIndex ?? 0;
    const hasCaughtUp = catchUp.observe(matchIndex, state.log.lastIndex, state.now, state.options.electionTimeoutMaxMs);
    if (hasCaughtUp) state.event({ type: "learnerCaughtUp", learner, index: matchIndex });
  }
}

/** Sees that those who left learn of it, and lets go of those who know, or cannot be told (rule 27). */
function tellDeparting(state: RaftState, leader: Leader): void {
  for (const [id, departing] of leader.departing) {
    const progress = leader.progress.get(id);
    if (progress === undefined || isToldEnough(state, progress, departing)) {
      leader.departing.delete(id);
      leader.progress.delete(id);
    } else if (departing.toldAt === null && Math.min(state.commitIndex, progress.matchIndex) >= departing.index) {
      sendHeartbeat(state, leader, progress);
      departing.toldAt = state.now;
    }
  }
}

function isToldEnough(state: RaftState, progress: Progress, { until, toldAt }: { until: number; toldAt: number | null }): boolean {
  const hasAnswered = toldAt !== null && progress.lastHeardAt > toldAt;
  // One that would need a snapshot first is not worth it.
  const needsSnapshot = progress.state === "snapshot" || progress.nextIndex < state.log.firstIndex;
  return hasAnswered || needsSnapshot || state.now >= until;
}

/** A leader that is no member any more has done its last work, and says so (thesis 4.2.2). */
function handOver(state: RaftState, leader: Leader): void {
  broadcastHeartbeat(state, leader);
  stepAside(state, leader, "it is no longer a member");
}
