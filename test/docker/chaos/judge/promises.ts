/** What a run is held to while nodes fail. */
export interface Promises {
  /** After the first second of a partition, clients that reach a majority are served for this part of their time. */
  readonly majorityAvailabilityMin: number;
  /** Less of the clients' time than this is too little to judge a share of it by, in ms: one late call is a hundredth of it. */
  readonly majorityClientMsMin: number;
  /** Longest time without an acknowledged write around a kill -9 of the leader, at the median, in ms. */
  readonly killPauseMedianMaxMs: number;
  /** Fewer kills than this have no median. */
  readonly killsMin: number;
  /** Longest time without an acknowledged write while nodes are restarted, upgraded, added or removed, in ms. */
  readonly operationPauseMaxMs: number;
  /** Longest time from a healing to a write that was asked for after it, in ms. */
  readonly backWithinMs: number;
}

/** What docs/guarantees.md promises to clients, on a machine that is not overloaded. */
export const promises: Promises = {
  majorityAvailabilityMin: 0.99,
  majorityClientMsMin: 100_000,
  killPauseMedianMaxMs: 1_000,
  killsMin: 3,
  operationPauseMaxMs: 2_000,
  backWithinMs: 3_000,
};

/** So many times as long may anything take on a machine that has other things to do. */
const patience = 5;

/**
 * The same on any machine: what it tells from health is a cluster that is stuck, not one that is slow. How large a share of
 * the time clients are served is up to the machine then.
 */
export const onAnyMachine: Promises = {
  ...promises,
  majorityAvailabilityMin: 0.5,
  killPauseMedianMaxMs: patience * promises.killPauseMedianMaxMs,
  operationPauseMaxMs: patience * promises.operationPauseMaxMs,
  backWithinMs: patience * promises.backWithinMs,
};
