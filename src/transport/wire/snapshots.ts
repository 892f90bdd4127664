import { encodeMembers } from "../../core/members-codec.ts";
import type { SnapshotMeta, Term } from "../../core/types.ts";
import type { InstallSnapshotResponse__Output } from "../../generated/balsa/raft/v1/InstallSnapshotResponse.ts";
import type { SnapshotBegin__Output } from "../../generated/balsa/raft/v1/SnapshotBegin.ts";
import type { SnapshotChunk__Output } from "../../generated/balsa/raft/v1/SnapshotChunk.ts";
import type { ChunkReply, SnapshotChunk } from "../../node/ports/ports.ts";
import {
  checkedMembers,
  type Envelope,
  type Greeting,
  Malformed,
  type Reading,
  readEnvelope,
  reading,
  safeInteger,
} from "./envelope.ts";
import { raftProto } from "./raft-service.ts";
import { beginChecksum, chunkChecksum } from "./snapshot-checksums.ts";

/** The two directions of the InstallSnapshot stream, to bytes and back. */

const { requestSerialize, requestDeserialize, responseSerialize, responseDeserialize } = raftProto.InstallSnapshot;

export type SnapshotRecords = Pick<SnapshotChunk, "after" | "records" | "isLast">;

/** What is read from the leader's side of the stream. */
export type SnapshotBody =
  | { readonly type: "greeting" }
  | { readonly type: "begin"; readonly term: Term; readonly meta: SnapshotMeta }
  | ({ readonly type: "chunk"; readonly term: Term } & SnapshotRecords);

/** What a receiver can say; that a link broke is what it cannot. */
export type SentReply = Exclude<ChunkReply, { readonly type: "broken" }>;

export function writeSnapshotGreeting(envelope: Greeting): Buffer {
  return requestSerialize({ envelope });
}

export function writeSnapshotBegin(envelope: Envelope, meta: SnapshotMeta): Buffer {
  const { index, term, time, membersIndex, count, digest, bytes } = meta;
  const members = encodeMembers(meta.members);
  const checksum = beginChecksum(meta, members);
  const begin = { index, term, time, members, membersIndex, count, digest, bytes, checksum };
  return requestSerialize({ envelope, begin });
}

export function writeSnapshotChunk(envelope: Envelope, { after, records, isLast }: SnapshotRecords): Buffer {
  const checksum = chunkChecksum(after, records, isLast);
  const chunk = { records, isLast, checksum };
  return requestSerialize({ envelope, chunk: after === null ? chunk : { ...chunk, after } });
}

export function readSnapshotMessage(bytes: Buffer): Reading<SnapshotBody> {
  return reading<SnapshotBody>(() => {
    const message = requestDeserialize(bytes);
    const envelope = readEnvelope(message.envelope);
    const { term } = envelope;
    if (message.begin) return { envelope, body: { type: "begin", term, meta: readMeta(message.begin, term) } };
    if (message.chunk) return { envelope, body: { type: "chunk", term, ...readRecords(message.chunk) } };
    return { envelope, body: { type: "greeting" } };
  });
}

function readMeta(begin: SnapshotBegin__Output, leaderTerm: Term): SnapshotMeta {
  const { digest } = begin;
  const meta = {
    index: safeInteger(begin.index, "index"),
    term: safeInteger(begin.term, "term"),
    time: safeInteger(begin.time, "time"),
    membersIndex: safeInteger(begin.membersIndex, "members_index"),
    count: safeInteger(begin.count, "count"),
    digest,
    bytes: safeInteger(begin.bytes, "bytes"),
  };
  if (beginChecksum(meta, begin.members) !== begin.checksum) throw new Malformed("its beginning fails its checksum");
  const { index, term, membersIndex } = meta;
  if (index < 1 || term < 1) throw new Malformed(`it ends at entry ${index} of term ${term}`);
  if (term > leaderTerm) throw new Malformed(`it ends in term ${term}, and its leader is of term ${leaderTerm}`);
  if (membersIndex > index) throw new Malformed(`its members are of entry ${membersIndex}, and it ends at ${index}`);
  // The storage names a directory by it.
  if (!/^[0-9a-f]{16}$/.test(digest)) throw new Malformed("its digest is none");
  return { ...meta, members: checkedMembers(begin.members) };
}

function readRecords({ after, records, isLast, checksum }: SnapshotChunk__Output): SnapshotRecords {
  const key = after ?? null;
  if (chunkChecksum(key, records, isLast) !== checksum) throw new Malformed("its chunk fails its checksum");
  return { after: key, records, isLast };
}

export function writeSnapshotReply(envelope: Envelope, reply: SentReply): Buffer {
  switch (reply.type) {
    case "next":
      return responseSerialize({ envelope, next: reply.cursor === null ? {} : { cursor: reply.cursor } });
    case "installed":
      return responseSerialize({ envelope, installed: {} });
    case "stale":
      return responseSerialize({ envelope, stale: { commitIndex: reply.commitIndex } });
    case "refused":
      return responseSerialize({ envelope, refused: { why: reply.why } });
    default:
      return reply satisfies never;
  }
}

export function readSnapshotReply(bytes: Buffer): Reading<SentReply> {
  return reading<SentReply>(() => {
    const message = responseDeserialize(bytes);
    return { envelope: readEnvelope(message.envelope), body: readOutcome(message) };
  });
}

function readOutcome({ next, installed, stale, refused }: InstallSnapshotResponse__Output): SentReply {
  if (next) return { type: "next", cursor: next.cursor ?? null };
  if (installed) return { type: "installed" };
  if (stale) return { type: "stale", commitIndex: safeInteger(stale.commitIndex, "commit_index") };
  if (refused) return { type: "refused", why: refused.why };
  throw new Malformed("it has no outcome");
}
