import { entryBytes } from "./log.ts";
import type { Append, AppendConflict, AppendMatch, Heartbeat, HeartbeatReply } from "./messages.ts";
import type { Progress } from "./progress.ts";
import { quorumIndexOf } from "./quorum.ts";
import { onRoundConfirmed } from "./reads.ts";
import type { Follower, Leader, RaftState } from "./state.ts";
import type { Entry, EntryKind, Index, Millis, ProgressState, Ticket } from "./types.ts";

/** The log's way from the leader to its followers, and to commitment (§5.3, §5.4.2). */

/** A client's command (§5.3). Refused at once where it cannot be taken; then it has no effect. */
export function onPropose(state: RaftState, ticket: Ticket, data: Uint8Array): void {
  const { role } = state;
  if (role.role !== "leader") {
    state.answer({ type: "refused", ticket, reason: "notLeader", leader: state.leader });
  } else if (state.isTransferring) {
    state.answer({ type: "refused", ticket, reason: "transferring", leader: state.leader });
  } else if (role.uncommittedBytes > 0 && role.uncommittedBytes + data.length > state.options.uncommittedBytesMax) {
    // One command is always taken, or one larger than the limit could never be.
    state.answer({ type: "refused", ticket, reason: "overloaded", leader: state.leader });
  } else {
    const { index, term } = appendOwn(state, role, "command", data);
    state.answer({ type: "accepted", ticket, index, term, ids: [] });
  }
}

/** A leader appends to its own log; the entry counts toward a quorum here only once it is on this disk. */
export function appendOwn(state: RaftState, leader: Leader, kind: EntryKind, data: Uint8Array): Entry {
  const entry: Entry = { index: state.log.lastIndex + 1, term: state.term, kind, time: logTime(state, leader), data };
  state.log.append(entry);
  leader.uncommittedBytes += entryBytes(entry);
  return entry;
}

/** What the log's clock says now: it goes on from the entry that this leader found, by the time that has passed here since. */
export function logTime(state: RaftState, { clock }: Leader): Millis {
  return state.log.lastIndex === 0 ? 0 : clock.time + Math.floor(state.now - clock.since);
}

/** AppendEntries at a follower (Figure 2, receiver implementation). The sender is known to be its leader. */
export function onAppend(state: RaftState, follower: Follower, message: Append): void {
  const { log } = state;
  const head = { from: state.id, to: message.from, term: state.term };
  if (message.prevIndex + message.entries.length <= state.commitIndex) {
    // All of this is committed here already, so the leader has it too and it cannot be in conflict (§5.4).
    state.send({ ...head, type: "appendMatch", matchIndex: state.commitIndex });
    return;
  }
  if (message.prevIndex < log.base.index) {
    // What a snapshot has is committed, so the leader has it too: only what follows is news.
    const { index: prevIndex, term: prevTerm } = log.base;
    onAppend(state, follower, { ...message, prevIndex, prevTerm, entries: message.entries.slice(prevIndex - message.prevIndex) });
    return;
  }
  if (!log.matches(message.prevIndex, message.prevTerm)) {
    const hintIndex = log.lastNotNewer(Math.min(message.prevIndex - 1, log.lastIndex), message.prevTerm);
    state.send({ ...head, type: "appendConflict", prevIndex: message.prevIndex, hintIndex, hintTerm: log.termAt(hintIndex) });
    return;
  }
  const lastBefore = log.lastIndex;
  const { cutFrom, appendedFrom } = log.splice(message.entries, state.commitIndex);
  if (cutFrom !== null) state.event({ type: "logTruncated", from: cutFrom, last: lastBefore });
  if (appendedFrom !== null) announceAppended(state, appendedFrom);
  // Only what this append vouches for is known to be equal to the leader's log; what stands after it may be stale.
  const matchIndex = message.prevIndex + message.entries.length;
  follower.receivedIndex = Math.max(follower.receivedIndex, matchIndex);
  learnCommit(state, Math.min(message.commit, matchIndex));
  state.send({ ...head, type: "appendMatch", matchIndex });
}

/** All entries from `first` on are new in the log. */
export function announceAppended(state: RaftState, first: Index): void {
  const { lastIndex: last, lastTerm: term } = state.log;
  state.event({ type: "logAppended", first, last, term, terms: state.log.termRuns(first, last) });
}

/** Answers with what is on the disk already, so that no heartbeat waits for entries under way to it. */
export function onHeartbeat(state: RaftState, follower: Follower, message: Heartbeat): void {
  // Within a term nothing is cut off that was confirmed to its leader: the disk has lost it. What the leader says last counts.
  state.lacks = message.confirmed > state.log.lastIndex ? message.confirmed : 0;
  learnCommit(state, Math.min(message.commit, Math.max(follower.receivedIndex, state.commitIndex)));
  const receivedIndex = Math.max(follower.receivedIndex, state.commitIndex);
  state.send({
    type: "heartbeatReply",
    from: state.id,
    to: message.from,
    term: state.term,
    round: message.round,
    lastSent: message.lastSent,
    receivedIndex,
    matchIndex: Math.min(receivedIndex, state.log.durableIndex),
    lacks: state.lacks,
  });
}

export function onAppendMatch(state: RaftState, leader: Leader, message: AppendMatch): void {
  const progress = leader.progress.get(message.from);
  if (progress === undefined) return;
  const before = progress.state;
  progress.matched(message.matchIndex);
  announce(state, progress, before);
}

/** Finds where the logs can agree: not after the hint, and not where our own term is newer than the follower's (§5.3). */
export function onAppendConflict(state: RaftState, leader: Leader, message: AppendConflict): void {
  const progress = leader.progress.get(message.from);
  if (progress === undefined) return;
  const agreeIndex = state.log.lastNotNewer(message.hintIndex, message.hintTerm);
  const before = progress.state;
  if (progress.conflicted(message.prevIndex, agreeIndex)) announce(state, progress, before);
}

export function onHeartbeatReply(state: RaftState, leader: Leader, message: HeartbeatReply): void {
  const progress = leader.progress.get(message.from);
  if (progress === undefined) return;
  if (message.lacks > 0) {
    progress.lose();
    state.event({ type: "confirmedLost", peer: message.from, index: message.lacks });
    return;
  }
  onRoundConfirmed(leader, message);
  progress.learnMatch(message.matchIndex);
  if (progress.state === "probe") {
    progress.mayProbeAgain();
  } else if (
    progress.state === "replicate" &&
    message.receivedIndex < message.lastSent &&
    message.receivedIndex < progress.nextIndex - 1
  ) {
    // Appends were lost. Or the follower has restarted: it must be told again how far it agrees, or it could learn no commit.
    progress.lost();
    announce(state, progress, "replicate");
  }
}

/** Consequence: a majority's disks hold an entry of this term, so it and all before it are committed (§5.4.2). */
export function advanceCommit(state: RaftState, leader: Leader): void {
  const reached = (voter: number): Index => {
    // A leader counts itself only up to what its own disk holds.
    if (voter === state.id) return state.log.durableIndex;
    return leader.progress.get(voter)?.countedIndex ?? 0;
  };
  const index = quorumIndexOf(state.members, reached);
  if (index <= state.commitIndex || state.log.termAt(index) !== state.term) return;
  for (let newly = state.commitIndex + 1; newly <= index; newly += 1) {
    leader.uncommittedBytes -= entryBytes(state.log.entryAt(newly));
  }
  learnCommit(state, index);
}

/** Consequence: sends each follower what it lacks, as far as the limits in flight allow. */
export function sendAppends(state: RaftState, leader: Leader): void {
  for (const progress of leader.progress.values()) {
    // What comes after the entry by which a node left is none of its business.
    const last = leader.departing.get(progress.id)?.index ?? state.log.lastIndex;
    while (progress.canSend && (progress.wantsProbe || progress.nextIndex <= last)) sendAppend(state, progress);
  }
}

/** Tells every follower that this node leads, and asks each to confirm the newest read round. */
export function broadcastHeartbeat(state: RaftState, leader: Leader): void {
  leader.heartbeatDueAt = state.now + state.options.heartbeatMs;
  for (const progress of leader.progress.values()) sendHeartbeat(state, leader, progress);
}

export function sendHeartbeat(state: RaftState, leader: Leader, progress: Progress): void {
  state.send({
    type: "heartbeat",
    from: state.id,
    to: progress.id,
    term: state.term,
    commit: Math.min(state.commitIndex, progress.matchIndex),
    round: leader.reads.lastRound,
    lastSent: progress.state === "replicate" ? progress.nextIndex - 1 : 0,
    confirmed: progress.matchIndex,
  });
}

function sendAppend(state: RaftState, progress: Progress): void {
  const { appendEntriesMax, appendBytesMax } = state.options;
  const prevIndex = progress.nextIndex - 1;
  const entries = state.log.batch(progress.nextIndex, appendEntriesMax, appendBytesMax);
  let bytes = 0;
  for (const entry of entries) bytes += entry.data.length;
  progress.sent(prevIndex + entries.length, bytes);
  state.send({
    type: "append",
    from: state.id,
    to: progress.id,
    term: state.term,
    prevIndex,
    prevTerm: state.log.termAt(prevIndex),
    entries,
    commit: state.commitIndex,
  });
}

function announce(state: RaftState, progress: Progress, before: ProgressState): void {
  if (progress.state === before) return;
  state.event({ type: "progressChanged", peer: progress.id, to: progress.state, nextIndex: progress.nextIndex });
}

export function learnCommit(state: RaftState, index: Index): void {
  if (index <= state.commitIndex) return;
  state.commitIndex = index;
  state.committedIn = state.term;
  state.event({ type: "logCommitted", index, term: state.log.termAt(index) });
}
