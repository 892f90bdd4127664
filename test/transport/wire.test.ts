import { encodeMembers } from "../../src/core/members-codec.ts";
import type { PeerMessage } from "../../src/core/messages.ts";
import type { Entry } from "../../src/core/types.ts";
import type { Outcome } from "../../src/node/ports/ports.ts";
import { readAppendMessage, readAppendReply, writeAppendMessage, writeAppendReply } from "../../src/transport/wire/appends.ts";
import { EncodedSlices } from "../../src/transport/wire/encoded-slices.ts";
import type { Reading } from "../../src/transport/wire/envelope.ts";
import { readForwardBatch, readForwardResults, writeForwardBatch, writeForwardResults } from "../../src/transport/wire/forwards.ts";
import { raftProto } from "../../src/transport/wire/raft-service.ts";
import { readVoteReply, readVoteRequest, writeVoteReply, writeVoteRequest } from "../../src/transport/wire/votes.ts";
import { incarnationId } from "../incarnations.ts";
import { entriesOf, membersInChange, repliesOf, requestsOf } from "./messages.ts";

const mark = { clusterId: "balsa", incarnationId };
const all = (high: number) => [...requestsOf(2, 3, high), ...repliesOf(3, 2, high)];

test.each(all(1000))("a message is the same after a trip over the wire: $type", (message) => {
  expect(overTheWire(message)).toEqual(message);
});

test.each([2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 52])("rule 55: terms, indexes and ids near %d arrive exactly", (high) => {
  for (const message of all(high)) expect(overTheWire(message)).toEqual(message);
  for (const outcome of outcomesOf(high)) {
    expect(resultOverTheWire({ id: high, outcome })).toEqual({ id: high, outcome });
  }
});

test("rule 55: a number beyond 2^52 in any field makes the message malformed", () => {
  const tooHigh = 2 ** 52 + 1;
  const envelope = { ...mark, from: 1, to: 2, term: 3 };
  const { RequestVote, AppendEntries, Forward } = raftProto;
  for (const name of ["from", "to", "term"]) {
    expect(readAppendMessage(AppendEntries.requestSerialize({ envelope: { ...envelope, [name]: tooHigh } }))).toMatchObject(
      malformed,
    );
  }
  for (const name of ["lastLogIndex", "lastLogTerm"]) {
    expect(readVoteRequest(RequestVote.requestSerialize({ envelope, [name]: tooHigh }))).toMatchObject(malformed);
  }
  for (const name of ["prevIndex", "prevTerm", "commit"]) {
    expect(readAppendMessage(AppendEntries.requestSerialize({ envelope, append: { [name]: tooHigh } }))).toMatchObject(malformed);
  }
  for (const name of ["commit", "round", "lastSent", "confirmed"]) {
    expect(readAppendMessage(AppendEntries.requestSerialize({ envelope, heartbeat: { [name]: tooHigh } }))).toMatchObject(
      malformed,
    );
  }
  for (const name of ["round", "lastSent", "receivedIndex", "matchIndex", "lacks"]) {
    expect(readAppendReply(AppendEntries.responseSerialize({ envelope, heartbeat: { [name]: tooHigh } }))).toMatchObject(malformed);
  }
  for (const name of ["prevIndex", "hintIndex", "hintTerm"]) {
    const conflict = { [name]: tooHigh };
    expect(readAppendReply(AppendEntries.responseSerialize({ envelope, append: { conflict } }))).toMatchObject(malformed);
  }
  expect(readAppendReply(AppendEntries.responseSerialize({ envelope, append: { match: { index: tooHigh } } }))).toMatchObject(
    malformed,
  );
  for (const batch of [{ commands: [{ id: tooHigh }] }, { reads: [{ id: tooHigh }] }]) {
    expect(readForwardBatch(Forward.requestSerialize({ envelope, ...batch }))).toMatchObject(malformed);
  }
  for (const batch of [
    { reads: [{ id: tooHigh }] },
    { reads: [{ index: tooHigh }] },
    { results: [{ id: tooHigh, done: {} }] },
    { results: [{ id: 1, done: { index: tooHigh } }] },
    { results: [{ id: 1, refused: { leader: tooHigh } }] },
  ]) {
    expect(readForwardResults(Forward.responseSerialize({ envelope, ...batch }))).toMatchObject(malformed);
  }
});

test("rule 55: an entry may have the index 2^52, and none beyond it", () => {
  const last = 2 ** 52;
  const append = { type: "append" as const, from: 2, to: 3, term: last, prevIndex: last - 1, prevTerm: 1, commit: last };
  expect(overTheWire({ ...append, entries: entriesOf(last - 1, 1, last) })).toMatchObject({
    entries: [{ index: last, term: last }],
  });
  const beyond = writeAppendMessage(mark, { ...append, prevIndex: last, entries: entriesOf(last, 1, last) }, new EncodedSlices());
  expect(readAppendMessage(beyond)).toMatchObject(malformed);
});

test.each(outcomesOf(77))("an outcome of a forwarded command is the same after a trip: $type", (outcome) => {
  expect(resultOverTheWire({ id: 5, outcome })).toEqual({ id: 5, outcome });
});

test("commands and reads of one batch arrive in order", () => {
  const commands = [9, 4, 7].map((id) => ({ id, command: Buffer.from(`command ${id}`) }));
  const reads = [3, 1].map((id) => ({ type: "readIndexRequest" as const, from: 2, to: 3, term: 8, id }));
  const envelope = { ...mark, from: 2, to: 3, term: 8 };
  expect(readForwardBatch(writeForwardBatch(envelope, { commands, reads }))).toEqual({
    type: "message",
    envelope: { ...envelope, diskId: "", toDiskId: "", run: 0 },
    body: { commands, reads },
  });
});

test("an append whose entries are not one run after prevIndex, or whose terms fall or exceed its own, is malformed", () => {
  const append = { type: "append" as const, from: 2, to: 3, term: 5, prevIndex: 10, prevTerm: 3, commit: 0 };
  const [eleven, twelve] = entriesOf(10, 2, 4);
  const [other] = entriesOf(12, 1, 4);
  const slices = [
    entriesOf(11, 1),
    entriesOf(9, 1),
    [eleven, other],
    [twelve, eleven],
    entriesOf(10, 1, 2),
    entriesOf(10, 1, 6),
    [eleven, ...entriesOf(11, 1, 3)],
    entriesOf(10, 1, 0),
    [{ ...eleven, time: 8 } as Entry, twelve],
    [{ ...eleven, time: 2 ** 52 + 1 } as Entry],
  ];
  for (const entries of slices) {
    const bytes = writeAppendMessage(
      mark,
      { ...append, entries: entries.filter((entry) => entry !== undefined) },
      new EncodedSlices(),
    );
    expect(readAppendMessage(bytes)).toMatchObject(malformed);
  }
  const right = entriesOf(10, 2, 4);
  expect(overTheWire({ ...append, entries: right })).toMatchObject({ entries: right });
});

test("an append whose members cannot be read is malformed: the core believes what is in its log", () => {
  const append = { type: "append" as const, from: 2, to: 3, term: 5, prevIndex: 10, prevTerm: 3, commit: 0 };
  const read = (data: Uint8Array) => {
    const entries = [{ index: 11, term: 4, kind: "members" as const, time: 0, data }];
    return readAppendMessage(writeAppendMessage(mark, { ...append, entries }, new EncodedSlices()));
  };
  expect(read(encodeMembers(membersInChange))).toMatchObject({ type: "message" });
  for (const data of [Buffer.alloc(0), Buffer.from("{}"), encodeMembers({ ...membersInChange, nodes: [] })]) {
    expect(read(data)).toMatchObject(malformed);
  }
});

test("a message cut short, without envelope or body, or of flipped bits, is malformed or different, and never throws", () => {
  const envelope = { ...mark, from: 1, to: 2, term: 3 };
  const { AppendEntries, Forward } = raftProto;
  expect(readVoteRequest(Buffer.alloc(0))).toMatchObject(malformed);
  expect(readAppendReply(AppendEntries.responseSerialize({ envelope }))).toMatchObject(malformed);
  expect(readAppendReply(AppendEntries.responseSerialize({ envelope, append: {} }))).toMatchObject(malformed);
  expect(readForwardResults(Forward.responseSerialize({ envelope, results: [{ id: 1 }] }))).toMatchObject(malformed);
  const whole = writeAppendMessage(mark, appendOf(20), new EncodedSlices());
  for (let at = 0; at < whole.length; at++) {
    expect(readAppendMessage(whole.subarray(0, at))).not.toMatchObject({ body: { type: "append", entries: { length: 20 } } });
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ 0x11;
    expect(["message", "malformed"]).toContain(readAppendMessage(flipped).type);
  }
});

test("a flipped bit anywhere in the entries of an append is found", () => {
  const append = appendOf(3);
  const whole = writeAppendMessage(mark, append, new EncodedSlices());
  const entries = new EncodedSlices().encode(append.entries);
  const start = whole.indexOf(entries);
  expect(start).toBeGreaterThan(0);
  for (let at = start; at < start + entries.length; at++) {
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    expect(readAppendMessage(flipped)).toMatchObject(malformed);
  }
});

test("a reason of a later version is taken for one that promises no more", () => {
  const envelope = { ...mark, from: 1, to: 2, term: 3 };
  const bytes = raftProto.Forward.responseSerialize({
    envelope,
    results: [
      { id: 1, refused: { reason: "tooHot" } },
      { id: 2, unknown: { reason: "melted" } },
    ],
  });
  expect(readForwardResults(bytes)).toMatchObject({
    body: {
      results: [{ outcome: { type: "refused", reason: "overloaded" } }, { outcome: { type: "unknown", reason: "leaderChanged" } }],
    },
  });
});

test("a slice that goes to several followers is encoded once; a slice that differs in its end is not mistaken for it", () => {
  const slices = new EncodedSlices();
  const entries = entriesOf(10, 5);
  const bytes = slices.encode(entries);
  expect(slices.encode(entries.slice())).toBe(bytes);
  expect(slices.encode(entries.slice(0, 4))).toEqual(bytes.subarray(0, slices.encode(entries.slice(0, 4)).length));
  const replaced = [...entries.slice(0, 4), ...entriesOf(14, 1, 9)];
  expect(slices.encode(replaced)).toEqual(new EncodedSlices().encode(replaced));
  expect(slices.encode([])).toHaveLength(0);
});

const malformed = { type: "malformed", why: expect.any(String) };

function appendOf(count: number) {
  return {
    type: "append" as const,
    from: 2,
    to: 3,
    term: 5,
    prevIndex: 10,
    prevTerm: 3,
    commit: 0,
    entries: entriesOf(10, count, 4),
  };
}

function outcomesOf(high: number): Outcome[] {
  return [
    { type: "done", index: high, result: Buffer.from("result") },
    { type: "refused", reason: "notLeader", leader: high },
    { type: "refused", reason: "noLeader", leader: null },
    { type: "refused", reason: "overloaded", leader: null },
    { type: "refused", reason: "stopping", leader: null },
    { type: "unknown", reason: "leaderChanged" },
    { type: "unknown", reason: "timeout" },
    { type: "unknown", reason: "stopping" },
  ];
}

/** What the other side makes of a message. */
function overTheWire(message: PeerMessage): PeerMessage | null | undefined {
  const envelope = { ...mark, from: message.from, to: message.to, term: message.term };
  switch (message.type) {
    case "voteRequest":
      return bodyOf(readVoteRequest(writeVoteRequest({ ...envelope, diskId: "", toDiskId: "" }, message)));
    case "voteReply":
      return bodyOf(readVoteReply(writeVoteReply(mark, message)));
    case "append":
    case "heartbeat":
      return bodyOf(readAppendMessage(writeAppendMessage(mark, message, new EncodedSlices())));
    case "readIndexRequest":
      return bodyOf(readForwardBatch(writeForwardBatch(envelope, { commands: [], reads: [message] }))).reads[0];
    case "readIndexReply":
      return bodyOf(readForwardResults(writeForwardResults(envelope, { results: [], reads: [message] }))).reads[0];
    case "timeoutNow":
      return message;
    default:
      return bodyOf(readAppendReply(writeAppendReply(mark, message)));
  }
}

function resultOverTheWire(result: { id: number; outcome: Outcome }) {
  const envelope = { ...mark, from: 3, to: 2, term: 0 };
  return bodyOf(readForwardResults(writeForwardResults(envelope, { results: [result], reads: [] }))).results[0];
}

function bodyOf<T>(reading: Reading<T>): T {
  if (reading.type === "malformed") throw new Error(reading.why);
  expect(reading.envelope).toMatchObject(mark);
  return reading.body;
}
