import type { Options } from "../../core/options.ts";
import { count, defaultsOf, millis, type OptionsOf, type OptionTable } from "../../declared/options.ts";

/** Limits of the shell around the core. */
export const nodeOptionTable = {
  applyEntriesMax: count(1024, "entries", "Most entries that are applied and written in one batch."),
  applyBytesMax: count(4 * 1024 * 1024, "bytes", "Most bytes of commands in one such batch; a single larger command goes alone."),
  recordCacheBytesMax: count(8 * 1024 * 1024, "bytes", "Most bytes of recently used records kept in memory."),
  pendingMax: count(65_536, "requests", "Most requests waiting for their outcome at this node; further ones are refused."),
  pendingBytesMax: count(
    64 * 1024 * 1024,
    "bytes",
    "Most bytes of commands waiting for their outcome at this node; further ones are refused.",
  ),
  leaderWaitMs: millis(3_000, "How long a request waits for a leader to be found before it is refused."),
  operationsMax: count(
    64,
    "operations",
    "Most changes of the members and transfers waiting for their outcome at this node; further ones are refused.",
  ),
  changeWaitMs: millis(1_000, "How long a change of the members waits for an earlier one to end before it is refused."),
  leaveMs: millis(1_000, "Longest time a stopping node spends on handing over leadership and answering pending requests."),
  compactEntries: count(
    20_000,
    "entries",
    "Entries applied between two compactions, each of which makes the state durable and lets the log drop entries.",
  ),
  compactBytes: count(16 * 1024 * 1024, "bytes", "Bytes applied between two compactions. Whichever limit is reached first counts."),
  compactHoldBytesMax: count(
    64 * 1024 * 1024,
    "bytes",
    "Most bytes of further entries kept in the log for nodes that are receiving a snapshot.",
  ),
  snapshotBytesPerSecondMax: count(
    64 * 1024 * 1024,
    "bytes",
    "Most bytes of snapshots that a leader sends in a second, to all nodes together.",
  ),
  snapshotStreamsMax: count(2, "snapshots", "Most snapshots sent at once; further nodes wait."),
  snapshotChunkBytes: count(
    256 * 1024,
    "bytes",
    "Most bytes of records in one piece of a snapshot; a single larger record goes alone.",
  ),
  snapshotBackOffMs: millis(200, "Wait before a snapshot transfer resumes after its connection broke."),
  snapshotPatienceMs: millis(5_000, "A snapshot transfer is given up when its connection stays broken this long."),
  snapshotKeepMs: millis(60_000, "How long a failed transfer's snapshot is kept open, so that the next attempt can resume it."),
  housekeepingIntervalMs: millis(1_000, "Interval between checks for timed work, such as expired sessions."),
  compareMs: millis(10_000, "Interval between two comparisons of a node's state digest with those of the others."),
  compareEntries: count(
    4096,
    "entries",
    "Number of entries from one recorded state digest to the next; digests are compared between nodes. Use the same value on all nodes. Batches never cross such a point, so small values slow writes.",
  ),
  changeHistoryBytesMax: count(8 * 1024 * 1024, "bytes", "Most bytes of changes kept in memory for watches."),
  changeHistoryEntriesMax: count(100_000, "entries", "Most entries whose changes are kept in memory for watches."),
  watchersMax: count(10_000, "watches", "Most watches at one node; further ones are refused."),
  watchLeaderlessMs: millis(5_000, "A watch ends when its node has heard from no leader for this long."),
  introduceMs: millis(250, "Interval at which a node whose cluster has not begun yet asks the other nodes of its list."),
  forceWaitMs: millis(3_000, "How long forceBootstrap waits for a node that does not answer."),
  waitingTellMs: millis(30_000, "Interval at which a node whose cluster has not begun yet logs which nodes it waits for."),
} as const satisfies OptionTable;

export interface NodeOptions extends OptionsOf<typeof nodeOptionTable> {
  readonly core: Options;
}

export const nodeOptionDefaults = defaultsOf(nodeOptionTable);
