import type { VoteReply, VoteRequest } from "../../core/messages.ts";
import { type Reading, readEnvelope, reading, safeInteger } from "./envelope.ts";
import { raftProto } from "./raft-service.ts";

/** RequestVote and its answer, to bytes and back. */

const { requestSerialize, requestDeserialize, responseSerialize, responseDeserialize } = raftProto.RequestVote;

export function writeVoteRequest(clusterId: string, request: VoteRequest): Buffer {
  const { from, to, term, preVote, lastLogIndex, lastLogTerm } = request;
  return requestSerialize({ envelope: { clusterId, from, to, term }, preVote, lastLogIndex, lastLogTerm });
}

export function readVoteRequest(bytes: Buffer): Reading<VoteRequest> {
  return reading(() => {
    const message = requestDeserialize(bytes);
    const envelope = readEnvelope(message.envelope);
    const { from, to, term } = envelope;
    const lastLogIndex = safeInteger(message.lastLogIndex, "last_log_index");
    const lastLogTerm = safeInteger(message.lastLogTerm, "last_log_term");
    return {
      envelope,
      body: { type: "voteRequest", from, to, term, preVote: message.preVote, transfer: false, lastLogIndex, lastLogTerm },
    };
  });
}

export function writeVoteReply(clusterId: string, reply: VoteReply): Buffer {
  const { from, to, term, preVote, granted } = reply;
  return responseSerialize({ envelope: { clusterId, from, to, term }, preVote, granted });
}

export function readVoteReply(bytes: Buffer): Reading<VoteReply> {
  return reading(() => {
    const message = responseDeserialize(bytes);
    const envelope = readEnvelope(message.envelope);
    const { from, to, term } = envelope;
    return { envelope, body: { type: "voteReply", from, to, term, preVote: message.preVote, granted: message.granted } };
  });
}
