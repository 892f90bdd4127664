import { Metadata, type ServerDuplexStream, status } from "@grpc/grpc-js";
import { writeVoteRequest } from "../../src/transport/wire/votes.ts";
import { incarnationId } from "../incarnations.ts";
import { FakePeer } from "./fake-peer.ts";
import { RawCaller } from "./raw-caller.ts";
import { listen, TestNode, type TestNodeOptions } from "./test-node.ts";
import { until } from "./until.ts";

/** A node is its disk: what it promised is there. */

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

const limits = { backOffMinMs: 5, backOffMaxMs: 5 };
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

interface Stage {
  readonly one: TestNode;
  readonly two: TestNode;
  readonly addresses: ReadonlyMap<number, string>;
}

/** Nodes 1 and 2 with disks "disk-1" and "disk-2"; who calls whom, and knows which disk, is for the test to say. */
async function setStage(): Promise<Stage> {
  const [first, second] = [await listen(), await listen()];
  const node = (id: number, server: typeof first.server) => {
    const made = new TestNode({ id, diskId: `disk-${id}`, peers: new Map(), lastId: 0, limits }, server);
    stops.push(() => made.stop());
    return made;
  };
  const addresses = new Map([
    [1, first.address],
    [2, second.address],
  ]);
  return { one: node(1, first.server), two: node(2, second.server), addresses };
}

/** `node` learns of the other one's address, if it is to call, and of its disk. */
function tell({ addresses }: Stage, node: TestNode, other: number, diskId: string, calls = true): void {
  node.transport.setPeers(new Map([[other, { address: calls ? (addresses.get(other) ?? "") : "", diskId }]]), 2);
}

const replaced = (id: number) =>
  `The disk of node ${id} was lost or replaced, and with it what the node promised. It comes back under a new id only`;

const mistaken = (id: number, by: number) => `This is node ${id} with another disk than the one that node ${by} knows`;

test("whoever calls learns the disk of the other, and what a caller says of its own proves nothing", async () => {
  const stage = await setStage();
  const { one, two } = stage;
  tell(stage, one, 2, "disk-2");
  tell(stage, two, 1, "", false);
  await until("it is connected", () => one.connected());
  expect(one.disks).toEqual([{ id: 2, diskId: "disk-2" }]);
  expect(two.disks).toEqual([]);
  expect([...one.refusals, ...two.refusals]).toEqual([]);
});

test("rule 30: a node that comes with another disk under its old id is refused, and learns why", async () => {
  const stage = await setStage();
  const { one, two } = stage;
  tell(stage, one, 2, "the disk that node 2 lost", false);
  tell(stage, two, 1, "disk-1");
  await until("it is refused", () => two.refusals.length > 0);
  expect(two.refusals[0]).toEqual({ by: 1, reason: "diskReplaced", why: `${replaced(2)}.` });
  expect(two.linkTo(1)).toBe("broken");
  two.transport.send([{ type: "heartbeat", from: 2, to: 1, term: 3, commit: 0, round: 0, lastSent: 0, confirmed: 0 }]);
  expect(one.received).toEqual([]);
  expect(one.disks).toEqual([]);
  expect(one.notices).toMatchObject([{ type: "refused", why: replaced(2) }]);
});

test("rule 30: a node that is called by its id and another disk refuses the call, and does not end by it", async () => {
  const stage = await setStage();
  const { one, two } = stage;
  tell(stage, one, 2, "the disk that node 2 lost");
  await until("node 1 does not count on it", () => one.linkTo(2) === "broken");
  expect(one.notices).toMatchObject([{ type: "linkBroken", why: mistaken(2, 1) }]);
  expect(two.notices).toMatchObject([{ type: "refused", why: mistaken(2, 1) }]);
  expect([one.refusals, two.refusals, two.received]).toEqual([[], [], []]);
  // It learns that this is so from the one that it calls.
  tell(stage, two, 1, "disk-1");
  await until("node 2 knows", () => two.refusals.length > 0);
  expect(two.refusals[0]).toEqual({ by: 1, reason: "diskReplaced", why: `${replaced(2)}.` });
});

test("rule 30: a node is left alone that accepts a call and names another disk than the one it must have", async () => {
  const accept = (stream: ServerDuplexStream<Buffer, Buffer>) => {
    const metadata = new Metadata();
    metadata.set("balsa-disk-id", "another");
    stream.on("error", () => {});
    stream.once("data", () => stream.sendMetadata(metadata));
  };
  const peer = new FakePeer({ onAppends: accept, onForwards: accept });
  await peer.listen();
  stops.push(() => peer.stop());
  const stage = await setStage();
  stage.one.transport.setPeers(new Map([[3, { address: peer.address, diskId: "disk-3" }]]), 3);
  await until("it is left", () => stage.one.linkTo(3) === "broken");
  stage.one.transport.send([
    { type: "voteRequest", from: 1, to: 3, term: 3, preVote: false, transfer: false, lastLogIndex: 0, lastLogTerm: 0 },
  ]);
  expect(stage.one.notices).toMatchObject([{ type: "linkBroken", why: replaced(3) }]);
  expect(stage.one.disks).toEqual([]);
  expect(peer.votesTaken).toBe(0);
});

test("rule 30: a disk that becomes known later ends the links and streams of any other", async () => {
  const stage = await setStage();
  const { one, two } = stage;
  tell(stage, one, 2, "");
  tell(stage, two, 1, "");
  await until("both are connected", () => one.connected() && two.connected());
  tell(stage, one, 2, "disk-2");
  tell(stage, two, 1, "disk-1");
  expect([one.linkTo(2), two.linkTo(1)]).toEqual(["connected", "connected"]);
  tell(stage, one, 2, "another");
  expect(one.linkTo(2)).toBe("broken");
  await until("node 2 is told where it calls", () => two.refusals.length > 0 && two.linkTo(1) === "broken");
  expect(two.refusals.every(({ by, reason }) => by === 1 && reason === "diskReplaced")).toBe(true);
});

test("rule 30: a vote is neither asked of a wiped disk nor given to one", async () => {
  const { server, address } = await listen();
  const options: TestNodeOptions = { id: 1, diskId: "disk-1", peers: new Map() };
  const node = new TestNode(options, server);
  node.transport.setPeers(new Map([[2, { address: "", diskId: "disk-2" }]]), 2);
  const caller = new RawCaller(address);
  stops.push(
    () => caller.close(),
    () => node.stop(),
  );
  const request = { type: "voteRequest" as const, from: 2, to: 1, term: 9, preVote: false, transfer: false };
  const ask = async (diskId: string, toDiskId: string) => {
    const greeting = { clusterId: "balsa", incarnationId, from: 2, to: 1, term: 0, diskId, toDiskId };
    const { error } = await caller.requestVote(writeVoteRequest(greeting, { ...request, lastLogIndex: 9, lastLogTerm: 9 })).ended;
    return { code: error?.code, tells: error?.metadata.get("balsa-refusal") };
  };
  expect(await ask("another", "disk-1")).toEqual({ code: status.FAILED_PRECONDITION, tells: ["disk-replaced"] });
  expect(await ask("", "disk-1")).toEqual({ code: status.FAILED_PRECONDITION, tells: ["disk-replaced"] });
  expect(node.refusals).toEqual([]);
  expect(await ask("disk-2", "another")).toEqual({ code: status.FAILED_PRECONDITION, tells: [] });
  expect(node.refusals).toEqual([]);
  expect(node.received).toEqual([]);
});
