import { status } from "@grpc/grpc-js";
import {
  readSnapshotReply,
  writeSnapshotBegin,
  writeSnapshotChunk,
  writeSnapshotGreeting,
} from "../../src/transport/wire/snapshots.ts";
import { incarnationId } from "../incarnations.ts";
import { chunkOf, metaOf } from "./messages.ts";
import { RawCaller, type RawStream, streamError } from "./raw-caller.ts";
import { listen, TestNode } from "./test-node.ts";
import { until } from "./until.ts";

/** What a node (id 1) does with the snapshot streams of its peers (ids 2 and 3). */

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

let node: TestNode;
let caller: RawCaller;
beforeEach(async () => {
  const { server, address } = await listen();
  const nowhere = "127.0.0.1:1";
  node = new TestNode({ id: 1, peers: new Map([2, 3].map((id) => [id, nowhere])) }, server);
  caller = new RawCaller(address);
});
afterEach(() => {
  caller.close();
  node.stop();
});

const envelope = (term: number, from = 2) => ({ clusterId: "balsa", incarnationId, from, to: 1, term });
const begin = (term: number, from = 2, meta = metaOf()) => writeSnapshotBegin(envelope(term, from), meta);
const chunk = (term: number, from = 2, changes = {}) => writeSnapshotChunk(envelope(term, from), chunkOf(changes));

function open(from = 2): RawStream {
  const stream = caller.openSnapshots();
  stream.write(writeSnapshotGreeting({ ...envelope(0, from), diskId: "", toDiskId: "" }));
  return stream;
}

test("rule 42: a piece without the beginning of its snapshot is refused, and ends its stream", async () => {
  const stream = open();
  const ended = streamError(stream);
  stream.write(chunk(1000));
  expect(await ended).toMatchObject({
    code: status.FAILED_PRECONDITION,
    details: expect.stringContaining("without the beginning"),
  });
  expect(node.chunks).toEqual([]);
  expect(node.transport.counters.malformedRefused).toBe(1);
});

test("rule 42: a beginning counts for its own stream only", async () => {
  const first = open();
  first.write(begin(1000));
  const second = open();
  const ended = streamError(second);
  second.write(chunk(1000));
  expect(await ended).toMatchObject({ code: status.FAILED_PRECONDITION });
  expect(node.chunks).toEqual([]);
});

test("rule 42: a piece of another term than its beginning is refused; a new beginning starts over", async () => {
  const stream = open();
  stream.write(begin(1000));
  stream.write(chunk(1000));
  await until("the piece arrived", () => node.chunks.length === 1);
  node.chunks[0]?.done({ type: "next", cursor: null });
  stream.write(begin(1001, 2, { ...metaOf(), index: 5000 }));
  stream.write(chunk(1001));
  await until("the other snapshot's piece arrived", () => node.chunks.length === 2);
  expect(node.chunks.map(({ chunk: { term, meta } }) => [term, meta.index])).toEqual([
    [1000, 1000],
    [1001, 5000],
  ]);
  node.chunks[1]?.done({ type: "next", cursor: null });
  const ended = streamError(stream);
  stream.write(chunk(1000));
  expect(await ended).toMatchObject({ details: expect.stringContaining("of term 1000 came to a snapshot of term 1001") });
  expect(node.chunks).toHaveLength(2);
});

test("rule 42: two leaders that send at a time are kept apart, and each gets its own replies", async () => {
  const replies = new Map<number, unknown[]>([
    [2, []],
    [3, []],
  ]);
  const streams = [2, 3].map((from) => {
    const stream = open(from).on("data", (bytes: Buffer) => {
      const reading = readSnapshotReply(bytes);
      replies.get(from)?.push(reading.type === "message" ? reading.body : reading);
    });
    return { from, stream, term: 1000 + from, meta: { ...metaOf(), index: 5000 + from } };
  });
  for (const { from, stream, term, meta } of streams) stream.write(begin(term, from, meta));
  for (let at = 0; at < 6; at++) {
    for (const { from, stream, term } of streams) stream.write(chunk(term, from, { records: Buffer.from(`${from} ${at}`) }));
    await until("both pieces arrived", () => node.chunks.length === 2);
    for (const { from, chunk, done } of node.chunks.splice(0).reverse()) {
      const { term, meta, records } = chunk;
      expect({ term, index: meta.index, records: Buffer.from(records).toString() }).toEqual({
        term: 1000 + from,
        index: 5000 + from,
        records: `${from} ${at}`,
      });
      done({ type: "next", cursor: Buffer.from(`${from} ${at}`) });
    }
    await until("both are answered", () => [...replies.values()].every((each) => each.length === at + 1));
  }
  for (const [from, each] of replies) {
    expect(each).toEqual(Array.from({ length: 6 }, (_, at) => ({ type: "next", cursor: Buffer.from(`${from} ${at}`) })));
  }
});

test("a sender that does not wait for the answer loses its stream, so it cannot fill this node's memory", async () => {
  const stream = open();
  const ended = streamError(stream);
  stream.write(begin(1000));
  stream.write(chunk(1000));
  stream.write(chunk(1000));
  expect(await ended).toMatchObject({ code: status.FAILED_PRECONDITION, details: expect.stringContaining("not been answered") });
  expect(node.chunks).toHaveLength(1);
  node.chunks[0]?.done({ type: "next", cursor: null });
});

test("a newer stream of the same peer takes the place of the older one, and an answer to a piece on that goes nowhere", async () => {
  const older = open();
  const ended = streamError(older);
  older.write(begin(1000));
  older.write(chunk(1000));
  await until("the piece arrived", () => node.chunks.length === 1);
  const newer = open();
  expect(await ended).toMatchObject({ code: status.ABORTED });
  const replies: Buffer[] = [];
  newer.on("data", (bytes: Buffer) => replies.push(bytes));
  newer.write(begin(1000));
  newer.write(chunk(1000, 2, { after: null }));
  await until("the next piece arrived", () => node.chunks.length === 2);
  node.chunks[0]?.done({ type: "installed" });
  node.chunks[1]?.done({ type: "next", cursor: null });
  await until("an answer came", () => replies.length > 0);
  expect(readSnapshotReply(replies[0] ?? Buffer.alloc(0))).toMatchObject({ body: { type: "next" } });
});

test("a piece that was damaged on the way ends its stream, and reaches nobody", async () => {
  const whole = chunk(1000);
  const damaged = Buffer.from(whole);
  const at = damaged.indexOf("some records");
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  const stream = open();
  const ended = streamError(stream);
  stream.write(begin(1000));
  stream.write(damaged);
  expect(await ended).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining("checksum") });
  expect(node.chunks).toEqual([]);
});

test("a stream ends when this node closes, and nothing comes in afterwards", async () => {
  const stream = open();
  const ended = streamError(stream);
  stream.write(begin(1000));
  stream.write(chunk(1000));
  await until("the piece arrived", () => node.chunks.length === 1);
  node.transport.close();
  expect(await ended).toMatchObject({ code: status.UNAVAILABLE });
  node.chunks[0]?.done({ type: "installed" });
});
