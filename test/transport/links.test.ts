import { createServer, type Socket } from "node:net";
import type { PeerMessage } from "../../src/core/messages.ts";
import { forward } from "../../src/node/requests/requests.ts";
import { type TransportLimits, transportDefaults } from "../../src/transport/link/transport-options.ts";
import { FakePeer } from "./fake-peer.ts";
import { entriesOf } from "./messages.ts";
import { Relay } from "./relay.ts";
import { listen, TestNode } from "./test-node.ts";
import { until } from "./until.ts";

/** Node 1 reaches node 2 through a relay, and node 3 directly. */

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

const nowhere = "127.0.0.1:1";
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

interface Stage {
  readonly relay: Relay;
  readonly one: TestNode;
  readonly two: TestNode;
  readonly three: TestNode;
  /** Where node 2 listens, behind the relay. */
  readonly address: string;
  /** Starts node 2 again at the same address. */
  restartTwo(peers: ReadonlyMap<number, string>): Promise<TestNode>;
  readonly addressOfOne: string;
}

async function setStage(limits: Partial<TransportLimits> = {}): Promise<Stage> {
  const [first, second, third] = [await listen(), await listen(), await listen()];
  const relay = new Relay(() => Number(second.address.split(":")[1]));
  await relay.listen();
  const node = (id: number, server: typeof first.server, peers: [number, string][]) => {
    const made = new TestNode({ id, peers: new Map(peers), limits }, server);
    stops.push(() => made.stop());
    return made;
  };
  stops.push(() => relay.close());
  const two = node(2, second.server, [[1, nowhere]]);
  const three = node(3, third.server, [[1, nowhere]]);
  const one = node(1, first.server, [
    [2, relay.address],
    [3, third.address],
  ]);
  await until("node 1 is connected to both", () => one.connected());
  const restartTwo = async (peers: ReadonlyMap<number, string>) => node(2, (await listen(second.address)).server, [...peers]);
  return { relay, one, two, three, address: second.address, restartTwo, addressOfOne: first.address };
}

test("a peer that reads nothing costs the others nothing, and a bounded queue", async () => {
  const { relay, one, three } = await setStage({ keepaliveMs: 60_000 });
  relay.freeze();
  const before = relay.bytes;
  const rounds = 50;
  const perRound = 40;
  const entryBytes = 64 * 1024;
  for (let round = 0; round < rounds; round++) {
    const messages = Array.from({ length: perRound }, (_, at) => [appendTo(2, at, entryBytes), appendTo(3, at, entryBytes)]).flat();
    one.transport.send(messages);
    await until("node 3 has the appends of this round", () => three.received.length === perRound);
    three.received.length = 0;
  }
  const { queueBytesMax, streamWindowBytes } = transportDefaults;
  const kept = rounds * perRound - one.transport.counters.messagesDropped;
  expect(kept * entryBytes).toBeLessThan(queueBytesMax + 2 * streamWindowBytes);
  expect(one.transport.counters.messagesDropped).toBeGreaterThan(0);
  expect(relay.bytes - before).toBeLessThan(streamWindowBytes);
  expect(one.linkTo(2)).toBe("connected");
});

test("a heartbeat finds room where an append does not, and what was kept arrives in order once the peer reads again", async () => {
  const { relay, one, two } = await setStage({ keepaliveMs: 60_000, queueBytesMax: 300_000, streamWindowBytes: 100_000 });
  relay.freeze();
  for (let at = 0; at < 20; at++) one.transport.send([appendTo(2, at, 50_000)]);
  const dropped = one.transport.counters.messagesDropped;
  expect(dropped).toBeGreaterThan(5);
  one.transport.send([{ type: "heartbeat", from: 1, to: 2, term: 3, commit: 0, round: 1, lastSent: 20, confirmed: 0 }]);
  expect(one.transport.counters.messagesDropped).toBe(dropped);
  relay.thaw();
  await until("the kept messages arrived", () => two.received.length === 20 - dropped + 1);
  const prevIndexes = two.received.flatMap((message) => (message.type === "append" ? [message.prevIndex] : []));
  expect(prevIndexes).toEqual(Array.from({ length: 20 - dropped }, (_, at) => at));
  expect(two.received.at(-1)).toMatchObject({ type: "heartbeat", round: 1 });
});

test("a peer that goes silent is noticed within four seconds, and reached again within two once it is back", async () => {
  const { relay, one } = await setStage();
  relay.freeze();
  await until("the link is seen to be broken", () => one.linkTo(2) === "broken", 4_000);
  expect(one.linkTo(3)).toBe("connected");
  expect(one.transport.counters.linksLost).toBe(1);
  relay.thaw();
  await until("the link is connected again", () => one.linkTo(2) === "connected", 2_000);
  expect(one.notices.map(({ type }) => type)).toEqual(["linkConnected", "linkConnected", "linkBroken", "linkConnected"]);
});

test("retries to a peer that takes connections and says nothing leave no sockets behind", async () => {
  let taken = 0;
  const open = new Set<Socket>();
  const silent = createServer((socket) => {
    taken++;
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
    socket.resume();
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  stops.push(() => silent.close());
  const bound = silent.address();
  const address = `127.0.0.1:${bound !== null && typeof bound === "object" ? bound.port : 0}`;
  const limits = { connectTimeoutMs: 40, backOffMinMs: 5, backOffMaxMs: 10 };
  const one = new TestNode({ id: 1, peers: new Map([[2, address]]), limits }, (await listen()).server);
  stops.push(() => one.stop());
  await until("it was tried often", () => taken > 15);
  expect(open.size).toBeLessThan(4);
  one.stop();
  await until("every connection is closed", () => open.size === 0);
});

test("a peer that restarts is reached again within two seconds, however long it was down", async () => {
  const { relay, one, two, restartTwo } = await setStage();
  two.stop();
  await until("the link is seen to be broken", () => one.linkTo(2) === "broken");
  await until("the waits have grown", () => relay.accepted > 6, 10_000);
  const again = await restartTwo(new Map([[1, nowhere]]));
  await until("the link is connected again", () => one.linkTo(2) === "connected", 2_000);
  one.transport.send([appendTo(2, 0, 10)]);
  await until("messages pass", () => again.received.length === 1);
});

test("a peer that calls is called back at once, without waiting for the next retry", async () => {
  const { one, two, restartTwo, addressOfOne } = await setStage({ backOffMinMs: 60_000, backOffMaxMs: 60_000 });
  two.stop();
  await until("the link is seen to be broken", () => one.linkTo(2) === "broken");
  await restartTwo(new Map([[1, addressOfOne]]));
  await until("the link is connected again", () => one.linkTo(2) === "connected", 2_000);
});

test("a link that breaks in flight: what was sent may have run, what waited surely did not, and neither does what comes later", async () => {
  const { relay, one, two } = await setStage({ streamWindowBytes: 1_000, keepaliveMs: 60_000 });
  const heard: string[] = [];
  const send = (name: string, command: Uint8Array) =>
    one.transport.ask(2, forward, command, (outcome) =>
      heard.push(`${name}: ${outcome.type} ${outcome.type === "done" ? "" : outcome.reason}`),
    );
  send("arrived", Buffer.from("arrived"));
  await until("the first command arrived", () => two.forwarded.length === 1);
  relay.freeze();
  send("under way", Buffer.alloc(1_000_000));
  await new Promise((resolve) => setImmediate(resolve));
  send("waiting", Buffer.from("waiting"));
  await new Promise((resolve) => setImmediate(resolve));
  relay.cut();
  await until("every command has an outcome", () => heard.length === 3);
  expect(heard.sort()).toEqual([
    "arrived: unknown leaderChanged",
    "under way: unknown leaderChanged",
    "waiting: refused notLeader",
  ]);
  send("later", Buffer.from("later"));
  await until("the last has its outcome", () => heard.length === 4);
  expect(heard[3]).toBe("later: refused notLeader");
});

test("commands beyond the limit of those without outcome are refused: overloaded", async () => {
  const { one, two } = await setStage({ forwardPendingMax: 3, forwardPendingBytesMax: 1_000 });
  const heard: unknown[] = [];
  for (let at = 0; at < 5; at++) one.transport.ask(2, forward, Buffer.from("command"), (outcome) => heard.push(outcome));
  one.transport.ask(3, forward, Buffer.alloc(900), (outcome) => heard.push(outcome));
  one.transport.ask(3, forward, Buffer.alloc(900), (outcome) => heard.push(outcome));
  await until("three were refused", () => heard.length === 3);
  expect(heard).toEqual(Array(3).fill({ type: "refused", reason: "overloaded", leader: null }));
  await until("the others arrived", () => two.forwarded.length === 3);
  for (const { done } of two.forwarded) done({ type: "done", index: 1, result: Buffer.alloc(0) });
  await until("they are done", () => heard.length === 6);
  one.transport.ask(2, forward, Buffer.from("again"), () => {});
  await until("there is room again", () => two.forwarded.length === 4);
});

test("a vote that does not come in time is no longer waited for, and a later answer to it goes nowhere", async () => {
  const { one, two } = await setStage({ callTimeoutMs: 30, callsPendingMax: 2 });
  const vote = { type: "voteRequest" as const, from: 1, to: 2, term: 4, transfer: false, lastLogIndex: 1, lastLogTerm: 1 };
  for (const preVote of [true, false, true, false, true]) one.transport.send([{ ...vote, preVote }]);
  await until("the requests arrived", () => two.received.length >= 2);
  const reply: PeerMessage = { type: "voteReply", from: 2, to: 1, term: 4, preVote: false, granted: true };
  await until("the callers are gone", () => {
    const before = two.transport.counters.messagesDropped;
    two.transport.send([reply]);
    return two.transport.counters.messagesDropped > before;
  });
  expect(one.linkTo(2)).toBe("connected");
});

test("a peer that is of another cluster is not connected to, and the operator is told why, though not at every try", async () => {
  const [first, other] = [await listen(), await listen()];
  const stranger = new TestNode({ id: 2, clusterId: "raft", peers: new Map([[1, nowhere]]) }, other.server);
  const limits = { backOffMinMs: 5, backOffMaxMs: 5 };
  const one = new TestNode({ id: 1, peers: new Map([[2, other.address]]), limits }, first.server);
  stops.push(
    () => stranger.stop(),
    () => one.stop(),
  );
  await until("it was tried again and again", () => stranger.transport.counters.strangersRefused > 5);
  expect(one.linkTo(2)).toBe("broken");
  expect(one.notices).toMatchObject([
    { type: "refusedAsOther", peer: 2, address: other.address, why: expect.stringContaining('cluster "raft"') },
  ]);
});

test("a link is not connected before the peer has accepted both streams", async () => {
  const half = new FakePeer({ onForwards: () => {} });
  await half.listen();
  const limits = { connectTimeoutMs: 100, backOffMinMs: 5, backOffMaxMs: 5 };
  const one = new TestNode({ id: 1, peers: new Map([[2, half.address]]), limits }, (await listen()).server);
  stops.push(
    () => one.stop(),
    () => half.stop(),
  );
  await until("it was given up", () => one.linkTo(2) === "broken");
  expect(one.notices).toMatchObject([{ type: "linkBroken", why: expect.stringContaining("100 ms") }]);
});

test("of too many votes that were asked for, the oldest is given up", async () => {
  const silent = new FakePeer({});
  await silent.listen();
  const one = new TestNode(
    { id: 1, peers: new Map([[2, silent.address]]), limits: { callsPendingMax: 2 } },
    (await listen()).server,
  );
  stops.push(
    () => one.stop(),
    () => silent.stop(),
  );
  await until("the link is connected", () => one.connected());
  for (let term = 1; term <= 5; term++) {
    one.transport.send([
      { type: "voteRequest", from: 1, to: 2, term, preVote: false, transfer: false, lastLogIndex: 0, lastLogTerm: 0 },
    ]);
    // A call that is given up before it left is not seen by the peer.
    await until("the request arrived", () => silent.votesTaken === term);
  }
  await until("three were given up", () => silent.votesCancelled === 3, 900);
});

function appendTo(to: number, prevIndex: number, bytes: number): PeerMessage {
  return { type: "append", from: 1, to, term: 3, prevIndex, prevTerm: 3, entries: entriesOf(prevIndex, 1, 3, bytes), commit: 0 };
}
