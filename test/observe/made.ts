import type { Frame, MemberSample, NodeSample, PeerSample, State } from "../../src/observe/live.ts";
import type { FieldValue, ObservedRecord } from "../../src/observe/records.ts";

/** Samples, records and frames as a dashboard's server would send them, of which a test says only what matters to it. */

export function sampleOf(node: number, at: number, more: Partial<NodeSample> = {}): NodeSample {
  return {
    node,
    life: 1,
    at,
    role: "follower",
    term: 1,
    votedFor: 0,
    leader: 0,
    firstIndex: 1,
    lastIndex: 0,
    durableIndex: 0,
    commitIndex: 0,
    appliedIndex: 0,
    electionInMs: 150,
    electionTimeoutMs: 200,
    votes: [],
    members: votersOf(1, 2, 3, 4, 5),
    peers: [],
    queues: { turn: 0, disk: 0, requests: 0, out: [] },
    runs: [],
    faults: [],
    counts: {},
    stages: [],
    ...more,
  };
}

export function votersOf(...ids: number[]): MemberSample[] {
  return ids.map((id) => ({ id, isVoter: true, peerAddress: `n${id}:7000`, clientAddress: `n${id}:8000` }));
}

export function peerOf(id: number, more: Partial<PeerSample> = {}): PeerSample {
  return { id, isVoter: true, state: "replicate", matchIndex: 0, nextIndex: 1, heardAgoMs: 20, ...more };
}

let lastNumber = 0;

export function recordOf(
  node: number,
  at: number,
  type: string,
  fields: Readonly<Record<string, FieldValue>> = {},
): ObservedRecord {
  lastNumber += 1;
  return { node, life: 1, number: lastNumber, at, turn: 0, type, ...fields } as ObservedRecord;
}

export function frameOf(from: number, to: number, more: Partial<Frame> = {}): Frame {
  return { type: "frame", from, to, nodes: [], flows: [], records: [], dropped: 0, ...more };
}

/** Nodes 1 to 5 (or these) in one term, of which one leads and hears all others; each sample may be made otherwise. */
export function ledBy(
  leader: number,
  at: number,
  how: {
    readonly term?: number;
    readonly ids?: readonly number[];
    readonly commit?: number;
    readonly each?: Partial<NodeSample>;
  } = {},
): NodeSample[] {
  const { term = 1, ids = [1, 2, 3, 4, 5], commit = 10, each = {} } = how;
  const logs = { lastIndex: commit, durableIndex: commit, commitIndex: commit, appliedIndex: commit };
  const shared = { term, leader, members: votersOf(...ids), ...logs, ...each };
  return ids.map((id) => {
    if (id !== leader) return sampleOf(id, at, shared);
    const peers = ids.filter((other) => other !== id).map((other) => peerOf(other, { matchIndex: commit, nextIndex: commit + 1 }));
    return sampleOf(id, at, { ...shared, role: "leader", electionInMs: null, peers });
  });
}

/** A state is plain JSON: as it comes out of a file. */
export function throughFile<Made extends State | Frame>(made: Made): Made {
  return JSON.parse(JSON.stringify(made)) as Made;
}
