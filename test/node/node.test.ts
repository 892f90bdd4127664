import type { Outcome } from "../../src/node/ports/ports.ts";
import { forward } from "../../src/node/requests/requests.ts";
import { ack, follow, lead, setUp } from "./one-node.ts";

describe("a leader", () => {
  test("answers a command once it is on a majority's disks and applied", () => {
    const world = setUp();
    lead(world);
    world.submit("a=1");
    world.clock.settle();
    expect(world.outcomes).toEqual([]);
    ack(world, 2);
    expect(world.outcomes).toEqual([{ type: "done", index: 2, result: expect.anything() }]);
    expect(world.state.records.get("a")?.toString()).toBe("1");
  });

  test("takes in all commands of a turn with one store and one append for each follower", () => {
    const world = setUp();
    lead(world);
    const before = world.log.stores.length;
    world.transport.take("append");
    for (let n = 0; n < 50; n += 1) world.submit(`k${n}=x`);
    world.clock.settle();
    expect(world.log.stores.length - before).toBe(1);
    expect(world.transport.take("append").filter(({ to }) => to === 2)).toHaveLength(1);
  });

  test("rule 21: which steps down says at once that its uncommitted writes may have happened, and still answers committed ones", () => {
    const world = setUp();
    lead(world);
    world.state.isQuick = false;
    world.submit("a=1");
    world.clock.settle();
    ack(world, 2);
    world.submit("b=2");
    world.clock.settle();
    world.hear({
      type: "heartbeat",
      from: 3,
      to: 1,
      term: world.node.view.term + 1,
      commit: 0,
      round: 0,
      lastSent: 0,
      confirmed: 0,
    });
    expect(world.outcomes).toEqual([{ type: "unknown", reason: "leaderChanged" }]);
    world.state.release();
    world.clock.settle();
    world.state.release();
    expect(world.outcomes).toContainEqual({ type: "done", index: 2, result: expect.anything() });
  });

  test("rule 54: refuses commands beyond its limit at once, and nothing is lost", () => {
    const world = setUp([1, 2, 3], { pendingMax: 2 });
    lead(world);
    for (const text of ["a=1", "b=2", "c=3"]) world.submit(text);
    expect(world.outcomes).toEqual([{ type: "refused", reason: "overloaded", leader: null }]);
    world.clock.settle();
    ack(world, 3);
    expect(world.outcomes.slice(1).map(({ type }) => type)).toEqual(["done", "done"]);
  });

  test("runs what another node forwarded, and refuses it once it does not lead", () => {
    const world = setUp();
    lead(world);
    const forwarded: Outcome[] = [];
    world.node.onAsk(2, forward, Buffer.from("a=1"), (outcome) => forwarded.push(outcome));
    world.clock.settle();
    ack(world, 2);
    world.hear({
      type: "heartbeat",
      from: 3,
      to: 1,
      term: world.node.view.term + 1,
      commit: 0,
      round: 0,
      lastSent: 0,
      confirmed: 0,
    });
    world.node.onAsk(2, forward, Buffer.from("b=2"), (outcome) => forwarded.push(outcome));
    world.clock.settle();
    expect(forwarded).toEqual([
      { type: "done", index: 2, result: expect.anything() },
      { type: "refused", reason: "notLeader", leader: 3 },
    ]);
    expect(world.transport.forwards).toEqual([]);
  });
});

describe("a follower", () => {
  test("forwards a command to its leader, and passes the outcome on", () => {
    const world = setUp();
    follow(world);
    world.submit("a=1");
    expect(world.transport.forwards.map(({ to }) => to)).toEqual([2]);
    world.transport.forwards[0]?.done({ type: "done", index: 9, result: Buffer.from("r") });
    expect(world.outcomes).toEqual([{ type: "done", index: 9, result: Buffer.from("r") }]);
  });

  test("tries a refused command again at the next leader, since it surely did nothing", () => {
    const world = setUp();
    follow(world);
    world.submit("a=1");
    world.transport.forwards[0]?.done({ type: "refused", reason: "notLeader", leader: null });
    expect(world.outcomes).toEqual([]);
    world.hear({ type: "heartbeat", from: 3, to: 1, term: 2, commit: 0, round: 0, lastSent: 0, confirmed: 0 });
    world.clock.run(60);
    expect(world.transport.forwards.map(({ to }) => to)).toEqual([2, 3]);
  });

  test("never tries a command again whose outcome is unknown", () => {
    const world = setUp();
    follow(world);
    world.submit("a=1");
    world.transport.forwards[0]?.done({ type: "unknown", reason: "leaderChanged" });
    world.clock.run(100);
    expect(world.outcomes).toEqual([{ type: "unknown", reason: "leaderChanged" }]);
    expect(world.transport.forwards).toHaveLength(1);
  });

  test("waits for the leader that it asked while it knows of no other one, however long the one before is gone", () => {
    const world = setUp();
    follow(world);
    world.submit("a=1");
    world.clock.run(100);
    world.transport.forwards[0]?.done({ type: "done", index: 9, result: Buffer.from("r") });
    world.hear({ type: "heartbeat", from: 3, to: 1, term: 2, commit: 0, round: 0, lastSent: 0, confirmed: 0 });
    world.submit("b=2");
    const wish = { type: "voteRequest", from: 2, to: 1, term: 3, preVote: false, transfer: true } as const;
    world.hear({ ...wish, lastLogIndex: 0, lastLogTerm: 0 });
    expect(world.node.view.leader).toBeNull();
    world.clock.run(1_000);
    expect(world.outcomes).toHaveLength(1);
    world.transport.forwards[1]?.done({ type: "done", index: 10, result: Buffer.from("r") });
    expect(world.outcomes).toHaveLength(2);
  });

  test("gives up waiting for a leader that has not answered since another one leads, but not at once", () => {
    const world = setUp();
    follow(world);
    world.submit("a=1");
    world.submit("b=2");
    const hearNext = () =>
      world.hear({ type: "heartbeat", from: 3, to: 1, term: 2, commit: 0, round: 0, lastSent: 0, confirmed: 0 });
    hearNext();
    world.clock.run(100);
    hearNext();
    // In the course of a transfer the answer comes a moment after the next leader's first word.
    world.transport.forwards[0]?.done({ type: "done", index: 9, result: Buffer.from("r") });
    for (let n = 0; n < 4; n += 1) {
      world.clock.run(100);
      hearNext();
    }
    expect(world.outcomes).toEqual([
      { type: "done", index: 9, result: Buffer.from("r") },
      { type: "unknown", reason: "leaderChanged" },
    ]);
    world.transport.forwards[1]?.done({ type: "done", index: 10, result: Buffer.from("r") });
    expect(world.outcomes).toHaveLength(2);
    expect(world.transport.forwards).toHaveLength(2);
  });

  test("says that a command may have happened when its leader does not answer in time", () => {
    const world = setUp();
    follow(world);
    world.submit("a=1", 500);
    for (let n = 0; n < 8; n += 1) {
      world.clock.run(100);
      follow(world);
    }
    expect(world.outcomes).toEqual([{ type: "unknown", reason: "timeout" }]);
    world.transport.forwards[0]?.done({ type: "done", index: 3, result: Buffer.alloc(0) });
    expect(world.outcomes).toHaveLength(1);
  });

  test("rule 35: reads only once it has applied all up to the read index", () => {
    const world = setUp();
    follow(world);
    world.hear({
      type: "append",
      from: 2,
      to: 1,
      term: 1,
      prevIndex: 0,
      prevTerm: 0,
      commit: 0,
      entries: [{ index: 1, term: 1, kind: "command", time: 0, data: Buffer.from("a=1") }],
    });
    world.read();
    world.clock.settle();
    const [question] = world.transport.take("readIndexRequest");
    world.hear({ type: "readIndexReply", from: 2, to: 1, term: 1, id: question?.id ?? 0, index: 1 });
    expect(world.reads).toEqual([]);
    world.hear({ type: "heartbeat", from: 2, to: 1, term: 1, commit: 1, round: 0, lastSent: 1, confirmed: 0 });
    expect(world.reads).toEqual([{ type: "readable", appliedIndex: 1 }]);
  });

  test("applies what it gathers as soon as a read waits for it, and not before", () => {
    const world = setUp();
    follow(world);
    const entries = [{ index: 1, term: 1, kind: "command" as const, time: 0, data: Buffer.from("a=1") }];
    world.hear({ type: "append", from: 2, to: 1, term: 1, prevIndex: 0, prevTerm: 0, commit: 1, entries });
    expect([world.node.view.commitIndex, world.node.appliedIndex]).toEqual([1, 0]);
    world.read();
    world.clock.settle();
    const [question] = world.transport.take("readIndexRequest");
    expect(world.node.appliedIndex).toBe(0);
    world.hear({ type: "readIndexReply", from: 2, to: 1, term: 1, id: question?.id ?? 0, index: 1 });
    expect(world.reads).toEqual([{ type: "readable", appliedIndex: 1 }]);
  });

  test("rule 34: a read that loses its leader asks the next one, under a new id", () => {
    const world = setUp();
    follow(world);
    world.read();
    world.clock.settle();
    const [first] = world.transport.take("readIndexRequest");
    world.hear({ type: "heartbeat", from: 3, to: 1, term: 2, commit: 0, round: 0, lastSent: 0, confirmed: 0 });
    const [second] = world.transport.take("readIndexRequest");
    expect(second?.to).toBe(3);
    expect(second?.id).not.toBe(first?.id);
    world.hear({ type: "readIndexReply", from: 2, to: 1, term: 1, id: first?.id ?? 0, index: 0 });
    expect(world.reads).toEqual([]);
  });
});

describe("a node without a leader", () => {
  test("lets requests wait for one, and refuses them when none is found in time", () => {
    const world = setUp();
    world.submit("a=1");
    world.read();
    world.clock.run(2900);
    expect([world.outcomes, world.reads]).toEqual([[], []]);
    world.clock.run(200);
    expect(world.outcomes).toEqual([{ type: "refused", reason: "noLeader", leader: null }]);
    expect(world.reads).toEqual([{ type: "refused", reason: "noLeader" }]);
  });

  test("brings them to the leader as soon as there is one", () => {
    const world = setUp();
    world.submit("a=1");
    follow(world);
    expect(world.transport.forwards.map(({ to }) => to)).toEqual([2]);
  });
});

describe("a node that cannot go on", () => {
  test("rule 47: a failed write stops it: nothing more is sent, stored or acknowledged, though the disk works again", () => {
    const world = setUp();
    lead(world);
    world.log.isQuick = false;
    world.submit("a=1");
    world.clock.settle();
    const { stores } = world.log;
    const before = stores.length;
    world.log.answer(new Error("input/output error"));
    world.transport.sent.length = 0;
    ack(world, 2);
    world.clock.run(1000);
    expect(world.stops.map((why) => why?.message)).toEqual(["input/output error"]);
    expect(world.outcomes).toEqual([{ type: "unknown", reason: "stopping" }]);
    expect(world.transport.sent).toEqual([]);
    expect(stores.length).toBe(before);
  });

  test("a broken invariant stops it before anything of that turn gets out", () => {
    const world = setUp();
    lead(world);
    world.transport.sent.length = 0;
    world.clock.stall(-10);
    ack(world, 2);
    expect(world.stops[0]?.message).toMatch(/invariant broken: time went back/);
    expect(world.transport.sent).toEqual([]);
  });

  test("no message of a peer is one: what cannot be is refused, counted, and told at a bounded rate", () => {
    const world = setUp();
    lead(world);
    const { term } = world.node.view;
    const forged = { type: "heartbeat", from: 3, to: 1, term, commit: 0, round: 0, lastSent: 0, confirmed: 0 } as const;
    for (let times = 0; times < 500; times += 1)
      world.hear(forged, { type: "appendMatch", from: 2, to: 1, term, matchIndex: 2 ** 52 });
    expect(world.stops).toEqual([]);
    expect(world.node.view).toMatchObject({ role: "leader", term });
    expect(world.node.figures.messagesRefused).toBe(1_000);
    expect(world.events.filter(({ type }) => type === "messageRefused").length).toBeLessThan(5);
  });

  test("closes log and state, each once, so that they can be opened again", () => {
    const world = setUp();
    lead(world);
    world.node.fail(new Error("damaged"));
    world.node.fail(new Error("damaged once more"));
    expect([world.stops.map((why) => why?.message), world.closed]).toEqual([["damaged"], []]);
    world.clock.settle();
    world.node.stop();
    world.clock.run(5_000);
    expect([world.log.closes, world.state.closes, world.closed.length, world.stops.length]).toEqual([1, 1, 1, 1]);
  });

  test("lets the store under way end before it closes them", () => {
    const world = setUp();
    lead(world);
    world.log.isQuick = false;
    world.submit("a=1");
    world.clock.settle();
    world.node.fail(new Error("damaged"));
    world.clock.run(1_000);
    expect([world.log.closes, world.closed]).toEqual([0, []]);
    world.log.answer();
    world.clock.settle();
    expect([world.log.closes, world.state.closes, world.closed.length]).toEqual([1, 1, 1]);
  });
});

describe("a stop", () => {
  /** A leader that was stopped with a store under way, and has waited for as long as it may. */
  function stoppedMidStore() {
    const world = setUp([1, 2, 3], { leaveMs: 100 });
    lead(world);
    world.log.isQuick = false;
    world.submit("a=1");
    world.clock.settle();
    world.node.stop();
    world.clock.run(200);
    return world;
  }

  test("takes no new requests, lets those who wait have their answers, and closes the storage", () => {
    const world = setUp();
    follow(world);
    world.submit("a=1");
    world.node.stop();
    world.submit("b=2");
    world.read();
    expect(world.outcomes).toEqual([{ type: "refused", reason: "stopping", leader: null }]);
    expect(world.reads).toEqual([{ type: "refused", reason: "stopping" }]);
    world.clock.run(100);
    expect(world.stops).toEqual([]);
    world.transport.forwards[0]?.done({ type: "done", index: 2, result: Buffer.alloc(0) });
    expect(world.outcomes[1]).toEqual({ type: "done", index: 2, result: expect.anything() });
    world.clock.run(10);
    expect(world.stops).toEqual([null]);
  });

  test("says what it does not know after a while, and lets the store under way finish", () => {
    const world = stoppedMidStore();
    expect(world.outcomes).toEqual([{ type: "unknown", reason: "stopping" }]);
    expect(world.stops).toEqual([]);
    world.log.answer();
    world.clock.settle();
    expect(world.stops).toEqual([null]);
  });

  test("in the midst of which a write fails says so, and closes the storage all the same", () => {
    const world = stoppedMidStore();
    world.log.answer(new Error("input/output error"));
    world.clock.settle();
    expect(world.stops.map((why) => why?.message)).toEqual(["input/output error"]);
    expect([world.log.closes, world.state.closes, world.closed.length]).toEqual([1, 1, 1]);
  });

  test("of a node that nobody waits for and that does not lead takes no time", () => {
    const world = setUp();
    follow(world);
    world.node.stop();
    world.clock.settle();
    expect(world.stops).toEqual([null]);
  });
});

test("rule 38: after a stalled event loop a follower reads its mail before it campaigns", () => {
  const world = setUp();
  follow(world);
  world.transport.sent.length = 0;
  world.clock.stall(1500);
  world.hear({ type: "heartbeat", from: 2, to: 1, term: 1, commit: 0, round: 0, lastSent: 0, confirmed: 0 });
  expect(world.transport.take("voteRequest")).toEqual([]);
  expect(world.node.view.leader).toBe(2);
});
