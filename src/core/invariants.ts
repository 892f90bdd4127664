import { assert } from "./assert.ts";
import { isJoint, isVoter, membersProblems } from "./members.ts";
import type { Progress } from "./progress.ts";
import { quorumIndexOf } from "./quorum.ts";
import type { Leader, RaftState } from "./state.ts";
import type { Index, MembersAt, Millis, NodeId, Role, Term } from "./types.ts";

/** What a step may only change in certain ways. */
export interface Before {
  readonly now: Millis;
  readonly term: Term;
  readonly votedFor: NodeId | null;
  readonly role: Role;
  readonly baseIndex: Index;
  readonly isTransferring: boolean;
  readonly members: MembersAt;
  readonly lastIndex: Index;
  readonly truncations: number;
  readonly commitIndex: Index;
  readonly appliedIndex: Index;
}

export function remember(state: RaftState): Before {
  return {
    now: state.now,
    term: state.term,
    votedFor: state.votedFor,
    role: state.roleName,
    baseIndex: state.log.base.index,
    isTransferring: state.isTransferring,
    members: state.log.members.latest,
    lastIndex: state.log.lastIndex,
    truncations: state.log.truncations,
    commitIndex: state.commitIndex,
    appliedIndex: state.appliedIndex,
  };
}

/**
 * What must hold after every step, whatever came in.
 * @throws InvariantBroken
 */
export function checkInvariants(before: Before, state: RaftState): void {
  const { log } = state;
  assert(state.now >= before.now, () => `time went back from ${before.now} to ${state.now}`);
  assert(state.term >= before.term, () => `the term fell from ${before.term} to ${state.term}`);
  if (state.term === before.term && before.votedFor !== null) {
    assert(
      state.votedFor === before.votedFor,
      () => `the vote of term ${state.term} moved from ${before.votedFor} to ${state.votedFor}`,
    );
  }
  assert(log.lastTerm <= state.term, () => `the log ends in term ${log.lastTerm}, beyond the current term ${state.term}`);
  assert(log.durableIndex <= log.lastIndex, () => `${log.durableIndex} is durable, but the log ends at ${log.lastIndex}`);
  assert(log.base.index >= before.baseIndex, () => `the log's beginning moved back from ${before.baseIndex} to ${log.base.index}`);
  assert(
    log.base.index <= state.commitIndex,
    () => `all up to ${log.base.index} was dropped, but only ${state.commitIndex} is committed`,
  );
  if (state.installing === null) {
    assert(
      log.base.index <= state.appliedIndex,
      () => `all up to ${log.base.index} was dropped, but only ${state.appliedIndex} is applied`,
    );
  } else {
    assert(
      log.base.index === state.installing.meta.index,
      () => `a log that begins after ${log.base.index} waits for another snapshot`,
    );
  }
  assert(state.commitIndex >= before.commitIndex, () => `the commit index fell from ${before.commitIndex} to ${state.commitIndex}`);
  assert(state.commitIndex <= log.lastIndex, () => `${state.commitIndex} is committed, but the log ends at ${log.lastIndex}`);
  assert(
    state.appliedIndex >= before.appliedIndex,
    () => `the applied index fell from ${before.appliedIndex} to ${state.appliedIndex}`,
  );
  assert(
    state.appliedIndex <= state.commitIndex,
    () => `${state.appliedIndex} is applied, but only ${state.commitIndex} is committed`,
  );
  assert(state.appliedIndex <= log.durableIndex, () => `${state.appliedIndex} is applied, but only ${log.durableIndex} is on disk`);
  checkTransfer(before, state);
  if (state.role.role === "leader") checkLeader(before, state);
  else if (state.role.role === "candidate") assert(state.votedFor === state.id, "a candidate voted for somebody else");
}

/** How the members may change under a leader (thesis 4). */
function checkMembership(before: Before, state: RaftState, role: Leader): void {
  const { latest } = state.log.members;
  const { index, members } = latest;
  if (latest !== before.members && before.role === "leader" && before.term === state.term) {
    assert(
      before.members.index <= state.commitIndex && role.termStart <= state.commitIndex,
      () => `the members changed at ${index} before those of ${before.members.index} were committed in this term`,
    );
    const [problem] = membersProblems(members);
    assert(problem === undefined, () => `the members changed to what cannot be: ${problem}`);
  }
  if (index <= state.commitIndex && role.termStart <= state.commitIndex) {
    assert(!isJoint(members), () => `the joint configuration of ${index} is committed and was not left`);
    assert(isVoter(members, state.id), () => `this node leads, but by ${index} it is no voter`);
  }
  const led = [...role.progress.keys()];
  const others = state.others;
  assert(
    led.length === others.length + role.departing.size && others.every((id) => role.progress.has(id)),
    () => `nodes ${led} are led, but the others are ${others}`,
  );
  assert(
    others.every((id) => !role.departing.has(id) && role.catchUps.has(id) === members.learners.includes(id)),
    "those who are to catch up are not the learners, or a member is departing",
  );
}

/** A transfer ends in time, whatever comes, and meanwhile nothing is appended but what a joint configuration is left by (thesis 3.10). */
function checkTransfer(before: Before, state: RaftState): void {
  const { transfer } = state;
  if (transfer === null) return;
  assert(state.now < transfer.dueAt, () => `the transfer to node ${transfer.to} should have ended at ${transfer.dueAt}`);
  if (state.role.role === "leader") assert(state.isTransferring, () => `a transfer of term ${transfer.term} was left over`);
  if (!before.isTransferring || !state.isTransferring || before.term !== state.term) return;
  const { latest } = state.log.members;
  const leavesJoint = isJoint(before.members.members) && latest.index === before.lastIndex + 1;
  const last = before.lastIndex + (leavesJoint ? 1 : 0);
  assert(state.log.lastIndex === last, "a leader that hands over has appended entries");
}

function checkLeader(before: Before, state: RaftState): void {
  const { role, log } = state;
  if (role.role !== "leader") return;
  assert(state.votedFor === state.id, "a leader voted for somebody else");
  if (before.role === "leader" && before.term === state.term) {
    assert(log.truncations === before.truncations && log.lastIndex >= before.lastIndex, "a leader cut its own log");
  }
  assert(
    role.termStart <= log.lastIndex && (role.termStart <= log.base.index || log.termAt(role.termStart) === state.term),
    "a leader's term does not open with an entry of its own",
  );
  for (const progress of role.progress.values()) checkProgress(progress, state);
  checkMembership(before, state, role);
  assert(role.uncommittedBytes >= 0, "more bytes were committed than appended");
  if (state.commitIndex > before.commitIndex && before.role === "leader") {
    const reached = (voter: NodeId): Index =>
      voter === state.id ? log.durableIndex : (role.progress.get(voter)?.countedIndex ?? 0);
    // Members that came into force in this very step may have done so before or after it was counted.
    const onDisk = Math.max(quorumIndexOf(state.members, reached), quorumIndexOf(before.members.members, reached));
    assert(state.commitIndex <= onDisk, () => `${state.commitIndex} is committed, but a quorum holds only ${onDisk}`);
    assert(
      log.termAt(state.commitIndex) === state.term,
      () => `a leader of term ${state.term} committed by counting an entry of another term`,
    );
  }
}

function checkProgress(
  { id, state: progressState, matchIndex, nextIndex, retrySnapshotAt }: Progress,
  { log, now }: RaftState,
): void {
  assert(matchIndex < nextIndex, () => `node ${id} matches ${matchIndex}, but its next is ${nextIndex}`);
  assert(matchIndex <= log.lastIndex, () => `node ${id} matches ${matchIndex}, beyond the log's end ${log.lastIndex}`);
  assert(nextIndex <= log.lastIndex + 1, () => `node ${id} is to get ${nextIndex}, beyond the log's end ${log.lastIndex}`);
  if (progressState !== "snapshot") return;
  assert(matchIndex < log.base.index, () => `node ${id} waits for a snapshot, but it has all before ${log.firstIndex}`);
  assert(retrySnapshotAt === null || now < retrySnapshotAt, () => `node ${id} should have been looked after at ${retrySnapshotAt}`);
}
