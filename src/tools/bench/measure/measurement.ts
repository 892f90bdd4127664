/** What is compared. */
export type SubjectName = "balsa" | "etcd";

export type Unit = "/s" | "ms" | "µs" | "MiB" | "";

/** One number that a case is about, as often as it was measured. The median is what is quoted. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly rounds: readonly number[];
}

/** What processes used while a case ran. Processor time is in cores: 1 is one core, all of the time. */
export interface Usage {
  /** Of what made the load. Near 1, a client in JavaScript is itself what holds the figure back. */
  readonly clientCores: number;
  readonly leaderCores: number;
  /** Mean over the followers. */
  readonly followerCores: number;
  readonly leaderRssBytes: number;
  readonly followerRssBytesMax: number;
}

/** All that was learnt from one case, one kind of load and one subject. */
export interface Measurement {
  readonly case: string;
  readonly subject: SubjectName;
  /** What made the load. */
  readonly load: string;
  readonly figures: readonly Figure[];
  /** Null where the system does not tell. */
  readonly usage: Usage | null;
  /** What a reader of the figures has to know, one sentence each. */
  readonly notes: readonly string[];
}
