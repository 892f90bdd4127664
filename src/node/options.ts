import type { Options } from "../core/options.ts";
import type { Millis } from "../core/types.ts";

/** Options of the shell around the core. Every limit has a name and a default. */
export interface NodeOptions {
  readonly core: Options;
  /** Most entries that the machine applies and writes in one batch. */
  readonly applyEntriesMax: number;
  /** Most bytes of commands in one such batch; a single larger command still goes alone. */
  readonly applyBytesMax: number;
  /** Most bytes of the machine's records kept in memory, so that most commands need not read the disk. */
  readonly recordCacheBytesMax: number;
  /** Most commands and reads waiting for their outcome at this node; further ones are refused. */
  readonly pendingMax: number;
  /** Most bytes of commands waiting for their outcome at this node; further ones are refused. */
  readonly pendingBytesMax: number;
  /** How long a request waits for a leader to be found before it is refused, in ms. */
  readonly leaderWaitMs: Millis;
  /** Most operators' wishes waiting for their outcome at this node; further ones are refused. */
  readonly operationsMax: number;
  /** How long a change of the members waits for an earlier one to end before it is refused, in ms. */
  readonly changeWaitMs: Millis;
  /** Longest time that a node that stops takes to hand over and to answer those who wait, in ms. */
  readonly leaveMs: Millis;
  /** After so many applied entries the state is made durable, and the log may drop entries. */
  readonly compactEntries: number;
  /** The same, after so many bytes of them. */
  readonly compactBytes: number;
  /** Most bytes of entries kept in the log beyond that for followers that are getting a snapshot. */
  readonly compactHoldBytesMax: number;
  /** Most bytes of snapshots sent in a second, to all followers together. */
  readonly snapshotBytesPerSecondMax: number;
  /** Most snapshots sent at once; further followers wait. */
  readonly snapshotStreamsMax: number;
  /** Most bytes of records in one piece of a snapshot; a single larger record goes alone. */
  readonly snapshotChunkBytes: number;
  /** After so long a snapshot is tried again over a link that broke, in ms. */
  readonly snapshotBackOffMs: Millis;
  /** A link that stays broken for so long ends the sending of a snapshot, in ms. */
  readonly snapshotPatienceMs: Millis;
  /** A snapshot that could not be sent stays open for so long, for the next try to go on with it, in ms. */
  readonly snapshotKeepMs: Millis;
  /** How often a leader looks for what has become due with time, such as the end of sessions, in ms. */
  readonly choresMs: Millis;
  /** How often a node compares its state with that of the others, in ms. */
  readonly compareMs: Millis;
  /** Every node remembers the digest of its state each so many entries, for the others to compare. */
  readonly compareEntries: number;
  /** Most bytes of changes kept in memory for watches. */
  readonly changeHistoryBytesMax: number;
  /** Most entries whose changes are kept in memory for watches. */
  readonly changeHistoryEntriesMax: number;
  /** Most watches at this node; further ones are refused. */
  readonly watchersMax: number;
  /** A watch at a node that hears no leader for so long ends, in ms. */
  readonly watchLeaderlessMs: Millis;
}

export const nodeOptionDefaults = {
  applyEntriesMax: 1024,
  applyBytesMax: 4 * 1024 * 1024,
  recordCacheBytesMax: 8 * 1024 * 1024,
  pendingMax: 65_536,
  pendingBytesMax: 64 * 1024 * 1024,
  leaderWaitMs: 3_000,
  operationsMax: 64,
  changeWaitMs: 1_000,
  leaveMs: 1_000,
  compactEntries: 20_000,
  compactBytes: 16 * 1024 * 1024,
  compactHoldBytesMax: 64 * 1024 * 1024,
  snapshotBytesPerSecondMax: 64 * 1024 * 1024,
  snapshotStreamsMax: 2,
  snapshotChunkBytes: 256 * 1024,
  snapshotBackOffMs: 200,
  snapshotPatienceMs: 5_000,
  snapshotKeepMs: 60_000,
  choresMs: 1_000,
  compareMs: 10_000,
  compareEntries: 4096,
  changeHistoryBytesMax: 8 * 1024 * 1024,
  changeHistoryEntriesMax: 100_000,
  watchersMax: 10_000,
  watchLeaderlessMs: 5_000,
} as const satisfies Omit<NodeOptions, "core">;
