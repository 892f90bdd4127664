import type { PeerMessage } from "../../src/core/messages.ts";
import { compareState } from "../../src/node/duties/digest-watch.ts";
import { forward } from "../../src/node/requests/requests.ts";
import { installSnapshot } from "../../src/node/snapshots/snapshot-stream.ts";
import { readAppendMessage, readAppendReply, writeAppendMessage, writeAppendReply } from "../../src/transport/wire/appends.ts";
import { EncodedSlices } from "../../src/transport/wire/encoded-slices.ts";
import type { Reading } from "../../src/transport/wire/envelope.ts";
import { readForwardBatch, readForwardResults, writeForwardBatch, writeForwardResults } from "../../src/transport/wire/forwards.ts";
import { raftProto } from "../../src/transport/wire/raft-service.ts";
import { readVoteReply, readVoteRequest, writeVoteReply, writeVoteRequest } from "../../src/transport/wire/votes.ts";
import { incarnationId } from "../incarnations.ts";
import { chunkOf, repliesOf, requestsOf } from "./messages.ts";
import { startNodes, type TestNode } from "./test-node.ts";
import { until } from "./until.ts";

/** The number that an observed sender gives to each of its messages. */

jest.setTimeout(30_000);

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

describe("over real links", () => {
  let nodes: TestNode[] = [];
  afterEach(() => {
    for (const node of nodes) node.stop();
  });

  test("both the question and the answer of each call have the number that their sender gave, or 0", async () => {
    nodes = await startNodes(2);
    const [one, two] = nodes as [TestNode, TestNode];
    const heard: (number | undefined)[] = [];
    const hear = (_answer: unknown, number?: number) => heard.push(number);
    for (const answerNumber of [77, undefined]) {
      two.answerNumber = answerNumber;
      const number = answerNumber === undefined ? undefined : sequence;
      one.transport.ask(2, forward, Buffer.from("x"), hear, number);
      one.transport.ask(2, compareState, 5, hear, number);
      one.transport.ask(2, installSnapshot, chunkOf(), hear, number);
      await until(
        "all three are asked",
        () => two.forwarded.length === 1 && two.chunks.length === 1 && two.digestsAsked.length === 1,
      );
      two.forwarded.shift()?.done({ type: "refused", reason: "overloaded", leader: null });
      two.chunks.shift()?.done({ type: "installed" });
      two.digestsAsked.shift();
      await until("all three are answered", () => heard.length === 3);
      expect(heard.splice(0)).toEqual(Array.from({ length: 3 }, () => answerNumber ?? 0));
      expect(two.numbers.splice(0).map((asked) => asked.sequence)).toEqual([number, number, number]);
    }
  });

  test("of an answer that never came there is none", async () => {
    nodes = await startNodes(2);
    const [one, two] = nodes as [TestNode, TestNode];
    const heard: unknown[] = [];
    one.transport.ask(2, forward, Buffer.from("x"), (outcome, number) => heard.push([outcome.type, number]), sequence);
    await until("it is asked", () => two.forwarded.length === 1);
    two.stop();
    await until("it is over", () => heard.length === 1);
    expect(heard).toEqual([["unknown", undefined]]);
  });

  test("a message that goes nowhere is told, with why", async () => {
    nodes = await startNodes(2, { queueMessagesMax: 1, queueBytesMax: 1 });
    const [one] = nodes as [TestNode, TestNode];
    const [request] = requestsOf(1, 9);
    const [reply] = repliesOf(1, 9);
    one.transport.send([request, reply].filter((message) => message !== undefined));
    expect(one.dropped.map(({ why }) => why)).toEqual(["noLink", "noLink"]);
    const entries = [{ index: 1, term: 1, kind: "command", time: 0, data: Buffer.alloc(512 * 1024) } as const];
    const append = { type: "append", from: 1, to: 2, term: 1, prevIndex: 0, prevTerm: 0, entries, commit: 0 } as const;
    for (let i = 0; i < 20; i += 1) one.transport.send([append]);
    expect(one.dropped.at(-1)).toEqual({ type: "append", why: "queueFull" });
    expect(one.transport.queued().get(2)?.messages).toBe(1);
    expect(one.transport.queued().get(2)?.bytes).toBeGreaterThan(512 * 1024);
  });
});
