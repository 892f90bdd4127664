/** The nouns of Raft that every room of the core shares. */

/** A term: a positive safe integer that only grows; 0 before the first election (§5.1). */
export type Term = number;

/** Index of an entry in the log, from 1 on; 0 stands for "before the first entry". A safe integer. */
export type Index = number;

/** A member's id: a positive safe integer, never reused. */
export type NodeId = number;

/** Milliseconds of a monotonic clock; only differences mean anything. */
export type Millis = number;

/** From the entry at `first` on, those that follow are of this term. */
export interface TermRun {
  readonly first: Index;
  readonly term: Term;
}

/** Chosen by the shell to recognise the answer to a proposal or a read. Never used twice. */
export type Ticket = number;

/** A no-op opens each leader's term (§8); a command is for the machine; "members" says who takes part from there on (thesis 4.1). */
export type EntryKind = "noop" | "command" | "members";

/**
 * One entry of the log. Entries are never changed once made, so they may be shared freely.
 * `data` is opaque to the core unless it names the members, and empty for a no-op.
 */
export interface Entry {
  readonly index: Index;
  readonly term: Term;
  readonly kind: EntryKind;
  /**
   * The log's own clock, in whole ms from its first entry on: stamped by the leader that appended it, never less than
   * the one before. Whatever expires in the machine does so by it alone, so that all replicas agree (thesis 6.3).
   */
  readonly time: Millis;
  readonly data: Uint8Array;
}

/** What must be on disk before a node may speak of it (Figure 2, persistent state). */
export interface HardState {
  readonly term: Term;
  /** Whom this node voted for in `term`, or null. */
  readonly votedFor: NodeId | null;
}

/** The last entry that was dropped from the beginning of a log, because a snapshot has it; all 0 if none was. */
export interface LogBase {
  readonly index: Index;
  readonly term: Term;
  readonly time: Millis;
}

/** One node, and where it is found. Addresses and disk are opaque to the core; "" where they are not known. */
export interface Member {
  readonly id: NodeId;
  readonly peerAddress: string;
  readonly clientAddress: string;
  /** Names the disk its vote and log are on; a node with another disk is another node. */
  readonly diskId: string;
}

/** Who takes part (thesis 4). While `outgoing` is not empty the cluster is in joint consensus: what counts needs both majorities. */
export interface Members {
  /**
   * Names one life of the cluster, from its birth or a recovery by force on: `incarnationDigits` hexadecimal digits that no
   * other life has. The same in every members entry of that life; "" only where nobody takes part.
   */
  readonly incarnationId: string;
  /** Who votes; while joint, those of the new configuration. */
  readonly voters: readonly NodeId[];
  /** While joint, who voted before; else empty. */
  readonly outgoing: readonly NodeId[];
  /** Those who get the log and count for nothing (thesis 4.2.1). */
  readonly learners: readonly NodeId[];
  /** What becomes of them by itself, in one joint change, once all that are to be promoted have caught up; null for nothing. */
  readonly plan: MembersPlan | null;
  /** Every node named above, by its id in rising order. */
  readonly nodes: readonly Member[];
  /** The highest id that any member ever had: ids are never used again. */
  readonly lastId: NodeId;
}

export interface MembersPlan {
  readonly promote: readonly NodeId[];
  readonly remove: readonly NodeId[];
}

/** Members, and the entry of the log that says so; 0 for those a cluster began with. */
export interface MembersAt {
  readonly index: Index;
  readonly members: Members;
}

/** What an operator may want of the members. */
export type MembersChange =
  | {
      readonly type: "change";
      /** A node with id 0 gets the next free one from the leader. Without an address it is where the one is that it replaces. */
      readonly add: readonly Member[];
      /** Leave the added ones learners; else they are promoted, and `remove` leave, once they have caught up. */
      readonly asLearners: boolean;
      readonly remove: readonly NodeId[];
      /** Also if no majority of the members to come is heard. */
      readonly force: boolean;
    }
  | { readonly type: "promote"; readonly ids: readonly NodeId[] }
  /** Drops the plan; learners stay learners, but for those that were to be where another one now stays. */
  | { readonly type: "cancel" }
  /** The members as they are: those that a cluster began with stand in no entry until somebody asks for this. */
  | { readonly type: "restate" }
  /** An address that is "" stays as it is. */
  | { readonly type: "address"; readonly id: NodeId; readonly peerAddress: string; readonly clientAddress: string }
  | { readonly type: "disk"; readonly id: NodeId; readonly diskId: string };

/** What a snapshot says of itself. */
export interface SnapshotMeta {
  /** The last entry whose effect is in it; its term; its time. */
  readonly index: Index;
  readonly term: Term;
  readonly time: Millis;
  /** The members as of `index`, and the entry that named them; 0 for those the cluster began with. */
  readonly members: Members;
  readonly membersIndex: Index;
  /**
   * Of its records: how many, a digest that does not depend on their order, and the bytes of keys and values. The core
   * only carries these, for the shells at both ends.
   */
  readonly count: number;
  readonly digest: string;
  readonly bytes: number;
}

/** What a node is at present. A pre-candidate asks whether an election could be won before it disturbs anyone. */
export type Role = "follower" | "preCandidate" | "candidate" | "leader";

/** How a leader deals with a follower: looks for where it agrees, sends entries, or sends a snapshot. */
export type ProgressState = "probe" | "replicate" | "snapshot";
