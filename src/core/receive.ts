import { adoptTerm, isLoyalAgainst, onVoteReply, onVoteRequest, refuseVote } from "./election.ts";
import { letLead, onFarAnswer, refuse } from "./following.ts";
import { problemOf } from "./message-checks.ts";
import type { PeerMessage, VoteRequest } from "./messages.ts";
import { onReadIndexReply, onReadIndexRequest } from "./reads.ts";
import { onAppend, onAppendConflict, onAppendMatch, onHeartbeat, onHeartbeatReply } from "./replication.ts";
import type { RaftState } from "./state.ts";
import { onTimeoutNow } from "./transfer.ts";
import { isFar, whyNotHeard } from "./trust.ts";

/** A peer's message on its way to its handler. What every message means by its term is dealt with here, and nowhere else. */

/** The rule for all servers (Figure 2): terms first, then the message itself. What cannot be, or is not believed, goes no further. */
export function onMessage(state: RaftState, message: PeerMessage): void {
  const problem = problemOf(state, message);
  if (problem !== null) {
    refuse(state, message.from, message.type, { why: problem, isImpossible: true });
    if (message.type === "voteRequest") refuseVote(state, message);
  } else if (message.term < state.term) {
    onOldTerm(state, message);
  } else if (message.type === "append" || message.type === "heartbeat") {
    const doubt = letLead(state, message.from, message.term);
    if (doubt === null) dispatch(state, message);
    else refuse(state, message.from, message.type, doubt);
  } else if (message.term === state.term || isAboutLaterTerm(message)) {
    dispatch(state, message);
  } else if (message.type === "voteRequest") {
    onCandidate(state, message);
  } else if (isFar(state, message.term)) {
    onFarAnswer(state, message.from, message.term);
  } else {
    adoptTerm(state, message.term);
    dispatch(state, message);
  }
}

/** A candidate of a later term: it is heard, unless it would depose a leader (thesis 4.2.3), or may be made up. */
function onCandidate(state: RaftState, message: VoteRequest): void {
  if (isFar(state, message.term)) state.hasHeardFarTerm = true;
  const isHeard = !isLoyalAgainst(state, message) && whyNotHeard(state, message.from, message.term) === null;
  if (isHeard) adoptTerm(state, message.term);
  onVoteRequest(state, message);
}

/** A pre-vote, and a grant of one, speak of a term that may never come (thesis 9.6). */
function isAboutLaterTerm(message: PeerMessage): boolean {
  if (message.type === "voteRequest") return message.preVote;
  return message.type === "voteReply" && message.preVote && message.granted;
}

/**
 * A sender that is behind must learn our term, or two cohorts could refuse each other for ever: a deposed leader
 * steps down, and a candidate catches up. Replies of an older term mean nothing any more.
 */
function onOldTerm(state: RaftState, message: PeerMessage): void {
  if (message.type === "voteRequest") {
    onVoteRequest(state, message);
  } else if (message.type === "append" || message.type === "heartbeat") {
    const head = { from: state.id, to: message.from, term: state.term };
    state.send({ ...head, type: "heartbeatReply", round: 0, lastSent: 0, receivedIndex: 0, matchIndex: 0, lacks: 0 });
  }
}

function dispatch(state: RaftState, message: PeerMessage): void {
  const { role } = state;
  if (role.role === "leader" && isAnswerToLeader(message)) {
    const progress = role.progress.get(message.from);
    // Who has lost what it confirmed may have forgotten a vote as well: its word counts for nothing.
    if (progress?.hasLost) return;
    if (progress !== undefined && message.term === state.term) progress.lastHeardAt = state.now;
  }
  switch (message.type) {
    case "voteRequest":
      onVoteRequest(state, message);
      break;
    case "voteReply":
      onVoteReply(state, message);
      break;
    case "append":
      if (role.role === "follower") onAppend(state, role, message);
      break;
    case "heartbeat":
      if (role.role === "follower") onHeartbeat(state, role, message);
      break;
    case "appendMatch":
      if (role.role === "leader") onAppendMatch(state, role, message);
      break;
    case "appendConflict":
      if (role.role === "leader") onAppendConflict(state, role, message);
      break;
    case "heartbeatReply":
      if (role.role === "leader") onHeartbeatReply(state, role, message);
      break;
    case "readIndexRequest":
      onReadIndexRequest(state, message);
      break;
    case "readIndexReply":
      onReadIndexReply(state, message);
      break;
    case "timeoutNow":
      onTimeoutNow(state);
      break;
    default:
      message satisfies never;
  }
}

/** What came over this leader's own link, and so from the follower itself; all else anybody may have said in its name. */
function isAnswerToLeader({ type }: PeerMessage): boolean {
  return type === "appendMatch" || type === "appendConflict" || type === "heartbeatReply";
}
