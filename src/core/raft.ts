import type { Input, Output, PeerView, Raft, Restored, Store, View } from "./api.ts";
import { assert } from "./assert.ts";
import {
  adoptTerm,
  becomeFollower,
  campaign,
  checkQuorum,
  followLeader,
  isLoyalAgainst,
  onVoteReply,
  onVoteRequest,
} from "./election.ts";
import { type Before, checkInvariants, remember } from "./invariants.ts";
import type { PeerMessage } from "./messages.ts";
import type { Options } from "./options.ts";
import { advanceRounds, askLeader, onRead, onReadIndexReply, onReadIndexRequest, readRetryMs } from "./reads.ts";
import {
  advanceCommit,
  broadcastHeartbeat,
  onAppend,
  onAppendConflict,
  onAppendMatch,
  onHeartbeat,
  onHeartbeatReply,
  onPropose,
  sendAppends,
} from "./replication.ts";
import { RaftState } from "./state.ts";
import type { Entry, HardState, Index, Millis } from "./types.ts";

/**
 * One node's share of the algorithm. A step has three parts: the news is taken in, each piece by its handler,
 * which records facts; then time is looked at; then the consequences of both are drawn, here and nowhere else.
 * @throws InvariantBroken if what was found on disk cannot be
 */
export function createRaft(options: Options, restored: Restored): Raft {
  return new Step(new RaftState(options, restored));
}

class Step implements Raft {
  readonly #state: RaftState;
  /** As of the last store handed out: what to save is found by comparing. */
  #savedHardState: HardState;
  /** Whether the hard state of the last store handed out is on disk. */
  #hardStateOnDisk = true;
  /** What the last output asked for; null before the first step. */
  #wakeAt: Millis | null = null;
  #stallAnnounced = false;

  constructor(state: RaftState) {
    this.#state = state;
    this.#savedHardState = state.hardState;
  }

  step(now: Millis, inputs: readonly Input[]): Output {
    const state = this.#state;
    const before = remember(state);
    state.now = now;
    const lateMs = this.#lateMs();
    for (const input of inputs) this.#takeIn(input);
    this.#lookAtTime(lateMs);
    this.#drawConsequences(before);
    const output = this.#collect();
    checkInvariants(before, state);
    return output;
  }

  get view(): View {
    const state = this.#state;
    return {
      id: state.id,
      role: state.roleName,
      term: state.term,
      votedFor: state.votedFor,
      leader: state.leader,
      lastIndex: state.log.lastIndex,
      durableIndex: state.log.durableIndex,
      commitIndex: state.commitIndex,
      appliedIndex: state.appliedIndex,
      peers: viewPeers(state),
    };
  }

  #takeIn(input: Input): void {
    switch (input.type) {
      case "message":
        onMessage(this.#state, input.message);
        break;
      case "propose":
        onPropose(this.#state, input.ticket, input.data);
        break;
      case "read":
        onRead(this.#state, input.ticket);
        break;
      case "stored":
        this.#onStored(input.lastIndex, input.lastTerm);
        break;
      default:
        input satisfies never;
    }
  }

  #onStored(lastIndex: Index, lastTerm: number): void {
    assert(this.#state.storingSince !== null, "a store was reported that was not in flight");
    this.#state.log.stored(lastIndex, lastTerm);
    this.#state.storingSince = null;
    this.#hardStateOnDisk = true;
    this.#stallAnnounced = false;
  }

  /** How much later than asked for this step comes, if that is more than a slow turn of the event loop. */
  #lateMs(): Millis {
    const { now, options } = this.#state;
    if (this.#wakeAt === null) {
      this.#state.resetElectionTimer();
      return 0;
    }
    const lateMs = now - this.#wakeAt;
    return lateMs > options.heartbeatMs ? lateMs : 0;
  }

  /** Deadlines are looked at after the news, so that a waiting heartbeat beats a late timer. */
  #lookAtTime(lateMs: Millis): void {
    const state = this.#state;
    if (lateMs > 0) this.#forgiveLateness(lateMs);
    const stalledForMs = state.storingSince === null ? 0 : state.now - state.storingSince;
    if (state.role.role === "leader") {
      if (stalledForMs >= state.options.diskStallMs) {
        this.#announceStall(stalledForMs);
        becomeFollower(state, null, "its disk has stalled");
      } else if (state.now >= state.role.heartbeatDueAt) {
        broadcastHeartbeat(state, state.role);
        checkQuorum(state, state.role);
      }
    } else if (state.now >= state.electionDueAt) {
      // A vote for itself could not be saved while the disk stalls, and a leader that stalls serves nobody.
      if (stalledForMs < state.options.diskStallMs) campaign(state);
      else {
        this.#announceStall(stalledForMs);
        state.resetElectionTimer();
      }
    }
  }

  /**
   * This process did not run for a while: what others said meanwhile is still on its way in, so nobody is to be
   * blamed for silence yet. A follower waits one heartbeat more; a leader does not count the time it slept.
   */
  #forgiveLateness(lateMs: Millis): void {
    const state = this.#state;
    state.event({ type: "wokeLate", lateMs });
    if (state.role.role === "leader") {
      for (const progress of state.role.progress.values())
        progress.lastHeardAt = Math.min(progress.lastHeardAt + lateMs, state.now);
    } else if (state.now >= state.electionDueAt) {
      state.electionDueAt = state.now + state.options.heartbeatMs;
    }
  }

  #announceStall(forMs: Millis): void {
    if (this.#stallAnnounced) return;
    this.#stallAnnounced = true;
    this.#state.event({ type: "diskStalled", forMs });
  }

  #drawConsequences(before: Before): void {
    const state = this.#state;
    const { role } = state;
    if (role.role === "leader") {
      announceAppended(state, before);
      advanceCommit(state, role);
      advanceRounds(state, role, () => broadcastHeartbeat(state, role));
      sendAppends(state, role);
    } else {
      askLeader(state);
    }
  }

  #collect(): Output {
    const state = this.#state;
    const store = this.#nextStore();
    const apply = takeCommitted(state);
    // With hard state that no store has yet taken, a promise has to wait even if the disk is idle now.
    const hardStateSaved = this.#hardStateOnDisk && !this.#hardStateChanged();
    const send = state.outbox.takeMessages(state.term, hardStateSaved, state.log.durableIndex);
    this.#wakeAt = wakeAt(state);
    return { send, store, apply, answers: state.outbox.takeAnswers(), events: state.outbox.takeEvents(), wakeAt: this.#wakeAt };
  }

  /** All that has changed since the last store, as the one next store, if the disk is free. */
  #nextStore(): Store | null {
    const state = this.#state;
    if (state.storingSince !== null || (!this.#hardStateChanged() && !state.log.hasUnsaved)) return null;
    const hardState = this.#hardStateChanged() ? state.hardState : null;
    const entries = state.log.takeUnsaved();
    if (hardState !== null) {
      this.#savedHardState = hardState;
      this.#hardStateOnDisk = false;
    }
    state.storingSince = state.now;
    return { hardState, entries, lastIndex: state.log.lastIndex, lastTerm: state.log.lastTerm };
  }

  #hardStateChanged(): boolean {
    return this.#savedHardState.term !== this.#state.term || this.#savedHardState.votedFor !== this.#state.votedFor;
  }
}

/** The rule for all servers (Figure 2): terms first, then the message itself. */
function onMessage(state: RaftState, message: PeerMessage): void {
  if (message.term < state.term) {
    onOldTerm(state, message);
    return;
  }
  if (message.term > state.term && !isAboutLaterTerm(message)) {
    // Whoever hears a leader lets no candidate depose it (thesis 4.2.3).
    if (message.type === "voteRequest" && isLoyalAgainst(state, message.from)) {
      onVoteRequest(state, message);
      return;
    }
    adoptTerm(state, message.term);
  }
  if (message.type === "append" || message.type === "heartbeat") {
    assert(state.role.role !== "leader", `node ${message.from} leads term ${message.term} too`);
    followLeader(state, message.from);
  }
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
    const progress = role.progress.get(message.from);
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
    default:
      message satisfies never;
  }
}

function announceAppended(state: RaftState, before: Before): void {
  if (before.role !== "leader" || state.log.lastIndex === before.lastIndex) return;
  state.event({ type: "logAppended", first: before.lastIndex + 1, last: state.log.lastIndex, term: state.term });
}

/** Entries are applied once they are committed and on this disk, in order, each once. */
function takeCommitted(state: RaftState): readonly Entry[] {
  const last = Math.min(state.commitIndex, state.log.durableIndex);
  if (last <= state.appliedIndex) return [];
  const entries = state.log.between(state.appliedIndex + 1, last);
  state.appliedIndex = last;
  return entries;
}

function wakeAt(state: RaftState): Millis {
  const { role, options } = state;
  let at = role.role === "leader" ? role.heartbeatDueAt : state.electionDueAt;
  if (state.storingSince !== null && role.role === "leader") at = Math.min(at, state.storingSince + options.diskStallMs);
  if (role.role === "follower" && role.reads.asked !== null) at = Math.min(at, role.reads.asked.askedAt + readRetryMs(state));
  return at;
}

function viewPeers(state: RaftState): readonly PeerView[] {
  if (state.role.role !== "leader") return [];
  return [...state.role.progress.values()].map(({ id, state: progressState, matchIndex, nextIndex, lastHeardAt }) => ({
    id,
    state: progressState,
    matchIndex,
    nextIndex,
    lastHeardAt,
  }));
}
