import type { Heartbeat } from "../../src/core/messages.ts";
import { NodeFeed } from "../../src/observe/feed/node-feed.ts";
import { type FeedOptions, feedDefaults } from "../../src/observe/feed/options.ts";
import type { Subscription, Told } from "../../src/observe/feed/subscription.ts";
import type { ObservedRecord } from "../../src/observe/records.ts";

/** What an observer is told, and when. */

let now: number;
let feed: NodeFeed;
let due: boolean[];
let sequence: number;
let subscription: Subscription;

function begin(options: Partial<FeedOptions> = {}, messagesPerSecond = 400): void {
  now = 10_000;
  due = [];
  sequence = 0;
  feed = new NodeFeed({ ...feedDefaults, ...options, node: 1, life: 7 }, { now: () => now });
  subscription = subscribe(messagesPerSecond);
}

function subscribe(messagesPerSecond = 400): Subscription {
  const made = feed.subscribe({ messagesPerSecond }, { onDue: (isUrgent) => due.push(isUrgent) });
  made.onTime(now);
  return made;
}

const all = (of = subscription): Told => of.take(Number.POSITIVE_INFINITY);
const told = (of = subscription): readonly ObservedRecord[] => all(of).records;
const typesOf = (records: readonly ObservedRecord[]): string[] => records.map(({ type }) => type);

function beat(): Heartbeat {
  sequence += 1;
  return { type: "heartbeat", from: 1, to: 2, term: 3, commit: 0, round: 0, lastSent: 0, confirmed: 0, sequence };
}

function sendBeats(count: number): void {
  for (let i = 0; i < count; i += 1) feed.onSent(beat(), 1);
}

function append(first: number, last: number, term = 3, terms = [{ first, term }]): void {
  feed.onEvent({ type: "logAppended", first, last, term, terms }, 1);
}

function pass(ms: number): void {
  now += ms;
  feed.onTime();
}

beforeEach(() => begin());

test("what is rare is told at once, all else when its time has come", () => {
  due = [];
  append(1, 1);
  feed.onSent(beat(), 1);
  expect(due).toEqual([]);
  feed.onEvent({ type: "leaderLost", term: 3 }, 4);
  expect(due).toEqual([true]);
  due = [];
  pass(100);
  expect(due).toEqual([false]);
});

test("a record has its number, its time, its turn and its fields", () => {
  feed.onEvent({ type: "leaderElected", leader: 2, term: 3 }, 4);
  now += 1.5;
  feed.onEvent({ type: "leaderLost", term: 3 }, 5);
  expect(told()).toEqual([
    { node: 1, life: 7, number: 1, at: 10_000, turn: 4, type: "leaderElected", leader: 2, term: 3 },
    { node: 1, life: 7, number: 2, at: 10_001.5, turn: 5, type: "leaderLost", term: 3 },
  ]);
  expect(told()).toEqual([]);
});

test("nothing is noted or counted while nobody watches", () => {
  feed.unsubscribe(subscription);
  expect(feed.isObserved).toBe(false);
  feed.onEvent({ type: "leaderLost", term: 3 }, 4);
  subscription = subscribe();
  feed.onEvent({ type: "leaderLost", term: 4 }, 5);
  expect(told()).toMatchObject([{ number: 1, term: 4 }]);
});

describe("entries, commits and stores", () => {
  test("that follow on each other are told as one, every 50 ms, and no number is lost", () => {
    for (let index = 1; index <= 1_000; index += 1) {
      append(index, index);
      feed.onEvent({ type: "logCommitted", index, term: 3 }, 1);
      feed.note("stored", { lastIndex: index, entries: 1, tookMs: index % 7 }, 1);
    }
    feed.onEvent({ type: "readServed", count: 2, index: 5 }, 1);
    feed.onEvent({ type: "readServed", count: 3, index: 6 }, 1);
    expect(told()).toEqual([]);
    pass(50);
    const records = told();
    expect(records).toMatchObject([
      { type: "logAppended", first: 1, last: 1_000, term: 3, runFirsts: [1], runTerms: [3], merged: 1_000 },
      { type: "logCommitted", index: 1_000, merged: 1_000 },
      { type: "stored", lastIndex: 1_000, entries: 1_000, tookMs: 6, merged: 1_000 },
      { type: "readServed", count: 5, index: 6, merged: 2 },
    ]);
    expect(records.at(-1)?.number).toBe(3_002);
    expect(all().dropped).toBe(0);
  });

  test("keep the terms of all of them, and are two where a part was cut off between", () => {
    append(1, 3, 2, [
      { first: 1, term: 1 },
      { first: 3, term: 2 },
    ]);
    append(4, 5, 4, [
      { first: 4, term: 2 },
      { first: 5, term: 4 },
    ]);
    append(3, 3, 5);
    pass(50);
    expect(told()).toMatchObject([
      { first: 1, last: 5, term: 4, runFirsts: [1, 3, 5], runTerms: [1, 2, 4] },
      { first: 3, last: 3, term: 5, runFirsts: [3], runTerms: [5] },
    ]);
  });

  test("come before what is rare, as they did", () => {
    append(1, 1);
    append(2, 2);
    feed.onEvent({ type: "logTruncated", from: 2, last: 2 }, 2);
    expect(typesOf(told())).toEqual(["logAppended", "logTruncated"]);
  });
});

describe("single messages", () => {
  test("are all told while they are no more than was asked for", () => {
    for (let i = 0; i < 20; i += 1) {
      sendBeats(20);
      now += 100;
    }
    expect(all()).toMatchObject({ leftOut: 0, records: { length: 400 } });
  });

  test("are told as far as was asked for where there are more, and all are counted", () => {
    for (let i = 0; i < 100; i += 1) {
      sendBeats(1_000);
      now += 100;
    }
    const { records, flows, leftOut, dropped } = all();
    // Ten seconds of 400; the first tenth of a second could not know.
    expect(records.length).toBeGreaterThan(1_000);
    expect(records.length).toBeLessThanOrEqual(4_400);
    expect(records.length + leftOut).toBe(100_000);
    expect(dropped).toBe(0);
    expect(flows).toEqual([{ from: 1, to: 2, message: "heartbeat", sent: 100_000, received: 0, lost: 0, bytes: 0 }]);
  });

  test("are chosen by their number, so that both ends tell of the same", () => {
    const other = new NodeFeed({ ...feedDefaults, node: 2, life: 9 }, { now: () => now });
    const atOther = other.subscribe({ messagesPerSecond: 400 }, { onDue: () => undefined });
    for (let i = 0; i < 50; i += 1) {
      for (let j = 0; j < 640; j += 1) {
        const message = beat();
        feed.onSent(message, 1);
        other.onReceived(message, 1);
      }
      now += 100;
    }
    const sequences = (records: readonly ObservedRecord[]) => records.map((record) => record.sequence);
    expect(sequences(told(atOther))).toEqual(sequences(told()));
  });

  test("that are lost are counted as lost, with why", () => {
    feed.onLost(beat(), "queueFull", 3);
    const { records, flows } = all();
    expect(records).toMatchObject([{ type: "messageLost", why: "queueFull", message: "heartbeat", sequence: 1, turn: 3 }]);
    expect(flows).toMatchObject([{ sent: 0, received: 0, lost: 1 }]);
  });

  test("hold on to no entries, and tell how many there are and their bytes", () => {
    const entry = { index: 4, term: 3, kind: "command", time: 0, data: Buffer.alloc(10) } as const;
    const entries = [entry, { ...entry, index: 5 }];
    feed.onSent({ type: "append", from: 1, to: 2, term: 3, prevIndex: 3, prevTerm: 2, entries, commit: 1, sequence: 8 }, 3);
    const { records, flows } = all();
    expect(records).toMatchObject([{ message: "append", entries: 2, prevIndex: 3, prevTerm: 2, commit: 1 }]);
    expect(flows).toMatchObject([{ bytes: 20 }]);
  });
});

describe("around what is rare", () => {
  beforeEach(() => begin({}, 10));

  test("all messages from 300 ms before until 1 s after are told, each once", () => {
    for (let i = 0; i < 50; i += 1) {
      sendBeats(10);
      now += 10;
    }
    const before = told().map(({ number }) => number);
    expect(before.length).toBeLessThan(50);
    feed.onEvent({ type: "leaderLost", term: 3 }, 4);
    for (let i = 0; i < 150; i += 1) {
      sendBeats(10);
      now += 10;
    }
    const later = told();
    const numbers = [...before, ...later.map(({ number }) => number)];
    expect(new Set(numbers).size).toBe(numbers.length);
    const messages = later.filter(({ type }) => type === "messageSent");
    const known = new Set(numbers);
    // The event has number 501: 30 rounds of ten came in the 300 ms before, 100 in the second after it.
    for (let number = 201; number <= 1_501; number += 1) expect(known.has(number)).toBe(true);
    expect(messages.filter(({ at }) => at >= 10_000 + 500 + 1_000).length).toBeLessThan(100);
  });

  test("what comes with every write is told singly", () => {
    feed.onEvent({ type: "leaderLost", term: 3 }, 4);
    append(1, 1);
    append(2, 2);
    expect(typesOf(told())).toEqual(["leaderLost", "logAppended", "logAppended"]);
  });

  test("two that follow on each other make one longer moment", () => {
    feed.onEvent({ type: "leaderLost", term: 3 }, 4);
    now += 900;
    feed.onEvent({ type: "leaderElected", leader: 1, term: 4 }, 5);
    now += 900;
    sendBeats(100);
    expect(all()).toMatchObject({ leftOut: 0, records: { length: 102 } });
  });

  test("what is rare but no moment opens none", () => {
    now += 1_000;
    sendBeats(100);
    told();
    feed.onEvent({ type: "logCompacted", to: 3 }, 4);
    expect(typesOf(told())).toEqual(["logCompacted"]);
  });

  test("no more is told than the recorder has kept", () => {
    begin({ recorderRecordsMax: 64 }, 1);
    sendBeats(500);
    told();
    feed.onEvent({ type: "leaderLost", term: 3 }, 4);
    expect(told().length).toBeLessThanOrEqual(64 + 1);
  });
});

describe("an observer that does not take what it is told", () => {
  test("loses single messages first, and then the rest, and hears how many", () => {
    begin({ waitingRecordsMax: 100 }, 1_000_000);
    sendBeats(150);
    expect(feed.figures.dropped).toBe(50);
    for (let term = 1; term <= 100; term += 1) feed.onEvent({ type: "leaderLost", term }, 4);
    feed.onEvent({ type: "leaderLost", term: 101 }, 4);
    const { records, dropped, flows } = all();
    expect(records).toHaveLength(100);
    expect(records.every(({ type }) => type === "leaderLost")).toBe(true);
    expect(dropped).toBe(151);
    expect(feed.figures.dropped).toBe(151);
    // Counts are never lost.
    expect(flows).toMatchObject([{ sent: 150 }]);
    expect(all().dropped).toBe(0);
  });

  test("takes it in pieces of the size that it asks for, one record at least", () => {
    sendBeats(30);
    expect(subscription.take(1).records).toHaveLength(1);
    expect(subscription.take(1_000).records.length).toBeLessThan(10);
    expect(subscription.hasWaiting).toBe(true);
    told();
    expect(subscription.hasWaiting).toBe(false);
  });

  test("does not keep another from being told all", () => {
    begin({ waitingRecordsMax: 10 }, 1_000_000);
    const other = subscribe(1_000_000);
    let count = 0;
    for (let i = 0; i < 10; i += 1) {
      sendBeats(5);
      count += told(other).length;
    }
    expect(count).toBe(50);
    expect(told()).toHaveLength(10);
  });

  test("loses ranges that do not follow on each other only where there are more than may wait", () => {
    begin({ rangesMax: 4 });
    for (let i = 0; i < 6; i += 1) append(10 * i + 1, 10 * i + 5);
    pass(50);
    expect(all()).toMatchObject({ dropped: 2, records: { length: 4 } });
  });
});

test("counts begin with the observer, and each of two hears its own", () => {
  sendBeats(3);
  const other = subscribe();
  sendBeats(2);
  expect(all(other).flows).toMatchObject([{ sent: 2 }]);
  expect(all().flows).toMatchObject([{ sent: 5 }]);
  expect(all().flows).toEqual([]);
  feed.onReceived({ ...beat(), from: 2, to: 1 }, 1);
  expect(all().flows).toEqual([{ from: 2, to: 1, message: "heartbeat", sent: 0, received: 1, lost: 0, bytes: 0 }]);
});

test("links that strangers make up are counted up to a limit, and those that are known go on being counted", () => {
  begin({ flowsMax: 2 });
  sendBeats(1);
  for (let from = 100; from < 200; from += 1) feed.onReceived({ ...beat(), from, to: 1 }, 1);
  sendBeats(1);
  expect(all().flows.map(({ from, to, sent, received }) => [from, to, sent, received])).toEqual([
    [1, 2, 2, 0],
    [100, 1, 0, 1],
  ]);
});
