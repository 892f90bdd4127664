import { type NodeStatus, StatusReader } from "../../../../src/server/node/node-status.ts";
import { NodeCaller } from "../../../support/node-caller.ts";
import { until } from "../../../support/until.ts";
import type { NodeState } from "../judge/states.ts";
import type { ChaosCluster } from "../types.ts";
import type { Notes } from "../witnesses/notes.ts";

/** A page of a scan of a cluster that is well takes a fraction. */
const pageTimeoutMs = 10_000;
/** Nodes of a quiet cluster whose states are not at one applied index by then never will be. */
const sameIndexWithinMs = 30_000;

/** What is there when the clients have gone: as the cluster serves it, and as each node has it. */
export class FinalReading {
  readonly #cluster: ChaosCluster;
  readonly #callers: readonly NodeCaller[];
  readonly #status = new StatusReader({ timeoutMs: pageTimeoutMs });

  constructor(cluster: ChaosCluster) {
    this.#cluster = cluster;
    this.#callers = cluster.ids.map((nodeId) => {
      return new NodeCaller({ nodeId, endpoint: cluster.endpoint(nodeId), timeoutMs: pageTimeoutMs });
    });
  }

  /** Reads everything through one node, and notes it as a reading of every key that was ever called. */
  async read(notes: Notes): Promise<ReadonlyMap<string, string>> {
    const leader = await this.#cluster.leader();
    const caller = this.#callers.find(({ nodeId }) => nodeId === leader);
    if (caller === undefined) throw new Error(`There is no place ${leader} to read from.`);
    const invokedAt = notes.now();
    const { map } = await caller.scanAll({ local: false });
    const keys = new Set(notes.operations.map(({ key }) => key));
    const parts = [...keys].map((key) => {
      return { key, op: { type: "read" }, outcome: { type: "read", value: map.get(key) ?? null } } as const;
    });
    const client = 1 + notes.requests.reduce((most, request) => Math.max(most, request.client), 0);
    const known = { endedAt: notes.now(), result: "ok", reason: null, revision: null } as const;
    notes.add({ client, kind: "scan", via: "final reading", nodeId: leader, invokedAt, ...known }, parts);
    return map;
  }

  /**
   * Every node's own state, all at one applied index: sessions that end by themselves may still add entries, so it is
   * looked again until the nodes meet. Those that never do are told as they are.
   */
  async states(): Promise<readonly NodeState[]> {
    let states: readonly NodeState[] = [];
    const areOne = async () => {
      states = await Promise.all(this.#callers.map((caller) => this.#stateOf(caller)));
      return new Set(states.map(({ appliedIndex }) => appliedIndex)).size === 1 && states.every(hasDigest) ? true : undefined;
    };
    await until("all nodes are at one applied index", sameIndexWithinMs, areOne).catch(() => undefined);
    return states;
  }

  async close(): Promise<void> {
    this.#status.close();
    await Promise.all(this.#callers.map((caller) => caller.close()));
  }

  async #stateOf(caller: NodeCaller): Promise<NodeState> {
    const { map, appliedIndex } = await caller.scanAll({ local: true });
    const status = await this.#status.read(this.#cluster.endpoint(caller.nodeId));
    return { nodeId: caller.nodeId, appliedIndex, digest: digestAt(status, appliedIndex), map };
  }
}

/** The digest is that of the last write that has ended; of another index it would prove nothing. */
function digestAt(status: NodeStatus | Error, appliedIndex: number): string | null {
  if (status instanceof Error || status.stateDigest?.appliedIndex !== appliedIndex) return null;
  return status.stateDigest.digest;
}

function hasDigest({ digest }: NodeState): boolean {
  return digest !== null;
}
