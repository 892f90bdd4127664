import type { PeerMessage } from "../../src/core/messages.ts";
import { readAppendMessage, readAppendReply, writeAppendMessage, writeAppendReply } from "../../src/transport/wire/appends.ts";
import { EncodedSlices } from "../../src/transport/wire/encoded-slices.ts";
import type { Reading } from "../../src/transport/wire/envelope.ts";
import { readForwardBatch, readForwardResults, writeForwardBatch, writeForwardResults } from "../../src/transport/wire/forwards.ts";
import { raftProto } from "../../src/transport/wire/raft-service.ts";
import { readVoteReply, readVoteRequest, writeVoteReply, writeVoteRequest } from "../../src/transport/wire/votes.ts";
import { incarnationId } from "../incarnations.ts";
import { repliesOf, requestsOf } from "./messages.ts";

/** The number that an observed sender gives to each of its messages. */

const mark = { clusterId: "balsa", incarnationId };
const sequence = 2 ** 51 + 3;

/** Its bytes, and what is read from them. */
function wireOf(message: PeerMessage): readonly [bytes: Buffer, read: (bytes: Buffer) => Reading<unknown>] {
  const envelope = { ...mark, from: message.from, to: message.to, term: message.term };
  switch (message.type) {
    case "voteRequest":
      return [writeVoteRequest({ ...envelope, diskId: "", toDiskId: "" }, message), readVoteRequest];
    case "voteReply":
      return [writeVoteReply(mark, message), readVoteReply];
    case "append":
    case "heartbeat":
    case "timeoutNow":
      return [writeAppendMessage(mark, message, new EncodedSlices()), readAppendMessage];
    case "readIndexRequest":
      return [writeForwardBatch(envelope, { commands: [], reads: [message] }), readForwardBatch];
    case "readIndexReply":
      return [writeForwardResults(envelope, { results: [], reads: [message] }), readForwardResults];
    default:
      return [writeAppendReply(mark, message), readAppendReply];
  }
}

function bodyIn(reading: Reading<unknown>): unknown {
  if (reading.type !== "message") throw new Error(reading.why);
  const { body } = reading as { body: { reads?: readonly unknown[] } };
  return body.reads === undefined ? body : body.reads[0];
}

const messages = [...requestsOf(2, 3), ...repliesOf(3, 2), { type: "timeoutNow", from: 2, to: 3, term: 4 } as const];

test.each(messages)("goes over the wire with $type, and one without it is as long as ever", (message) => {
  const [bare, read] = wireOf(message);
  const [numbered] = wireOf({ ...message, sequence });
  expect(bodyIn(read(numbered))).toEqual({ ...message, sequence });
  const without = bodyIn(read(bare));
  expect(without).toEqual(message);
  expect(without).not.toHaveProperty("sequence");
  // The mark of the field, and eight bytes of the number; in a message within a message, maybe one more for its length.
  expect(numbered.length - bare.length).toBeGreaterThanOrEqual(9);
  expect(numbered.length - bare.length).toBeLessThanOrEqual(10);
});

test("goes with each command that is forwarded, and with each outcome", () => {
  const envelope = { ...mark, from: 2, to: 3, term: 0 };
  const commands = [
    { id: 1, command: Buffer.from("a"), sequence },
    { id: 2, command: Buffer.from("b") },
  ];
  const batch = readForwardBatch(writeForwardBatch(envelope, { commands, reads: [] }));
  expect(batch).toMatchObject({ type: "message", body: { commands } });
  const outcome = { type: "unknown", reason: "timeout" } as const;
  const results = [
    { id: 1, outcome, sequence },
    { id: 2, outcome },
  ];
  expect(readForwardResults(writeForwardResults(envelope, { results, reads: [] }))).toMatchObject({
    type: "message",
    body: { results },
  });
});

test("rule 55: one beyond 2^52 makes the message malformed", () => {
  const tooHigh = 2 ** 52 + 1;
  const envelope = { ...mark, from: 1, to: 2, term: 3 };
  const { AppendEntries, Forward } = raftProto;
  const malformed = { type: "malformed", why: "its sequence is beyond 2^52" };
  const numbered = { ...envelope, sequence: tooHigh };
  expect(readAppendMessage(AppendEntries.requestSerialize({ envelope: numbered, timeoutNow: {} }))).toEqual(malformed);
  for (const batch of [{ commands: [{ id: 1, sequence: tooHigh }] }, { reads: [{ id: 1, sequence: tooHigh }] }])
    expect(readForwardBatch(Forward.requestSerialize({ envelope, ...batch }))).toEqual(malformed);
  for (const batch of [{ results: [{ id: 1, unknown: {}, sequence: tooHigh }] }, { reads: [{ id: 1, sequence: tooHigh }] }])
    expect(readForwardResults(Forward.responseSerialize({ envelope, ...batch }))).toEqual(malformed);
});
