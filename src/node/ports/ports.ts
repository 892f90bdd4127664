import type { Store } from "../../core/api.ts";
import type { PeerMessage } from "../../core/messages.ts";
import type { Index, Members, Millis, NodeId, SnapshotMeta, Term } from "../../core/types.ts";
import type { Answered, PeerCall } from "./peer-calls.ts";

/**
 * What the shell needs of the world. Each port has a real and a simulated implementation. Calls return at
 * once and answer through a callback, never before they return, so the order of events is the same everywhere.
 */

/** Called once. An error means the outcome is unknown; the node stops and never writes again. */
export type Done = (error: Error | null) => void;

/** The log and the hard state on disk. */
export interface LogStorage {
  /**
   * Writes all of `store` atomically and calls `done` once it is synced. The core never has two in flight. If it names
   * a snapshot, that is from then on the state, also for the next process: this is the moment of its installation.
   */
  store(store: Store, done: Done): void;
  /** Ends the use of the disk; later calls throw. */
  close(done: Done): void;
}

/** One change to the machine's records. A value of null deletes. */
export interface RecordChange {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
  /** The record's value before, so that the count and the digest can follow without reading again. */
  readonly before: Uint8Array | undefined;
}

export interface ScanRange {
  /** First key wanted. */
  readonly start: Uint8Array;
  /** First key no longer wanted; null for none. */
  readonly end: Uint8Array | null;
  /** Most records to return, and most bytes of keys and values (at least one record is returned). */
  readonly limit: number;
  readonly bytesMax: number;
}

/** How far the machine's state has come, and all that a snapshot of it must say besides its records. */
export interface StatePoint {
  /** The last entry that is applied, its term and its time; all 0 if none is. */
  readonly index: Index;
  readonly term: Term;
  readonly time: Millis;
  /** The members as of `index`, and the entry that named them; null and 0 while they are those the cluster began with. */
  readonly members: Members | null;
  readonly membersIndex: Index;
}

/** Before the first entry. */
export const statePointStart: StatePoint = { index: 0, term: 0, time: 0, members: null, membersIndex: 0 };

/** All records of a state in a few words: equal on nodes that have applied the same. */
export interface StateDigest {
  readonly appliedIndex: Index;
  readonly records: number;
  readonly digest: string;
}

/** The machine's records on disk: the state that is also the snapshot. */
export interface MachineStorage {
  /** How far the state had come when it was opened. */
  readonly point: StatePoint;
  /** What is kept of the records as of the last write that has ended; nothing is read for it. */
  summary(): StateDigest;
  /** The values of `keys` in order, undefined where there is none. A record whose checksum fails is an error. */
  getMany(keys: readonly Uint8Array[], done: (error: Error | null, values: (Uint8Array | undefined)[]) => void): void;
  /** Records in key order, all as of one moment. */
  scan(range: ScanRange, done: (error: Error | null, records: [key: Uint8Array, value: Uint8Array][]) => void): void;
  /**
   * Writes the changes and how far the state has come by them as one atomic batch. Not synced: the log is its
   * write-ahead log. Changes name each key at most once. Writes come one at a time.
   */
  write(changes: readonly RecordChange[], point: StatePoint, done: Done): void;
  /** Everything up to `index`, the last entry whose write had ended when this was called, now survives a power failure. */
  sync(done: (error: Error | null, index: Index) => void): void;
  /** The state as of this moment, to be read while it goes on changing; null if nothing has been applied. */
  openSnapshot(done: (error: Error | null, snapshot: StateSnapshot | null) => void): void;
  /**
   * Prepares to take in a snapshot beside the state. What came of the same one before goes on where it ended, also
   * after a restart; anything else that was staged is dropped, and what still goes to it does nothing.
   */
  stage(meta: SnapshotMeta, done: (error: Error | null, staged: StagedSnapshot | null) => void): void;
  /**
   * From now on the staged state of this name is the state; only after the log has stored that it is. No write is in
   * flight. Until this is done reads find the old state or the new one, each of them all of one.
   */
  switchTo(name: string, point: StatePoint, done: Done): void;
  /** Ends the use of the disk, once all that is under way has ended; later calls throw or are refused. */
  close(done: Done): void;
}

/** Records one after the other, each as u32 bytes of the key, u32 bytes of the value (big-endian), the key, the value. */
export type PackedRecords = Uint8Array;

export interface RecordsChunk {
  readonly records: PackedRecords;
  /** Key of the last record; null if there is none. */
  readonly last: Uint8Array | null;
  readonly isLast: boolean;
}

/** The state as of one moment. Meanwhile nothing of it is deleted from the disk, so it must not stay open without need. */
export interface StateSnapshot {
  readonly meta: SnapshotMeta;
  /** Records in key order from the first after `after` on (null: from the first one of all), one at least, else about `bytesMax`. */
  read(after: Uint8Array | null, bytesMax: number, done: (error: Error | null, chunk: RecordsChunk) => void): void;
  /** Later calls fail, and so do those under way. */
  close(): void;
}

/** A snapshot that is being taken in. Calls come one at a time. */
export interface StagedSnapshot {
  /** What the store that makes it the state must call it. */
  readonly name: string;
  /** Key of the last record that it has; null if it has none. */
  readonly cursor: Uint8Array | null;
  /** The records that follow on `cursor`, in key order. Others do no harm: they are found by `finish`. */
  add(records: PackedRecords, done: Done): void;
  /**
   * Reads it all again, and compares it with what the snapshot said of itself. If it is whole, it survives a power
   * failure. If not, for what came was not what was sent, it is gone, and must be sent again.
   */
  finish(done: (error: Error | null, isWhole: boolean) => void): void;
  /** It is no longer wanted. */
  discard(done: Done): void;
}

/** What became of a command that was given to the cluster. */
export type Outcome =
  | { readonly type: "done"; readonly index: Index; readonly result: Uint8Array }
  /** It had no effect. */
  | { readonly type: "refused"; readonly reason: RefusalReason; readonly leader: NodeId | null }
  /** It may have taken effect, or may yet. */
  | { readonly type: "unknown"; readonly reason: UnknownReason };

/**
 * - `notLeader`: this node does not lead; try `leader`.
 * - `noLeader`: no leader was found in time.
 * - `overloaded`: a limit is reached; try again later.
 * - `stopping`: this node is shutting down.
 */
export type RefusalReason = "notLeader" | "noLeader" | "overloaded" | "stopping";

/**
 * - `leaderChanged`: the leader stepped down or was lost before the outcome was known.
 * - `timeout`: the deadline passed first.
 * - `stopping`: this node is shutting down or has failed.
 */
export type UnknownReason = "leaderChanged" | "timeout" | "stopping";

/** Where another node is, and which disk it has. */
export interface PeerPlace {
  /** As "host:port"; "" where it is not known, and then this node does not call it. */
  readonly address: string;
  /** "" where it is not known, and then any is accepted. */
  readonly diskId: string;
}

/** A piece of a snapshot, as the leader of `term` sends it. */
export interface SnapshotChunk {
  readonly term: Term;
  readonly meta: SnapshotMeta;
  /** The records follow on this key; null: they are the first ones. */
  readonly after: Uint8Array | null;
  /** In the layout of StateSnapshot. Empty in a chunk that is not the last one: it only asks where to go on. */
  readonly records: Uint8Array;
  readonly isLast: boolean;
}

/**
 * - `next`: go on after this key; null: from the beginning.
 * - `installed`: the snapshot is the receiver's state now.
 * - `stale`: the receiver has all of it already, and more.
 * - `refused`: the receiver does not want it, or could not keep it.
 * - `broken`: there is no link, or it broke; nobody knows what became of the chunk.
 */
export type ChunkReply =
  | { readonly type: "next"; readonly cursor: Uint8Array | null }
  | { readonly type: "installed" }
  | { readonly type: "stale"; readonly commitIndex: Index }
  | { readonly type: "refused"; readonly why: string }
  | { readonly type: "broken" };

/** The way to the other nodes. */
export interface Transport {
  /** Sends each message to its `to`. Never blocks; a message may be lost, doubled, late or overtaken. */
  send(messages: readonly PeerMessage[]): void;
  /**
   * Asks another node. `done` is called exactly once: with its answer, or with what the call says of one that was not sent
   * or has no answer. `sequence` numbers the question where this node is observed.
   */
  ask<Question, Answer>(
    to: NodeId,
    call: PeerCall<Question, Answer>,
    question: Question,
    done: Answered<Answer>,
    sequence?: number,
  ): void;
  /**
   * Says who the other members are from now on: links to them are made, kept, or ended, and moved to new addresses.
   * `lastId` is the highest id that any member ever had, as far as this node knows. A caller with a greater one is a
   * member that this node has not been told of yet, and is let in: it may bring that very news (thesis 4.1). Any other
   * caller that is not among `peers` was removed, and is refused. A joiner says 0, and takes everybody's word.
   */
  setPeers(peers: ReadonlyMap<NodeId, PeerPlace>, lastId: NodeId): void;
}

/**
 * - `removed`: this node is no member of the cluster any more.
 * - `diskReplaced`: the members know this node's id with another disk: this node has forgotten what it promised.
 * - `otherCluster`: the two belong to different clusters, or to different lives of one. Which of them is the right one, neither can know.
 */
export type PeerRefusal = "removed" | "diskReplaced" | "otherCluster" | "twin";

/** What a node does with what the transport brings. */
export interface TransportHandler {
  onMessage(message: PeerMessage): void;
  /** Node `from` asks: its question is well-formed, and it waits for the answer. `done` is called once, or never where this node stops. */
  onAsk<Question, Answer>(
    from: NodeId,
    call: PeerCall<Question, Answer>,
    question: Question,
    done: Answered<Answer>,
    sequence?: number,
  ): void;
  /** A node with this id and this disk is at the other end of a link that this node has made. */
  onPeerDisk(id: NodeId, diskId: string): void;
  /** Another node, called by this one, wants nothing of it, and is right for all that is known; `why` is a sentence for the operator. */
  onRefused(by: NodeId, reason: PeerRefusal, why: string): void;
}

/** Monotonic time and turns. */
export interface Clock {
  now(): Millis;
  /** Calls back once, at or after `at`. */
  at(at: Millis, callback: () => void): Timer;
  /** Calls back soon, after the news that has already arrived has been taken in. */
  soon(callback: () => void): void;
}

export interface Timer {
  cancel(): void;
}
