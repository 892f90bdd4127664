import type { Index, Millis, NodeId, Term } from "../core/types.ts";
import type { Bytes, Share } from "./records.ts";

/**
 * What is kept of a cluster's past beside its present: bounded, and plain JSON, so that a keyframe can carry it.
 * Times are by the clock of the frames. The newest is last.
 */
export interface History {
  /** Who led which term, without a gap between them. */
  readonly bands: readonly Band[];
  /** Each election that was stood in. */
  readonly elections: readonly Election[];
  /** Of each term its leader, once. */
  readonly leaders: readonly Election[];
  /** All of them since `State.since`, also those that are no longer kept. */
  readonly electionsCounted: number;
  /** All leaders since then. */
  readonly leadersCounted: number;
  /** What else happened that is worth a look. */
  readonly marks: readonly Mark[];
  /** One for each second in which frames ended. */
  readonly seconds: readonly SecondCounts[];
  /** One for each such minute. */
  readonly minutes: readonly MinuteCounts[];
  /** The commit index of each node over time. */
  readonly commits: readonly CommitSeries[];
  /** One for each link on which messages were seen. */
  readonly links: readonly LinkPast[];
  /** What went over the links in the newest frames: rates are taken from it. */
  readonly traffic: readonly TrafficSpan[];
  /** Stages of each node as they were some time ago: latencies are those since then. */
  readonly stageMarks: readonly StageMark[];
  /** How far the cluster has come. */
  readonly committed: CommitMark;
  /** Since when the leader's clients wait while nothing is committed; null: they do not. */
  readonly waitingSince: Millis | null;
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
  marksMax: 256,
  secondsMax: 600,
  minutesMax: 180,
  /** Points of each node's commit index: one a second. */
  commitPointsMax: 600,
  /** Directed links that are told apart. */
  linksMax: 1_024,
  /** Whoever has sent nothing for this time begins again: what was lost before that says nothing of the link now. */
  linkPauseMs: 10_000,
  /** Time over which the rates of links are taken. */
  trafficMs: 2_000,
  /** Types of messages on links that one frame may count. */
  flowsMax: 4_096,
  /** Time between two marks of a node's stages, and how many are kept of each: latencies are those since the oldest. */
  stageMarkMs: 2_000,
  stageMarksMax: 6,
} as const;

/** Who led from when until when. */
export interface Band {
  /** While nobody leads, the highest one that anybody was heard of. */
  readonly term: Term;
  /** 0: nobody. */
  readonly leader: NodeId;
  /** When it began. */
  readonly from: Millis;
  /** Null: it goes on. */
  readonly to: Millis | null;
}

/** A node stood in an election of this `term`, or won it. */
export interface Election {
  /** Its id. */
  readonly node: NodeId;
  readonly term: Term;
  /** When. */
  readonly at: Millis;
}

/** What a mark is about: faults on purpose, links and nodes of which nothing is heard, and what nodes do but rarely. */
export type MarkKind =
  | "fault"
  | "cut"
  | "life"
  | "unheard"
  | "snapshot"
  | "transfer"
  | "conflict"
  | "slowDisk"
  | "members"
  | "control"
  | "damage";

/** Something rare that happened at a node, or went on there for a while. */
export interface Mark {
  /** What it is about. */
  readonly kind: MarkKind;
  /** At which node; 0: at the dashboard's server. */
  readonly node: NodeId;
  /** What tells it from others of its kind: the fault, the node that gets a snapshot, the entry with the members; else 0. */
  readonly id: number;
  /** When it began. */
  readonly from: Millis;
  /** When it ended; null: it goes on. */
  readonly to: Millis | null;
  /** Whether it should not have happened. */
  readonly isBad: boolean;
  /** In words. */
  readonly text: string;
}

/** What happened in one second of the clock, counted up to the end of the frames in it. */
export interface SecondCounts {
  /** `at / 1000`, rounded down. */
  readonly second: number;
  /** Messages that were sent. */
  readonly sent: number;
  /** Messages that were received. */
  readonly received: number;
  /** Messages that were lost. */
  readonly lost: number;
  /** Commands and records of the state in those that were sent. */
  readonly bytes: Bytes;
  /** By how much the highest commit index rose. */
  readonly committed: number;
  /** Records that are missing. */
  readonly dropped: number;
  /** The smallest share of its election timeout that any follower had left; null: none was seen. */
  readonly electionMargin: Share | null;
}

/** What happened in one minute of the clock. */
export interface MinuteCounts {
  /** `at / 60000`, rounded down. */
  readonly minute: number;
  /** Elections that were stood in. */
  readonly elections: number;
  /** Leaders that were elected. */
  readonly leaders: number;
  /** Messages that were sent. */
  readonly sent: number;
  /** By how much the highest commit index rose. */
  readonly committed: number;
}

/** The commit index of one node over time. */
export interface CommitSeries {
  /** Its id. */
  readonly node: NodeId;
  /** At most one for each second. */
  readonly points: readonly CommitPoint[];
}

/** The commit index was `index` at the time `at`. */
export interface CommitPoint {
  readonly at: Millis;
  readonly index: Index;
}

/** The highest commit index of any node, and when it last rose. */
export interface CommitMark {
  /** 0: none was heard. */
  readonly index: Index;
  /** Null: it has not been seen to rise. */
  readonly at: Millis | null;
}

/** What is known of the messages `from` one node `to` another. */
export interface LinkPast {
  readonly from: NodeId;
  readonly to: NodeId;
  /** When one was last sent; null: never. */
  readonly sentAt: Millis | null;
  /** When one was last received; null: never. */
  readonly receivedAt: Millis | null;
  /** When one was last lost; null: never. */
  readonly lostAt: Millis | null;
  /** When it began to send what has not arrived: nothing has come since. Null: the last that was sent has arrived. */
  readonly unheardSince: Millis | null;
  /** Messages that were sent since then. A few may only be told later by their receiver. */
  readonly unheard: number;
  /** Messages that were sent. */
  readonly sent: number;
  /** Messages that were received. */
  readonly received: number;
  /** Messages that were lost. */
  readonly lost: number;
}

/** The flows of one frame, which was `from` then `to` then. */
export interface TrafficSpan {
  readonly from: Millis;
  readonly to: Millis;
  /** One for each type of message and each link that had any. */
  readonly flows: readonly FlowCounts[];
}

/** Exact counts of one type of message on one link, `from` one node `to` another. */
export interface FlowCounts {
  readonly from: NodeId;
  readonly to: NodeId;
  /** As in `messageSent`. */
  readonly message: string;
  /** Messages of this type that left `from`. */
  readonly sent: number;
  /** Messages of this type that reached `to`. */
  readonly received: number;
  /** Messages of this type that went no further than where they were. */
  readonly lost: number;
  /** Commands and records of the state in those that were sent. */
  readonly bytes: Bytes;
}

/** The stages of a node as they were at one time: what has come since is the difference. */
export interface StageMark {
  /** Its id. */
  readonly node: NodeId;
  /** Names the process: after another one began, there is no difference. */
  readonly life: number;
  /** The time. */
  readonly at: Millis;
  /** As its sample had them. */
  readonly stages: readonly StageCounts[];
}

/** How long one stage of writes or reads took, as a histogram that only grows. */
export interface StageCounts {
  /** As in `NodeSample`. */
  readonly name: string;
  /** Rising. */
  readonly boundsMs: readonly Millis[];
  /** How many took at most each bound; last, one more than there are bounds, how many there were. */
  readonly counts: readonly number[];
  /** What all took together. */
  readonly sumMs: Millis;
}
