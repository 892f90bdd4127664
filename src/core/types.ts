/** The nouns of Raft that every room of the core shares. */

/** A term: a positive safe integer that only grows; 0 before the first election (§5.1). */
export type Term = number;

/** A place in the log, from 1 on; 0 stands for "before the first entry". A safe integer. */
export type Index = number;

/** A member's id: a positive safe integer, never reused. */
export type NodeId = number;

/** Milliseconds of a monotonic clock; only differences mean anything. */
export type Millis = number;

/** Chosen by the shell to recognise the answer to a proposal or a read. Never used twice. */
export type Ticket = number;

/** A no-op opens each leader's term (§8); a command is for the machine. */
export type EntryKind = "noop" | "command";

/**
 * One entry of the log. Entries are never changed once made, so they may be shared freely.
 * `data` is opaque to the core, and empty for a no-op.
 */
export interface Entry {
  readonly index: Index;
  readonly term: Term;
  readonly kind: EntryKind;
  readonly data: Uint8Array;
}

/** What must be on disk before a node may speak of it (Figure 2, persistent state). */
export interface HardState {
  readonly term: Term;
  /** Whom this node voted for in `term`, or null. */
  readonly votedFor: NodeId | null;
}

/** Who has a vote. */
export interface Members {
  readonly voters: readonly NodeId[];
}

/** What a node is at present. A pre-candidate asks whether an election could be won before it disturbs anyone. */
export type Role = "follower" | "preCandidate" | "candidate" | "leader";
