import type { FeedEnds, MetNode, NodeBatch, OpenFeed } from "../../src/dashboard/follow/node-feed.ts";
import type { NodeSample } from "../../src/observe/live.ts";
import type { ObservedRecord } from "../../src/observe/records.ts";

/** Nodes that say what a test has them say, each at an address of its own. */
export class FakeNodes {
  readonly #open = new Map<string, Set<FeedEnds>>();
  /** How often each address was listened to. */
  readonly opened = new Map<string, number>();

  readonly open: OpenFeed = (address, ends) => {
    this.opened.set(address, (this.opened.get(address) ?? 0) + 1);
    const listeners = this.#open.get(address) ?? new Set();
    this.#open.set(address, listeners.add(ends));
    return {
      entries: async (first) => [{ index: first, term: 1, kind: "noop", text: `of ${address}` }],
      close: () => void listeners.delete(ends),
    };
  };

  /** How many listen there now. */
  listeners(address: string): number {
    return this.#open.get(address)?.size ?? 0;
  }

  meet(address: string, met: Partial<MetNode> & { readonly node: number }): void {
    const all = { clusterId: "balsa", incarnationId: "one", allowsFaults: true, roundTripMs: 2, ...met };
    for (const ends of this.#open.get(address) ?? []) ends.onMet(all);
  }

  tell(address: string, batch: Partial<NodeBatch> & { readonly node: number }): void {
    for (const ends of this.#open.get(address) ?? []) ends.onBatch(batchOf(batch));
  }

  end(address: string, why = "it has stopped"): void {
    const listeners = [...(this.#open.get(address) ?? [])];
    this.#open.get(address)?.clear();
    for (const ends of listeners) ends.onEnd(why);
  }
}

export function batchOf(batch: Partial<NodeBatch> & { readonly node: number }): NodeBatch {
  return { life: 1, bootId: "", at: 0, sample: null, flows: [], records: [], dropped: 0, ...batch };
}

export function sampleOf(sample: Partial<NodeSample> & { readonly node: number }): NodeSample {
  return {
    life: 1,
    at: 0,
    role: "follower",
    term: 1,
    votedFor: 0,
    leader: 0,
    firstIndex: 1,
    lastIndex: 1,
    durableIndex: 1,
    commitIndex: 1,
    appliedIndex: 1,
    electionInMs: 100,
    electionTimeoutMs: 150,
    votes: [],
    members: [],
    peers: [],
    queues: { turn: 0, disk: 0, requests: 0, out: [] },
    runs: [],
    faults: [],
    counts: {},
    stages: [],
    ...sample,
  };
}

export function recordOf(type: string, record: Partial<ObservedRecord> = {}): ObservedRecord {
  return { node: 1, life: 1, number: 1, at: 0, turn: 0, ...record, type };
}

/** Members that are reached at these client addresses, by the order of their ids. */
export function membersAt(...clientAddresses: string[]): NodeSample["members"] {
  return clientAddresses.map((clientAddress, at) => ({ id: at + 1, isVoter: true, peerAddress: `p${at + 1}:7000`, clientAddress }));
}
