import { type ServiceError, status } from "@grpc/grpc-js";
import { raftProto } from "../../src/transport/wire/raft-service.ts";
import { incarnationId, otherIncarnationId } from "../incarnations.ts";
import { RawCaller, streamError } from "./raw-caller.ts";
import { listen, peersOf, TestNode } from "./test-node.ts";
import { until } from "./until.ts";

/** What a node (id 1 of cluster "balsa", peers 2 and 3; ids up to 9 were in use once) answers to a caller that it does not know or understand. */

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

const own = { clusterId: "balsa", incarnationId, from: 2, to: 1, term: 3 };
const strangers = [
  {
    envelope: { ...own, clusterId: "raft" },
    code: status.FAILED_PRECONDITION,
    says: /This is node 1 of cluster "balsa" .* of node 2 of cluster "raft"/,
  },
  {
    envelope: { ...own, incarnationId: otherIncarnationId },
    code: status.FAILED_PRECONDITION,
    says: /This is node 1 of cluster "balsa" \(incarnation 0123456789abcdef.*of node 2 of cluster "balsa" \(incarnation fedcba9876543210/,
  },
  {
    envelope: { ...own, incarnationId: "" },
    code: status.FAILED_PRECONDITION,
    says: /of node 2 of cluster "balsa" \(no incarnation\)/,
  },
  { envelope: { ...own, to: 3 }, code: status.FAILED_PRECONDITION, says: /This is node 1; the message is for node 3/ },
  { envelope: { ...own, from: 9 }, code: status.PERMISSION_DENIED, says: /Node 9 is no member of the cluster any more/ },
  { envelope: { ...own, from: 1 }, code: status.PERMISSION_DENIED, says: /Node 1 is this node itself/ },
];

let node: TestNode;
let caller: RawCaller;
beforeEach(async () => {
  const { server, address } = await listen();
  const nowhere = "127.0.0.1:1";
  const addresses = new Map([address, nowhere, nowhere].map((each, at) => [at + 1, each]));
  node = new TestNode({ id: 1, peers: peersOf(1, addresses), lastId: 9 }, server);
  caller = new RawCaller(address);
});
afterEach(() => {
  caller.close();
  node.stop();
});

test.each(strangers)("a stranger's vote request is refused and counted: $says", async ({ envelope, code, says }) => {
  const error = await callError(raftProto.RequestVote.requestSerialize({ envelope }));
  expect(error).toMatchObject({ code, details: expect.stringMatching(says) });
  expect(node.transport.counters.strangersRefused).toBe(1);
  expect(node.received).toEqual([]);
});

test.each(strangers)("a stranger's streams are refused and counted: $says", async ({ envelope, code, says }) => {
  for (const stream of [caller.openAppends(), caller.openForwards(), caller.openSnapshots()]) {
    const ended = streamError(stream);
    stream.write(raftProto.AppendEntries.requestSerialize({ envelope }));
    expect(await ended).toMatchObject({ code, details: expect.stringMatching(says) });
  }
  expect(node.transport.counters.strangersRefused).toBe(3);
  expect(node.notices.filter(({ type }) => type === "refused" || type === "otherCluster")).toHaveLength(1);
});

test("a caller cannot change who it is in mid-stream", async () => {
  const stream = caller.openAppends();
  const ended = streamError(stream);
  stream.write(raftProto.AppendEntries.requestSerialize({ envelope: own }));
  stream.write(raftProto.AppendEntries.requestSerialize({ envelope: { ...own, from: 3 }, heartbeat: {} }));
  expect(await ended).toMatchObject({ code: status.FAILED_PRECONDITION, details: expect.stringContaining("only node 2 can be") });
  expect(node.received).toEqual([]);
});

test.each(["clusterId", "diskId", "toDiskId"])(
  "a %s that is no UTF-8 is malformed: refused, counted, and never taken for another",
  async (field) => {
    const placeholder = "0123456789";
    const bytes = Buffer.from(raftProto.RequestVote.requestSerialize({ envelope: { ...own, [field]: placeholder } }));
    Buffer.from("fffe80", "hex").copy(bytes, bytes.indexOf(placeholder));
    const refused = { code: status.INVALID_ARGUMENT, details: expect.stringContaining("it has a text that is no UTF-8") };
    expect(await callError(bytes)).toMatchObject(refused);
    for (const stream of [caller.openAppends(), caller.openForwards(), caller.openSnapshots()]) {
      const ended = streamError(stream);
      stream.write(bytes);
      expect(await ended).toMatchObject(refused);
    }
    expect(node.transport.counters.malformedRefused).toBe(4);
    expect(node.received).toEqual([]);
  },
);

test("a malformed message ends its stream, is counted, and leaves other streams alone", async () => {
  const good = caller.openAppends();
  good.write(raftProto.AppendEntries.requestSerialize({ envelope: { ...own, from: 3 } }));
  const garbage = [Buffer.from("ffffffffffffffffffffffff", "hex"), Buffer.alloc(0), Buffer.from("0a0368656c6c6f", "hex")];
  for (const bytes of garbage) {
    expect(await callError(bytes)).toMatchObject({ code: status.INVALID_ARGUMENT });
    for (const bad of [caller.openAppends(), caller.openForwards(), caller.openSnapshots()]) {
      const ended = streamError(bad);
      bad.write(bytes);
      expect(await ended).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining("malformed") });
    }
  }
  expect(node.transport.counters.malformedRefused).toBe(4 * garbage.length);
  good.write(raftProto.AppendEntries.requestSerialize({ envelope: { ...own, from: 3 }, heartbeat: { round: 5 } }));
  await until("the good stream still works", () => node.received.length === 1);
  good.cancel();
});

test("rule 55: an index beyond 2^52 is refused and counted, and the node lives on", async () => {
  const stream = caller.openAppends();
  const ended = streamError(stream);
  stream.write(raftProto.AppendEntries.requestSerialize({ envelope: own, heartbeat: { commit: 2 ** 52 + 1 } }));
  expect(await ended).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining("commit") });
  expect(node.transport.counters.malformedRefused).toBe(1);
});

test("a message above the limit ends its stream before it is taken in; one below it is looked at", async () => {
  for (const [bytes, code, taken] of [
    [8 * 1024 * 1024 + 1, status.RESOURCE_EXHAUSTED, 0],
    [8 * 1024 * 1024, status.INVALID_ARGUMENT, 8 * 1024 * 1024],
  ] as const) {
    const stream = caller.openAppends();
    const ended = streamError(stream);
    stream.write(Buffer.alloc(bytes));
    expect(await ended).toMatchObject({ code });
    expect(node.transport.counters.receivedBytes).toBe(taken);
  }
});

test("a caller that opens a stream and never says who it is is sent away", async () => {
  const { server, address } = await listen();
  const impatient = new TestNode({ id: 1, peers: new Map([[2, "127.0.0.1:1"]]), limits: { connectTimeoutMs: 50 } }, server);
  const silent = new RawCaller(address);
  expect(await streamError(silent.openAppends())).toMatchObject({ code: status.DEADLINE_EXCEEDED });
  silent.close();
  impatient.stop();
});

async function callError(request: Buffer): Promise<ServiceError | null> {
  return (await caller.requestVote(request).ended).error;
}
