import { type ServiceError, status } from "@grpc/grpc-js";
import type { GetStatusResponse__Output as Status } from "../../generated/balsa/admin/v1/GetStatusResponse.ts";
import { openChannel } from "../../grpc/channel.ts";
import { adminServiceDefinition } from "../../grpc/service-definitions.ts";
import type { NodeSample } from "../../observe/live.ts";
import type { NodeBatch, OpenFeed } from "./node-feed.ts";

const pollMs = 200;
const timeoutMs = 2_000;
const roles: Readonly<Record<string, NodeSample["role"]>> = {
  ROLE_LEADER: "leader",
  ROLE_CANDIDATE: "candidate",
  ROLE_PRE_CANDIDATE: "preCandidate",
};

/** Asks a node for its status again and again: states alone, without what happens between them. */
export function statusFeed(now: () => number): OpenFeed {
  return (address, { onMet, onBatch, onEnd }) => {
    const client = openChannel(address, { "grpc.use_local_subchannel_pool": 1 });
    const { path, requestSerialize, responseDeserialize } = adminServiceDefinition.GetStatus;
    let timer: NodeJS.Timeout | undefined;
    let isOpen = true;
    let isMet = false;
    const close = (): void => {
      isOpen = false;
      clearTimeout(timer);
      client.close();
    };
    const ask = (): void => {
      const askedAt = now();
      const deadline = Date.now() + timeoutMs;
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, {}, { deadline }, (error, answer) => {
        if (!isOpen) return;
        if (answer === undefined) {
          close();
          return onEnd(error === null ? "it gave no answer" : whyOf(error, address));
        }
        if (!isMet)
          onMet({
            node: answer.nodeId,
            clusterId: answer.clusterId,
            incarnationId: answer.incarnationId,
            allowsFaults: answer.faultsEnabled,
            roundTripMs: now() - askedAt,
          });
        isMet = true;
        if (isOpen) onBatch(batchOf(answer, now()));
        timer = setTimeout(ask, pollMs);
      });
    };
    ask();
    return { entries: () => Promise.reject(new Error("This node does not tell its entries.")), close };
  };
}

/** Why nothing is heard, as the end of a sentence. */
export function whyOf({ code, details }: ServiceError, address: string): string {
  if (code === status.DEADLINE_EXCEEDED) return "it did not answer in time";
  if (code !== status.UNAVAILABLE) return details;
  return details.includes("ECONNREFUSED") ? `nobody listens at ${address}` : `it cannot be reached at ${address}`;
}

function batchOf(status: Status, at: number): NodeBatch {
  const life = status.processId;
  return { node: status.nodeId, life, bootId: "", at, sample: sampleOf(status, at), flows: [], records: [], dropped: 0 };
}

function sampleOf(status: Status, at: number): NodeSample {
  const { nodeId, processId, term, leaderId, firstIndex, lastIndex, commitIndex, appliedIndex, members, peers } = status;
  const isVoter = ({ role }: (typeof members)[number]) => role !== "MEMBER_ROLE_LEARNER";
  const role = roles[status.role] ?? "follower";
  const peerSamples = peers.map((peer) => ({
    id: peer.nodeId,
    isVoter: members.some((member) => member.nodeId === peer.nodeId && isVoter(member)),
    state: peer.progress,
    matchIndex: peer.matchIndex,
    nextIndex: peer.nextIndex,
    heardAgoMs: peer.lastHeardMs,
  }));
  return {
    ...{ node: nodeId, life: processId, at, role, term, votedFor: 0, leader: leaderId },
    ...{ firstIndex, lastIndex, durableIndex: lastIndex, commitIndex, appliedIndex },
    ...{ electionInMs: null, electionTimeoutMs: 0, votes: [], runs: [], faults: [], counts: {}, stages: [] },
    members: members.map((member) => ({ ...member, id: member.nodeId, isVoter: isVoter(member) })),
    peers: role === "leader" ? peerSamples : [],
    queues: { turn: 0, disk: 0, requests: 0, out: [] },
  };
}
