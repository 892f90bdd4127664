import { type DashboardLimits, dashboardDefaults } from "../../src/dashboard/base/limits.ts";
import { Past } from "../../src/dashboard/frames/past.ts";
import { Browser, type Socket } from "../../src/dashboard/live/browser.ts";
import { emptyState } from "../../src/observe/fold.ts";
import type { Frame, ServerMessage, Welcome } from "../../src/observe/live.ts";
import type { ObservedRecord } from "../../src/observe/records.ts";
import { until } from "../support/until.ts";
import { recordOf } from "./fake-feed.ts";

/** A browser that reads when it is told to. */
class FakeSocket implements Socket {
  bufferedAmount = 0;
  readonly said: ServerMessage[] = [];
  readonly #done: (() => void)[] = [];
  closed = "";

  send(data: string | Buffer, _: { readonly binary: false }, done: () => void): void {
    this.bufferedAmount += data.length;
    this.said.push(JSON.parse(String(data)));
    this.#done.push(done);
  }

  read(): void {
    this.bufferedAmount = 0;
    for (const done of this.#done.splice(0)) done();
  }

  close(_: number, reason: string): void {
    this.closed = reason;
  }
}

const welcome = { type: "welcome" } as Welcome;
let socket: FakeSocket;
let browser: Browser;
let past: Past;

async function open(limits: Partial<DashboardLimits> = {}): Promise<void> {
  const all = { ...dashboardDefaults, ...limits };
  socket = new FakeSocket();
  past = new Past(all);
  browser = new Browser(socket, all, {
    known: Promise.resolve(),
    welcome: () => welcome,
    tokenIsRight: (token) => token === "right",
    history: past,
    entries: async (node, index) => {
      if (node === 9) throw new Error("Node 9 is not heard now.");
      return [{ index, term: 1, kind: "noop", text: "" }];
    },
    control: async ({ do: does }) => ({ ok: true, text: `${does} is done.` }),
    onRefused: () => undefined,
  });
  say({ type: "hello", schema: 1, token: "right" });
  await until("it is welcome", 5_000, () => socket.said[0]);
  socket.read();
  socket.said.length = 0;
}

afterEach(() => browser.onClosed());

function say(message: object): void {
  browser.onMessage(Buffer.from(JSON.stringify(message)), false);
}

function frameOf(number: number, records: readonly ObservedRecord[] = []): Frame {
  const flow = { from: 1, to: 2, message: "append", sent: 2, received: 0, lost: 0, bytes: 0 };
  return { type: "frame", from: number * 100, to: number * 100 + 100, nodes: [], flows: [flow], records, dropped: 0 };
}

function show(frame: Frame): void {
  browser.onFrame(frame, Buffer.from(JSON.stringify(frame)));
}

const framesOf = (said: readonly ServerMessage[]) => said.filter((message): message is Frame => message.type === "frame");

test("a browser that reads too slowly gets the newest state, what was rare, the counts, and how much is missing", async () => {
  await open({ unreadBytesMax: 1_000 });
  socket.bufferedAmount = 2_000;
  show(frameOf(1, [recordOf("messageSent"), recordOf("leaderLost", { at: 1 })]));
  show(frameOf(2, [recordOf("messageSent")]));
  socket.bufferedAmount = 900;
  show(frameOf(3));
  expect(socket.said).toEqual([]);
  socket.bufferedAmount = 400;
  show(frameOf(4, [recordOf("leaderElected", { at: 4 }), recordOf("messageSent")]));
  const [frame] = framesOf(socket.said);
  expect(frame).toMatchObject({ from: 100, to: 500, dropped: 3, flows: [{ sent: 8 }] });
  expect(frame?.records.map(({ type }) => type)).toEqual(["leaderLost", "leaderElected"]);
  socket.read();
  show(frameOf(5));
  expect(framesOf(socket.said)[1]).toEqual(frameOf(5));
});

test("a browser that never reads costs bounded memory, also if much is rare", async () => {
  await open();
  const rare = Array.from({ length: 50 }, (_, number) => recordOf("leaderElected", { number }));
  for (let i = 0; i < 1_000; i++) show(frameOf(i, rare));
  expect(socket.bufferedAmount).toBeLessThan(dashboardDefaults.unreadBytesMax + 20_000);
  socket.read();
  show(frameOf(1_000, rare));
  const last = framesOf(socket.said).at(-1);
  expect(last?.records).toHaveLength(dashboardDefaults.behindRecordsMax);
  expect(framesOf(socket.said).reduce((sum, { records, dropped }) => sum + records.length + dropped, 0)).toBe(50 * 1_001);
});

test("a browser that asks and never reads the answers is disconnected", async () => {
  await open({ unreadBytesMax: 1_000 });
  for (let id = 1; id < 500 && socket.closed === ""; id++) {
    say({ type: "entries", id, node: 1, first: 1, last: 2 });
    await Promise.resolve();
  }
  await until("it is disconnected", 5_000, () => (socket.closed === "" ? undefined : true));
  expect(socket.closed).toBe("This page does not read.");
  expect(socket.bufferedAmount).toBeLessThan(6_000);
});

test("history comes piece by piece, each after the one before has left", async () => {
  await open({ pieceBytesMax: 1_000 });
  for (let i = 0; i < 20; i++) past.add(frameOf(i), Buffer.from(JSON.stringify(frameOf(i))), emptyState());
  say({ type: "history", id: 5, from: 0, to: 1_000 });
  say({ type: "history", id: 6, from: 1_900, to: 2_000 });
  expect(socket.said).toHaveLength(1);
  await until("both are told", 5_000, () => {
    socket.read();
    return socket.said.some((message) => message.type === "history" && message.id === 6 && message.isLast) ? true : undefined;
  });
  const answers = socket.said.filter((message) => message.type === "history");
  const ofFirst = answers.filter(({ id }) => id === 5);
  expect(ofFirst.flatMap(({ frames }) => frames).map(({ to }) => to)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
  expect(ofFirst.map(({ isLast }) => isLast)).toEqual([...ofFirst.slice(1).map(() => false), true]);
  expect(ofFirst.length).toBeGreaterThanOrEqual(3);
});

test("more requests and controls than may be under way are refused", async () => {
  await open();
  for (let id = 1; id <= 5; id++) say({ type: "history", id, from: 0, to: 1 });
  expect(socket.said.at(-1)).toEqual({ type: "answer", id: 5, ok: false, text: "At most 4 requests for history may wait." });
  for (let id = 11; id <= 19; id++) say({ type: "control", id, action: { do: "heal", node: 0 } });
  expect(socket.said.at(-1)).toEqual({
    type: "answer",
    id: 19,
    ok: false,
    text: "At most 8 controls of one page may be under way.",
  });
});

test("requests for entries have a limit too, and those that were answered are off it", async () => {
  await open({ entriesRequestsMax: 2 });
  for (let id = 1; id <= 3; id++) say({ type: "entries", id, node: 1, first: 1, last: 2 });
  expect(socket.said).toEqual([
    { type: "answer", id: 3, ok: false, text: "At most 2 requests for entries of one page may be under way." },
  ]);
  await until("the others are answered", 5_000, () => (socket.said.length === 3 ? true : undefined));
  say({ type: "entries", id: 4, node: 1, first: 1, last: 2 });
  await until("it is answered", 5_000, () => (socket.said.length === 4 ? true : undefined));
  expect(socket.said[3]).toMatchObject({ type: "entries", id: 4 });
});

test("a page says hello once: it is greeted with all that is known, which is much", async () => {
  await open();
  for (let i = 0; i < 3; i++) say({ type: "hello", schema: 1, token: "wrong" });
  expect(socket.said.map((message) => (message.type === "answer" ? message.text : message.type))).toEqual(
    Array.from({ length: 3 }, () => "This page has said hello already."),
  );
  say({ type: "control", id: 1, action: { do: "heal", node: 0 } });
  await until("its rights are as before", 5_000, () => socket.said[3]);
  expect(socket.said[3]).toMatchObject({ ok: true });
});

test("entries are told, or why they are not", async () => {
  await open();
  say({ type: "entries", id: 1, node: 1, first: 7, last: 9 });
  say({ type: "entries", id: 2, node: 9, first: 7, last: 9 });
  await until("both are answered", 5_000, () => (socket.said.length === 2 ? true : undefined));
  expect(socket.said).toEqual([
    { type: "entries", id: 1, node: 1, entries: [{ index: 7, term: 1, kind: "noop", text: "" }] },
    { type: "answer", id: 2, ok: false, text: "Node 9 is not heard now." },
  ]);
});
