import type { ChunkReply } from "../../src/node/ports/ports.ts";
import type { Reading } from "../../src/transport/wire/envelope.ts";
import { raftProto } from "../../src/transport/wire/raft-service.ts";
import {
  readSnapshotMessage,
  readSnapshotReply,
  writeSnapshotBegin,
  writeSnapshotChunk,
  writeSnapshotGreeting,
  writeSnapshotReply,
} from "../../src/transport/wire/snapshots.ts";
import { incarnationId } from "../incarnations.ts";
import { chunkOf, membersInChange, metaOf } from "./messages.ts";

const envelope = { clusterId: "balsa", incarnationId, from: 2, to: 3, term: 1000 };
const { requestSerialize, responseSerialize } = raftProto.InstallSnapshot;
const malformed = { type: "malformed", why: expect.any(String) };
/** What a beginning is before it becomes bytes. */
const { begin } = raftProto.InstallSnapshot.requestDeserialize(writeSnapshotBegin(envelope, metaOf()));

test.each([1000, 2 ** 32, 2 ** 52])("what a snapshot says of itself is the same after a trip over the wire, near %d", (high) => {
  const meta = metaOf(high);
  expect(bodyOf(readSnapshotMessage(writeSnapshotBegin({ ...envelope, term: high }, meta)))).toEqual({
    type: "begin",
    term: high,
    meta,
  });
});

test("members in the middle of a change are the same after a trip over the wire", () => {
  const members = { ...membersInChange, voters: [1, 3, 7], outgoing: [1, 2, 3], learners: [], plan: null };
  const meta = { ...metaOf(), members };
  expect(bodyOf(readSnapshotMessage(writeSnapshotBegin(envelope, meta)))).toMatchObject({ meta });
});

test.each([
  { after: null, records: Buffer.alloc(0), isLast: false },
  { after: Buffer.alloc(0), records: Buffer.alloc(0), isLast: true },
  { after: Buffer.from("key"), records: Buffer.alloc(100_000, 5), isLast: false },
])("a piece is the same after a trip over the wire", (records) => {
  expect(bodyOf(readSnapshotMessage(writeSnapshotChunk(envelope, records)))).toEqual({ type: "chunk", term: 1000, ...records });
});

const replies: Exclude<ChunkReply, { type: "broken" }>[] = [
  { type: "next", cursor: null },
  { type: "next", cursor: Buffer.alloc(0) },
  { type: "next", cursor: Buffer.from("key") },
  { type: "installed" },
  { type: "stale", commitIndex: 2 ** 52 },
  { type: "refused", why: "no room" },
];
test.each(replies)("a reply is the same after a trip over the wire: $type", (reply) => {
  expect(bodyOf(readSnapshotReply(writeSnapshotReply(envelope, reply)))).toEqual(reply);
});

test("a greeting says which disks its sender has and wants, and which process it is", () => {
  const greeting = { ...envelope, diskId: "mine", toDiskId: "yours", run: 1_700 };
  expect(readSnapshotMessage(writeSnapshotGreeting(greeting))).toEqual({
    type: "message",
    envelope: greeting,
    body: { type: "greeting" },
  });
});

test("a flipped bit anywhere in a beginning or a piece is found, unless it changes nothing or only the envelope", () => {
  const messages = [writeSnapshotBegin(envelope, metaOf()), writeSnapshotChunk(envelope, chunkOf())];
  for (const whole of messages) {
    const before = readSnapshotMessage(whole);
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const after = readSnapshotMessage(flipped);
      if (after.type === "malformed" || after.body.type === "greeting" || before.type === "malformed") continue;
      // The term is in the envelope, which admission looks at, and must be that of the beginning.
      expect({ ...after.body, term: 0 }).toEqual({ ...before.body, term: 0 });
    }
  }
});

test("a message cut short is malformed, or no piece", () => {
  for (const whole of [writeSnapshotBegin(envelope, metaOf()), writeSnapshotChunk(envelope, chunkOf())]) {
    for (let length = 0; length < whole.length; length++) {
      const cut = readSnapshotMessage(whole.subarray(0, length));
      if (cut.type === "message") expect(cut.body.type).toBe("greeting");
    }
  }
});

test("rule 55: a number beyond 2^52 in any field makes the message malformed", () => {
  for (const name of ["index", "term", "time", "membersIndex", "count", "bytes"]) {
    expect(readSnapshotMessage(requestSerialize({ envelope, begin: { ...begin, [name]: 2 ** 52 + 1 } }))).toMatchObject({
      why: expect.stringContaining("beyond 2^52"),
    });
  }
  expect(readSnapshotReply(responseSerialize({ envelope, stale: { commitIndex: 2 ** 52 + 1 } }))).toMatchObject(malformed);
});

test("rule 28: the members of a snapshot are those as of its end, never of later", () => {
  const meta = metaOf();
  expect(readSnapshotMessage(writeSnapshotBegin(envelope, { ...meta, membersIndex: meta.index }))).toMatchObject({
    type: "message",
  });
  expect(readSnapshotMessage(writeSnapshotBegin(envelope, { ...meta, membersIndex: meta.index + 1 }))).toMatchObject(malformed);
});

test("a snapshot that cannot be is malformed: of no entry, of a later term than its leader's, of impossible members", () => {
  const meta = metaOf();
  const impossible = [
    { ...meta, index: 0, membersIndex: 0 },
    { ...meta, term: 0 },
    { ...meta, term: 1001 },
    { ...meta, members: { ...meta.members, nodes: [] } },
    { ...meta, members: { ...meta.members, lastId: 1 } },
    { ...meta, members: { ...meta.members, lastId: 2 ** 52 + 1 } },
    { ...meta, digest: "../../elsewhere" },
  ];
  for (const each of impossible) expect(readSnapshotMessage(writeSnapshotBegin(envelope, each))).toMatchObject(malformed);
});

test("members that are not JSON, a piece without its checksum and a reply without an outcome are malformed", () => {
  expect(readSnapshotMessage(requestSerialize({ envelope, begin: { ...begin, members: Buffer.from("{") } }))).toMatchObject(
    malformed,
  );
  expect(readSnapshotMessage(requestSerialize({ envelope, begin: {} }))).toMatchObject(malformed);
  expect(readSnapshotMessage(requestSerialize({ envelope, chunk: {} }))).toMatchObject(malformed);
  expect(readSnapshotMessage(requestSerialize({ chunk: {} }))).toMatchObject(malformed);
  expect(readSnapshotReply(responseSerialize({ envelope }))).toMatchObject(malformed);
  expect(readSnapshotReply(Buffer.from("garbage"))).toMatchObject(malformed);
});

function bodyOf<T>(reading: Reading<T>): T {
  if (reading.type === "malformed") throw new Error(reading.why);
  return reading.body;
}
