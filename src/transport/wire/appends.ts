import { numberMax } from "../../core/bounds.ts";
import type { Append, AppendConflict, AppendMatch, Heartbeat, HeartbeatReply, TimeoutNow } from "../../core/messages.ts";
import type { Entry } from "../../core/types.ts";
import { decodeEntry } from "../../format/entry-codec.ts";
import type { Append__Output } from "../../generated/balsa/raft/v1/Append.ts";
import type { AppendEntriesRequest__Output } from "../../generated/balsa/raft/v1/AppendEntriesRequest.ts";
import type { AppendEntriesResponse__Output } from "../../generated/balsa/raft/v1/AppendEntriesResponse.ts";
import type { AppendReply__Output } from "../../generated/balsa/raft/v1/AppendReply.ts";
import type { Heartbeat__Output } from "../../generated/balsa/raft/v1/Heartbeat.ts";
import type { HeartbeatReply__Output } from "../../generated/balsa/raft/v1/HeartbeatReply.ts";
import type { EncodedSlices } from "./encoded-slices.ts";
import {
  type ClusterMark,
  checkedMembers,
  type Envelope,
  envelopeOf,
  type Greeting,
  Malformed,
  numbered,
  type Reading,
  readEnvelope,
  reading,
  safeInteger,
} from "./envelope.ts";
import { raftProto } from "./raft-service.ts";

/** The two directions of the AppendEntries stream, to bytes and back. */

const { requestSerialize, requestDeserialize, responseSerialize, responseDeserialize } = raftProto.AppendEntries;

/** A leader's handing over must not overtake the entries it rests on, so it takes their way. */
export type AppendMessage = Append | Heartbeat | TimeoutNow;
export type AppendReplyMessage = AppendMatch | AppendConflict | HeartbeatReply;

/** What is read from the leader's side of the stream; null is the greeting that opens it. */
export type AppendBody = AppendMessage | null;

export function writeAppendGreeting(envelope: Greeting): Buffer {
  return requestSerialize({ envelope });
}

export function writeAppendMessage(mark: ClusterMark, message: AppendMessage, slices: EncodedSlices): Buffer {
  const envelope = envelopeOf(mark, message);
  switch (message.type) {
    case "append": {
      const { prevIndex, prevTerm, commit } = message;
      return requestSerialize({ envelope, append: { prevIndex, prevTerm, commit, entries: slices.encode(message.entries) } });
    }
    case "heartbeat": {
      const { commit, round, lastSent, confirmed } = message;
      return requestSerialize({ envelope, heartbeat: { commit, round, lastSent, confirmed } });
    }
    case "timeoutNow":
      return requestSerialize({ envelope, timeoutNow: {} });
    default:
      return message satisfies never;
  }
}

export function readAppendMessage(bytes: Buffer): Reading<AppendBody> {
  return reading<AppendBody>(() => {
    const message = requestDeserialize(bytes);
    const envelope = readEnvelope(message.envelope);
    return { envelope, body: numbered(readAppendBody(envelope, message), envelope) };
  });
}

function readAppendBody(envelope: Envelope, message: AppendEntriesRequest__Output): AppendBody {
  if (message.append) return readAppend(envelope, message.append);
  if (message.heartbeat) return readHeartbeat(envelope, message.heartbeat);
  const { from, to, term } = envelope;
  return message.timeoutNow ? { type: "timeoutNow", from, to, term } : null;
}

function readAppend({ from, to, term }: Envelope, append: Append__Output): Append {
  const prevIndex = safeInteger(append.prevIndex, "prev_index");
  const prevTerm = safeInteger(append.prevTerm, "prev_term");
  const commit = safeInteger(append.commit, "commit");
  const entries = readEntries(append.entries, prevIndex, prevTerm, term);
  return { type: "append", from, to, term, prevIndex, prevTerm, entries, commit };
}

/** The core relies on a run without gaps whose terms never fall; bytes that are anything else go no further than here. */
function readEntries(bytes: Buffer, prevIndex: number, prevTerm: number, term: number): Entry[] {
  const entries: Entry[] = [];
  let last = { index: prevIndex, term: Math.max(1, prevTerm), time: 0 };
  for (let offset = 0; offset < bytes.length; ) {
    const { entry, next } = decodeEntry(bytes, offset);
    if (entry.index !== last.index + 1) throw new Malformed(`entry ${entry.index} follows ${last.index}`);
    if (entry.term < last.term || entry.term > term) throw new Malformed(`entry ${entry.index} is of term ${entry.term}`);
    if (entry.time < last.time || entry.time > numberMax) throw new Malformed(`entry ${entry.index} is of time ${entry.time}`);
    if (entry.index > numberMax) throw new Malformed("an entry is beyond 2^52");
    // The core believes its log: what it could not read there would stop the node.
    if (entry.kind === "members") checkedMembers(entry.data);
    entries.push(entry);
    last = entry;
    offset = next;
  }
  return entries;
}

function readHeartbeat({ from, to, term }: Envelope, heartbeat: Heartbeat__Output): Heartbeat {
  const commit = safeInteger(heartbeat.commit, "commit");
  const round = safeInteger(heartbeat.round, "round");
  const lastSent = safeInteger(heartbeat.lastSent, "last_sent");
  const confirmed = safeInteger(heartbeat.confirmed, "confirmed");
  return { type: "heartbeat", from, to, term, commit, round, lastSent, confirmed };
}

export function writeAppendReply(mark: ClusterMark, reply: AppendReplyMessage): Buffer {
  const envelope = envelopeOf(mark, reply);
  switch (reply.type) {
    case "appendMatch":
      return responseSerialize({ envelope, append: { match: { index: reply.matchIndex } } });
    case "appendConflict": {
      const { prevIndex, hintIndex, hintTerm } = reply;
      return responseSerialize({ envelope, append: { conflict: { prevIndex, hintIndex, hintTerm } } });
    }
    case "heartbeatReply": {
      const { round, lastSent, receivedIndex, matchIndex, lacks } = reply;
      return responseSerialize({ envelope, heartbeat: { round, lastSent, receivedIndex, matchIndex, lacks } });
    }
    default:
      return reply satisfies never;
  }
}

export function readAppendReply(bytes: Buffer): Reading<AppendReplyMessage> {
  return reading<AppendReplyMessage>(() => {
    const message = responseDeserialize(bytes);
    const envelope = readEnvelope(message.envelope);
    return { envelope, body: numbered(readReplyBody(envelope, message), envelope) };
  });
}

function readReplyBody(envelope: Envelope, message: AppendEntriesResponse__Output): AppendReplyMessage {
  if (message.append) return readMatchOrConflict(envelope, message.append);
  if (message.heartbeat) return readHeartbeatReply(envelope, message.heartbeat);
  throw new Malformed("it has no body");
}

function readMatchOrConflict({ from, to, term }: Envelope, { match, conflict }: AppendReply__Output): AppendMatch | AppendConflict {
  if (match) return { type: "appendMatch", from, to, term, matchIndex: safeInteger(match.index, "index") };
  if (!conflict) throw new Malformed("its append reply has no outcome");
  const prevIndex = safeInteger(conflict.prevIndex, "prev_index");
  const hintIndex = safeInteger(conflict.hintIndex, "hint_index");
  const hintTerm = safeInteger(conflict.hintTerm, "hint_term");
  return { type: "appendConflict", from, to, term, prevIndex, hintIndex, hintTerm };
}

function readHeartbeatReply({ from, to, term }: Envelope, reply: HeartbeatReply__Output): HeartbeatReply {
  const round = safeInteger(reply.round, "round");
  const lastSent = safeInteger(reply.lastSent, "last_sent");
  const receivedIndex = safeInteger(reply.receivedIndex, "received_index");
  const matchIndex = safeInteger(reply.matchIndex, "match_index");
  const lacks = safeInteger(reply.lacks, "lacks");
  return { type: "heartbeatReply", from, to, term, round, lastSent, receivedIndex, matchIndex, lacks };
}
