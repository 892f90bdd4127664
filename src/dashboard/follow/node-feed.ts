import type { Flow, LogEntry, NodeSample } from "../../observe/live.ts";
import type { ObservedRecord } from "../../observe/records.ts";

/** Who answers at an address, as it says itself before it tells what it does. */
export interface MetNode {
  readonly node: number;
  readonly clusterId: string;
  readonly incarnationId: string;
  readonly allowsFaults: boolean;
  /** Time from the question to the answer, in ms. */
  readonly roundTripMs: number;
}

/** What a node tells at once. All times are of its own monotonic clock, in ms. */
export interface NodeBatch {
  readonly node: number;
  readonly life: number;
  /** Names the start of its machine: those who name the same one share a clock. "": it cannot tell. */
  readonly bootId: string;
  /** When it was sent. */
  readonly at: number;
  readonly sample: NodeSample | null;
  readonly flows: readonly Flow[];
  readonly records: readonly ObservedRecord[];
  /** Records that the node has left out, because there were too many. */
  readonly dropped: number;
}

export interface FeedEnds {
  readonly onMet: (met: MetNode) => void;
  readonly onBatch: (batch: NodeBatch) => void;
  /** Nothing comes after it. `why` goes on after "Node 3 is lost: ". */
  readonly onEnd: (why: string) => void;
}

/** What one node tells, for as long as it is open. */
export interface NodeFeed {
  /** Entries of its log, as many as one answer has. Rejects with an Error that has a sentence. */
  entries(first: number, last: number): Promise<readonly LogEntry[]>;
  /** Nothing is told after it. */
  close(): void;
}

/** Begins to listen to the node at a client address. */
export type OpenFeed = (address: string, ends: FeedEnds) => NodeFeed;
