/** What docs/guarantees.md promises to clients while nodes fail. Every run in which such faults strike is held to it. */
export const promises = {
  /** After the first second of a partition, clients that reach a majority are served for this part of their time. */
  majorityAvailabilityMin: 0.99,
  /** Less of the clients' time than this is too little to judge a share of it by, in ms: one late call is a hundredth of it. */
  majorityClientMsMin: 100_000,
  /** Longest time without an acknowledged write around a kill -9 of the leader, at the median, in ms. */
  killPauseMedianMaxMs: 1_000,
  /** Fewer kills than this have no median. */
  killsMin: 3,
  /** Longest time without an acknowledged write while nodes are restarted, upgraded, added or removed, in ms. */
  operationPauseMaxMs: 2_000,
  /** Longest time from a healing to a write that was asked for after it, in ms. */
  backWithinMs: 3_000,
} as const;
