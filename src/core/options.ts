import type { Millis, NodeId } from "./types.ts";

/** Timing and limits of the core. Every limit has a name and a default. */
export interface Options {
  readonly id: NodeId;
  /**
   * Seeds the election timers and the ids of read requests. Must differ from node to node, or votes split for ever,
   * and from start to start of one node, or an answer to a question of its former life could pass for a new one.
   */
  readonly seed: number;
  /** Shortest time without a leader after which a node campaigns, in ms (§5.2, §9.3). */
  readonly electionTimeoutMinMs: Millis;
  /** Longest such time, in ms. A leader that hears no quorum for so long steps down. */
  readonly electionTimeoutMaxMs: Millis;
  /** A leader speaks to each follower at least so often, in ms. */
  readonly heartbeatMs: Millis;
  /** Most bytes of entries in one append; a single larger entry still goes alone. */
  readonly appendBytesMax: number;
  /** Most entries in one append. */
  readonly appendEntriesMax: number;
  /** Most appends under way to one follower. */
  readonly inflightMessagesMax: number;
  /** Most bytes of entries under way to one follower. */
  readonly inflightBytesMax: number;
  /** Most bytes of memory for entries that a leader holds uncommitted; further proposals are refused. */
  readonly uncommittedBytesMax: number;
  /** Most reads waiting for a quorum at one node; further ones are refused. */
  readonly pendingReadsMax: number;
  /** A write to disk that takes longer than this, in ms, makes a leader step down. */
  readonly diskStallMs: Millis;
  /** So many of the newest entries stay in the log when it is compacted, for followers that are behind. */
  readonly logTailEntriesMax: number;
  /** Most bytes of memory for them. */
  readonly logTailBytesMax: number;
  /** After a snapshot could not be sent, so long passes before another try, in ms. */
  readonly snapshotRetryMs: Millis;
  /** Most members, learners included; a change that would make them more is refused. */
  readonly membersMax: number;
  /** So long a node that was removed is still told so, in ms. */
  readonly removedTellMs: Millis;
}

export const optionDefaults = {
  electionTimeoutMinMs: 150,
  electionTimeoutMaxMs: 300,
  heartbeatMs: 50,
  appendBytesMax: 256 * 1024,
  appendEntriesMax: 4096,
  inflightMessagesMax: 64,
  inflightBytesMax: 4 * 1024 * 1024,
  uncommittedBytesMax: 64 * 1024 * 1024,
  pendingReadsMax: 65_536,
  diskStallMs: 2_000,
  logTailEntriesMax: 10_000,
  logTailBytesMax: 8 * 1024 * 1024,
  snapshotRetryMs: 1_000,
  membersMax: 64,
  removedTellMs: 5_000,
} as const satisfies Omit<Options, "id" | "seed">;

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
  const positive = { ...optionDefaults };
  for (const name of Object.keys(positive) as (keyof typeof optionDefaults)[]) {
    if (!Number.isSafeInteger(options[name]) || options[name] < 1)
      problems.push(`${name} must be a whole number from 1 on, not ${options[name]}.`);
  }
  return problems;
}
