import { status } from "@grpc/grpc-js";
import type { ChunkReply, Outcome, PeerPlace } from "../../src/node/ports/ports.ts";
import { forward } from "../../src/node/requests/requests.ts";
import { installSnapshot } from "../../src/node/snapshots/snapshot-stream.ts";
import { writeAppendGreeting } from "../../src/transport/wire/appends.ts";
import { writeForwardBatch } from "../../src/transport/wire/forwards.ts";
import { writeSnapshotGreeting } from "../../src/transport/wire/snapshots.ts";
import { writeVoteRequest } from "../../src/transport/wire/votes.ts";
import { incarnationId } from "../incarnations.ts";
import { chunkOf, repliesOf, requestsOf } from "./messages.ts";
import { RawCaller, streamError } from "./raw-caller.ts";
import { Relay } from "./relay.ts";
import { listen, startNodes, TestNode, type TestNodeOptions } from "./test-node.ts";
import { until } from "./until.ts";

/** Members that come, move and go while the nodes run. */

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const place = (address: string): PeerPlace => ({ address, diskId: "" });

/** By default a node to which everybody is new. */
async function start(options: Partial<TestNodeOptions> & { id: number }): Promise<{ node: TestNode; address: string }> {
  const { server, address } = await listen();
  const node = new TestNode({ peers: new Map(), lastId: 0, ...options }, server);
  stops.push(() => node.stop());
  return { node, address };
}

test("links are made, kept and ended as the members change, and what is under way to a node that left gets its outcome", async () => {
  const [one, two, three] = await Promise.all([1, 2, 3].map((id) => start({ id })));
  if (one === undefined || two === undefined || three === undefined) throw new Error("There are not three nodes.");
  const { transport } = one.node;
  transport.setPeers(new Map([[2, place(two.address)]]), 2);
  await until("node 2 is connected", () => one.node.linkTo(2) === "connected");
  transport.setPeers(
    new Map([
      [1, place(one.address)],
      [2, place(two.address)],
      [3, place(three.address)],
    ]),
    3,
  );
  expect(one.node.linkTo(2)).toBe("connected");
  await until("node 3 is connected", () => one.node.linkTo(3) === "connected");
  const heard: Outcome[] = [];
  transport.ask(2, forward, Buffer.from("command"), (outcome) => heard.push(outcome));
  const replies: ChunkReply[] = [];
  transport.ask(2, installSnapshot, chunkOf(), (reply) => replies.push(reply));
  await until("both arrived", () => two.node.forwarded.length === 1 && two.node.chunks.length === 1);
  transport.ask(2, forward, Buffer.from("not sent yet"), (outcome) => heard.push(outcome));
  transport.setPeers(new Map([[3, place(three.address)]]), 3);
  expect(heard).toEqual([
    { type: "unknown", reason: "leaderChanged" },
    { type: "refused", reason: "notLeader", leader: null },
  ]);
  expect(replies).toEqual([{ type: "broken" }]);
  expect(transport.links().map(({ peer, state }) => [peer, state])).toEqual([[3, "connected"]]);
  expect(transport.counters.linksLost).toBe(0);
});

test("a member that moves is called at its new address, and no longer at the old one", async () => {
  const { node: two, address } = await start({ id: 2 });
  const port = () => Number(address.split(":")[1]);
  const relays = [new Relay(port), new Relay(port)];
  for (const relay of relays) {
    await relay.listen();
    stops.push(() => relay.close());
  }
  const { node: one } = await start({ id: 1 });
  for (const [at, relay] of relays.entries()) {
    one.transport.setPeers(new Map([[2, place(relay.address)]]), 2);
    await until("it is connected there", () => one.connected());
    expect(one.transport.links()).toMatchObject([{ peer: 2, address: relay.address, state: "connected" }]);
    one.transport.send(requestsOf(1, 2));
    await until("messages pass", () => two.received.length === (at + 1) * requestsOf(1, 2).length);
  }
  await until("the old connection is closed", () => relays[0]?.open === 0);
  expect(relays.map(({ accepted }) => accepted)).toEqual([1, 1]);
});

describe("a member that is not where the members say", () => {
  const nowhere = "127.0.0.1:1";

  test("is found where this node is told that it is", async () => {
    const { node: two, address } = await start({ id: 2 });
    const { node: one } = await start({ id: 1, peers: new Map([[2, nowhere]]), listed: new Map([[2, address]]) });
    await until("it is connected", () => one.connected());
    expect(one.transport.links()).toMatchObject([{ peer: 2, address, addresses: [nowhere, address] }]);
    one.transport.send(requestsOf(1, 2));
    await until("messages pass", () => two.received.length === requestsOf(1, 2).length);
  });

  test("is found also where only an old id of it is listed, or where its own address is not known", async () => {
    const { address } = await start({ id: 6 });
    const listed = new Map([[3, address]]);
    for (const own of [nowhere, ""]) {
      const { node: one } = await start({ id: 1, peers: new Map([[6, own]]), listed });
      await until("it is connected", () => one.linkTo(6) === "connected");
    }
  });

  test("is not taken for another one that is there, nor is a node of another disk or cluster", async () => {
    const { address: three } = await start({ id: 3 });
    const { address: wiped } = await start({ id: 2, diskId: "another disk" });
    const { address: strange } = await start({ id: 2, clusterId: "other" });
    for (const address of [three, wiped, strange]) {
      const relay = new Relay(() => Number(address.split(":")[1]));
      await relay.listen();
      stops.push(() => relay.close());
      const { node: caller } = await start({ id: 4, listed: new Map([[2, relay.address]]) });
      caller.transport.setPeers(new Map([[2, { address: nowhere, diskId: "its disk" }]]), 4);
      await until("it was tried there, more than once", () => relay.accepted > 1);
      expect(caller.linkTo(2)).toBe("broken");
      expect(caller.refusals.filter(({ reason }) => reason !== "otherCluster")).toEqual([]);
    }
  });

  test("is connected at its own address as soon as it calls, whatever else is being tried", async () => {
    let port = 1;
    const [own, dead] = [new Relay(() => port), new Relay(() => 1)];
    for (const relay of [own, dead]) {
      await relay.listen();
      stops.push(() => relay.close());
    }
    dead.freeze();
    // A place that takes connections and says nothing would else be waited for.
    const limits = { connectTimeoutMs: 60_000 };
    const options = { id: 1, peers: new Map([[2, own.address]]), listed: new Map([[2, dead.address]]), limits };
    const { node: one, address: home } = await start(options);
    await until("the other place is tried", () => one.transport.links()[0]?.address === dead.address && dead.accepted === 1);
    const { node: two, address } = await start({ id: 2 });
    port = Number(address.split(":")[1]);
    two.transport.setPeers(new Map([[1, place(home)]]), 2);
    await until("it is connected", () => one.connected());
    expect(one.transport.links()).toMatchObject([{ address: own.address }]);
  });
});

test("a member whose address is not known is not called, and heard all the same", async () => {
  const { node: one, address } = await start({ id: 1 });
  const { node: two } = await start({ id: 2, peers: new Map([[1, address]]) });
  one.transport.setPeers(new Map([[2, place("")]]), 2);
  expect(one.transport.links()).toEqual([]);
  await until("it calls", () => two.linkTo(1) === "connected");
  two.transport.send(requestsOf(2, 1));
  await until("its messages arrive", () => one.received.length === requestsOf(2, 1).length);
  one.transport.send(repliesOf(1, 2));
  await until("so do the replies", () => two.received.length === repliesOf(1, 2).length);
});

test("rule 27: the streams of a node that was removed are ended, it is told why, and nothing of it comes in any more", async () => {
  const [one, two, three] = await startNodes(3, { backOffMinMs: 5, backOffMaxMs: 5 });
  if (one === undefined || two === undefined || three === undefined) throw new Error("There are not three nodes.");
  stops.push(...[one, two, three].map((node) => () => node.stop()));
  const addressOfTwo = one.transport.links().find(({ peer }) => peer === 2)?.address ?? "";
  one.transport.setPeers(new Map([[2, place(addressOfTwo)]]), 3);
  await until("node 3 is refused, and again when it calls again", () => three.refusals.length > 1);
  expect(three.refusals[0]).toEqual({
    by: 1,
    reason: "removed",
    why: "Node 3 is no member of the cluster any more: it was removed, and its id is not used again.",
  });
  expect(three.linkTo(1)).toBe("broken");
  expect(three.linkTo(2)).toBe("connected");
  three.transport.send(requestsOf(3, 1));
  two.transport.send(requestsOf(2, 1));
  await until("what a member says arrives", () => one.received.length === requestsOf(2, 1).length);
  expect(one.received.every(({ from }) => from === 2)).toBe(true);
  expect([...one.refusals, ...two.refusals]).toEqual([]);
});

const greeting = { clusterId: "balsa", incarnationId, from: 3, to: 1, term: 0, diskId: "", toDiskId: "" };

test("rule 27: every stream of a node that was removed is ended, also one on which it says nothing", async () => {
  const { node, address } = await start({ id: 1, peers: new Map([2, 3].map((id) => [id, ""])) });
  const caller = new RawCaller(address);
  stops.push(() => caller.close());
  const streams = [
    { stream: caller.openAppends(), bytes: writeAppendGreeting(greeting) },
    { stream: caller.openForwards(), bytes: writeForwardBatch(greeting, { commands: [], reads: [] }) },
    { stream: caller.openSnapshots(), bytes: writeSnapshotGreeting(greeting) },
  ];
  for (const { stream, bytes } of streams) {
    stream.write(bytes);
    await new Promise((resolve) => stream.once("metadata", resolve));
  }
  const ends = streams.map(({ stream }) => streamError(stream));
  node.transport.setPeers(new Map([[2, place("")]]), 3);
  for (const error of await Promise.all(ends)) {
    expect(error).toMatchObject({ code: status.PERMISSION_DENIED, details: expect.stringContaining("removed") });
    expect(error.metadata.get("balsa-refusal")).toEqual(["removed"]);
  }
});

test("rule 27: a removed node's calls are refused, whatever connection they come on", async () => {
  const { node, address } = await start({ id: 1, peers: new Map([[2, ""]]), lastId: 3 });
  const caller = new RawCaller(address);
  stops.push(() => caller.close());
  const vote = { type: "voteRequest" as const, from: 3, to: 1, term: 99, preVote: false, transfer: true };
  const bytes = writeVoteRequest(greeting, { ...vote, lastLogIndex: 9, lastLogTerm: 9 });
  const { error } = await caller.requestVote(bytes).ended;
  expect(error).toMatchObject({ code: status.PERMISSION_DENIED });
  expect(error?.metadata.get("balsa-refusal")).toEqual(["removed"]);
  const stream = caller.openAppends();
  stream.write(writeAppendGreeting(greeting));
  expect(await streamError(stream)).toMatchObject({ code: status.PERMISSION_DENIED });
  expect(node.received).toEqual([]);
  expect(node.transport.counters.strangersRefused).toBe(2);
});

test("rule 27: a node that was removed long ago, and calls others where new ones are by now, is told by those", async () => {
  const [one, two] = await Promise.all([4, 5].map((id) => start({ id, lastId: 6, peers: new Map([[9 - id, ""]]) })));
  if (one === undefined || two === undefined) throw new Error("There are not two nodes.");
  const peers = new Map([
    [1, one.address],
    [2, two.address],
  ]);
  const { node: old } = await start({ id: 3, peers, limits: { backOffMinMs: 5, backOffMaxMs: 5 } });
  await until("both told it", () => new Set(old.refusals.map(({ by }) => by)).size === 2);
  expect(old.refusals.every(({ reason }) => reason === "removed")).toBe(true);
});

test.each([
  ["a member whose addresses are mixed up", 2],
  ["a node that is newer than what is known here", 7],
])("%s is told that it has called another one, and nothing of itself", async (_, from) => {
  const { node, address } = await start({ id: 1 });
  node.transport.setPeers(new Map([[2, { address: "", diskId: "disk-2" }]]), 6);
  const caller = new RawCaller(address);
  stops.push(() => caller.close());
  const stream = caller.openAppends();
  stream.write(writeAppendGreeting({ ...greeting, from, to: 3, diskId: "another disk" }));
  const error = await streamError(stream);
  expect(error).toMatchObject({ code: status.FAILED_PRECONDITION, details: "This is node 1; the message is for node 3" });
  expect(error.metadata.get("balsa-refusal")).toEqual([]);
});

test("a member that this node was not told of yet is let in, answered, and mentioned once", async () => {
  const { node: one, address } = await start({ id: 1, lastId: 3 });
  const { node: seven } = await start({ id: 7, peers: new Map([[1, address]]) });
  await until("it is connected", () => seven.connected());
  seven.transport.send(requestsOf(7, 1));
  await until("its messages arrive", () => one.received.length === requestsOf(7, 1).length);
  one.transport.send(repliesOf(1, 7));
  await until("so do the replies", () => seven.received.length === repliesOf(1, 7).length);
  seven.transport.ask(1, installSnapshot, chunkOf(), () => {});
  await until("its piece of a snapshot arrives", () => one.chunks.length === 1);
  expect(one.notices).toEqual([{ type: "newcomer", from: 7, origin: expect.any(String) }]);
});

test("a joiner, which knows nobody, takes in every node of its cluster and no other", async () => {
  const { node: joiner, address } = await start({ id: 4 });
  const { node: leader } = await start({ id: 2, peers: new Map([[4, address]]) });
  const { node: stranger } = await start({ id: 3, clusterId: "raft", peers: new Map([[4, address]]) });
  await until("the leader is connected", () => leader.connected());
  await until("the stranger is not", () => stranger.linkTo(4) === "broken");
  leader.transport.send(requestsOf(2, 4));
  await until("what the leader says arrives", () => joiner.received.length === requestsOf(2, 4).length);
  expect(joiner.notices.filter(({ type }) => type === "newcomer")).toHaveLength(1);
});

test("a node that finds itself among the members does not call itself", async () => {
  const { node, address } = await start({ id: 1 });
  node.transport.setPeers(new Map([[1, place(address)]]), 1);
  expect(node.transport.links()).toEqual([]);
});

test("once closed, a node makes no links", async () => {
  const { node, address } = await start({ id: 1 });
  node.transport.close();
  node.transport.setPeers(new Map([[2, place(address)]]), 2);
  expect(node.transport.links()).toEqual([]);
});
