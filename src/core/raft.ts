import type { Input, Output, PeerView, Raft, Restored, Store, View } from "./api.ts";
import { assert } from "./assert.ts";
import { campaign, checkQuorum } from "./election.ts";
import { type Before, checkInvariants, remember } from "./invariants.ts";
import { isVoter } from "./members.ts";
import { advanceMembership, noticeRemoval, onChangeMembers } from "./membership.ts";
import type { Options } from "./options.ts";
import { advanceRounds, askLeader, onRead, readRetryMs } from "./reads.ts";
import { onMessage } from "./receive.ts";
import { advanceCommit, announceAppended, broadcastHeartbeat, logTime, onPropose, sendAppends } from "./replication.ts";
import { offerSnapshots, onDurable, onInstalled, onSnapshotReceived, onSnapshotSent } from "./snapshot.ts";
import { type Leader, RaftState } from "./state.ts";
import { onTransfer, pursueTransfer, stepAside } from "./transfer.ts";
import { whyNotLed } from "./trust.ts";
import type { Entry, HardState, Index, Member, Millis, NodeId, Term, TermRun } from "./types.ts";

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
  #savedBase: Index;
  /** Whether the hard state of the last store handed out is on disk. */
  #isHardStateOnDisk = true;
  /** What the last output asked for; null before the first step. */
  #wakeAt: Millis | null = null;

  constructor(state: RaftState) {
    this.#state = state;
    this.#savedHardState = state.hardState;
    this.#savedBase = state.log.base.index;
  }

  step(now: Millis, inputs: readonly Input[]): Output {
    const state = this.#state;
    const before = remember(state);
    state.now = now;
    // Only now is the time known from which the first deadline counts.
    if (this.#wakeAt === null) {
      state.resetElectionTimer();
      state.leaderlessSince = now;
    }
    const lateMs = this.#wakeAt === null ? 0 : now - this.#wakeAt;
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
      firstIndex: state.log.firstIndex,
      lastIndex: state.log.lastIndex,
      durableIndex: state.log.durableIndex,
      commitIndex: state.commitIndex,
      appliedIndex: state.appliedIndex,
      installing: state.installing?.name ?? null,
      members: state.members,
      membersIndex: state.log.members.latest.index,
      membersCommitted: state.log.members.latest.index <= state.commitIndex,
      departing: viewDeparting(state),
      transferTo: state.isTransferring ? (state.transfer?.to ?? null) : null,
      electionDueAt: state.role.role !== "leader" && isVoter(state.members, state.id) ? state.electionDueAt : null,
      electionTimeoutMs: state.electionTimeoutMs,
      votes: viewVotes(state),
      heldCount: state.outbox.heldCount,
      time: state.role.role === "leader" ? logTime(state, state.role) : state.log.lastTime,
      peers: viewPeers(state),
    };
  }

  whyNotLed(from: NodeId, term: Term): string | null {
    return whyNotLed(this.#state, from, term)?.why ?? null;
  }

  termRuns(max: number): readonly TermRun[] {
    const { log } = this.#state;
    return log.termRuns(log.firstIndex, log.lastIndex, max);
  }

  entries(first: Index, last: Index): readonly Entry[] {
    const { log } = this.#state;
    return log.between(Math.max(first, log.firstIndex), Math.min(last, log.lastIndex));
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
      case "changeMembers":
        onChangeMembers(this.#state, input.ticket, input.change);
        break;
      case "transfer":
        onTransfer(this.#state, input.ticket, input.to);
        break;
      case "durable":
        onDurable(this.#state, input.index);
        break;
      case "snapshotSent":
        onSnapshotSent(this.#state, input);
        break;
      case "snapshotReceived":
        onSnapshotReceived(this.#state, input);
        break;
      default:
        input satisfies never;
    }
  }

  #onStored(lastIndex: Index, lastTerm: Term): void {
    const state = this.#state;
    const { storing } = state;
    assert(
      storing?.lastIndex === lastIndex && storing.lastTerm === lastTerm,
      () => `stored up to (${lastTerm}, ${lastIndex}) was reported, but not in flight`,
    );
    state.log.stored();
    state.storing = null;
    if (storing.snapshot !== null) onInstalled(state, storing.snapshot);
    this.#isHardStateOnDisk = true;
    // The requests for votes leave only now, so only now does the time to answer them begin.
    if (state.role.role === "candidate") state.resetElectionTimer();
  }

  /** Deadlines are looked at after the news, so that a waiting heartbeat beats a late timer. */
  #lookAtTime(lateMs: Millis): void {
    const state = this.#state;
    if (lateMs > state.options.heartbeatMs) this.#extendDeadlinesAfterPause(lateMs);
    if (state.role.role === "leader") {
      if (this.#diskHasStalled()) {
        stepAside(state, state.role, "its disk has stalled");
      } else if (state.now >= state.role.heartbeatDueAt) {
        checkQuorum(state, state.role);
        if (state.role.role === "leader") broadcastHeartbeat(state, state.role);
      }
    } else if (state.now >= state.electionDueAt) {
      // A vote for itself could not be saved while the disk stalls, and a leader that stalls serves nobody.
      if (this.#diskHasStalled()) state.resetElectionTimer();
      else campaign(state);
    }
  }

  /**
   * This process did not run for a while: what others said meanwhile is still on its way in, so nobody is to be
   * blamed for silence yet, nor is the disk. A follower waits one heartbeat more; a leader does not count the time
   * it slept.
   */
  #extendDeadlinesAfterPause(lateMs: Millis): void {
    const state = this.#state;
    state.event({ type: "wokeLate", lateMs });
    if (state.storing !== null) state.storing.since += lateMs;
    if (state.role.role === "leader") {
      for (const progress of state.role.progress.values())
        progress.lastHeardAt = Math.min(progress.lastHeardAt + lateMs, state.now);
    } else if (state.now >= state.electionDueAt && !state.electionPutOff) {
      state.electionDueAt = state.now + state.options.heartbeatMs;
      state.electionPutOff = true;
    }
  }

  /** Whether the write under way takes too long. Says so once for each write. */
  #diskHasStalled(): boolean {
    const state = this.#state;
    const { storing } = state;
    // The same sum as in wakeAt, or by rounding it could be woken for this and not yet find it so.
    if (storing === null || state.now < storing.since + state.options.diskStallMs) return false;
    if (!storing.isStallAnnounced) state.event({ type: "diskStalled", forMs: state.now - storing.since });
    storing.isStallAnnounced = true;
    return true;
  }

  #drawConsequences(before: Before): void {
    const state = this.#state;
    const { role } = state;
    if (role.role === "leader") {
      advanceCommit(state, role);
      advanceRounds(state, role, () => broadcastHeartbeat(state, role));
      advanceMembership(state, role);
      announceOwn(state, role, before);
      // It may just have found that it is no member any more.
      if (state.role === role) {
        offerSnapshots(state, role);
        sendAppends(state, role);
      }
    } else {
      askLeader(state);
    }
    pursueTransfer(state);
    announceMembers(state, before);
    noticeRemoval(state);
  }

  #collect(): Output {
    const state = this.#state;
    const store = this.#nextStore();
    const apply = takeCommitted(state);
    state.log.pack(state.appliedIndex);
    // With hard state that no store has yet taken, a promise has to wait even if the disk is idle now.
    const hardStateSaved = this.#isHardStateOnDisk && !this.#hardStateChanged();
    const send = state.outbox.takeMessages(state.term, hardStateSaved, state.log.durableIndex);
    this.#wakeAt = wakeAt(state);
    const answers = state.outbox.takeAnswers();
    return {
      send,
      snapshots: state.outbox.takeSnapshots(),
      store,
      apply,
      answers,
      events: state.outbox.takeEvents(),
      wakeAt: this.#wakeAt,
    };
  }

  /** All that has changed since the last store, as the one next store, if the disk is free. */
  #nextStore(): Store | null {
    const state = this.#state;
    const { base } = state.log;
    const baseChanged = base.index !== this.#savedBase;
    if (state.storing !== null || (!this.#hardStateChanged() && !state.log.hasUnsaved && !baseChanged)) return null;
    const hardState = this.#hardStateChanged() ? state.hardState : null;
    const entries = state.log.takeUnsaved();
    if (hardState !== null) {
      this.#savedHardState = hardState;
      this.#isHardStateOnDisk = false;
    }
    this.#savedBase = base.index;
    const { lastIndex, lastTerm } = state.log;
    const { installing: snapshot } = state;
    state.storing = { since: state.now, lastIndex, lastTerm, snapshot, isStallAnnounced: false };
    return { hardState, entries, base: baseChanged ? base : null, snapshot, lastIndex, lastTerm };
  }

  #hardStateChanged(): boolean {
    return this.#savedHardState.term !== this.#state.term || this.#savedHardState.votedFor !== this.#state.votedFor;
  }
}

/** Found by comparing, so that neither an entry that names members nor one that is cut off can be overlooked. */
function announceMembers(state: RaftState, before: Before): void {
  const { latest } = state.log.members;
  if (latest !== before.members) state.event({ type: "membersChanged", members: latest.members, index: latest.index });
}

function announceOwn(state: RaftState, leader: Leader, before: Before): void {
  const ledBefore = before.role === "leader" && before.term === state.term;
  const first = ledBefore ? before.lastIndex + 1 : leader.termStart;
  const last = state.log.lastIndex;
  if (first <= last) announceAppended(state, first);
}

/** Entries are applied once they are committed and on this disk, in order, each once; none to a state that a snapshot will replace. */
function takeCommitted(state: RaftState): readonly Entry[] {
  if (state.installing !== null) return [];
  const last = Math.min(state.commitIndex, state.log.durableIndex);
  if (last <= state.appliedIndex) return [];
  const entries = state.log.between(state.appliedIndex + 1, last);
  state.appliedIndex = last;
  return entries;
}

function wakeAt(state: RaftState): Millis {
  const { role, options } = state;
  let at = role.role === "leader" ? role.heartbeatDueAt : state.electionDueAt;
  if (role.role === "leader") for (const { retrySnapshotAt } of role.progress.values()) at = Math.min(at, retrySnapshotAt ?? at);
  if (state.transfer !== null) at = Math.min(at, state.transfer.dueAt);
  if (state.storing !== null && role.role === "leader") at = Math.min(at, state.storing.since + options.diskStallMs);
  if (role.role === "follower" && role.reads.asked !== null) at = Math.min(at, role.reads.asked.askedAt + readRetryMs(state));
  return at;
}

function viewDeparting({ role }: RaftState): readonly Member[] {
  return role.role === "leader" ? [...role.departing.values()].map(({ node }) => node) : [];
}

const none: readonly NodeId[] = [];

function viewVotes({ role }: RaftState): readonly NodeId[] {
  if (role.role !== "preCandidate" && role.role !== "candidate") return none;
  return [...role.votes].filter(([, granted]) => granted).map(([id]) => id);
}

function viewPeers(state: RaftState): readonly PeerView[] {
  if (state.role.role !== "leader") return [];
  return [...state.role.progress.values()].map(({ id, state: progressState, matchIndex, nextIndex, lastHeardAt }) => ({
    id,
    isVoter: isVoter(state.members, id),
    state: progressState,
    matchIndex,
    nextIndex,
    lastHeardAt,
  }));
}
