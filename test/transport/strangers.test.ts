import { Client, type ClientDuplexStream, credentials, type ServiceError, status } from "@grpc/grpc-js";
import { raftProto, raftService } from "../../src/transport/wire/raft-service.ts";
import { listen, peersOf, TestNode } from "./test-node.ts";
import { until } from "./until.ts";

/** What a node (id 1 of cluster "balsa", peers 2 and 3) answers to a caller that it does not know or understand. */

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

const own = { clusterId: "balsa", from: 2, to: 1, term: 3 };
const strangers = [
  {
    envelope: { ...own, clusterId: "raft" },
    code: status.FAILED_PRECONDITION,
    says: /This is node 1 of cluster "balsa"; .* "raft"/,
  },
  { envelope: { ...own, to: 3 }, code: status.FAILED_PRECONDITION, says: /This is node 1; the message is for node 3/ },
  { envelope: { ...own, from: 9 }, code: status.PERMISSION_DENIED, says: /Node 9 is not a peer of node 1/ },
  { envelope: { ...own, from: 1 }, code: status.PERMISSION_DENIED, says: /Node 1 is not a peer of node 1/ },
];

let node: TestNode;
let client: Client;
beforeEach(async () => {
  const { server, address } = await listen();
  const nowhere = "127.0.0.1:1";
  const addresses = new Map([address, nowhere, nowhere].map((each, at) => [at + 1, each]));
  node = new TestNode({ id: 1, peers: peersOf(1, addresses) }, server);
  client = new Client(address, credentials.createInsecure());
});
afterEach(() => {
  client.close();
  node.stop();
});

test.each(strangers)("a stranger's vote request is refused and counted: $says", async ({ envelope, code, says }) => {
  const error = await callError(raftProto.RequestVote.requestSerialize({ envelope }));
  expect(error).toMatchObject({ code, details: expect.stringMatching(says) });
  expect(node.transport.counters.strangersRefused).toBe(1);
  expect(node.received).toEqual([]);
});

test.each(strangers)("a stranger's streams are refused and counted: $says", async ({ envelope, code, says }) => {
  for (const stream of [openAppends(), openForwards()]) {
    const ended = streamError(stream);
    stream.write(raftProto.AppendEntries.requestSerialize({ envelope }));
    expect(await ended).toMatchObject({ code, details: expect.stringMatching(says) });
  }
  expect(node.transport.counters.strangersRefused).toBe(2);
  expect(node.notices.filter(({ type }) => type === "refused")).toHaveLength(1);
});

test("a caller cannot change who it is in mid-stream", async () => {
  const stream = openAppends();
  const ended = streamError(stream);
  stream.write(raftProto.AppendEntries.requestSerialize({ envelope: own }));
  stream.write(raftProto.AppendEntries.requestSerialize({ envelope: { ...own, from: 3 }, heartbeat: {} }));
  expect(await ended).toMatchObject({ code: status.FAILED_PRECONDITION, details: expect.stringContaining("only node 2 can be") });
  expect(node.received).toEqual([]);
});

test("a malformed message ends its stream, is counted, and leaves other streams alone", async () => {
  const good = openAppends();
  good.write(raftProto.AppendEntries.requestSerialize({ envelope: { ...own, from: 3 } }));
  const garbage = [Buffer.from("ffffffffffffffffffffffff", "hex"), Buffer.alloc(0), Buffer.from("0a0368656c6c6f", "hex")];
  for (const bytes of garbage) {
    expect(await callError(bytes)).toMatchObject({ code: status.INVALID_ARGUMENT });
    for (const bad of [openAppends(), openForwards()]) {
      const ended = streamError(bad);
      bad.write(bytes);
      expect(await ended).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining("malformed") });
    }
  }
  expect(node.transport.counters.malformedRefused).toBe(3 * garbage.length);
  good.write(raftProto.AppendEntries.requestSerialize({ envelope: { ...own, from: 3 }, heartbeat: { round: 5 } }));
  await until("the good stream still works", () => node.received.length === 1);
  good.cancel();
});

test("rule 55: an index beyond 2^53 - 1 is refused and counted, and the node lives on", async () => {
  const stream = openAppends();
  const ended = streamError(stream);
  stream.write(raftProto.AppendEntries.requestSerialize({ envelope: own, heartbeat: { commit: 2 ** 53 } }));
  expect(await ended).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining("commit") });
  expect(node.transport.counters.malformedRefused).toBe(1);
});

test("a message above the limit ends its stream before it is taken in", async () => {
  const stream = openAppends();
  const ended = streamError(stream);
  stream.write(Buffer.alloc(9 * 1024 * 1024));
  expect(await ended).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect(node.transport.counters.bytesReceived).toBe(0);
});

test("a caller that opens a stream and never says who it is is sent away", async () => {
  const { server, address } = await listen();
  const impatient = new TestNode({ id: 1, peers: new Map([[2, "127.0.0.1:1"]]), limits: { connectTimeoutMs: 50 } }, server);
  const caller = new Client(address, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = raftService.AppendEntries;
  const ended = streamError(caller.makeBidiStreamRequest(path, requestSerialize, responseDeserialize));
  expect(await ended).toMatchObject({ code: status.DEADLINE_EXCEEDED });
  caller.close();
  impatient.stop();
});

test("a newer stream of the same peer takes the place of the older one", async () => {
  const older = openAppends();
  const ended = streamError(older);
  older.write(raftProto.AppendEntries.requestSerialize({ envelope: own }));
  await new Promise((resolve) => older.once("metadata", resolve));
  const newer = openAppends();
  newer.write(raftProto.AppendEntries.requestSerialize({ envelope: own }));
  expect(await ended).toMatchObject({ code: status.ABORTED });
  const replied = new Promise((resolve) => newer.once("data", resolve));
  node.transport.send([{ type: "appendMatch", from: 1, to: 2, term: 3, matchIndex: 4 }]);
  await replied;
  newer.cancel();
});

function callError(request: Buffer): Promise<ServiceError | null> {
  const { path, requestSerialize, responseDeserialize } = raftService.RequestVote;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error) => resolve(error));
  });
}

type Stream = ClientDuplexStream<Buffer, Buffer>;

function openAppends(): Stream {
  const { path, requestSerialize, responseDeserialize } = raftService.AppendEntries;
  return client
    .makeBidiStreamRequest(path, requestSerialize, responseDeserialize)
    .on("error", () => {})
    .resume();
}

function openForwards(): Stream {
  const { path, requestSerialize, responseDeserialize } = raftService.Forward;
  return client
    .makeBidiStreamRequest(path, requestSerialize, responseDeserialize)
    .on("error", () => {})
    .resume();
}

function streamError(stream: Stream): Promise<ServiceError> {
  return new Promise((resolve) => stream.once("error", resolve));
}
