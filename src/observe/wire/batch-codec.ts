import type { Role as ProtoRole } from "../../generated/balsa/admin/v1/Role.ts";
import type { StateSample, StateSample__Output } from "../../generated/balsa/admin/v1/StateSample.ts";
import type { SubscribeResponse, SubscribeResponse__Output } from "../../generated/balsa/admin/v1/SubscribeResponse.ts";
import type { Flow, NodeSample } from "../live.ts";
import type { ObservedRecord } from "../records.ts";
import { protoRecordOf, recordIn } from "./record-codec.ts";

/** What a node tells an observer at a time. */
export interface Batch {
  readonly node: number;
  /** Names the process; a later one has a higher number. */
  readonly life: number;
  /** Names the start of the machine: times of nodes with the same one are of one clock. */
  readonly bootId: string;
  /** The machine's monotonic clock, in ms. */
  readonly now: number;
  /** Add it to a time of that clock for ms since 1970. */
  readonly toEpochMs: number;
  /** Null in a batch that only brings more records. */
  readonly sample: NodeSample | null;
  readonly flows: readonly Flow[];
  readonly records: readonly ObservedRecord[];
  /** Records since the batch before that are not told, as this observer has not read fast enough. */
  readonly dropped: number;
  /** Records of single messages that are not told, as there were more than asked for. They are in the flows. */
  readonly leftOut: number;
}

/** A batch as observe.proto has it. */
export function protoBatchOf(batch: Batch): SubscribeResponse {
  const { node, life, bootId, now, toEpochMs, sample, flows, records, dropped, leftOut } = batch;
  return {
    ...{ node, life, bootId, now, toEpochMs, dropped, leftOut, flows: [...flows] },
    state: sample === null ? null : stateOf(sample),
    records: records.map(protoRecordOf),
  };
}

/** What a node has told, as the dashboard's server and its pages know it. Records of types that this version does not know are left out. */
export function batchIn(message: SubscribeResponse__Output): Batch {
  const { node, life, bootId, now, toEpochMs, flows, dropped, leftOut } = message;
  const records = message.records.map((record) => recordIn(record, { node, life })).filter((record) => record !== null);
  const sample = message.state === null ? null : sampleIn(message.state, { node, life });
  return { node, life, bootId, now, toEpochMs, sample, flows, records, dropped, leftOut };
}

function stateOf(sample: NodeSample): StateSample {
  const {
    node: _node,
    life: _life,
    role,
    electionInMs,
    members,
    peers,
    queues,
    runs,
    faults,
    counts,
    stages,
    votes,
    ...rest
  } = sample;
  return {
    ...rest,
    ...(electionInMs !== null && { electionInMs }),
    role: roles[role],
    votes: [...votes],
    members: [...members],
    peers: [...peers],
    queues: { ...queues, out: [...queues.out] },
    runs: [...runs],
    faults: faults.map(({ id, what, expiresInMs }) => (expiresInMs === null ? { id, what } : { id, what, expiresInMs })),
    counts: { ...counts },
    stages: stages.map(({ name, boundsMs, counts, sumMs }) => ({ name, boundsMs: [...boundsMs], counts: [...counts], sumMs })),
  };
}

function sampleIn(state: StateSample__Output, of: { readonly node: number; readonly life: number }): NodeSample {
  const { at, term, votedFor, leader, firstIndex, lastIndex, durableIndex, commitIndex, appliedIndex } = state;
  const { electionTimeoutMs, votes, peers, queues, runs, counts, stages } = state;
  return {
    ...of,
    ...{ at, term, votedFor, leader, firstIndex, lastIndex, durableIndex, commitIndex, appliedIndex },
    ...{ electionTimeoutMs, votes, peers, runs, counts, stages },
    role: roleIn(state.role),
    electionInMs: state.electionInMs ?? null,
    members: state.members.map(({ isOutgoing, ...member }) => (isOutgoing ? { ...member, isOutgoing } : member)),
    queues: queues ?? { turn: 0, disk: 0, requests: 0, out: [] },
    faults: state.faults.map(({ id, what, expiresInMs }) => ({ id, what, expiresInMs: expiresInMs ?? null })),
  };
}

const roles: Readonly<Record<NodeSample["role"], ProtoRole>> = {
  follower: "ROLE_FOLLOWER",
  preCandidate: "ROLE_PRE_CANDIDATE",
  candidate: "ROLE_CANDIDATE",
  leader: "ROLE_LEADER",
};

/** A role that this version does not know is that of a node which does nothing by itself. */
function roleIn(role: string): NodeSample["role"] {
  for (const [name, known] of Object.entries(roles)) if (known === role) return name as NodeSample["role"];
  return "follower";
}
