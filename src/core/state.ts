import type { Answer, Restored } from "./api.ts";
import { assert } from "./assert.ts";
import type { CatchUp } from "./catch-up.ts";
import type { CoreEvent } from "./events.ts";
import { Log } from "./log.ts";
import { type PeerMessage, promiseOf } from "./messages.ts";
import { type Options, optionProblems } from "./options.ts";
import type { Progress } from "./progress.ts";
import { Random } from "./random.ts";
import type { HardState, Index, Member, Members, Millis, NodeId, Role, SnapshotMeta, Term, Ticket } from "./types.ts";

/** Follows `leader`, or nobody yet. */
export interface Follower {
  readonly role: "follower";
  leader: NodeId | null;
  /** When the leader was last heard; meaningless without one. */
  leaderHeardAt: Millis;
  /** All up to here is known to be equal to the leader's log (commit aside). */
  receivedIndex: Index;
  readonly reads: FollowerReads;
}

/** Reads that need the leader's read index (thesis 6.4). */
export interface FollowerReads {
  waiting: Ticket[];
  /** The question under way, on behalf of all `tickets`. */
  asked: { readonly id: number; readonly tickets: readonly Ticket[]; readonly askedAt: Millis } | null;
}

/** Asks whether it could win, before it disturbs anyone (thesis 9.6). */
export interface PreCandidate {
  readonly role: "preCandidate";
  readonly votes: Map<NodeId, boolean>;
}

export interface Candidate {
  readonly role: "candidate";
  readonly votes: Map<NodeId, boolean>;
}

export interface Leader {
  readonly role: "leader";
  /** The no-op that opened this term. Nothing is read before it is committed (§8). */
  readonly termStart: Index;
  /** One for each other member in force, and for each that is departing. */
  readonly progress: Map<NodeId, Progress>;
  /** One for each learner. */
  readonly catchUps: Map<NodeId, CatchUp>;
  readonly departing: Map<NodeId, Departing>;
  readonly reads: LeaderReads;
  heartbeatDueAt: Millis;
  /** Bytes of all entries that are not committed. */
  uncommittedBytes: number;
  /** From when on this leader stamps entries: its clock then, and what the log's said. */
  readonly clock: { readonly since: Millis; readonly time: Millis };
}

/** A node that is no member any more, and is to learn so (rule 27). */
export interface Departing {
  readonly node: Member;
  /** The entry in which it is no longer named. */
  readonly index: Index;
  readonly until: Millis;
  /** When it was told that this entry is committed; null before. */
  toldAt: Millis | null;
}

/** Someone who waits for a read index: a client of this node, or another node for its clients. */
export type Reader =
  | { readonly type: "local"; readonly ticket: Ticket }
  | { readonly type: "remote"; readonly from: NodeId; readonly id: number };

/** Reads that wait for a quorum to confirm the leadership. */
export interface LeaderReads {
  /** They came after the round under way began, so only the next one can confirm them. */
  waiting: Reader[];
  /** Number of the last round begun in this term. */
  lastRound: number;
  round: { readonly number: number; readonly index: Index; readonly readers: readonly Reader[]; readonly acks: Set<NodeId> } | null;
}

/** A write to disk that is under way. */
export interface Storing {
  since: Millis;
  readonly lastIndex: Index;
  readonly lastTerm: Term;
  /** The snapshot that it takes for the state, if any. */
  readonly snapshot: Snapshot | null;
  isStallAnnounced: boolean;
}

/** A snapshot that a leader sent, staged under a name. */
export interface Snapshot {
  readonly name: string;
  readonly meta: SnapshotMeta;
}

/** Leadership is being handed over. */
export interface Transfer {
  readonly ticket: Ticket;
  readonly to: NodeId;
  /** The term that is to end by it. */
  readonly term: Term;
  /** Then it has failed. */
  readonly dueAt: Millis;
  /** When the other node was last told to campaign; null if it still lacks entries. */
  toldAt: Millis | null;
}

export type RoleState = Follower | PreCandidate | Candidate | Leader;

/**
 * All a node knows. Handlers change it and put what they want said into the outbox; what follows from
 * the change is worked out once, at the end of the step (raft.ts).
 */
export class RaftState {
  readonly options: Options;
  readonly random: Random;
  readonly log: Log;
  /** The time of this step. */
  now: Millis = 0;
  term: Term;
  votedFor: NodeId | null;
  role: RoleState;
  commitIndex: Index;
  appliedIndex: Index;
  /** In this term, or an earlier one, it was learnt that all up to `commitIndex` is committed. */
  committedIn: Term;
  /** Up to here the leader has this node's confirmation, and this log ends before that: its disk has lost what it promised. 0: it has not. */
  lacks: Index = 0;
  /** Since when no leader is known; null while one is. */
  leaderlessSince: Millis | null = 0;
  /** What voters have answered of terms that are too far ahead to be believed at once; in this term. */
  readonly farTerms = new Map<NodeId, Term>();
  /** Somebody has called in such a term; the voters are to be asked. */
  hasHeardFarTerm = false;
  /** When to campaign unless a leader is heard. */
  electionDueAt: Millis = 0;
  /** The time to that as it was drawn. */
  electionTimeoutMs: Millis = 0;
  /** Whether that has been put off because this process woke late. Once only, or one that is always late would never campaign. */
  electionPutOff = false;
  /** The store in flight, and when it began; null if the disk is idle. */
  storing: Storing | null = null;
  /** Whether it was said that this node is no member any more. */
  isRemovalNoticed = false;
  /** Whether it was said that no term can follow on this one. */
  isExhaustionNoticed = false;
  /** The snapshot that takes the place of the state. Until a store that names it is on disk, nothing is applied. */
  installing: Snapshot | null = null;
  /** The transfer that somebody waits for; its leader's term may have ended. */
  transfer: Transfer | null = null;
  readonly outbox = new Outbox();
  #nextReadId: number;

  constructor(options: Options, restored: Restored) {
    const problems = optionProblems(options);
    assert(problems.length === 0, problems.join(" "));
    this.options = options;
    this.random = new Random(options.seed);
    this.log = new Log(restored.entries, restored.base, restored.members);
    this.term = restored.hardState?.term ?? 0;
    this.votedFor = restored.hardState?.votedFor ?? null;
    assert(this.term >= this.log.lastTerm, () => `the log ends in term ${this.log.lastTerm}, but the hard state says ${this.term}`);
    assert(
      restored.appliedIndex >= restored.base.index,
      () => `the log begins after ${restored.base.index}, but the machine has applied only ${restored.appliedIndex}`,
    );
    assert(
      restored.appliedIndex <= this.log.lastIndex,
      () => `the machine has applied ${restored.appliedIndex}, but the log ends at ${this.log.lastIndex}`,
    );
    this.commitIndex = restored.appliedIndex;
    this.committedIn = this.term;
    this.appliedIndex = restored.appliedIndex;
    this.log.pack(restored.appliedIndex);
    this.role = newFollower(null, 0);
    // An id may never come back, not even after a restart (hence a new seed), or an old answer could confirm a new read.
    this.#nextReadId = this.random.between(1, 2 ** 31) * 2 ** 20;
  }

  get id(): NodeId {
    return this.options.id;
  }

  /** The members in force. */
  get members(): Members {
    return this.log.members.latest.members;
  }

  /** All other nodes that get the log. */
  get others(): readonly NodeId[] {
    return this.members.nodes.map(({ id }) => id).filter((id) => id !== this.id);
  }

  get hardState(): HardState {
    return { term: this.term, votedFor: this.votedFor };
  }

  get leader(): NodeId | null {
    if (this.role.role === "leader") return this.id;
    return this.role.role === "follower" ? this.role.leader : null;
  }

  /** Whether this node leads, and is handing over: until that has ended it takes nothing into its log. */
  get isTransferring(): boolean {
    return this.role.role === "leader" && this.transfer?.term === this.term;
  }

  get roleName(): Role {
    return this.role.role;
  }

  nextReadId(): number {
    this.#nextReadId += 1;
    return this.#nextReadId;
  }

  /** Draws a new election deadline (§5.2): nodes that draw differently seldom split the vote. */
  resetElectionTimer(): void {
    const { electionTimeoutMinMs, electionTimeoutMaxMs } = this.options;
    this.electionTimeoutMs = this.random.between(electionTimeoutMinMs, electionTimeoutMaxMs);
    this.electionDueAt = this.now + this.electionTimeoutMs;
    this.electionPutOff = false;
  }

  send(message: PeerMessage): void {
    this.outbox.messages.push(message);
  }

  answer(answer: Answer): void {
    this.outbox.answers.push(answer);
  }

  event(event: CoreEvent): void {
    this.outbox.events.push(event);
  }
}

export function newFollower(leader: NodeId | null, now: Millis): Follower {
  return { role: "follower", leader, leaderHeardAt: now, receivedIndex: 0, reads: { waiting: [], asked: null } };
}

/** What a step has to say, and the promises of earlier steps that still wait for the disk. */
export class Outbox {
  messages: PeerMessage[] = [];
  answers: Answer[] = [];
  events: CoreEvent[] = [];
  /** Who is to be sent a snapshot. */
  snapshots: NodeId[] = [];
  #held: PeerMessage[] = [];

  /**
   * The messages that may leave now. A promise is held back until this node's disk keeps it; one made in an
   * earlier term is void, since what it spoke of may have been replaced.
   */
  takeMessages(term: Term, hardStateSaved: boolean, durableIndex: Index): readonly PeerMessage[] {
    const ready: PeerMessage[] = [];
    const held: PeerMessage[] = [];
    for (const message of [...this.#held, ...this.messages]) {
      const promised = promiseOf(message);
      if (promised === "nothing") {
        ready.push(message);
      } else if (message.term === term) {
        const claimed = promised === "log" && "matchIndex" in message ? message.matchIndex : 0;
        if (hardStateSaved && claimed <= durableIndex) pushLatest(ready, message);
        else held.push(message);
      }
    }
    this.#held = withoutRepetitions(held);
    this.messages = [];
    return ready;
  }

  get heldCount(): number {
    return this.#held.length;
  }

  takeAnswers(): readonly Answer[] {
    const answers = this.answers;
    this.answers = [];
    return answers;
  }

  takeSnapshots(): readonly NodeId[] {
    const snapshots = this.snapshots;
    this.snapshots = [];
    return snapshots;
  }

  takeEvents(): readonly CoreEvent[] {
    const events = this.events;
    this.events = [];
    return events;
  }
}

/** Of several matches in a row to one leader only the last says anything. */
function pushLatest(ready: PeerMessage[], message: PeerMessage): void {
  const last = ready.at(-1);
  if (message.type === "appendMatch" && last?.type === "appendMatch" && last.to === message.to && last.term === message.term) {
    if (message.matchIndex >= last.matchIndex) ready[ready.length - 1] = message;
    return;
  }
  ready.push(message);
}

/** Of what is said again to the same node only the last is kept, so that a disk that hangs does not fill the memory. */
function withoutRepetitions(held: PeerMessage[]): PeerMessage[] {
  if (held.length < 2) return held;
  const last = new Map<string, PeerMessage>();
  for (const message of held) {
    // Matches differ: the disk may reach an earlier one sooner.
    const what = message.type === "appendMatch" ? message.matchIndex : message.type;
    last.set(`${message.to} ${what}`, message);
  }
  return [...last.values()];
}
