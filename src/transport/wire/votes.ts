import type { VoteReply, VoteRequest } from "../../core/messages.ts";
import {
  type ClusterMark,
  envelopeOf,
  type Greeting,
  numbered,
  numberOf,
  type Reading,
  readEnvelope,
  reading,
  safeInteger,
} from "./envelope.ts";
import { raftProto } from "./raft-service.ts";

/** RequestVote and its answer, to bytes and back. */

const { requestSerialize, requestDeserialize, responseSerialize, responseDeserialize } = raftProto.RequestVote;

/** Each call says again who asks whom: a voter whose disk is gone does not know what it promised (rule 30). */
export function writeVoteRequest(caller: Greeting, request: VoteRequest): Buffer {
  const { term, preVote, transfer, lastLogIndex, lastLogTerm } = request;
  const envelope = { ...caller, term, ...numberOf(request.sequence) };
  return requestSerialize({ envelope, preVote, transfer, lastLogIndex, lastLogTerm });
}

export function readVoteRequest(bytes: Buffer): Reading<VoteRequest> {
  return reading(() => {
    const message = requestDeserialize(bytes);
    const envelope = readEnvelope(message.envelope);
    const { from, to, term } = envelope;
    const lastLogIndex = safeInteger(message.lastLogIndex, "last_log_index");
    const lastLogTerm = safeInteger(message.lastLogTerm, "last_log_term");
    const { preVote, transfer } = message;
    const body: VoteRequest = { type: "voteRequest", from, to, term, preVote, transfer, lastLogIndex, lastLogTerm };
    return { envelope, body: numbered(body, envelope) };
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
    const { preVote, granted } = message;
    const body: VoteReply = { type: "voteReply", from, to, term, preVote, granted };
    return { envelope, body: numbered(body, envelope) };
  });
}
