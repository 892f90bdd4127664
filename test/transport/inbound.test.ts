import { status } from "@grpc/grpc-js";
import type { ReadIndexReply } from "../../src/core/messages.ts";
import { readForwardResults } from "../../src/transport/wire/forwards.ts";
import { raftProto } from "../../src/transport/wire/raft-service.ts";
import { readVoteReply } from "../../src/transport/wire/votes.ts";
import { incarnationId } from "../incarnations.ts";
import { RawCaller, type RawStream, streamError } from "./raw-caller.ts";
import { listen, TestNode, type TestNodeOptions } from "./test-node.ts";
import { until } from "./until.ts";

/** Where the answers of a node (id 1) go, as its peer (id 2) sees it. */

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

const own = { clusterId: "balsa", incarnationId, from: 2, to: 1, term: 3 };
const greeting = raftProto.AppendEntries.requestSerialize({ envelope: own });
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function setStage(limits: TestNodeOptions["limits"] = {}): Promise<{ node: TestNode; caller: RawCaller }> {
  const { server, address } = await listen();
  const node = new TestNode({ id: 1, peers: new Map([[2, "127.0.0.1:1"]]), limits }, server);
  const caller = new RawCaller(address);
  stops.push(
    () => caller.close(),
    () => node.stop(),
  );
  return { node, caller };
}

test("a newer stream of the same peer takes the place of the older one, and gets the replies", async () => {
  const { node, caller } = await setStage();
  const older = caller.openAppends();
  const ended = streamError(older);
  await greet(older);
  const newer = caller.openAppends();
  await greet(newer);
  expect(await ended).toMatchObject({ code: status.ABORTED });
  const replied = new Promise((resolve) => newer.once("data", resolve));
  node.transport.send([{ type: "appendMatch", from: 1, to: 2, term: 3, matchIndex: 4 }]);
  await replied;
});

test("a vote goes to the call that asked for its kind", async () => {
  const { node, caller } = await setStage();
  const [pre, real] = [true, false].map((preVote) => caller.requestVote(voteRequest({ preVote })));
  await until("both requests arrived", () => node.received.length === 2);
  node.transport.send([{ type: "voteReply", from: 1, to: 2, term: 3, preVote: true, granted: false }]);
  const preReply = (await pre?.ended)?.reply ?? Buffer.alloc(0);
  expect(readVoteReply(preReply)).toMatchObject({ body: { preVote: true, granted: false } });
  node.transport.send([{ type: "voteReply", from: 1, to: 2, term: 3, preVote: false, granted: true }]);
  const reply = (await real?.ended)?.reply ?? Buffer.alloc(0);
  expect(readVoteReply(reply)).toMatchObject({ body: { preVote: false, granted: true } });
});

test("a vote whose caller has gone is dropped", async () => {
  const { node, caller } = await setStage();
  const { counters } = node.transport;
  const gone = caller.requestVote(voteRequest({}));
  await until("the request arrived", () => node.received.length === 1);
  gone.call.cancel();
  await gone.ended;
  // What comes later on the same connection is seen later, so the end of the first call is known by then.
  caller.requestVote(voteRequest({}));
  await until("the next request arrived", () => node.received.length === 2);
  const reply = { type: "voteReply" as const, from: 1, to: 2, term: 3, preVote: false, granted: true };
  const before = { sent: counters.messagesSent, dropped: counters.messagesDropped };
  node.transport.send([reply, reply]);
  expect(counters.messagesSent - before.sent).toBe(1);
  expect(counters.messagesDropped - before.dropped).toBe(1);
});

test("of too many vote requests of one peer, the oldest gives way", async () => {
  const { node, caller } = await setStage({ callsPendingMax: 2 });
  const first = caller.requestVote(voteRequest({}));
  await until("the first request arrived", () => node.received.length === 1);
  caller.requestVote(voteRequest({}));
  caller.requestVote(voteRequest({}));
  expect((await first.ended).error).toMatchObject({ code: status.ABORTED });
});

test("of too many calls of one peer that wait for an answer, the oldest gives way; the others are told when the node stops", async () => {
  const { node, caller } = await setStage({ callsPendingMax: 2 });
  node.isSilent = true;
  const question = raftProto.CompareState.requestSerialize({ envelope: own, index: 7 });
  const first = caller.call("CompareState", question);
  await until("the first question arrived", () => node.digestsAsked.length === 1);
  const others = [caller.call("CompareState", question), caller.call("CompareState", question)];
  expect((await first.ended).error).toMatchObject({ code: status.ABORTED });
  await until("all arrived", () => node.digestsAsked.length === 3);
  node.transport.close();
  for (const { ended } of others) expect((await ended).error).toMatchObject({ code: status.UNAVAILABLE });
});

test("a call whose question is malformed, or whose caller is no member, is refused, and nobody is asked", async () => {
  const { node, caller } = await setStage();
  const codeOf = async (fields: object): Promise<number | undefined> => {
    const bytes = raftProto.CompareState.requestSerialize({ envelope: own, index: 7, ...fields });
    return (await caller.call("CompareState", bytes).ended).error?.code;
  };
  expect(await codeOf({ index: 2 ** 52 + 1 })).toBe(status.INVALID_ARGUMENT);
  expect(await codeOf({ envelope: null })).toBe(status.INVALID_ARGUMENT);
  expect(await codeOf({ envelope: { ...own, clusterId: "other" } })).toBe(status.FAILED_PRECONDITION);
  expect(await codeOf({ envelope: { ...own, to: 9 } })).toBe(status.FAILED_PRECONDITION);
  expect(node.digestsAsked).toEqual([]);
  expect(await codeOf({})).toBeUndefined();
});

test("a result never goes to another stream than the one on which its command came", async () => {
  const { node, caller } = await setStage();
  const command = raftProto.Forward.requestSerialize({ envelope: own, commands: [{ id: 1, command: Buffer.from("command") }] });
  const older = caller.openForwards();
  const ended = streamError(older);
  older.write(command);
  await until("the first command arrived", () => node.forwarded.length === 1);
  const newer = caller.openForwards();
  newer.write(command);
  await until("the second command arrived", () => node.forwarded.length === 2);
  await ended;
  const results: Buffer[] = [];
  newer.on("data", (bytes: Buffer) => results.push(bytes));
  node.forwarded[0]?.done({ type: "done", index: 1, result: Buffer.from("first") });
  await new Promise((resolve) => setImmediate(resolve));
  node.forwarded[1]?.done({ type: "done", index: 2, result: Buffer.from("second") });
  await until("a result arrived", () => results.length > 0);
  expect(readForwardResults(results[0] ?? Buffer.alloc(0))).toMatchObject({
    body: { results: [{ id: 1, outcome: { index: 2 } }] },
  });
});

test("results fill as many messages as they need, and reads need not wait for them", async () => {
  const { node, caller } = await setStage({ forwardBatchBytesMax: 1_000 });
  const stream = caller.openForwards();
  const commands = Array.from({ length: 20 }, (_, at) => ({ id: at + 1, command: Buffer.alloc(1) }));
  stream.write(raftProto.Forward.requestSerialize({ envelope: own, commands, reads: [{ id: 7 }] }));
  await until("the commands arrived", () => node.forwarded.length === 20);
  const arrived: number[][] = [];
  const reads: ReadIndexReply[] = [];
  stream.on("data", (bytes: Buffer) => {
    const reading = readForwardResults(bytes);
    if (reading.type === "malformed") throw new Error(reading.why);
    reads.push(...reading.body.reads);
    if (reading.body.results.length > 0) arrived.push(reading.body.results.map(({ id }) => id));
  });
  for (const { done } of node.forwarded) done({ type: "done", index: 1, result: Buffer.alloc(290) });
  node.transport.send([{ type: "readIndexReply", from: 1, to: 2, term: 9, id: 7, index: 70 }]);
  await until("all results arrived", () => arrived.flat().length === 20);
  expect(arrived.flat()).toEqual(commands.map(({ id }) => id));
  expect(arrived[0]).toHaveLength(3);
  expect(reads).toEqual([{ type: "readIndexReply", from: 1, to: 2, term: 9, id: 7, index: 70 }]);
});

test("results that the peer does not read end its stream, so that none is lost in silence", async () => {
  const { node, caller } = await setStage({ forwardBatchBytesMax: 1, streamWindowBytes: 1, queueMessagesMax: 2 });
  const stream = caller.openForwards();
  const ended = new Promise((resolve) => stream.once("error", resolve));
  const commands = Array.from({ length: 10 }, (_, at) => ({ id: at + 1, command: Buffer.alloc(1) }));
  stream.write(raftProto.Forward.requestSerialize({ envelope: own, commands }));
  await until("the commands arrived", () => node.forwarded.length === 10);
  for (const { done } of node.forwarded) done({ type: "done", index: 1, result: Buffer.alloc(100_000) });
  await until("a result found no room", () => node.transport.counters.messagesDropped > 0);
  stream.resume();
  expect(await ended).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
});

function voteRequest(fields: { preVote?: boolean }): Buffer {
  return raftProto.RequestVote.requestSerialize({ envelope: own, ...fields });
}

async function greet(stream: RawStream): Promise<void> {
  stream.write(greeting);
  await new Promise((resolve) => stream.once("metadata", resolve));
}
