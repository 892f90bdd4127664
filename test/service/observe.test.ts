import { type ClientReadableStream, status } from "@grpc/grpc-js";
import type { SubscribeRequest } from "../../src/generated/balsa/admin/v1/SubscribeRequest.ts";
import type { SubscribeResponse__Output } from "../../src/generated/balsa/admin/v1/SubscribeResponse.ts";
import { encodeRequest } from "../../src/machine/kv-codec.ts";
import { encodePlain, encodeSessionCommand } from "../../src/machine/session-codec.ts";
import { type Batch, batchIn } from "../../src/observe/wire/batch-codec.ts";
import { servicesOf } from "./reflect.ts";
import { ask, errorOf, RunningServer, until } from "./running-server.ts";

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

let running: RunningServer;
afterEach(() => running.stop());

/** What an observer has been told so far. */
class Observer {
  readonly batches: Batch[] = [];
  readonly stream: ClientReadableStream<SubscribeResponse__Output>;
  end: { readonly code: status; readonly details: string } | null = null;

  constructor(request: SubscribeRequest = {}) {
    this.stream = running.observe.subscribe(request);
    this.stream.on("data", (message: SubscribeResponse__Output) => this.batches.push(batchIn(message)));
    this.stream.on("error", () => undefined);
    this.stream.on("status", (end) => {
      this.end = end;
    });
  }

  get records() {
    return this.batches.flatMap(({ records }) => records);
  }
}

const seenTo = (holds: () => boolean) => until(holds, holds.toString());

async function observer(request: SubscribeRequest = {}): Promise<Observer> {
  const made = new Observer(request);
  await seenTo(() => made.batches.length > 0);
  return made;
}

describe("an observer", () => {
  beforeEach(async () => {
    running = await RunningServer.start({ observersMax: 2, observerMessagesMax: 50 });
  });

  test("is told at once who speaks, what it is, and since when it lives", async () => {
    const { batches } = await observer();
    expect(batches[0]).toEqual({
      ...{ node: 1, life: 77, bootId: "boot", now: 5_000, toEpochMs: 1_000_000, flows: [], dropped: 0, leftOut: 0 },
      sample: running.observed.sample(),
      records: [{ node: 1, life: 77, number: 0, at: 5_000, turn: 0, type: "nodeStarted", version: "1.2.3", processId: 42 }],
    });
  });

  test("is told the state again ten times a second", async () => {
    const { batches } = await observer();
    running.node.view = { ...running.node.view, role: "candidate", leader: null, term: 9, votes: [1, 3], electionDueAt: 120 };
    running.observed.pass(100);
    await seenTo(() => batches.length > 1);
    expect(batches[1]?.sample).toMatchObject({
      role: "candidate",
      leader: 0,
      term: 9,
      votes: [1, 3],
      electionInMs: 120,
      at: 5_100,
    });
  });

  test("is told what is rare at once, with the state", async () => {
    const seen = await observer();
    running.observed.feed.onEvent({ type: "leaderLost", term: 3 }, 12);
    await seenTo(() => seen.records.length > 1);
    expect(seen.records[1]).toMatchObject({ number: 1, turn: 12, type: "leaderLost", term: 3 });
    expect(seen.batches.at(-1)?.sample).not.toBeNull();
  });

  test("is told of messages exactly how many, whatever it asked for", async () => {
    const { batches } = await observer({ messagesPerSecond: 10 });
    const beat = { type: "heartbeat", from: 1, to: 2, term: 3, commit: 0, round: 0, lastSent: 0, confirmed: 0 } as const;
    for (let sequence = 1; sequence <= 100; sequence += 1) running.observed.feed.onSent({ ...beat, sequence }, 1);
    running.observed.pass(100);
    await seenTo(() => batches.length > 1);
    expect(batches[1]?.flows).toEqual([{ from: 1, to: 2, message: "heartbeat", sent: 100, received: 0, lost: 0, bytes: 0 }]);
    expect(batches[1]?.leftOut).toBeGreaterThan(90);
    expect((batches[1]?.records.length ?? 0) + (batches[1]?.leftOut ?? 0)).toBe(100);
  });

  test("costs nothing once it is gone", async () => {
    const seen = await observer();
    expect(running.observed.feed.figures.watching).toBe(1);
    seen.stream.cancel();
    await seenTo(() => running.observed.feed.figures.watching === 0);
  });

  test("is refused with a sentence where there are as many as may be, and let in when one has left", async () => {
    const [first] = [await observer(), await observer()];
    const third = new Observer();
    await seenTo(() => third.end !== null);
    expect(third.end).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: "2 observers watch this node, as many as may. End one first.",
    });
    first?.stream.cancel();
    await seenTo(() => running.observed.feed.figures.watching === 1);
    await observer();
  });

  test("is told that the node stops", async () => {
    const seen = await observer();
    running.server.stop(0, () => undefined);
    await seenTo(() => seen.end !== null);
    expect(seen.end).toMatchObject({ code: status.UNAVAILABLE, details: "This node is shutting down." });
    expect(running.observed.feed.figures.watching).toBe(0);
  });

  test("that asks for more than can be counted is told as much as may be", async () => {
    const { batches } = await observer({ messagesPerSecond: "18446744073709551615" });
    expect(batches).toHaveLength(1);
  });
});

describe("an observer that does not read", () => {
  test("holds no more than the limit of the node's memory, and is told afterwards how much is missing", async () => {
    running = await RunningServer.start({ observerUnreadBytesMax: 4 * 1024 });
    const seen = await observer();
    seen.stream.pause();
    const { feed } = running.observed;
    const long = "x".repeat(300);
    for (let i = 0; i < 9_000; i += 1) {
      feed.onEvent({ type: "scrubCutShort", why: long }, 0);
      if (i % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(feed.figures.dropped).toBeGreaterThan(0);
    // Of what was never given to gRPC, the wire knows nothing.
    expect(running.unread.bytes).toBeLessThan(1024 * 1024);
    seen.stream.resume();
    await seenTo(() => {
      running.observed.pass(100);
      return seen.records.length + seen.batches.reduce((sum, { dropped }) => sum + dropped, 0) === 9_001;
    });
    expect(seen.batches.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(feed.figures.dropped);
    expect(new Set(seen.records.map(({ number }) => number)).size).toBe(seen.records.length);
  });
});

describe("entries of the log", () => {
  beforeEach(async () => {
    running = await RunningServer.start({ observedEntriesMax: 5 });
    const set = encodeRequest([
      { type: "set", key: "user", value: "ann" },
      { type: "compareAndSet", key: "n", expected: { type: "revision", revision: 4 }, newValue: null },
    ]);
    const entry = { term: 2, time: 0, kind: "command" } as const;
    running.observed.log.push(
      { ...entry, index: 3, kind: "noop", data: Buffer.alloc(0) },
      { ...entry, index: 4, data: Buffer.from(encodePlain(set)) },
      { ...entry, index: 5, data: encodeSessionCommand({ type: "keepAlive", session: 4 }) },
      { ...entry, index: 6, data: Buffer.from([0, 99]) },
      { ...entry, index: 7, data: encodePlain(encodeRequest([{ type: "set", key: "k".repeat(300), value: Buffer.alloc(9) }])) },
      { ...entry, index: 8, kind: "noop", data: Buffer.alloc(0) },
    );
  });

  const textsOf = async (request: object) => {
    const { entries } = await ask(running.observe.getEntries.bind(running.observe), request);
    return entries.map(({ index, term, kind, text }) => `${term}.${index} ${kind} ${text}`);
  };

  test("are told in words, without keys and values unless they were asked for", async () => {
    expect(await textsOf({ first: 1, last: 7 })).toEqual([
      "2.3 noop ",
      "2.4 command set; delete",
      "2.5 command keep session 4",
      "2.6 command 2 bytes that this version cannot read",
      "2.7 command set",
    ]);
    const [, , , , long] = await textsOf({ first: 1, last: 7, withValues: true });
    expect((await textsOf({ first: 4, last: 4, withValues: true }))[0]).toBe(
      "2.4 command set user ann; delete n if its revision is 4",
    );
    expect(long).toBe(`2.7 command set ${"k".repeat(63)}… (9 bytes)`);
  });

  test("are told no more of at a time than the limit, and none where the log has none", async () => {
    expect(await textsOf({ first: 0, last: "18446744073709551615" })).toHaveLength(5);
    expect(await textsOf({ first: 9, last: 3 })).toEqual([]);
    expect(await textsOf({})).toEqual([]);
  });
});

test("the service is listed by reflection, and refuses bytes that are no message", async () => {
  running = await RunningServer.start();
  expect(await servicesOf(running.address)).toContain("balsa.admin.v1.ObserveService");
  const error = await errorOf(
    new Promise((resolve, reject) => {
      running.observe.makeUnaryRequest(
        "/balsa.admin.v1.ObserveService/GetEntries",
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        Buffer.from("08ff", "hex"),
        (why, answer) => (why === null ? resolve(answer) : reject(why)),
      );
    }),
  );
  expect(error.code).toBe(status.INTERNAL);
});
