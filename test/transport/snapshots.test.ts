import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { ChunkReply } from "../../src/node/ports/ports.ts";
import { installSnapshot } from "../../src/node/snapshots/snapshot-stream.ts";
import type { TransportLimits } from "../../src/transport/link/transport-options.ts";
import { accept, FakePeer } from "./fake-peer.ts";
import { chunkOf, entriesOf, metaOf } from "./messages.ts";
import { listen, startNodes, TestNode } from "./test-node.ts";
import { until } from "./until.ts";

/** Pieces of a snapshot that node 1 sends to node 2. */

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function setStage(limits: Partial<TransportLimits> = {}): Promise<{ one: TestNode; two: TestNode }> {
  const [one, two] = await startNodes(2, limits);
  if (one === undefined || two === undefined) throw new Error("There are not two nodes.");
  stops.push(
    () => one.stop(),
    () => two.stop(),
  );
  return { one, two };
}

/** Sends a chunk from `node` to node 2; the replies gather in the list. */
function sender(node: TestNode) {
  const replies: ChunkReply[] = [];
  const send = (changes: Parameters<typeof chunkOf>[0] = {}, to = 2) =>
    node.transport.ask(to, installSnapshot, chunkOf(changes), (reply) => replies.push(reply));
  return { replies, send };
}

test("pieces arrive as they were sent, each after the reply to the one before, whatever the reply says", async () => {
  const { one, two } = await setStage();
  const { replies, send } = sender(one);
  const chunks = [
    chunkOf({ after: null, records: Buffer.alloc(0) }),
    chunkOf({ after: null, records: Buffer.alloc(300_000, 3) }),
    chunkOf({ after: Buffer.alloc(0) }),
    chunkOf({ after: Buffer.from("key"), isLast: true }),
    chunkOf({ records: Buffer.alloc(0), isLast: true, meta: { ...metaOf(), count: 0 } }),
    chunkOf({ term: 1001 }),
  ];
  const answers: ChunkReply[] = [
    { type: "next", cursor: null },
    { type: "next", cursor: Buffer.from("cursor") },
    { type: "next", cursor: Buffer.alloc(0) },
    { type: "installed" },
    { type: "stale", commitIndex: 2 ** 52 },
    { type: "refused", why: "the disk is full" },
  ];
  for (const [at, chunk] of chunks.entries()) {
    send(chunk);
    await until("the piece arrived", () => two.chunks.length === at + 1);
    expect(two.chunks[at]).toMatchObject({ from: 1, chunk });
    expect(replies).toHaveLength(at);
    two.chunks[at]?.done(answers[at] ?? { type: "broken" });
    await until("the reply arrived", () => replies.length === at + 1);
  }
  expect(replies).toEqual(answers);
});

test("a piece that waits for its answer holds up neither entries nor heartbeats", async () => {
  const { one, two } = await setStage();
  sender(one).send({ records: Buffer.alloc(4_000_000) });
  await until("the piece arrived", () => two.chunks.length === 1);
  for (let at = 0; at < 20; at++) {
    const head = { from: 1, to: 2, term: 3 };
    one.transport.send([{ ...head, type: "append", prevIndex: at, prevTerm: 3, entries: entriesOf(at, 1), commit: 0 }]);
    one.transport.send([{ ...head, type: "heartbeat", commit: 0, round: at, lastSent: at, confirmed: 0 + 1 }]);
  }
  await until("the others arrived", () => two.received.length === 40);
});

test("without a link a piece is broken at once, but never before the call returns", async () => {
  const { one, two } = await setStage();
  const { replies, send } = sender(one);
  send({}, 9);
  two.stop();
  await until("the link is seen to be broken", () => one.linkTo(2) === "broken");
  send();
  expect(replies.length).toBeLessThan(2);
  await until("both are broken", () => replies.length === 2);
  expect(replies).toEqual([{ type: "broken" }, { type: "broken" }]);
});

test("a link that breaks breaks the piece under way, once, and so does this node when it closes", async () => {
  const { one, two } = await setStage();
  const { replies, send } = sender(one);
  send();
  await until("the piece arrived", () => two.chunks.length === 1);
  two.stop();
  await until("the piece is broken", () => replies.length === 1);
  two.chunks[0]?.done({ type: "installed" });

  const other = await setStage();
  const second = sender(other.one);
  second.send();
  await until("the piece arrived", () => other.two.chunks.length === 1);
  other.one.transport.close();
  expect([...replies, ...second.replies]).toEqual([{ type: "broken" }, { type: "broken" }]);
});

test("a piece that is not answered in time is given up, the link lives on, and a late answer is not taken for the next one's", async () => {
  const { one, two } = await setStage({ chunkTimeoutMs: 50 });
  const { replies, send } = sender(one);
  send();
  await until("it is given up", () => replies.length === 1);
  expect(replies).toEqual([{ type: "broken" }]);
  send({ after: null });
  await until("the next one arrived", () => two.chunks.length === 2);
  two.chunks[0]?.done({ type: "installed" });
  two.chunks[1]?.done({ type: "next", cursor: null });
  await until("the next one is answered", () => replies.length === 2);
  expect(replies[1]).toEqual({ type: "next", cursor: null });
  expect(one.transport.counters.linksLost).toBe(0);
});

test("a piece that comes while another is under way takes its place", async () => {
  const { one, two } = await setStage();
  const { replies, send } = sender(one);
  send();
  await until("the first arrived", () => two.chunks.length === 1);
  send({ meta: { ...metaOf(), index: 2000 } });
  expect(replies).toEqual([{ type: "broken" }]);
  await until("the second arrived", () => two.chunks.length === 2);
  expect(two.chunks[1]?.chunk.meta.index).toBe(2000);
  two.chunks[0]?.done({ type: "installed" });
  two.chunks[1]?.done({ type: "next", cursor: null });
  await until("the second is answered", () => replies.length === 2);
  expect(replies[1]).toEqual({ type: "next", cursor: null });
});

test("a receiver that gives a piece up breaks it, and the next one opens a new stream and begins again", async () => {
  const { one, two } = await setStage();
  const { replies, send } = sender(one);
  const meta = metaOf();
  send({ meta });
  await until("it arrived", () => two.chunks.length === 1);
  two.chunks[0]?.done({ type: "broken" });
  two.chunks[0]?.done({ type: "installed" });
  await until("it is broken", () => replies.length === 1);
  send({ meta });
  await until("the next one arrived", () => two.chunks.length === 2);
  expect(replies).toEqual([{ type: "broken" }]);
  expect(one.linkTo(2)).toBe("connected");
});

test("a piece longer than a message may be is refused, with both lengths", async () => {
  const { one } = await setStage({ messageBytesMax: 2_000_000, forwardBatchBytesMax: 1_000_000 });
  const { replies, send } = sender(one);
  send({ records: Buffer.alloc(2_000_000) });
  expect(replies).toEqual([]);
  await until("it is refused", () => replies.length === 1);
  expect(replies).toEqual([{ type: "refused", why: expect.stringMatching(/20000\d\d bytes.*2000000/) }]);
});

test("a peer that answers a piece with garbage is given up, and the piece is broken", async () => {
  const answer = (stream: ServerDuplexStream<Buffer, Buffer>) => {
    accept(stream);
    stream.on("data", () => stream.write(Buffer.from("garbage")));
  };
  const liar = new FakePeer({ onSnapshots: answer });
  await liar.listen();
  const one = new TestNode({ id: 1, peers: new Map([[2, liar.address]]) }, (await listen()).server);
  stops.push(
    () => one.stop(),
    () => liar.stop(),
  );
  await until("the link is connected", () => one.connected());
  const { replies, send } = sender(one);
  send();
  await until("the piece is broken", () => replies.length === 1);
  expect(replies).toEqual([{ type: "broken" }]);
  expect(one.transport.counters.malformedRefused).toBe(1);
  expect(one.linkTo(2)).toBe("broken");
});
