import type { VoteReply, VoteRequest } from "../../core/messages.ts";
import { type ClusterMark, envelopeOf, type Greeting, type Reading, readEnvelope, reading, safeInteger } from "./envelope.ts";
import { raftProto } from "./raft-service.ts";

/** RequestVote and its answer, to bytes and back. */

const { requestSerialize, requestDeserialize, responseSerialize, responseDeserialize } = raftProto.RequestVote;

/** Each call says again who asks whom: a voter whose disk is gone does not know what it promised (rule 30). */
export function writeVoteRequest(caller: Greeting, request: VoteRequest): Buffer {
  const { term, preVote, transfer, lastLogIndex, lastLogTerm } = request;
  return requestSerialize({ envelope: { ...caller, term }, preVote, transfer, lastLogIndex, lastLogTerm });
}

export function readVoteRequest(bytes: Buffer): Reading<VoteRequest> {
  return reading(() => {
    const message = requestDeserialize(bytes);
    const envelope = readEnvelope(message.envelope);
    const { from, to, term } = envelope;
    const lastLogIndex = safeInteger(message.lastLogIndex, "last_log_index");
    const lastLogTerm = safeInteger(message.lastLogTerm, "last_log_term");
    const { preVote, transfer } = message;
    return { envelope, body: { type: "voteRequest", from, to, term, preVote, transfer, lastLogIndex, lastLogTerm } };
  });
}

export function writeVoteReply(mark: ClusterMark, reply: VoteReply): Buffer {
  const { preVote, granted } = reply;
  return responseSerialize({ envelope: envelopeOf(mark, reply), preVote, granted });
}

export function readVoteReply(bytes: Buffer): Reading<VoteReply> {
  return reading(() => {
    const message = responseDeserialize(bytes);
    const envelope = readEnvelope(message.envelope);
    const { from, to, term } = envelope;
    return { envelope, body: { type: "voteReply", from, to, term, preVote: message.preVote, granted: message.granted } };
  });
}
