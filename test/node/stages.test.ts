import { countOf } from "../../src/declared/histogram.ts";
import { gatherMs } from "../../src/node/apply/applier.ts";
import { forward } from "../../src/node/requests/requests.ts";
import { ack, follow, lead, setUp, type World } from "./one-node.ts";

/** The clock stands still but where a test moves it, so each stage takes what the test says. */

type Seen = Record<string, [count: number, sumMs: number]>;

function stagesOf({ node }: World): Seen {
  const seen = node.stages.filter((stage) => countOf(stage) > 0);
  return Object.fromEntries(seen.map((stage) => [stage.name, [countOf(stage), stage.sumMs]]));
}

/** Node 1 leads, and has applied what it began with; its disk and its state are as slow as the test has them. */
function leader(): World {
  const world = setUp();
  lead(world);
  world.clock.run(2 * gatherMs);
  expect(world.node.appliedIndex).toBe(1);
  world.log.isQuick = false;
  world.state.isQuick = false;
  return world;
}

function pass(world: World, ms: number): void {
  world.clock.stall(ms);
  world.clock.settle();
}

function stored(world: World): void {
  world.log.answer();
  world.clock.settle();
}

/** Node 2 says that node 1 still leads. */
function confirm(world: World): void {
  const rounds = world.transport.take("heartbeat").map(({ round }) => round);
  const { term } = world.node.view;
  const known = { lastSent: 0, receivedIndex: 0, matchIndex: 0, lacks: 0 };
  world.hear({ type: "heartbeatReply", from: 2, to: 1, term, round: Math.max(...rounds), ...known });
}

describe("a write", () => {
  test("is measured at its leader, stage by stage: turn, own disk, majority, state, answer", () => {
    const world = leader();
    world.node.submit(Buffer.from("a=1"), 5_000, () => world.clock.stall(16));
    pass(world, 1);
    pass(world, 2);
    stored(world);
    world.clock.stall(4);
    ack(world, 2);
    world.clock.stall(8);
    world.state.release();
    expect(stagesOf(world)).toEqual({
      writeTurn: [1, 1],
      writeDisk: [1, 2],
      writeQuorum: [1, 4],
      writeApply: [1, 8],
      writeAnswer: [1, 16],
    });
  });

  test("whose majority is faster than its leader's disk waits for that disk, and then for no majority", () => {
    const world = leader();
    world.submit("a=1");
    world.clock.settle();
    world.clock.stall(3);
    world.hear({ type: "appendMatch", from: 2, to: 1, term: world.node.view.term, matchIndex: 2 });
    world.hear({ type: "appendMatch", from: 3, to: 1, term: world.node.view.term, matchIndex: 2 });
    expect(world.node.view.commitIndex).toBe(2);
    world.clock.stall(20);
    stored(world);
    world.state.release();
    expect(stagesOf(world)).toMatchObject({ writeDisk: [1, 23], writeQuorum: [1, 0], writeApply: [1, 0] });
  });

  test("that waits for the store before its own waits for the disk meanwhile", () => {
    const world = leader();
    world.submit("a=1");
    world.clock.settle();
    world.clock.stall(1);
    world.submit("b=2");
    world.clock.settle();
    world.clock.stall(10);
    stored(world);
    world.clock.stall(5);
    stored(world);
    ack(world, 3);
    world.state.release();
    expect(stagesOf(world)).toMatchObject({ writeTurn: [2, 0], writeDisk: [2, 11 + 15], writeQuorum: [2, 5] });
  });

  test("of a turn with others waits for the turn for itself, and is counted with them from then on", () => {
    const world = leader();
    world.submit("a=1");
    world.clock.stall(2);
    world.submit("b=2");
    world.clock.stall(1);
    world.submit("c=3");
    world.clock.settle();
    pass(world, 4);
    stored(world);
    ack(world, 3);
    world.clock.stall(1);
    world.state.release();
    world.clock.settle();
    world.clock.stall(6);
    ack(world, 4);
    world.state.release();
    expect(stagesOf(world)).toEqual({
      writeTurn: [3, 3 + 1 + 0],
      writeDisk: [3, 3 * 4],
      writeQuorum: [3, 0 + 0 + 7],
      writeApply: [3, 1 + 1 + 0],
      writeAnswer: [3, 0],
    });
  });

  test("that another node forwarded is measured here, and not there", () => {
    const world = leader();
    world.node.onAsk(2, forward, Buffer.from("a=1"), () => undefined);
    world.clock.settle();
    stored(world);
    ack(world, 2);
    world.state.release();
    expect(stagesOf(world)).toMatchObject({ writeTurn: [1, 0], writeAnswer: [1, 0] });
    const follower = setUp();
    follow(follower);
    follower.submit("a=1");
    follower.transport.forwards[0]?.done({ type: "done", index: 9, result: Buffer.from("") });
    expect(stagesOf(follower)).toEqual({});
  });

  test("is not counted while it looks for a leader, nor if it was lost with one", () => {
    const world = setUp();
    world.submit("a=1");
    world.clock.run(200);
    lead(world);
    world.clock.settle();
    ack(world, 2);
    expect(stagesOf(world)).toMatchObject({ writeTurn: [1, 0], writeDisk: [1, 0] });
    world.submit("b=2");
    world.clock.settle();
    follow(world, world.node.view.term + 1);
    expect(stagesOf(world)).toMatchObject({ writeTurn: [1, 0] });
  });

  test("that is answered after its leader has stepped down is not counted, and does not blur those of its next time as a leader", () => {
    const world = leader();
    world.log.isQuick = true;
    world.submit("a=1");
    world.clock.settle();
    ack(world, 2);
    world.submit("b=2");
    world.clock.settle();
    follow(world, world.node.view.term + 1);
    world.state.release();
    world.clock.settle();
    expect(world.outcomes.map(({ type }) => type)).toEqual(["unknown", "done"]);
    expect(stagesOf(world)).toEqual({});
    world.state.isQuick = true;
    lead(world);
    world.log.isQuick = false;
    world.submit("c=3");
    world.clock.settle();
    pass(world, 5);
    stored(world);
    ack(world, world.node.view.lastIndex);
    expect(stagesOf(world)).toMatchObject({ writeDisk: [1, 5], writeQuorum: [1, 0] });
  });
});

describe("a linearizable read", () => {
  test("is measured where it was asked, stage by stage: turn, confirmation of the leader, answer", () => {
    const world = leader();
    world.node.linearize(5_000, () => world.clock.stall(16));
    world.node.linearize(5_000, () => undefined);
    pass(world, 1);
    world.clock.stall(2);
    confirm(world);
    expect(stagesOf(world)).toEqual({ readTurn: [2, 2], readQuorum: [2, 4], readApply: [2, 0], readAnswer: [2, 32] });
  });

  test("that asks more than is applied waits for the state", () => {
    const world = leader();
    world.submit("a=1");
    world.clock.settle();
    stored(world);
    ack(world, 2);
    world.read();
    world.clock.settle();
    world.clock.stall(2);
    confirm(world);
    expect(world.reads).toEqual([]);
    world.clock.stall(8);
    world.state.release();
    expect(world.reads).toMatchObject([{ type: "readable" }]);
    expect(stagesOf(world)).toMatchObject({ readQuorum: [1, 2], readApply: [1, 8], readAnswer: [1, 0], writeApply: [1, 10] });
  });

  test("at a follower also waits for the leader's word", () => {
    const world = setUp();
    follow(world);
    world.read();
    pass(world, 1);
    const [question] = world.transport.take("readIndexRequest");
    world.clock.stall(7);
    world.hear({ type: "readIndexReply", from: 2, to: 1, term: 1, id: question?.id ?? 0, index: 0 });
    expect(stagesOf(world)).toEqual({ readTurn: [1, 1], readQuorum: [1, 7], readApply: [1, 0], readAnswer: [1, 0] });
  });

  test("that is refused or given up is not counted", () => {
    const world = setUp();
    world.read();
    world.clock.run(5_000);
    expect(world.reads).toMatchObject([{ type: "refused" }]);
    expect(stagesOf(world)).toEqual({});
  });
});

test("the figures of a node have the stages, under the names of their table", () => {
  const world = leader();
  world.node.linearize(5_000, () => undefined);
  pass(world, 3);
  confirm(world);
  expect(world.node.figures.readTurnMs.sum).toBe(3);
  expect(countOf(world.node.figures.readTurnMs)).toBe(1);
  expect(countOf(world.node.figures.writeTurnMs)).toBe(0);
});
