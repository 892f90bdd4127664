import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import type { PeerMessage } from "../../src/core/messages.ts";
import { compareState } from "../../src/node/duties/digest-watch.ts";
import { CallTakers } from "../../src/node/ports/peer-calls.ts";
import type { ChunkReply, Outcome, SnapshotChunk } from "../../src/node/ports/ports.ts";
import { forward } from "../../src/node/requests/requests.ts";
import { installSnapshot } from "../../src/node/snapshots/snapshot-stream.ts";
import { EventQueue } from "../../src/sim/base/event-queue.ts";
import { Life } from "../../src/sim/base/life.ts";
import { Random } from "../../src/sim/base/random.ts";
import { Trace } from "../../src/sim/base/trace.ts";
import { SimTransport } from "../../src/sim/host/sim-transport.ts";
import { fairWeather, Network, type NetworkOptions, type Station } from "../../src/sim/net/network.ts";
import { shapeNames, shapes } from "../../src/sim/net/partitions.ts";
import { incarnationId } from "../incarnations.ts";

const nobody = { onStep: () => undefined, onArmedCrash: () => undefined, onLateEffect: () => undefined };
const nodes = [1, 2, 3];

function makeNetwork(changed: Partial<NetworkOptions> = {}) {
  const queue = new EventQueue();
  const arrived: string[] = [];
  const lives = new Map(nodes.map((id) => [id, new Life(id, 1, nobody)]));
  const answers: Outcome[] = [];
  const told: string[] = [];
  const stationOf = (node: number): Station | null => {
    const life = lives.get(node);
    if (life === undefined || !life.alive) return null;
    const takers = new CallTakers()
      .on(forward, (command, done) => {
        arrived.push(`forward ${Buffer.from(command)}`);
        done({ type: "done", index: 1, result: command });
      })
      .on(installSnapshot, (chunk, done, from) => {
        arrived.push(`chunk ${from}>${node} ${Buffer.from(chunk.records)}`);
        done({ type: "next", cursor: null });
      })
      .on(compareState, (index, done) => done({ appliedIndex: index, records: 0, digest: `of ${node}` }));
    return {
      life,
      transport: transportOf(node),
      handler: {
        onMessage: (message) => arrived.push(`${message.from}>${message.to} ${message.term}`),
        onAsk: (from, call, question, done) => void takers.give(from, call, question, done),
        onPeerDisk: (id, diskId) => told.push(`${node} has met ${id} on ${diskId}`),
        onRefused: (by, reason) => told.push(`${node} was refused by ${by}: ${reason}`),
      },
    };
  };
  const options = { delayMsMin: 1, delayMsMax: 10, isOrdered: true, holdsWhenCut: false, climate: fairWeather, ...changed };
  const network = new Network(options, {
    queue,
    random: new Random(1, "network"),
    trace: new Trace(() => queue.now, null),
    stationOf,
    onLetIn: () => undefined,
  });
  const transports = new Map<number, SimTransport>();
  /** The way of each node to all others; whom it knows is said by `setPeers`. */
  function transportOf(node: number): SimTransport {
    const known = transports.get(node);
    if (known !== undefined) return known;
    const parts = { incarnationId, id: node, diskId: `disk-${node}`, life: lifeOf(node), network, onSend: () => undefined };
    const transport = new SimTransport(parts);
    transport.setPeers(new Map(nodes.map((id) => [id, { address: `node-${id}`, diskId: "" }])), nodes.length);
    transports.set(node, transport);
    return transport;
  }
  const send = (from: number, to: number, term: number): void => transportOf(from).send([messageOf(from, to, term)]);
  const command = (from: number, to: number, text: string): void => {
    const done = (outcome: Outcome) => answers.push(outcome);
    network.ask(transportOf(from), to, { call: forward, question: Buffer.from(text), done });
  };
  const lifeOf = (node: number): Life => lives.get(node) ?? new Life(node, 1, nobody);
  const run = (until: number): void => {
    for (let task = queue.take(until); task !== null; task = queue.take(until)) task.run();
  };
  return { queue, network, transportOf, told, arrived, answers, send, command, run, lifeOf };
}

function messageOf(from: number, to: number, term: number): PeerMessage {
  return { type: "timeoutNow", from, to, term };
}

describe("messages", () => {
  test("of one stream arrive in order, each once", () => {
    const { send, run, arrived } = makeNetwork();
    for (let term = 1; term <= 50; term += 1) send(1, 2, term);
    run(1_000);
    expect(arrived).toEqual(Array.from({ length: 50 }, (_, place) => `1>2 ${place + 1}`));
  });

  test("that travel alone overtake each other", () => {
    const { send, run, arrived } = makeNetwork({ isOrdered: false });
    for (let term = 1; term <= 50; term += 1) send(1, 2, term);
    run(1_000);
    expect(arrived).toHaveLength(50);
    expect(arrived).not.toEqual([...arrived].sort((a, b) => Number(a.slice(4)) - Number(b.slice(4))));
  });

  test("are lost, doubled and late in bad weather", () => {
    const { send, run, arrived, network } = makeNetwork();
    network.changeWeather({ loss: 0.3, duplication: 0.3, slowness: 5 });
    for (let term = 1; term <= 1_000; term += 1) send(1, 2, term);
    run(4);
    expect(arrived).toEqual([]);
    run(10_000);
    expect(network.counters.lost).toBeGreaterThan(200);
    expect(network.counters.doubled).toBeGreaterThan(100);
    expect(arrived).toHaveLength(1_000 - network.counters.lost + network.counters.doubled);
  });

  test("do not cross a cut, but for those that go the other way", () => {
    const { send, run, arrived, network } = makeNetwork();
    send(1, 2, 1);
    network.cut(1, 2);
    send(1, 2, 2);
    send(2, 1, 3);
    run(1_000);
    network.heal();
    send(1, 2, 4);
    run(2_000);
    expect(arrived).toEqual(["2>1 3", "1>2 4"]);
  });

  test("may wait at a cut, and arrive late when it is healed", () => {
    const { send, run, arrived, network } = makeNetwork({ holdsWhenCut: true });
    network.cut(1, 2);
    send(1, 2, 1);
    send(1, 2, 2);
    run(1_000);
    expect(arrived).toEqual([]);
    network.heal();
    run(2_000);
    expect(arrived).toEqual(["1>2 1", "1>2 2"]);
  });

  test("to a process that is held wait for it, and those to one that is down are lost", () => {
    const { send, run, arrived, lifeOf } = makeNetwork();
    lifeOf(2).pause();
    lifeOf(3).end();
    send(1, 2, 1);
    send(1, 3, 2);
    run(1_000);
    expect(arrived).toEqual([]);
    lifeOf(2).resume(true);
    expect(arrived).toEqual(["1>2 1"]);
  });
});

describe("a forwarded command", () => {
  test("runs once at the other node and brings its outcome back", () => {
    const { command, run, arrived, answers } = makeNetwork({ climate: { loss: 0, duplication: 1, slowness: 1 } });
    command(1, 2, "x");
    run(10_000);
    expect(arrived).toEqual(["forward x"]);
    expect(answers).toEqual([{ type: "done", index: 1, result: Buffer.from("x") }]);
  });

  test("to a process that is down is refused", () => {
    const { command, run, answers, lifeOf } = makeNetwork();
    lifeOf(2).end();
    command(1, 2, "x");
    run(10_000);
    expect(answers).toMatchObject([{ type: "refused" }]);
  });

  test("over a cut is refused if it surely never left, else unknown; and always answered", () => {
    const { command, run, answers, arrived, network } = makeNetwork();
    network.cut(1, 2);
    for (let n = 0; n < 100; n += 1) command(1, 2, "x");
    run(10_000);
    expect(arrived).toEqual([]);
    expect(answers).toHaveLength(100);
    expect(new Set(answers.map(({ type }) => type))).toEqual(new Set(["refused", "unknown"]));
  });

  test("whose answer is lost is unknown", () => {
    const { command, run, answers, arrived, network } = makeNetwork();
    network.cut(2, 1);
    command(1, 2, "x");
    run(10_000);
    expect(arrived).toEqual(["forward x"]);
    expect(answers).toMatchObject([{ type: "unknown" }]);
  });
});

describe("a piece of a snapshot", () => {
  const meta = {
    index: 5,
    term: 1,
    time: 0,
    members: bootstrapMembers([bareMember(1)], incarnationId),
    membersIndex: 0,
    count: 0,
    digest: "",
    bytes: 0,
  };
  const chunk: SnapshotChunk = { term: 1, meta, after: null, records: Buffer.from("x"), isLast: false };

  test("brings its reply back", () => {
    const { transportOf, run, arrived } = makeNetwork();
    const replies: ChunkReply[] = [];
    transportOf(1).ask(2, installSnapshot, chunk, (reply) => replies.push(reply));
    run(10_000);
    expect(arrived).toEqual(["chunk 1>2 x"]);
    expect(replies).toEqual([{ type: "next", cursor: null }]);
  });

  test("that is lost, or whose reply is, has broken the link; and is answered once", () => {
    const { transportOf, run, network } = makeNetwork();
    const replies: string[] = [];
    network.cut(1, 2);
    network.cut(3, 1);
    transportOf(1).ask(2, installSnapshot, chunk, ({ type }) => replies.push(`there ${type}`));
    transportOf(1).ask(3, installSnapshot, chunk, ({ type }) => replies.push(`back ${type}`));
    run(10_000);
    expect(replies.sort()).toEqual(["back broken", "there broken"]);
  });

  test("may arrive twice, and is answered once all the same", () => {
    const { transportOf, run, arrived } = makeNetwork({ climate: { loss: 0, duplication: 1, slowness: 1 } });
    let replies = 0;
    transportOf(1).ask(2, installSnapshot, chunk, () => {
      replies += 1;
    });
    run(10_000);
    expect([arrived, replies]).toEqual([["chunk 1>2 x", "chunk 1>2 x"], 1]);
  });
});

describe("a call that only looks on", () => {
  const ask = ({ transportOf, run }: ReturnType<typeof makeNetwork>, ...to: number[]): unknown[] => {
    const found: unknown[] = [];
    for (const node of to) transportOf(1).ask(node, compareState, 7, (answer) => found.push(answer));
    run(10_000);
    return found;
  };

  test("takes no chance from the world, whatever the weather", () => {
    const climate = { loss: 1, duplication: 1, slowness: 100 };
    expect(ask(makeNetwork({ climate }), 2)).toEqual([{ appliedIndex: 7, records: 0, digest: "of 2" }]);
  });

  test("is answered once too where the link is cut, or nobody is there, or the other node is not known", () => {
    const world = makeNetwork();
    world.network.cut(1, 2);
    world.lifeOf(3).end();
    expect(ask(world, 2, 3, 4)).toEqual([null, null, null]);
  });
});

describe("whom a node lets in", () => {
  const at = (diskId: string) => ({ address: "somewhere", diskId });

  test("whoever calls learns the disk of the other, once", () => {
    const { send, run, told } = makeNetwork();
    send(1, 2, 1);
    send(1, 2, 2);
    run(1_000);
    expect(told).toEqual(["1 has met 2 on disk-2"]);
  });

  test("who was removed is refused, and told so", () => {
    const { transportOf, send, run, arrived, told } = makeNetwork();
    transportOf(2).setPeers(new Map([[3, at("")]]), 3);
    send(1, 2, 1);
    run(1_000);
    expect(arrived).toEqual([]);
    expect(told).toEqual(["1 was refused by 2: removed"]);
  });

  test("a newcomer with an id that this node has not heard of is let in", () => {
    const { transportOf, send, run, arrived } = makeNetwork();
    transportOf(2).setPeers(new Map([[1, at("")]]), 2);
    send(3, 2, 1);
    run(1_000);
    expect(arrived).toEqual(["3>2 1"]);
  });

  test("rule 30: an id on another disk than the members know is refused, whoever calls", () => {
    const { transportOf, send, run, arrived, told } = makeNetwork();
    transportOf(2).setPeers(new Map([[1, at("another")]]), 3);
    send(1, 2, 1);
    send(2, 1, 1);
    run(1_000);
    expect(arrived).toEqual([]);
    // What a caller takes this node for is no news: it is refused by those that it calls itself.
    expect(told).toEqual(["1 was refused by 2: diskReplaced"]);
  });

  test("who is not known is not called", () => {
    const { transportOf, send, run, arrived } = makeNetwork();
    transportOf(1).setPeers(new Map([[2, at("")]]), 3);
    send(1, 3, 1);
    send(1, 2, 1);
    run(1_000);
    expect(arrived).toEqual(["1>2 1"]);
  });
});

describe("ways to pull a cluster apart", () => {
  const text = (shape: keyof typeof shapes, count: number): string[] =>
    shapes[shape](Array.from({ length: count }, (_, place) => place + 1)).map(([from, to]) => `${from}>${to}`);

  test.each(shapeNames)("%s cuts each link once, and none to the node itself", (shape) => {
    for (const count of [1, 2, 3, 4, 5]) {
      const cuts = text(shape, count);
      expect(new Set(cuts).size).toBe(cuts.length);
      expect(cuts.filter((cut) => cut[0] === cut[2])).toEqual([]);
    }
  });

  test("each way to cut a cluster apart leaves the links that its name says", () => {
    expect(text("lonely", 3)).toEqual(["1>2", "1>3", "2>1", "3>1"]);
    expect(text("mute", 3)).toEqual(["1>2", "1>3"]);
    expect(text("deaf", 3)).toEqual(["2>1", "3>1"]);
    expect(text("bridge", 5)).toEqual(["2>4", "2>5", "3>4", "3>5", "4>2", "5>2", "4>3", "5>3"]);
    expect(text("ring", 5)).toEqual(["1>3", "1>4", "2>4", "2>5", "3>1", "3>5", "4>1", "4>2", "5>2", "5>3"]);
    expect(text("oneWayRing", 3)).toEqual(["1>3", "2>1", "3>2"]);
  });
});
