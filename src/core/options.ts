import { count, defaultsOf, millis, numberProblems, type OptionsOf, type OptionTable } from "../declared/options.ts";
import type { NodeId } from "./types.ts";

/** Timing and limits of the core. */
export const optionTable = {
  // §5.2, §9.3
  electionTimeoutMinMs: millis(150, "Shortest time without hearing from a leader before a node starts an election."),
  electionTimeoutMaxMs: millis(
    300,
    "Longest such time. A leader also steps down when it has not heard from a majority for this long.",
  ),
  heartbeatMs: millis(50, "Interval between heartbeats from the leader to each follower. At most half of electionTimeoutMinMs."),
  diskStallMs: millis(2_000, "Longest time a write to disk may take; a leader whose disk is slower steps down."),
  appendBytesMax: count(
    256 * 1024,
    "bytes",
    "Most bytes of entries in one message to a follower; a single larger entry goes alone.",
  ),
  appendEntriesMax: count(4096, "entries", "Most entries in one message to a follower."),
  inflightMessagesMax: count(64, "messages", "Most messages with entries under way to one follower."),
  inflightBytesMax: count(4 * 1024 * 1024, "bytes", "Most bytes of entries under way to one follower."),
  uncommittedBytesMax: count(
    64 * 1024 * 1024,
    "bytes",
    "Most bytes of entries that a leader holds uncommitted; further writes are refused.",
  ),
  pendingReadsMax: count(65_536, "reads", "Most linearizable reads waiting for a majority at one node; further ones are refused."),
  logTailEntriesMax: count(
    10_000,
    "entries",
    "Number of recent entries that compaction keeps, so that followers slightly behind need no snapshot.",
  ),
  logTailBytesMax: count(8 * 1024 * 1024, "bytes", "Most bytes of memory for these entries."),
  snapshotRetryMs: millis(1_000, "Wait before sending a snapshot to a node again after a failure."),
  membersMax: count(64, "nodes", "Most members, learners included; a change that would make them more is refused."),
  termJumpMax: count(
    10_000,
    "terms",
    "Largest step from one term to a later one on the word of a single message. A larger step is confirmed by a majority first.",
  ),
  newcomerPatienceMs: millis(3_000, "Time without a leader after which a node listens to nodes that its log does not name yet."),
  removedTellMs: millis(5_000, "How long the leader keeps telling a removed node that it was removed."),
} as const satisfies OptionTable;

export interface Options extends OptionsOf<typeof optionTable> {
  readonly id: NodeId;
  /**
   * Seeds the election timers and the ids of read requests. Must differ from node to node, or votes split for ever,
   * and from start to start of one node, or an answer to a question of its former life could pass for a new one.
   */
  readonly seed: number;
}

export const optionDefaults = defaultsOf(optionTable);

/** Every reason why these options cannot be used, one sentence each; empty if they can. */
export function optionProblems(options: Options): string[] {
  const problems: string[] = [];
  const { id, electionTimeoutMinMs: min, electionTimeoutMaxMs: max, heartbeatMs } = options;
  if (!Number.isSafeInteger(id) || id < 1) problems.push(`The node id must be a whole number from 1 on, not ${id}.`);
  if (max <= min)
    problems.push(`electionTimeoutMaxMs (${max}) must be more than electionTimeoutMinMs (${min}), or votes split for ever.`);
  if (heartbeatMs * 2 > min) {
    problems.push(
      `heartbeatMs (${heartbeatMs}) must be at most half of electionTimeoutMinMs (${min}), or one late heartbeat costs an election.`,
    );
  }
  return [...problems, ...numberProblems(optionTable, options)];
}
