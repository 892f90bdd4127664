import type { Answer, Input, View } from "../../src/core/api.ts";
import type { NodeEvent } from "../../src/node/ports/node-events.ts";
import type { ChunkReply } from "../../src/node/ports/ports.ts";
import { Tickets } from "../../src/node/requests/tickets.ts";
import { SnapshotReceiver } from "../../src/node/snapshots/snapshot-receiver.ts";
import { HandClock } from "./fakes.ts";
import { type Content, HandStaging, metaOf, pack } from "./snapshot-fakes.ts";

const content: Content = [
  ["a", "1"],
  ["b", "2"],
  ["c", "3"],
];
const meta = metaOf(content, 100);

function setUp(staging?: HandStaging) {
  const clock = new HandClock();
  const disk = staging ?? new HandStaging(clock);
  const inputs: Input[] = [];
  const events: NodeEvent[] = [];
  const failures: Error[] = [];
  const replies: ChunkReply[] = [];
  const view = { term: 3, commitIndex: 10 };
  /** Whom it does not let lead it, and why. */
  const doubts = new Map<number, string>();
  const tickets = new Tickets((input) => inputs.push(input));
  const receiver = new SnapshotReceiver({
    state: disk,
    view: () => view as View,
    whyNotLed: (from, term) => doubts.get(from) ?? (term < view.term ? `this node is in term ${view.term}` : null),
    now: () => clock.now(),
    tickets,
    onEvent: (event) => events.push(event),
    onFailed: (error) => failures.push(error),
  });
  const hear = (
    after: string | null,
    records: Content,
    isLast = false,
    { from = 1, ...changes }: { from?: number; term?: number; meta?: typeof meta } = {},
  ): void => {
    const chunk = { term: 3, meta, after: after === null ? null : Buffer.from(after), records: pack(records), isLast, ...changes };
    receiver.onChunk(from, chunk, (reply) => replies.push(reply));
    clock.settle();
  };
  const ask = (changes = {}): void => hear(null, [], false, changes);
  /** The last reply, as text. */
  const reply = (): string => {
    const last = replies.at(-1);
    if (last === undefined) return "none";
    if (last.type === "next") return `next ${last.cursor === null ? "from the beginning" : Buffer.from(last.cursor)}`;
    return last.type === "stale" ? `stale ${last.commitIndex}` : last.type;
  };
  const sendAll = (): void => {
    ask();
    hear(null, content.slice(0, 2));
    hear("b", content.slice(2), true);
  };
  /** The core's answer to the snapshot that it was offered last. */
  const answer = (rest: Partial<Answer>): void => {
    tickets.onAnswer({ ...rest, ticket: inputs.length } as Answer);
    clock.settle();
  };
  return {
    clock,
    disk,
    inputs,
    events,
    failures,
    replies,
    view,
    doubts,
    receiver,
    hear,
    ask,
    reply,
    sendAll,
    answer,
  };
}

test("what was received is offered to the core when it is whole, and the leader hears when it is installed", () => {
  const { inputs, receiver, reply, replies, sendAll, answer, clock } = setUp();
  sendAll();
  expect(inputs).toEqual([{ type: "snapshotReceived", ticket: 1, from: 1, term: 3, snapshot: meta, name: "state-100-1" }]);
  expect(replies).toHaveLength(2);
  answer({ type: "snapshotTaken" });
  receiver.onTurn();
  receiver.onInstalled("state-90-1");
  clock.settle();
  expect(replies).toHaveLength(2);
  receiver.onInstalled("state-100-1");
  expect(reply()).toBe("installed");
});

test("one who does not lead this node begins nothing, and what the leader sends is not given up for it", () => {
  const { ask, hear, reply, replies, disk, doubts } = setUp();
  doubts.set(77, "this node's log does not name node 77");
  ask();
  hear(null, content.slice(0, 1));
  hear(null, content, true, { from: 77, term: 4, meta: metaOf([["x", "y"]], 200) });
  expect(replies.at(-1)).toEqual({ type: "refused", why: "this node's log does not name node 77" });
  expect(disk.calls.filter((call) => call.startsWith("stage"))).toEqual(["stage state-100-1"]);
  hear("a", content.slice(1, 2));
  expect(reply()).toBe("next b");
});

describe("rule 42: a chunk that does not fit what is staged is not taken:", () => {
  test("one of records without a question before, and what comes then goes on from where the disk is", () => {
    const { hear, reply, disk } = setUp();
    hear("b", content.slice(2), true);
    expect(reply()).toBe("next from the beginning");
    expect(disk.calls).toEqual(["stage state-100-1"]);
    hear(null, content.slice(0, 1));
    expect(reply()).toBe("next a");
  });

  test("one that was sent twice, or leaves a gap", () => {
    const { ask, hear, reply, disk } = setUp();
    ask();
    hear(null, content.slice(0, 1));
    hear(null, content.slice(0, 1));
    expect(reply()).toBe("next a");
    hear("b", content.slice(2), true);
    expect(reply()).toBe("next a");
    expect(disk.staged.get("state-100-1")?.content).toEqual([["a", "1"]]);
  });

  test("one of a deposed leader", () => {
    const { ask, hear, reply, view } = setUp();
    ask();
    view.term = 4;
    hear(null, content.slice(0, 1));
    expect(reply()).toBe("refused");
  });

  test("one of another snapshot, or of another term, begins anew", () => {
    const { ask, hear, reply, disk } = setUp();
    const other = metaOf([["x", "9"]], 105, 2);
    ask();
    hear(null, content.slice(0, 1));
    hear(null, [["x", "9"]], true, { meta: other });
    expect(reply()).toBe("next from the beginning");
    hear("a", content.slice(1, 2));
    expect(reply()).toBe("next from the beginning");
    hear(null, content.slice(0, 1), false, { term: 5 });
    expect(disk.calls).toEqual(["stage state-100-1", "stage state-105-2", "stage state-100-1", "stage state-100-1"]);
  });
});

test("rule 42: when two leaders send, what is installed is of one of them", () => {
  const { hear, inputs, disk } = setUp();
  const other = metaOf([["x", "9"]], 105, 2);
  const turns = [
    () => hear(null, content.slice(0, 1)),
    () => hear(null, [["x", "9"]], true, { meta: other, term: 4 }),
    () => hear("a", content.slice(1, 2)),
  ];
  for (let n = 0; n < 12; n += 1) turns[n % 3]?.();
  for (const input of inputs) {
    if (input.type !== "snapshotReceived") continue;
    expect(disk.staged.get(input.name)?.content).toEqual([["x", "9"]]);
  }
});

test("after a restart it goes on where it was", () => {
  const before = setUp();
  before.ask();
  before.hear(null, content.slice(0, 2));
  const { clock, ask, reply, replies } = setUp(before.disk);
  ask();
  before.clock.settle();
  clock.settle();
  expect([reply(), replies.length]).toEqual(["next b", 1]);
});

test("rule 39: a snapshot that is not newer than what is committed is not taken, and what was staged of it is dropped", () => {
  const { ask, hear, reply, view, receiver, disk, clock } = setUp();
  ask();
  hear(null, content.slice(0, 1));
  view.commitIndex = 100;
  receiver.onTurn();
  clock.settle();
  expect(disk.calls.at(-1)).toBe("discard state-100-1");
  hear("a", content.slice(1, 2));
  expect(reply()).toBe("stale 100");
});

test("what is not what was sent is not offered, and the leader may send it anew", () => {
  const { ask, hear, inputs, reply, disk } = setUp();
  ask();
  hear(null, [["a", "wrong"]]);
  hear("a", content.slice(1), true);
  expect([inputs, reply()]).toEqual([[], "refused"]);
  disk.staged.clear();
  ask();
  expect(reply()).toBe("next from the beginning");
});

test.each([
  ["has caught up by then", { type: "snapshotStale", commitIndex: 100 } as const, { type: "stale", commitIndex: 100 }],
  [
    "follows another leader by then",
    { type: "snapshotRefused", why: "this node is in term 5" } as const,
    { type: "refused", why: "this node is in term 5" },
  ],
])("a snapshot that the core does not want, as it %s, is dropped", (_what, word, expected) => {
  const { sendAll, answer, replies, disk } = setUp();
  sendAll();
  answer(word);
  expect([disk.calls.at(-1), replies.at(-1)]).toEqual(["discard state-100-1", expected]);
});

test("what the log overtakes while the core is asked is left to the core's answer", () => {
  const { sendAll, view, receiver, answer, reply, disk, clock } = setUp();
  sendAll();
  view.commitIndex = 100;
  receiver.onTurn();
  clock.settle();
  expect(disk.calls).toEqual(["stage state-100-1", "finish state-100-1"]);
  answer({ type: "snapshotStale", commitIndex: 100 });
  expect([disk.calls.at(-1), reply()]).toEqual(["discard state-100-1", "stale 100"]);
});

test("a question that comes while the snapshot is installed is answered after that", () => {
  const { sendAll, ask, view, receiver, reply, replies, answer } = setUp();
  sendAll();
  answer({ type: "snapshotTaken" });
  ask();
  ask();
  expect(replies.slice(2).map(({ type }) => type)).toEqual(["refused"]);
  view.commitIndex = 100;
  receiver.onInstalled("state-100-1");
  expect(replies.slice(3).map(({ type }) => type)).toEqual(["installed", "stale"]);
  expect(reply()).toBe("stale 100");
});

test("rule 43: a second snapshot may come right after the first", () => {
  const { sendAll, hear, view, receiver, inputs, answer } = setUp();
  sendAll();
  answer({ type: "snapshotTaken" });
  view.commitIndex = 100;
  receiver.onInstalled("state-100-1");
  const next = metaOf([["y", "1"]], 200, 3);
  hear(null, [], false, { meta: next });
  hear(null, [["y", "1"]], true, { meta: next });
  expect(inputs.map((input) => input.type === "snapshotReceived" && input.name)).toEqual(["state-100-1", "state-200-3"]);
});

test("an empty snapshot is one, too", () => {
  const { ask, hear, inputs } = setUp();
  const none = metaOf([], 100);
  ask({ meta: none });
  hear(null, [], true, { meta: none });
  expect(inputs).toHaveLength(1);
});

test("rule 47: a chunk that cannot be kept stops the node, and is not said to be there", () => {
  const { ask, hear, reply, disk, failures } = setUp();
  ask();
  const staged = disk.staged.get("state-100-1");
  if (staged !== undefined) staged.fails = new Error("no space left");
  hear(null, content.slice(0, 1));
  expect([failures.map(({ message }) => message), reply()]).toEqual([["no space left"], "refused"]);
});

test.each([
  ["the core is asked", false],
  ["a snapshot is installed", true],
])("a node that stops while %s refuses, and answers all that waits, once", (_what, isTaken) => {
  const { sendAll, ask, receiver, replies, answer, disk } = setUp();
  sendAll();
  if (isTaken) answer({ type: "snapshotTaken" });
  ask();
  receiver.stop();
  ask();
  answer({ type: "snapshotRefused", why: "it comes too late" });
  receiver.onInstalled("state-100-1");
  expect(replies.slice(2).map(({ type }) => type)).toEqual(["refused", "refused", "refused"]);
  expect(disk.calls).not.toContain("discard state-100-1");
});

test("progress is told, and can be looked up", () => {
  const { ask, hear, receiver, events } = setUp();
  expect(receiver.progress).toEqual([]);
  ask();
  hear(null, content.slice(0, 2));
  expect(receiver.progress).toEqual([{ direction: "from", peer: 1, index: 100, bytes: 4, of: 6 }]);
  hear("b", content.slice(2), true);
  expect(events.map((event) => event.type === "snapshotProgress" && event.bytes)).toEqual([4, 6]);
});
