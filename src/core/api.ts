import type { CoreEvent } from "./events.ts";
import type { PeerMessage } from "./messages.ts";
import type {
  Entry,
  HardState,
  Index,
  LogBase,
  Member,
  Members,
  MembersAt,
  MembersChange,
  Millis,
  NodeId,
  ProgressState,
  Role,
  SnapshotMeta,
  Term,
  TermRun,
  Ticket,
} from "./types.ts";

/**
 * The core: one node's share of the algorithm, as a function of time and news.
 * Synchronous, deterministic and total: it reads no clock, touches no disk, and draws chance only
 * from the seed in its options. A broken invariant throws; the shell must then stop the node.
 */
export interface Raft {
  /** One turn: takes in a batch of news, then draws its consequences once. `now` never goes back. */
  step(now: Millis, inputs: readonly Input[]): Output;
  /** What the node is now. Valid until the next step. */
  readonly view: View;
  /** Why this node does not believe that `from` leads it in `term`, as of the last step; null if it does. */
  whyNotLed(from: NodeId, term: Term): string | null;
  /** The newest runs of terms in the log, as of the last step, the oldest of them first. */
  termRuns(max: number): readonly TermRun[];
  /** The entries from `first` to `last` that the log holds, as of the last step. */
  entries(first: Index, last: Index): readonly Entry[];
}

/** News for the core. */
export type Input =
  /** A peer's message. Those of strangers must have been refused before. */
  | { readonly type: "message"; readonly message: PeerMessage }
  /** A client's command. Answered `accepted` or `refused` in the same step. */
  | { readonly type: "propose"; readonly ticket: Ticket; readonly data: Uint8Array }
  /** A linearizable read. Answered `readable` or `refused`, now or later. */
  | { readonly type: "read"; readonly ticket: Ticket }
  /** The store in flight is on disk, entries up to `lastIndex` (of `lastTerm`) included. */
  | { readonly type: "stored"; readonly lastIndex: Index; readonly lastTerm: Term }
  /** A change of the members. Answered `accepted` or `refused` in the same step. */
  | { readonly type: "changeMembers"; readonly ticket: Ticket; readonly change: MembersChange }
  /** Leadership is to go to this node, or to the best one (thesis 3.10). Answered `transferred` or `refused`, now or later. */
  | { readonly type: "transfer"; readonly ticket: Ticket; readonly to: NodeId | null }
  /** The machine's state up to `index` survives a power failure: entries up to there may be dropped. */
  | { readonly type: "durable"; readonly index: Index }
  /** What came of sending the snapshot that ends at `index` to this node. */
  | { readonly type: "snapshotSent"; readonly to: NodeId; readonly index: Index; readonly outcome: "installed" | "failed" }
  /**
   * A snapshot from the leader of `term` is complete, verified, and synced under `name`. Answered `snapshotTaken`,
   * `snapshotStale` or `snapshotRefused` in the same step.
   */
  | {
      readonly type: "snapshotReceived";
      readonly ticket: Ticket;
      readonly from: NodeId;
      readonly term: Term;
      readonly snapshot: SnapshotMeta;
      readonly name: string;
    };

/** What the shell must do. It tells the events first, then does the rest in the order of the fields. */
export interface Output {
  /** May leave at once: what they promise is on disk already. Each may be lost, doubled or late. */
  readonly send: readonly PeerMessage[];
  /** Begin to send each of these the newest snapshot; then step with `snapshotSent`. */
  readonly snapshots: readonly NodeId[];
  /** Write this in one atomic, synced batch; then step with `stored`. There is never a second one meanwhile. */
  readonly store: Store | null;
  /** Newly committed entries that are on this node's disk, in log order, each exactly once since the start. */
  readonly apply: readonly Entry[];
  readonly answers: readonly Answer[];
  readonly events: readonly CoreEvent[];
  /** Step again no later than this, news or no news. */
  readonly wakeAt: Millis;
}

/** One write: all of it survives a crash, or nothing does. */
export interface Store {
  /** Null if unchanged since the last store. */
  readonly hardState: HardState | null;
  /** They replace everything in the stored log from the first one's index on; none: the log is unchanged. */
  readonly entries: readonly Entry[];
  /** Entries up to here are dropped from the beginning of the stored log; null: none are. */
  readonly base: LogBase | null;
  /**
   * The staged state of this name becomes the state; null: it stays. Then `base` is the snapshot's end. Of the stored
   * log nothing stays but what comes after `base`, before the first of `entries`, and not after `lastIndex`.
   */
  readonly snapshot: { readonly name: string; readonly meta: SnapshotMeta } | null;
  /** Last index and term of the log once this is written: what to report as `stored`. */
  readonly lastIndex: Index;
  readonly lastTerm: Term;
}

export type Answer =
  /**
   * Proposal or change of members appended at this index; it is the shell's to watch whether the index commits in this
   * term. `ids` are those of the nodes that a change adds, in its order; empty for a proposal.
   */
  | {
      readonly type: "accepted";
      readonly ticket: Ticket;
      readonly index: Index;
      readonly term: Term;
      readonly ids: readonly NodeId[];
    }
  /** This node has seen `to` lead. */
  | { readonly type: "transferred"; readonly ticket: Ticket; readonly to: NodeId }
  /** A read is linearizable once this node has applied all up to `index`. */
  | { readonly type: "readable"; readonly ticket: Ticket; readonly index: Index }
  /** The snapshot is to be the state: the next store names it, unless a newer one is taken before. */
  | { readonly type: "snapshotTaken"; readonly ticket: Ticket }
  /** All that the snapshot has is committed here already, as is all up to `commitIndex`. */
  | { readonly type: "snapshotStale"; readonly ticket: Ticket; readonly commitIndex: Index }
  /** The snapshot is not to be the state, for its sender is not believed. */
  | { readonly type: "snapshotRefused"; readonly ticket: Ticket; readonly why: string }
  /** The request had no effect and never will. */
  | { readonly type: "refused"; readonly ticket: Ticket; readonly reason: Refusal; readonly leader: NodeId | null };

/** News that is answered, by its ticket. */
export type Question = Extract<Input, { readonly ticket: Ticket }>;

/** What a question can be answered with. */
export type AnswerTo<Asked extends Question> = Extract<Answer, { readonly type: AnswerTypes[Asked["type"]] }>;

interface AnswerTypes {
  readonly propose: "accepted" | "refused";
  readonly changeMembers: "accepted" | "refused";
  readonly transfer: "transferred" | "refused";
  readonly read: "readable" | "refused";
  readonly snapshotReceived: "snapshotTaken" | "snapshotStale" | "snapshotRefused";
}

/**
 * - `notLeader`: only the leader takes proposals; `leader` says where it is, if known.
 * - `noLeader`: a read found no leader to ask, or lost it while waiting.
 * - `overloaded`: a limit of the options is reached.
 * - `notReady`: a new leader has not yet committed an entry of its own term.
 * - `changeInProgress`: an earlier change of members has not ended yet.
 * - `unknownMember`: no member has the id that was named.
 * - `idUsed`: the id belongs, or once belonged, to a member.
 * - `addressInUse`: another member has the peer address.
 * - `noVoters`: nobody would be left to vote.
 * - `wouldLoseQuorum`: no majority of the members to come is heard.
 * - `transferring`: leadership is being handed over; try again soon.
 * - `notTransferable`: the node that was named, or any other, cannot lead now.
 * - `transferTimedOut`: the other node did not take over in time; this one still leads.
 */
export type Refusal =
  | "notLeader"
  | "noLeader"
  | "overloaded"
  | "notReady"
  | "changeInProgress"
  | "unknownMember"
  | "idUsed"
  | "addressInUse"
  | "noVoters"
  | "wouldLoseQuorum"
  | "transferring"
  | "notTransferable"
  | "transferTimedOut";

/** What a node knows, for status pages and the shell. */
export interface View {
  readonly id: NodeId;
  readonly role: Role;
  readonly term: Term;
  readonly votedFor: NodeId | null;
  readonly leader: NodeId | null;
  /** The first entry that has not been dropped; one more than `lastIndex` if the log holds none. */
  readonly firstIndex: Index;
  readonly lastIndex: Index;
  /** Up to here this node's own disk holds the log. */
  readonly durableIndex: Index;
  readonly commitIndex: Index;
  /** Up to here entries were handed out to be applied. */
  readonly appliedIndex: Index;
  /** The snapshot that takes the place of the state, until the store that names it is on disk. */
  readonly installing: string | null;
  /** The members in force: those of the last entry that names any, committed or not (thesis 4.1). */
  readonly members: Members;
  readonly membersIndex: Index;
  readonly membersCommitted: boolean;
  /** Nodes that are no members any more, and that this leader still tells so: they must stay within reach. */
  readonly departing: readonly Member[];
  /** To whom this leader is handing over. */
  readonly transferTo: NodeId | null;
  /** When this node campaigns unless it hears a leader; null for a leader and for whoever has no vote. */
  readonly electionDueAt: Millis | null;
  /** The time to that deadline as it was drawn last. */
  readonly electionTimeoutMs: Millis;
  /** Who has voted for this node in the election that it stands in; empty if it stands in none. */
  readonly votes: readonly NodeId[];
  /** Messages that are held back until the disk has what they promise. */
  readonly heldCount: number;
  /** What the log's clock says now: at a leader that of its next entry, else that of the last one. */
  readonly time: Millis;
  /** One per other member, and per node that is departing, if this node leads; else empty. */
  readonly peers: readonly PeerView[];
}

export interface PeerView {
  readonly id: NodeId;
  readonly isVoter: boolean;
  readonly state: ProgressState;
  readonly matchIndex: Index;
  readonly nextIndex: Index;
  readonly lastHeardAt: Millis;
}

/** What a node finds on its disk when it starts. */
export interface Restored {
  /** Null on a new disk. */
  readonly hardState: HardState | null;
  /** Where the log begins. */
  readonly base: LogBase;
  /** The whole log after `base`, without a gap. */
  readonly entries: readonly Entry[];
  /** The machine has applied all up to here; not before `base`. */
  readonly appliedIndex: Index;
  /** The members as of `appliedIndex`; those the cluster began with if no entry up to there names any. */
  readonly members: MembersAt;
}
