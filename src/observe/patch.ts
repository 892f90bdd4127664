import { appendedRuns, flagOf, numberOf, textOf } from "./fields.ts";
import type { NodeSample } from "./live.ts";
import type { ObservedRecord } from "./records.ts";

/** Most runs of terms in a sample, as a node tells them. */
const runsMax = 64;
/** Most faults in a sample, as a node can have. */
const faultsMax = 64;

/**
 * A node's last word, made newer by what it has told since: ten samples a second are too few to see an election, its records
 * are not. The next sample replaces all of it. A record of no consequence gives the same sample.
 */
export function patched(sample: NodeSample, record: ObservedRecord): NodeSample {
  switch (record.type) {
    case "stateChange":
      return withRole(sample, textOf(record, "to"), numberOf(record, "term"));
    case "termChange":
      return withTerm(sample, numberOf(record, "to"));
    case "leaderElected":
      return withLeader(sample, numberOf(record, "leader"), numberOf(record, "term"));
    case "leaderLost":
      return { ...sample, leader: 0 };
    case "timerExpired":
      return { ...sample, electionInMs: 0 };
    case "electionStarted":
      return withElection(sample, numberOf(record, "term"), flagOf(record, "preVote") === true);
    case "voteGranted": {
      const isReal = flagOf(record, "preVote") === false && numberOf(record, "term") === sample.term;
      return isReal ? { ...sample, votedFor: numberOf(record, "to") ?? sample.votedFor } : sample;
    }
    case "messageReceived":
      return withMessage(sample, record);
    case "faultSet":
      return withFault(sample, numberOf(record, "id"), textOf(record, "what"));
    case "faultCleared": {
      const id = numberOf(record, "id");
      return { ...sample, faults: sample.faults.filter((fault) => fault.id !== id) };
    }
    default:
      return withLog(sample, record);
  }
}

/** What is known of a node that has started again: its log as it was, and nothing of what it had in hand. */
export function restarted(sample: NodeSample, life: number, at: number): NodeSample {
  return {
    ...sample,
    life,
    at,
    role: "follower",
    leader: 0,
    electionInMs: null,
    votes: [],
    peers: [],
    faults: [],
    queues: { turn: 0, disk: 0, requests: 0, out: [] },
    counts: {},
    stages: [],
  };
}

function withRole(sample: NodeSample, to: string | null, term: number | null): NodeSample {
  if (to !== "follower" && to !== "preCandidate" && to !== "candidate" && to !== "leader") return sample;
  const isCandidate = to === "preCandidate" || to === "candidate";
  const loses = isCandidate || sample.leader === sample.node;
  return {
    ...sample,
    role: to,
    term: Math.max(sample.term, term ?? 0),
    leader: to === "leader" ? sample.node : loses ? 0 : sample.leader,
    votes: isCandidate ? sample.votes : [],
    peers: to === "leader" ? sample.peers : [],
    electionInMs: to === "leader" ? null : sample.electionInMs,
  };
}

function withTerm(sample: NodeSample, to: number | null): NodeSample {
  return to === null || to <= sample.term ? sample : { ...sample, term: to, votedFor: 0, leader: 0 };
}

function withLeader(sample: NodeSample, leader: number | null, term: number | null): NodeSample {
  if (leader === null || term === null || term < sample.term) return sample;
  return { ...sample, leader, term };
}

function withElection(sample: NodeSample, term: number | null, preVote: boolean): NodeSample {
  if (preVote || term === null) return { ...sample, votes: [sample.node] };
  return { ...sample, term: Math.max(sample.term, term), votedFor: sample.node, votes: [sample.node] };
}

function withMessage(sample: NodeSample, record: ObservedRecord): NodeSample {
  const from = numberOf(record, "from");
  if (from === null) return sample;
  const message = textOf(record, "message");
  if (message === "voteReply") {
    const isAsked = sample.role === (flagOf(record, "preVote") === true ? "preCandidate" : "candidate");
    const isNew = isAsked && flagOf(record, "granted") === true && !sample.votes.includes(from);
    return isNew ? { ...sample, votes: [...sample.votes, from] } : sample;
  }
  const matchIndex = numberOf(record, "matchIndex");
  if (sample.role !== "leader" || matchIndex === null || numberOf(record, "term") !== sample.term) return sample;
  const peers = sample.peers.map((peer) =>
    peer.id === from && peer.matchIndex < matchIndex
      ? { ...peer, matchIndex, nextIndex: Math.max(peer.nextIndex, matchIndex + 1) }
      : peer,
  );
  return { ...sample, peers };
}

function withFault(sample: NodeSample, id: number | null, what: string | null): NodeSample {
  if (id === null || what === null) return sample;
  const others = sample.faults.filter((fault) => fault.id !== id);
  return { ...sample, faults: [...others, { id, what, expiresInMs: null }].slice(-faultsMax) };
}

function withLog(sample: NodeSample, record: ObservedRecord): NodeSample {
  const index = numberOf(record, "index");
  switch (record.type) {
    case "logAppended":
      return withAppended(sample, record);
    case "logTruncated": {
      const from = numberOf(record, "from");
      return from === null ? sample : cutFrom(sample, from);
    }
    case "logCommitted":
      return index === null ? sample : { ...sample, commitIndex: Math.max(sample.commitIndex, index) };
    case "stored":
      return { ...sample, durableIndex: Math.max(sample.durableIndex, numberOf(record, "lastIndex") ?? 0) };
    case "logCompacted": {
      const to = numberOf(record, "to");
      return to === null ? sample : { ...sample, firstIndex: Math.max(sample.firstIndex, to + 1) };
    }
    case "snapshotInstalled":
      return index === null ? sample : withSnapshot(sample, index);
    default:
      return sample;
  }
}

function withAppended(sample: NodeSample, record: ObservedRecord): NodeSample {
  const [first, last] = [numberOf(record, "first"), numberOf(record, "last")];
  if (first === null || last === null || last < first) return sample;
  const before = first <= sample.lastIndex ? cutFrom(sample, first) : sample;
  const runs = [...before.runs];
  for (const run of appendedRuns(record)) if (runs.at(-1)?.term !== run.term) runs.push(run);
  return { ...before, lastIndex: last, runs: runs.slice(-runsMax) };
}

function cutFrom(sample: NodeSample, from: number): NodeSample {
  return {
    ...sample,
    lastIndex: Math.min(sample.lastIndex, from - 1),
    durableIndex: Math.min(sample.durableIndex, from - 1),
    runs: sample.runs.filter(({ first }) => first < from),
  };
}

function withSnapshot(sample: NodeSample, index: number): NodeSample {
  return {
    ...sample,
    lastIndex: Math.max(sample.lastIndex, index),
    durableIndex: Math.max(sample.durableIndex, index),
    commitIndex: Math.max(sample.commitIndex, index),
    appliedIndex: Math.max(sample.appliedIndex, index),
  };
}
