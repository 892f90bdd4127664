import type { Event } from "./events.ts";
import type { PeerMessage } from "./messages.ts";
import type { Entry, HardState, Index, Millis, NodeId, Role, Term, Ticket } from "./types.ts";

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
  | { readonly type: "stored"; readonly lastIndex: Index; readonly lastTerm: Term };

/** What the shell must do, in the order of the fields. */
export interface Output {
  /** May leave at once: what they promise is on disk already. Each may be lost, doubled or late. */
  readonly send: readonly PeerMessage[];
  /** Write this in one atomic, synced batch; then step with `stored`. There is never a second one meanwhile. */
  readonly store: Store | null;
  /** Newly committed entries that are on this node's disk, in log order, each exactly once since the start. */
  readonly apply: readonly Entry[];
  readonly answers: readonly Answer[];
  readonly events: readonly Event[];
  /** Step again no later than this, news or no news. */
  readonly wakeAt: Millis;
}

/** One write: all of it survives a crash, or nothing does. */
export interface Store {
  /** Null if unchanged since the last store. */
  readonly hardState: HardState | null;
  /** They replace everything in the stored log from the first one's index on; none: the log is unchanged. */
  readonly entries: readonly Entry[];
  /** Last index and term of the log once this is written: what to report as `stored`. */
  readonly lastIndex: Index;
  readonly lastTerm: Term;
}

export type Answer =
  /** Proposal appended at this place; it is the shell's to watch whether the place commits in this term. */
  | { readonly type: "accepted"; readonly ticket: Ticket; readonly index: Index; readonly term: Term }
  /** A read is linearizable once this node has applied all up to `index`. */
  | { readonly type: "readable"; readonly ticket: Ticket; readonly index: Index }
  /** Surely nothing happened, nor will. */
  | { readonly type: "refused"; readonly ticket: Ticket; readonly reason: Refusal; readonly leader: NodeId | null };

/**
 * - `notLeader`: only the leader takes proposals; `leader` says where it is, if known.
 * - `noLeader`: a read found no leader to ask, or lost it while waiting.
 * - `overloaded`: a limit of the options is reached.
 */
export type Refusal = "notLeader" | "noLeader" | "overloaded";

/** What a node knows, for status pages and the shell. */
export interface View {
  readonly id: NodeId;
  readonly role: Role;
  readonly term: Term;
  readonly votedFor: NodeId | null;
  readonly leader: NodeId | null;
  readonly lastIndex: Index;
  /** Up to here this node's own disk holds the log. */
  readonly durableIndex: Index;
  readonly commitIndex: Index;
  /** Up to here entries were handed out to be applied. */
  readonly appliedIndex: Index;
  /** One per other member if this node leads, else empty. */
  readonly peers: readonly PeerView[];
}

export interface PeerView {
  readonly id: NodeId;
  readonly state: "probe" | "replicate";
  readonly matchIndex: Index;
  readonly nextIndex: Index;
  readonly lastHeardAt: Millis;
}

/** What a node finds on its disk when it starts. */
export interface Restored {
  /** Null on a new disk. */
  readonly hardState: HardState | null;
  /** The whole log, contiguous from index 1. */
  readonly entries: readonly Entry[];
  /** The machine has applied all up to here. */
  readonly appliedIndex: Index;
}
