import type { PeerView, View } from "../../core/api.ts";
import type { Index, Millis, TermRun } from "../../core/types.ts";
import type { FaultSample, MemberSample, NodeSample, PeerQueueSample } from "../live.ts";

/** What of a sample is not in the core's view. */
export interface NodeFacts {
  readonly life: number;
  /** The machine's clock, and the node's own at the same moment: the view's times are of the latter. */
  readonly at: Millis;
  readonly nodeNow: Millis;
  /** Up to here the state is written, and not only handed out. */
  readonly appliedIndex: Index;
  readonly turnQueue: number;
  readonly requests: number;
  readonly out: readonly PeerQueueSample[];
  readonly runs: readonly TermRun[];
  readonly faults: readonly FaultSample[];
  readonly counts: NodeSample["counts"];
  readonly stages: NodeSample["stages"];
}

/** Most runs of terms in a sample, the newest. */
export const runsMax = 64;

export function nodeSampleOf(view: View, facts: NodeFacts): NodeSample {
  const { id: node, role, term, firstIndex, lastIndex, durableIndex, commitIndex, electionDueAt, electionTimeoutMs, votes } = view;
  const { life, at, nodeNow, appliedIndex, runs, faults, counts, stages } = facts;
  return {
    ...{ node, life, at, role, term, votedFor: view.votedFor ?? 0, leader: view.leader ?? 0 },
    ...{ firstIndex, lastIndex, durableIndex, commitIndex, appliedIndex, electionTimeoutMs, votes },
    electionInMs: electionDueAt === null ? null : Math.max(0, electionDueAt - nodeNow),
    members: membersOf(view),
    peers: view.peers.map((peer) => peerOf(peer, nodeNow)),
    queues: { turn: facts.turnQueue, disk: view.heldCount, requests: facts.requests, out: facts.out },
    ...{ runs, faults, counts, stages },
  };
}

function membersOf({ members }: View): MemberSample[] {
  return members.nodes.map(({ id, peerAddress, clientAddress }) => {
    const member = { id, isVoter: members.voters.includes(id), peerAddress, clientAddress };
    return members.outgoing.includes(id) ? { ...member, isOutgoing: true } : member;
  });
}

function peerOf({ id, isVoter, state, matchIndex, nextIndex, lastHeardAt }: PeerView, nodeNow: Millis) {
  return { id, isVoter, state, matchIndex, nextIndex, heardAgoMs: Math.max(0, nodeNow - lastHeardAt) };
}
