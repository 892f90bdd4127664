/**
 * What is kept of a cluster's past beside its present: bounded, and plain JSON, so that a keyframe can carry it.
 * Times are in ms, by the clock of the frames. The newest is last.
 */
export interface History {
  /** Who led which term, without a gap between them. */
  readonly bands: readonly Band[];
  readonly elections: readonly Election[];
  /** Of each term its leader, once. */
  readonly leaders: readonly Election[];
  /** All of them since `State.since`, also those that are no longer kept. */
  readonly electionsCounted: number;
  readonly leadersCounted: number;
  readonly seconds: readonly SecondCounts[];
  readonly minutes: readonly MinuteCounts[];
  readonly commits: readonly CommitSeries[];
  readonly links: readonly LinkPast[];
  /** What went over the links in the newest frames: rates are taken from it. */
  readonly traffic: readonly TrafficSpan[];
  readonly stageMarks: readonly StageMark[];
  /** The highest commit index of any node, and when it last rose; null: it has not been seen to rise. */
  readonly committed: { readonly index: number; readonly at: number | null };
  /** Since when the leader's clients wait while nothing is committed; null: they do not. */
  readonly waitingSince: number | null;
  /** Records that are missing, because there were too many. */
  readonly dropped: number;
}

/** How much of the past is kept. */
export const historyLimits = {
  /** Nodes, members or not. */
  nodesMax: 64,
  bandsMax: 512,
  electionsMax: 256,
  leadersMax: 256,
  secondsMax: 600,
  minutesMax: 180,
  /** Points of each node's commit index: one a second. */
  commitPointsMax: 600,
  /** Directed links that are told apart. */
  linksMax: 1_024,
  /** Time over which the rates of links are taken. */
  trafficMs: 2_000,
  /** Types of messages on links that one frame may count. */
  flowsMax: 4_096,
  /** Time between two marks of a node's stages, and how many are kept of each: latencies are those since the oldest. */
  stageMarkMs: 2_000,
  stageMarksMax: 6,
} as const;

export interface Band {
  /** While nobody leads, the highest one that anybody was heard of. */
  readonly term: number;
  /** 0: nobody. */
  readonly leader: number;
  readonly from: number;
  /** Null: it goes on. */
  readonly to: number | null;
}

/** A node stood in an election of this term, or won it. */
export interface Election {
  readonly node: number;
  readonly term: number;
  readonly at: number;
}

/** What happened in one second of the clock, counted up to the end of the frames in it. */
export interface SecondCounts {
  /** `at / 1000`, rounded down. */
  readonly second: number;
  readonly sent: number;
  readonly received: number;
  readonly lost: number;
  readonly bytes: number;
  /** By how much the highest commit index rose. */
  readonly committed: number;
  readonly dropped: number;
  /** The smallest share of its election timeout that any follower had left; null: none was seen. */
  readonly electionMargin: number | null;
}

export interface MinuteCounts {
  /** `at / 60000`, rounded down. */
  readonly minute: number;
  readonly elections: number;
  readonly leaders: number;
  readonly sent: number;
  readonly committed: number;
}

export interface CommitSeries {
  readonly node: number;
  readonly points: readonly { readonly at: number; readonly index: number }[];
}

/** What is known of the messages from one node to another; null: there was none. */
export interface LinkPast {
  readonly from: number;
  readonly to: number;
  readonly sentAt: number | null;
  readonly receivedAt: number | null;
  readonly lostAt: number | null;
  readonly sent: number;
  readonly received: number;
  readonly lost: number;
}

export interface TrafficSpan {
  readonly from: number;
  readonly to: number;
  readonly flows: readonly {
    readonly from: number;
    readonly to: number;
    readonly message: string;
    readonly sent: number;
    readonly received: number;
    readonly lost: number;
    readonly bytes: number;
  }[];
}

/** The stages of a node as they were at one time: what has come since is the difference. */
export interface StageMark {
  readonly node: number;
  readonly life: number;
  readonly at: number;
  readonly stages: readonly StageCounts[];
}

export interface StageCounts {
  readonly name: string;
  readonly boundsMs: readonly number[];
  readonly counts: readonly number[];
  readonly sumMs: number;
}
