import type { NodeStatus } from "../../../src/server/node/node-status.ts";
import type { Random } from "../../../src/sim/base/random.ts";

/** What chaos is made of: a cluster, faults that strike it, and a plan that says which of them when. */

/** What a node says of itself, and at which place it is. */
export interface NodeAnswer {
  readonly place: number;
  readonly status: NodeStatus;
}

/**
 * A running cluster as its clients and judges see it. An id here is that of a place, a container with its volume and
 * its address: the node in it has the same id until it is repaired or replaced, and another one from then on.
 */
export interface ChaosCluster {
  /** The places that have a node now, whether or not it runs. */
  readonly ids: readonly number[];
  /** Where clients reach the node at this place: host:port, the same for as long as the cluster is there. */
  endpoint(id: number): string;
  endpoints(): readonly string[];
  /** Of every node that answers within a second. */
  answers(): Promise<readonly NodeAnswer[]>;
  /** The same without the places. */
  statuses(): Promise<readonly NodeStatus[]>;
  /** The place of the node that leads, as soon as a majority of the places follows it. */
  leader(): Promise<number>;
  /** Once every place has a node that follows one leader and has applied all that is in the leader's log. */
  settled(): Promise<readonly NodeStatus[]>;
  /** What is left of faults once they are healed: a sentence for each trace, nothing if all is as it was. */
  traces(): Promise<readonly string[]>;
  /** Everything that nodes have logged so far, across restarts, by their places: also by nodes that are gone. */
  logs(): Promise<ReadonlyMap<number, string>>;
}

/** One way in which the world fails. */
export interface Fault<Cluster extends ChaosCluster = ChaosCluster> {
  /** What happens, as it stands in plans and reports: "kill the leader". */
  readonly name: string;
  /**
   * Strikes, and says what was seen of it. @throws why it did not strike, and all is undone by then: CannotStrike if it
   * never will on this machine; or NotUndone
   */
  strike(cluster: Cluster, random: Random): Promise<Struck>;
}

/** A fault that is in force. */
export interface Struck {
  /** Who was struck, and how: "node 3, which led". */
  readonly what: string;
  /** What was observed, not assumed: "the container of node 3 ended with exit code 137". */
  readonly evidence: string;
  /**
   * The places of nodes that can still reach a majority, themselves included, where a fault parts the nodes: who calls
   * these must be served. Left out by faults that part nobody.
   */
  readonly majority?: readonly number[];
  /** Undoes it. Every node runs, answers and reaches all others afterwards; whether the cluster is well is for others to find out. */
  heal(): Promise<void>;
}

export interface ChaosStep {
  /** The name of a fault. */
  readonly fault: string;
  /** How long it stays in force once it has struck, in ms. */
  readonly holdMs: number;
  /** How long it is quiet once it is healed, in ms. */
  readonly restMs: number;
}

export interface ChaosPlan {
  /** What all choices of the faults are drawn from. */
  readonly seed: number;
  readonly steps: readonly ChaosStep[];
  /** A run in which fewer operations succeeded has shown nothing, and fails. Each kind of them, and each client, has its part. */
  readonly operationsMin: number;
  /** A run in which fewer faults were seen to strike has shown nothing, and fails; so does one in which a fault did not. */
  readonly faultsMin: number;
}
