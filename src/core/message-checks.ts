import { numberMax } from "./bounds.ts";
import type { Log } from "./log.ts";
import type { Append, AppendConflict, AppendMatch, HeartbeatReply, PeerMessage, VoteRequest } from "./messages.ts";
import type { Leader, RaftState } from "./state.ts";
import type { Entry, Index, SnapshotMeta, Term } from "./types.ts";

/**
 * What no honest node can say, as this node knows by itself: messages are input, and nothing of them may come as far as
 * an assertion, which is for this node's own state. Each of these rules follows from what Raft guarantees, so that
 * among nodes whose disks keep what they promised none of them ever refuses anything.
 */

/** Why this message cannot be; null if it can. */
export function problemOf(state: RaftState, message: PeerMessage): string | null {
  if (message.from === state.id) return "it says that it comes from this node itself";
  if (message.term > numberMax) return `its term ${message.term} is beyond 2^52`;
  if (message.type === "voteRequest") return voteProblem(state, message);
  // What belongs to a term that is over is answered with the term, or means nothing.
  if (message.term < state.term) return null;
  const { role } = state;
  switch (message.type) {
    case "append":
      return appendProblem(state, message);
    case "timeoutNow":
      if (message.term > state.term) return notYet(message.term);
      return state.leader === null || state.leader === message.from ? null : `node ${state.leader} leads this term`;
    case "readIndexRequest":
    case "readIndexReply":
      // The question is asked of a leader that the one who asks has heard, in its term.
      return message.term > state.term ? notYet(message.term) : null;
    case "appendMatch":
      return role.role === "leader" && message.term === state.term ? matchProblem(state.log, message) : null;
    case "appendConflict":
      return role.role === "leader" && message.term === state.term ? conflictProblem(state.log, message) : null;
    case "heartbeatReply":
      return role.role === "leader" && message.term === state.term ? beatProblem(state.log, role, message) : null;
    case "heartbeat":
    case "voteReply":
      return null;
    default:
      return message satisfies never;
  }
}

/** What is committed stays, in every later leader's log; and a leader never changes what it has appended (§5.3, §5.4). */
function appendProblem(state: RaftState, message: Append): string | null {
  const { log, commitIndex } = state;
  const { prevIndex, prevTerm, entries, term } = message;
  if (prevTerm > term || (prevIndex === 0) !== (prevTerm === 0)) return `it follows on ${prevTerm}.${prevIndex}`;
  const wrong = firstDifference(log, message);
  if (wrong === null) return null;
  const { index } = wrong;
  if (index <= commitIndex) return contradiction(log, index, wrong.term);
  // An entry before the first one that differs is only asked about, not replaced.
  if (index === prevIndex) return null;
  const isOfThisLeader = term === state.term && index <= log.lastIndex && log.termAt(index) === term;
  const isReceived = term === state.term && state.role.role === "follower" && index <= state.role.receivedIndex;
  if (isOfThisLeader || isReceived) return `it replaces entry ${index}, which came from the leader of this term`;
  return timeProblem(log, entries[index - prevIndex - 1], index);
}

/** The first entry of the message, or the one before it, that is not in the log as the message has it; null if all are. */
function firstDifference(log: Log, { prevIndex, prevTerm, entries }: Append): { index: Index; term: Term } | null {
  if (!agrees(log, prevIndex, prevTerm)) return { index: prevIndex, term: prevTerm };
  const first = entries.find(({ index, term }) => !agrees(log, index, term));
  return first ?? null;
}

/** Of what was dropped only the last term is known; terms never fall, so no earlier entry had a greater one. */
function agrees(log: Log, index: Index, term: Term): boolean {
  return index < log.base.index ? term <= log.base.term : log.matches(index, term);
}

/** What a snapshot that ends after all that is committed here cannot be, for it begins with just that. */
export function snapshotProblem({ log, commitIndex }: RaftState, { index, term, time, membersIndex }: SnapshotMeta): string | null {
  if (index <= commitIndex) return null;
  const committed = `${log.termAt(commitIndex)}.${commitIndex} is committed here`;
  if (term < log.termAt(commitIndex)) return `it ends with ${term}.${index}, and ${committed}`;
  if (time < log.timeAt(commitIndex)) return `the log's clock goes back to ${time} in it, and ${committed}`;
  const known = log.members.asOf(commitIndex).index;
  return membersIndex < known ? `its members are those of entry ${membersIndex}, and later ones of ${known} are committed` : null;
}

/** The log's clock never goes back. */
function timeProblem(log: Log, entry: Entry | undefined, index: Index): string | null {
  if (entry === undefined || entry.time >= log.timeAt(index - 1)) return null;
  return `the log's clock goes back at entry ${index}`;
}

/** Every leader since has all that is committed (§5.4.3), so what a later leader has appended comes after it. */
function voteProblem(
  { log, commitIndex, committedIn }: RaftState,
  { term, lastLogIndex, lastLogTerm }: VoteRequest,
): string | null {
  const end = `${lastLogTerm}.${lastLogIndex}`;
  if ((lastLogIndex === 0) !== (lastLogTerm === 0)) return `its log ends with ${end}`;
  if (lastLogTerm >= term) return `its log ends with ${end}, and it asks for votes in term ${term}`;
  if (lastLogIndex > commitIndex || lastLogTerm <= committedIn) return null;
  return `its log ends with ${end}, and ${log.termAt(commitIndex)}.${commitIndex} is committed here`;
}

function matchProblem(log: Log, { matchIndex }: AppendMatch): string | null {
  return matchIndex > log.lastIndex ? `it confirms entry ${matchIndex}, and this log ends at ${log.lastIndex}` : null;
}

function conflictProblem(log: Log, { prevIndex, hintIndex }: AppendConflict): string | null {
  if (prevIndex > log.lastIndex) return `it answers what follows on ${prevIndex}, and this log ends at ${log.lastIndex}`;
  return hintIndex >= prevIndex ? `it does not agree at ${prevIndex}, but at ${hintIndex}` : null;
}

function beatProblem(log: Log, { reads, progress }: Leader, message: HeartbeatReply): string | null {
  const { round, lastSent, receivedIndex, matchIndex, lacks } = message;
  if (round > reads.lastRound) return `it answers round ${round}, and the last one was ${reads.lastRound}`;
  const last = Math.max(lastSent, receivedIndex);
  if (last > log.lastIndex) return `it has heard of entry ${last}, and this log ends at ${log.lastIndex}`;
  // The one who asked it for this was not this leader.
  const { matchIndex: confirmed = lacks } = progress.get(message.from) ?? {};
  if (lacks > confirmed) return `it has lost entry ${lacks}, and has confirmed up to ${confirmed}`;
  return matchIndex > receivedIndex ? `it confirms entry ${matchIndex}, and has received up to ${receivedIndex}` : null;
}

function notYet(term: Term): string {
  return `it speaks of term ${term}, in which this node has not been`;
}

function contradiction(log: Log, index: Index, term: Term): string {
  const own = index < log.base.index ? `an entry of term ${log.base.term} at most` : `entry ${log.termAt(index)}.${index}`;
  return `it has ${term}.${index}, where ${own} is committed here`;
}
