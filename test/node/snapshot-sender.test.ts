import type { Input, PeerView, View } from "../../src/core/api.ts";
import type { NodeEvent } from "../../src/node/ports/node-events.ts";
import { nodeOptionDefaults } from "../../src/node/ports/options.ts";
import type { ChunkReply } from "../../src/node/ports/ports.ts";
import { ReadRefused } from "../../src/node/ports/read-refused.ts";
import { SnapshotSender } from "../../src/node/snapshots/snapshot-sender.ts";
import { HandClock, HandTransport } from "./fakes.ts";
import { type Content, HandSnapshot, unpack } from "./snapshot-fakes.ts";

const content: Content = [
  ["a", "1"],
  ["b", "2"],
  ["c", "3"],
];

function peer(id: number, changes: Partial<PeerView> = {}): PeerView {
  return { id, isVoter: true, state: "snapshot", matchIndex: 0, nextIndex: 1, lastHeardAt: 0, ...changes };
}

function setUp(options = {}, records = content) {
  const clock = new HandClock();
  const transport = new HandTransport();
  const inputs: Input[] = [];
  const events: NodeEvent[] = [];
  const failures: Error[] = [];
  const opened: HandSnapshot[] = [];
  const view = { role: "leader", term: 3, firstIndex: 50, lastIndex: 120, peers: [peer(2), peer(3), peer(4)] };
  const fitness = { maySend: true };
  const sender = new SnapshotSender(
    { ...nodeOptionDefaults, ...options },
    {
      clock,
      transport,
      view: () => view as unknown as View,
      maySend: () => fitness.maySend,
      state: {
        openSnapshot: (done) => {
          const snapshot = new HandSnapshot(clock, records, 100 + opened.length);
          opened.push(snapshot);
          clock.soon(() => done(null, snapshot));
        },
      },
      enqueue: (input) => inputs.push(input),
      onEvent: (event) => events.push(event),
      onFailed: (error) => failures.push(error),
    },
  );
  const start = (...ids: readonly number[]): void => {
    sender.start(ids);
    clock.settle();
  };
  /** The chunk under way, as the follower sees it. */
  const next = () => {
    const sent = transport.chunks.shift();
    if (sent === undefined) throw new Error("nothing was sent");
    const { to, chunk } = sent;
    const after = chunk.after === null ? null : Buffer.from(chunk.after).toString();
    const answer = (reply: ChunkReply): void => {
      sent.done(reply);
      clock.settle();
    };
    return { to, after, keys: unpack(chunk.records).map(([key]) => key), isLast: chunk.isLast, meta: chunk.meta, answer };
  };
  const cursor = (key: string | null): ChunkReply => ({ type: "next", cursor: key === null ? null : Buffer.from(key) });
  return { clock, transport, inputs, events, failures, opened, view, fitness, sender, start, next, cursor };
}

test("the follower is asked where to go on, and gets one chunk after another until it has installed them", () => {
  const { start, next, cursor, inputs, opened } = setUp();
  start(2);
  const question = next();
  expect([question.to, question.keys, question.isLast]).toEqual([2, [], false]);
  question.answer(cursor(null));
  for (const key of ["a", "b"]) {
    const chunk = next();
    expect([chunk.keys, chunk.isLast]).toEqual([[key], false]);
    chunk.answer(cursor(key));
  }
  const last = next();
  expect([last.after, last.keys, last.isLast]).toEqual(["b", ["c"], true]);
  expect(inputs).toEqual([]);
  last.answer({ type: "installed" });
  expect(inputs).toEqual([{ type: "snapshotSent", to: 2, index: 100, outcome: "installed" }]);
  expect(opened[0]?.isClosed).toBe(true);
});

test("a follower that has the beginning already, from before its restart, gets the rest only", () => {
  const { start, next, cursor } = setUp();
  start(2);
  next().answer(cursor("b"));
  expect(next().keys).toEqual(["c"]);
});

test("the next chunk is read while the last one is under way, once, and not sent if the follower wants another", () => {
  const { start, next, cursor, opened } = setUp();
  start(2);
  next().answer(cursor(null));
  expect(opened[0]?.reads).toEqual(["", "a"]);
  next().answer(cursor("a"));
  expect(opened[0]?.reads).toEqual(["", "a", "b"]);
  next().answer(cursor(null));
  expect(next().keys).toEqual(["a"]);
});

test("after a broken link the follower is asked again, and the same snapshot goes on where it is", () => {
  const { clock, start, next, cursor, opened } = setUp();
  start(2);
  next().answer(cursor(null));
  next().answer(cursor("a"));
  next().answer({ type: "broken" });
  clock.run(1_000);
  const question = next();
  expect(question.keys).toEqual([]);
  // The chunk had arrived; only the answer was lost.
  question.answer(cursor("b"));
  expect(next().keys).toEqual(["c"]);
  expect(opened).toHaveLength(1);
});

test("a link that stays broken ends the stream, and the next one goes on with the same snapshot", () => {
  const { clock, start, next, cursor, inputs, opened, transport } = setUp({ snapshotPatienceMs: 1_000 });
  start(2);
  next().answer(cursor(null));
  for (let n = 0; n < 20 && inputs.length === 0; n += 1) {
    clock.run(200);
    if (transport.chunks.length > 0) next().answer({ type: "broken" });
  }
  expect(inputs).toEqual([{ type: "snapshotSent", to: 2, index: 100, outcome: "failed" }]);
  expect(opened[0]?.isClosed).toBe(false);
  start(2);
  next().answer(cursor("a"));
  const chunk = next();
  expect([chunk.keys, chunk.meta.index, opened.length]).toEqual([["b"], 100, 1]);
});

test("a snapshot that nobody goes on with is closed after a while, and one that the log no longer reaches at once", () => {
  const { clock, start, next, cursor, opened, view } = setUp();
  start(2);
  next().answer(cursor(null));
  next().answer({ type: "refused", why: "test" });
  expect(opened[0]?.isClosed).toBe(false);
  clock.run(nodeOptionDefaults.snapshotKeepMs);
  expect(opened[0]?.isClosed).toBe(true);
  start(2);
  next().answer({ type: "refused", why: "test" });
  view.firstIndex = 110;
  start(2);
  expect([opened.length, opened[1]?.isClosed]).toEqual([3, true]);
});

test("rule 39: a follower that calls it stale has all of it", () => {
  const { start, next, inputs } = setUp();
  start(2, 3);
  next().answer({ type: "stale", commitIndex: 100 });
  next().answer({ type: "stale", commitIndex: 7 });
  expect(inputs).toEqual([
    { type: "snapshotSent", to: 2, index: 100, outcome: "installed" },
    { type: "snapshotSent", to: 3, index: 101, outcome: "failed" },
  ]);
});

test("no more followers than the limit are served at once, and the others get their turn", () => {
  const { start, next, transport, inputs } = setUp({ snapshotStreamsMax: 2 });
  start(2, 3, 4);
  expect(transport.chunks.map(({ to }) => to)).toEqual([2, 3]);
  next().answer({ type: "installed" });
  expect(transport.chunks.map(({ to }) => to)).toEqual([3, 4]);
  expect(inputs).toHaveLength(1);
});

test("all of them together send no more bytes in a second than they may", () => {
  const big: Content = Array.from({ length: 100 }, (_, n) => [String(n).padStart(3, "0"), "x".repeat(989)]);
  const { clock, sender, transport, cursor } = setUp({ snapshotBytesPerSecondMax: 20_000 }, big);
  sender.start([2, 3]);
  let bytes = 0;
  for (let ms = 0; ms < 2_000; ms += 1) {
    clock.run(1);
    for (const { chunk, done } of transport.chunks.splice(0)) {
      bytes += chunk.records.length;
      done(chunk.records.length === 0 ? cursor(null) : cursor(unpack(chunk.records).at(-1)?.[0] ?? null));
    }
  }
  expect(bytes).toBeGreaterThan(38_000);
  expect(bytes).toBeLessThan(43_000);
});

test("whoever loses the leadership sends nothing more, closes all, and still says what came of it", () => {
  const { clock, start, next, cursor, inputs, opened, view, sender, transport } = setUp({ snapshotStreamsMax: 1 });
  start(2, 3);
  const question = next();
  view.role = "follower";
  sender.onTurn();
  question.answer(cursor(null));
  clock.run(1_000);
  expect(transport.chunks).toEqual([]);
  expect(inputs).toEqual([
    { type: "snapshotSent", to: 2, index: 100, outcome: "failed" },
    { type: "snapshotSent", to: 3, index: 0, outcome: "failed" },
  ]);
  expect(opened.map(({ isClosed }) => isClosed)).toEqual([true]);
});

test.each([
  ["was removed", []],
  ["has caught up by itself", [peer(2, { state: "replicate" })]],
])("a follower that %s gets nothing more", (_what, peers) => {
  const { start, next, cursor, inputs, view, sender, transport } = setUp();
  start(2);
  const question = next();
  view.peers = peers;
  sender.onTurn();
  question.answer(cursor(null));
  expect(transport.chunks).toEqual([]);
  expect(inputs).toEqual([{ type: "snapshotSent", to: 2, index: 100, outcome: "failed" }]);
});

test("a follower that does not take what it asked for is given up", () => {
  const { start, next, cursor, inputs } = setUp();
  start(2);
  next().answer(cursor(null));
  for (let n = 0; n < 20 && inputs.length === 0; n += 1) next().answer(cursor(null));
  expect(inputs).toEqual([{ type: "snapshotSent", to: 2, index: 100, outcome: "failed" }]);
});

test("a snapshot that cannot be read stops the node, and not quietly", () => {
  const { start, next, cursor, failures, opened } = setUp();
  start(2);
  for (const snapshot of opened) snapshot.fails = new Error("a record fails its checksum");
  next().answer(cursor(null));
  expect(failures.map(({ message }) => message)).toEqual(["a record fails its checksum"]);
});

test("a snapshot that cannot be read for lack of something is tried again later, and stops nobody", () => {
  const { start, next, cursor, failures, inputs, opened } = setUp();
  start(2);
  for (const snapshot of opened) snapshot.fails = new ReadRefused("overloaded", "too few file handles");
  next().answer(cursor(null));
  expect(failures).toEqual([]);
  expect(inputs).toEqual([{ type: "snapshotSent", to: 2, index: 100, outcome: "failed" }]);
});

test("progress is told at the beginning, now and then, and at the end; and can be looked up", () => {
  const { start, next, cursor, events, sender } = setUp();
  start(2);
  next().answer(cursor(null));
  next().answer(cursor("a"));
  expect(sender.progress).toEqual([{ direction: "to", peer: 2, index: 100, bytes: 2, of: 6 }]);
  next().answer(cursor("b"));
  next().answer(cursor("c"));
  expect(events.map((event) => event.type === "snapshotProgress" && event.bytes)).toEqual([2, 6]);
});

describe("rule 45: the entries after a snapshot are wanted", () => {
  test("while it is sent, and until the follower is near the end of the log", () => {
    const { start, next, view, sender } = setUp();
    expect(sender.heldFrom(10)).toBe(null);
    start(2);
    expect(sender.heldFrom(10)).toBe(100);
    next().answer({ type: "installed" });
    view.lastIndex = 150;
    view.peers = [peer(2, { state: "replicate", matchIndex: 120 })];
    expect(sender.heldFrom(10)).toBe(120);
    view.peers = [peer(2, { state: "replicate", matchIndex: 141 })];
    expect(sender.heldFrom(10)).toBe(null);
  });

  test("the entries after a snapshot are not wanted once the follower is not heard any more", () => {
    const { clock, start, next, view, sender } = setUp();
    start(2);
    next().answer({ type: "installed" });
    view.peers = [peer(2, { state: "replicate", matchIndex: 100 })];
    expect(sender.heldFrom(10)).toBe(100);
    clock.run(6_000);
    expect(sender.heldFrom(10)).toBe(null);
  });

  test("the entries after a snapshot that could not be sent are not wanted", () => {
    const { start, next, sender } = setUp();
    start(2);
    next().answer({ type: "refused", why: "test" });
    expect(sender.heldFrom(10)).toBe(null);
  });
});

test("while this node's state may be wrong nobody is sent it, and those who wait get theirs once it is known to be right", () => {
  const { clock, start, next, cursor, inputs, opened, sender, fitness, transport } = setUp();
  start(2);
  next().answer(cursor(null));
  fitness.maySend = false;
  sender.onTurn();
  start(3);
  clock.run(1_000);
  expect(inputs).toEqual([{ type: "snapshotSent", to: 2, index: 100, outcome: "failed" }]);
  expect(opened).toHaveLength(1);
  transport.chunks.length = 0;
  fitness.maySend = true;
  sender.onTurn();
  clock.settle();
  expect(transport.chunks.map(({ to }) => to)).toEqual([3]);
});
