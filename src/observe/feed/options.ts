import type { Millis } from "../../core/types.ts";

/** How a node is told of to those who watch it. What an operator may set is among the options of the service. */
export interface FeedOptions {
  /** Records that are kept for what is asked for late. */
  readonly recorderRecordsMax: number;
  /** Records that wait for one observer; of those beyond, single messages are dropped first. */
  readonly waitingRecordsMax: number;
  /** Ranges of records that come with every write and do not follow on each other, for one observer. */
  readonly rangesMax: number;
  /** Links and types of messages that are counted, each with each; what goes over others is not. Strangers name any number as theirs. */
  readonly flowsMax: number;
  /** Times before and after a moment in which all is told unsampled. */
  readonly beforeMs: Millis;
  readonly afterMs: Millis;
  /** Interval at which ranges are told. */
  readonly rangesMs: Millis;
  /** Interval at which the state and the counts of messages are told. */
  readonly sampleMs: Millis;
}

export const feedDefaults: FeedOptions = {
  recorderRecordsMax: 8_192,
  waitingRecordsMax: 8_192,
  rangesMax: 256,
  flowsMax: 4_096,
  beforeMs: 300,
  afterMs: 1_000,
  rangesMs: 50,
  sampleMs: 100,
};
