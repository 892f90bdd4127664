import { optionDefaults } from "../../src/core/options.ts";
import { compareState } from "../../src/node/duties/digest-watch.ts";
import type { ChunkReply, StateDigest } from "../../src/node/ports/ports.ts";
import { installSnapshot } from "../../src/node/snapshots/snapshot-stream.ts";
import { ack, follow, lead, setUp, type World } from "./one-node.ts";
import { type Content, metaOf, pack, unpack } from "./snapshot-fakes.ts";

const content: Content = [
  ["a", "new"],
  ["b", "new"],
];

/** The applied index of the state that node 2 is told of, when it asks for this one. */
function indexTold(world: World, index: number): number | undefined {
  const told: (StateDigest | null)[] = [];
  world.node.onAsk(2, compareState, index, (found) => told.push(found));
  expect(told).toHaveLength(1);
  return told[0]?.appliedIndex;
}

/** Node 2, the leader of `term`, sends its snapshot; returns its replies as they come. */
function sendSnapshot(world: World, records = content, index = 100, term = 1): ChunkReply[] {
  const replies: ChunkReply[] = [];
  const meta = { ...metaOf(records, index, term), members: world.node.view.members };
  const send = (isLast: boolean): void => {
    const chunk = { term, meta, after: null, records: isLast ? pack(records) : Buffer.alloc(0), isLast };
    world.node.onAsk(2, installSnapshot, chunk, (reply) => replies.push(reply));
    world.clock.settle();
  };
  send(false);
  send(true);
  return replies;
}

function entry(index: number, text: string, term = 1) {
  return { index, term, kind: "command" as const, time: 0, data: Buffer.from(text) };
}

function append(world: World, index: number, text: string, commit = 0): void {
  const prevTerm = index === 1 ? 0 : 1;
  world.hear({ type: "append", from: 2, to: 1, term: 1, prevIndex: index - 1, prevTerm, commit, entries: [entry(index, text)] });
}

function values(world: World): Record<string, string> {
  return Object.fromEntries([...world.state.records].map(([key, value]) => [key, Buffer.from(value).toString()]));
}

describe("rule 41: a snapshot is installed step by step:", () => {
  test("the log names it first, then the state is switched, and only then does anybody hear of it", () => {
    const world = setUp();
    follow(world);
    world.log.isQuick = false;
    world.state.isQuick = false;
    const replies = sendSnapshot(world);
    expect(world.log.stores.at(-1)?.snapshot?.name).toBe("state-100-1");
    expect(world.state.staging.calls).toEqual(["stage state-100-1", "finish state-100-1"]);
    world.log.answer();
    world.clock.settle();
    expect(world.state.staging.calls.at(-1)).toBe("switch to state-100-1");
    expect([replies.length, world.node.appliedIndex, world.transport.take("appendMatch")]).toEqual([1, 0, []]);
    world.state.release();
    world.clock.settle();
    expect([replies.at(-1)?.type, world.node.appliedIndex]).toEqual(["installed", 100]);
    expect(world.node.view).toMatchObject({ firstIndex: 101, lastIndex: 100, durableIndex: 100, commitIndex: 100 });
    expect(values(world)).toEqual({ a: "new", b: "new" });
    expect(world.node.figures.snapshotsInstalled).toBe(1);
  });

  test("if the log cannot name it, the old state stays, nobody hears of it, and the node stops", () => {
    const world = setUp();
    follow(world);
    world.log.isQuick = false;
    const replies = sendSnapshot(world);
    world.log.answer(new Error("input/output error"));
    world.clock.settle();
    expect(world.state.staging.calls).toEqual(["stage state-100-1", "finish state-100-1"]);
    expect([replies.at(-1)?.type, world.stops.map((why) => why?.message)]).toEqual(["refused", ["input/output error"]]);
    expect([world.log.closes, world.state.closes, world.closed.length]).toEqual([1, 1, 1]);
  });

  test("if the node fails before the log has named it, the state is closed only after it was switched", () => {
    const world = setUp();
    follow(world);
    world.log.isQuick = false;
    sendSnapshot(world);
    world.node.fail(new Error("damaged"));
    world.clock.settle();
    expect(world.closed).toEqual([]);
    world.log.answer();
    world.clock.settle();
    expect(world.state.staging.calls.at(-1)).toBe("switch to state-100-1");
    expect([world.state.closes, world.closed.length, world.stops.length]).toEqual([1, 1, 1]);
  });

  test("if the state cannot be switched to, the node stops, for the log goes on from there", () => {
    const world = setUp();
    follow(world);
    world.state.fails = new Error("input/output error");
    const replies = sendSnapshot(world);
    expect([replies.at(-1)?.type, world.stops.map((why) => why?.message)]).toEqual(["refused", ["input/output error"]]);
  });
});

test("rule 43: the batch that is being applied is written before a snapshot is installed, and the rest of the old log is not", () => {
  const world = setUp();
  follow(world);
  world.state.isQuick = false;
  append(world, 1, "a=old");
  append(world, 2, "c=old", 1);
  world.clock.run(20);
  append(world, 3, "d=old", 2);
  sendSnapshot(world);
  expect(world.log.stores.at(-1)?.snapshot).toBe(null);
  world.state.release();
  world.clock.settle();
  expect([world.node.appliedIndex, world.log.stores.at(-1)?.snapshot?.name]).toEqual([1, "state-100-1"]);
  world.state.release();
  world.clock.settle();
  expect([world.node.appliedIndex, values(world)]).toEqual([100, { a: "new", b: "new" }]);
});

test("rule 43: a snapshot that is whole while the log writes is taken at once, and installed by the next store", () => {
  const world = setUp();
  follow(world);
  world.log.isQuick = false;
  append(world, 1, "a=old");
  const replies = sendSnapshot(world);
  expect([world.node.view.installing, world.log.stores.at(-1)?.snapshot, replies.length]).toEqual(["state-100-1", null, 1]);
  world.log.answer();
  world.clock.settle();
  expect([world.log.stores.at(-1)?.snapshot?.name, replies.length]).toEqual(["state-100-1", 1]);
  world.log.answer();
  world.clock.settle();
  expect([replies.at(-1)?.type, world.node.appliedIndex]).toEqual(["installed", 100]);
  expect(values(world)).toEqual({ a: "new", b: "new" });
});

test("rule 43: entries that follow on a snapshot are applied to it, and a second snapshot may follow", () => {
  const world = setUp();
  follow(world);
  sendSnapshot(world);
  world.hear({
    ...{ type: "append", from: 2, to: 1, term: 1, prevIndex: 100, prevTerm: 1, commit: 101 },
    entries: [{ ...entry(101, "c=1"), time: 1_000 }],
  });
  world.clock.run(20);
  expect([world.node.appliedIndex, values(world)]).toEqual([101, { a: "new", b: "new", c: "1" }]);
  sendSnapshot(world, [["z", "newer"]], 200);
  expect([world.node.appliedIndex, values(world)]).toEqual([200, { z: "newer" }]);
});

test("once a snapshot is installed, what the state was before is told to nobody", () => {
  const world = setUp([1, 2, 3], { compareEntries: 1 });
  follow(world);
  append(world, 1, "a=old");
  append(world, 2, "b=old", 2);
  world.clock.run(20);
  expect([1, 2].map((index) => indexTold(world, index))).toEqual([1, 2]);
  sendSnapshot(world);
  expect([1, 2, 100].map((index) => indexTold(world, index))).toEqual([undefined, undefined, 100]);
});

describe("rule 35: a read that comes while a snapshot is installed", () => {
  test("waits, and sees all of it", () => {
    const world = setUp();
    follow(world);
    world.state.isQuick = false;
    world.read();
    world.clock.settle();
    const [question] = world.transport.take("readIndexRequest");
    world.hear({ type: "readIndexReply", from: 2, to: 1, term: 1, id: question?.id ?? 0, index: 60 });
    sendSnapshot(world);
    expect(world.reads).toEqual([]);
    world.state.release();
    expect(world.reads).toEqual([{ type: "readable", appliedIndex: 100 }]);
    expect(values(world)).toEqual({ a: "new", b: "new" });
  });

  test("does not wait longer than it said", () => {
    const world = setUp();
    follow(world);
    world.state.isQuick = false;
    world.read(200);
    world.clock.settle();
    const [question] = world.transport.take("readIndexRequest");
    world.hear({ type: "readIndexReply", from: 2, to: 1, term: 1, id: question?.id ?? 0, index: 60 });
    sendSnapshot(world);
    for (let n = 0; n < 3; n += 1) {
      world.clock.run(100);
      follow(world);
    }
    expect(world.reads).toEqual([{ type: "refused", reason: "timeout" }]);
  });
});

test("whoever watches is told that what happened on the way to the snapshot is not known", () => {
  const world = setUp();
  follow(world);
  const ends: unknown[] = [];
  const seen: number[] = [];
  const all = { start: Buffer.alloc(0), end: null };
  const sink = {
    isFull: false,
    onChanges: (entries: readonly { index: number }[]) => seen.push(...entries.map(({ index }) => index)),
    onEnd: (why: unknown) => ends.push(why),
  };
  world.node.changes.subscribe(1, all, sink);
  append(world, 1, "a=1", 1);
  world.clock.run(20);
  sendSnapshot(world);
  expect([seen, ends]).toEqual([[1], [{ type: "gone", oldest: 101 }]]);
});

test("rule 21: a write that a snapshot has overtaken may have happened", () => {
  const world = setUp();
  lead(world);
  world.state.isQuick = false;
  world.submit("a=1");
  world.clock.settle();
  ack(world, 2);
  const { term } = world.node.view;
  world.hear({ type: "heartbeat", from: 2, to: 1, term: term + 1, commit: 2, round: 0, lastSent: 0, confirmed: 0 });
  expect(world.outcomes).toEqual([]);
  world.state.isQuick = true;
  sendSnapshot(world, content, 100, term + 1);
  world.state.release();
  world.clock.settle();
  expect(world.outcomes).toEqual([{ type: "unknown", reason: "leaderChanged" }]);
});

describe("rule 44: a leader that sends a snapshot", () => {
  function leadOneThatIsFarBehind() {
    const core = { ...optionDefaults, id: 1, seed: 7, logTailEntriesMax: 2 };
    const world = setUp([1, 2, 3], { core, compactEntries: 5 });
    lead(world);
    const write = (count: number): void => {
      for (let n = 0; n < count; n += 1) world.submit(`k${n}=x`);
      world.clock.settle();
      ack(world, world.node.view.lastIndex);
    };
    write(10);
    const { term } = world.node.view;
    expect(world.node.view.firstIndex).toBeGreaterThan(5);
    world.hear({ type: "heartbeatReply", from: 3, to: 1, term, round: 0, lastSent: 0, receivedIndex: 0, matchIndex: 0, lacks: 0 });
    world.hear({ type: "appendConflict", from: 3, to: 1, term, prevIndex: 0, hintIndex: 0, hintTerm: 0 });
    const [append] = world.transport
      .take("append")
      .filter(({ to }) => to === 3)
      .slice(-1);
    if (append !== undefined) {
      world.hear({ type: "appendConflict", from: 3, to: 1, term, prevIndex: append.prevIndex, hintIndex: 0, hintTerm: 0 });
    }
    return { world, write };
  }

  test("goes on serving, lets others have their entries, and keeps the log short", () => {
    const { world, write } = leadOneThatIsFarBehind();
    expect(world.transport.chunks.map(({ to }) => to)).toEqual([3]);
    const before = world.node.view;
    world.outcomes.length = 0;
    world.transport.sent.length = 0;
    write(40);
    expect(world.outcomes.filter(({ type }) => type === "done")).toHaveLength(40);
    expect(world.node.view.firstIndex).toBeGreaterThanOrEqual(before.firstIndex);
    world.clock.run(60);
    expect(new Set(world.transport.take("heartbeat").map(({ to }) => to))).toEqual(new Set([2, 3]));
  });

  test("sends the state as it was, and then the entries after it", () => {
    const { world, write } = leadOneThatIsFarBehind();
    const question = world.transport.chunks.shift();
    const index = question?.chunk.meta.index ?? 0;
    write(3);
    question?.done({ type: "next", cursor: null });
    world.clock.settle();
    const sent: [string, string][] = [];
    for (let n = 0; n < 20; n += 1) {
      const chunk = world.transport.chunks.shift();
      if (chunk === undefined) break;
      const records = unpack(chunk.chunk.records);
      sent.push(...records);
      const last = records.at(-1)?.[0];
      chunk.done(
        chunk.chunk.isLast ? { type: "installed" } : { type: "next", cursor: last === undefined ? null : Buffer.from(last) },
      );
      world.clock.settle();
    }
    expect(sent).toHaveLength(10);
    const next = world.transport.take("append").filter(({ to }) => to === 3);
    expect(next.at(-1)?.prevIndex).toBeGreaterThanOrEqual(index);
  });
});
