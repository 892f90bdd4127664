/** What docs/guarantees.md promises to clients while nodes fail. Every run in which such faults strike is held to it. */
export const promises = {
  /** After the first second of a partition, clients that reach a majority are served for this part of their time. */
  majorityAvailabilityMin: 0.99,
  /** Longest time without an acknowledged write around a kill -9 of the leader, at the median, in ms. */
  killPauseMedianMaxMs: 1_000,
  /** Longest time without an acknowledged write while nodes are restarted, upgraded, added or removed, in ms. */
  operationPauseMaxMs: 2_000,
  /** Longest time from a healing to a write that was asked for after it, in ms. */
  backWithinMs: 3_000,
} as const;
