import { adoptTerm, followLeader, isLoyalAgainst, onVoteReply, onVoteRequest } from "./election.ts";
import type { PeerMessage } from "./messages.ts";
import { onReadIndexReply, onReadIndexRequest } from "./reads.ts";
import { onAppend, onAppendConflict, onAppendMatch, onHeartbeat, onHeartbeatReply } from "./replication.ts";
import type { RaftState } from "./state.ts";
import { onTimeoutNow } from "./transfer.ts";

/** A peer's message on its way to its handler. What every message means by its term is dealt with here, and nowhere else. */

/** The rule for all servers (Figure 2): terms first, then the message itself. */
export function onMessage(state: RaftState, message: PeerMessage): void {
  if (message.term < state.term) {
    onOldTerm(state, message);
    return;
  }
  if (message.term > state.term && !isAboutLaterTerm(message)) {
    // Whoever hears a leader lets no candidate depose it (thesis 4.2.3).
    if (message.type === "voteRequest" && isLoyalAgainst(state, message)) {
      onVoteRequest(state, message);
      return;
    }
    adoptTerm(state, message.term);
  }
  if (message.type === "append" || message.type === "heartbeat") followLeader(state, message.from);
  dispatch(state, message);
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
    state.send({ ...head, type: "heartbeatReply", round: 0, lastSent: 0, receivedIndex: 0, matchIndex: 0 });
  }
}

function dispatch(state: RaftState, message: PeerMessage): void {
  const { role } = state;
  if (role.role === "leader") {
    // A pre-vote request may bear this term too, but it says that this leader is not heard there.
    const progress = message.type === "voteRequest" ? undefined : role.progress.get(message.from);
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
