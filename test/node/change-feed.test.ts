import { ChangeFeed, type KeyRange, type WatchEnd } from "../../src/node/watch/change-feed.ts";
import type { EntryChanges } from "../../src/node/watch/packed-changes.ts";
import { HandClock } from "./fakes.ts";

const all: KeyRange = { start: Buffer.alloc(0), end: null };
const limits = { changeHistoryBytesMax: 1e6, changeHistoryEntriesMax: 1000, watchersMax: 10, watchLeaderlessMs: 5_000 };

function entry(index: number, ...keys: readonly string[]): EntryChanges {
  return { index, changes: keys.map((key) => ({ key: Buffer.from(key), value: Buffer.from(`${key}@${index}`) })) };
}

function setUp(options = {}, appliedIndex = 0) {
  const clock = new HandClock();
  const changes = new ChangeFeed({ ...limits, ...options }, clock, appliedIndex);
  changes.onLeader(true);
  const watch = (from: number, range = all) => {
    const seen: string[] = [];
    const ends: WatchEnd[] = [];
    const room = { isOpen: true, portions: 0 };
    const subscription = changes.subscribe(from, range, {
      get isFull() {
        return !room.isOpen;
      },
      onChanges: (entries) => {
        room.portions++;
        for (const { index, changes } of entries) for (const { key } of changes) seen.push(`${index}:${Buffer.from(key)}`);
      },
      onEnd: (why) => ends.push(why),
    });
    return { seen, ends, room, subscription };
  };
  return { clock, changes, watch };
}

test("a watch gets the changes from its index on, in order, none twice and none missing, old and new", () => {
  const { clock, changes, watch } = setUp();
  changes.add([entry(1, "a"), entry(2, "b", "c"), entry(3)]);
  const { seen, subscription } = watch(2);
  clock.settle();
  expect([seen, subscription.upTo]).toEqual([["2:b", "2:c"], 3]);
  changes.add([entry(4, "a")]);
  changes.add([entry(5), entry(6, "d")]);
  clock.settle();
  expect([seen, subscription.upTo]).toEqual([["2:b", "2:c", "4:a", "6:d"], 6]);
});

test("a watch from 0 begins with the next change, and one from the future waits for it", () => {
  const { clock, changes, watch } = setUp({}, 10);
  changes.add([entry(11, "a")]);
  const now = watch(0);
  const later = watch(13);
  changes.add([entry(12, "b"), entry(13, "c")]);
  clock.settle();
  expect([now.seen, later.seen]).toEqual([["12:b", "13:c"], ["13:c"]]);
});

test("a watch gets the changes of its range only", () => {
  const { clock, changes, watch } = setUp();
  const { seen, subscription } = watch(1, { start: Buffer.from("b"), end: Buffer.from("d") });
  changes.add([entry(1, "a", "b"), entry(2, "bb", "d"), entry(3, "c", "e")]);
  clock.settle();
  expect([seen, subscription.upTo]).toEqual([["1:b", "2:bb", "3:c"], 3]);
});

test("after a restart the history begins anew, and a watch from before is told where", () => {
  const { clock, changes, watch } = setUp({}, 10);
  const old = watch(10);
  const fits = watch(11);
  clock.settle();
  expect([changes.oldest, old.ends, fits.ends]).toEqual([11, [{ type: "gone", oldest: 11 }], []]);
});

test("when the state jumps, who would miss something is told where the history begins now, and others go on", () => {
  const { clock, changes, watch } = setUp();
  changes.add([entry(1, "a")]);
  const behind = watch(1);
  const ahead = watch(51);
  clock.settle();
  changes.restart(50);
  changes.add([entry(51, "b")]);
  clock.settle();
  expect([behind.seen, behind.ends]).toEqual([["1:a"], [{ type: "gone", oldest: 51 }]]);
  expect([ahead.seen, ahead.ends]).toEqual([["51:b"], []]);
});

test.each([
  ["entries", { changeHistoryEntriesMax: 3 }],
  ["bytes", { changeHistoryBytesMax: 100 }],
])("the history keeps no more %s than it may: older ones are gone", (_what, options) => {
  const { clock, changes, watch } = setUp(options);
  for (let index = 1; index <= 200; index += 1) changes.add([entry(index, "k")]);
  const gone = watch(197);
  const kept = watch(198);
  clock.settle();
  expect(gone.ends).toEqual([{ type: "gone", oldest: 198 }]);
  expect(kept.seen).toEqual(["198:k", "199:k", "200:k"]);
});

test("a watcher that is full gets no more until it asks, and then goes on where it was", () => {
  const { clock, changes, watch } = setUp();
  const { seen, room, subscription } = watch(1);
  changes.add([entry(1, "a")]);
  clock.settle();
  room.isOpen = false;
  changes.add([entry(2, "b")]);
  clock.settle();
  expect(seen).toEqual(["1:a"]);
  room.isOpen = true;
  subscription.resume();
  clock.settle();
  expect(seen).toEqual(["1:a", "2:b"]);
});

test("a slow watcher is dropped and told so, and costs the others nothing", () => {
  const { clock, changes, watch } = setUp({ changeHistoryEntriesMax: 5 });
  const slow = watch(1);
  const quick = watch(1);
  for (let index = 1; index <= 20; index += 1) {
    changes.add([entry(index, "k")]);
    clock.settle();
    slow.room.isOpen = false;
  }
  expect(slow.seen).toEqual(["1:k"]);
  expect(slow.ends).toEqual([{ type: "slow", oldest: 3 }]);
  expect(quick.seen).toHaveLength(20);
  expect(changes.watcherCount).toBe(1);
});

test("who has much to catch up gets all of it, in portions", () => {
  const { clock, changes, watch } = setUp({ changeHistoryEntriesMax: 10_000 });
  for (let index = 1; index <= 3_500; index += 1) changes.add([entry(index, "k")]);
  const { seen } = watch(1);
  clock.settle();
  expect(seen).toEqual(Array.from({ length: 3_500 }, (_, place) => `${place + 1}:k`));
});

test("a portion ends where its bytes do, and a watcher that it fills gets no further one", () => {
  const { clock, changes, watch } = setUp({ changeHistoryBytesMax: 64 * 1024 * 1024 });
  const value = Buffer.alloc(300_000);
  for (let index = 1; index <= 30; index += 1) changes.add([{ index, changes: [{ key: Buffer.from("k"), value }] }]);
  const { seen, room, subscription } = watch(1);
  clock.settle();
  expect([seen.length, room.portions]).toEqual([30, 8]);
  expect(subscription.upTo).toBe(30);
});

test("a watch ends when no leader was heard for too long, and so does one that comes then, until there is one", () => {
  const { clock, changes, watch } = setUp();
  const early = watch(1);
  changes.onLeader(false);
  clock.run(4_999);
  expect(early.ends).toEqual([]);
  clock.run(1);
  const late = watch(1);
  clock.settle();
  expect([early.ends, late.ends]).toEqual([[{ type: "leaderless" }], [{ type: "leaderless" }]]);
  changes.onLeader(true);
  const { seen } = watch(1);
  changes.add([entry(1, "a")]);
  clock.settle();
  expect(seen).toEqual(["1:a"]);
});

test("a leader that is found in time keeps the watches going", () => {
  const { clock, changes, watch } = setUp();
  const { ends } = watch(1);
  changes.onLeader(false);
  clock.run(4_000);
  changes.onLeader(true);
  clock.run(4_000);
  changes.onLeader(false);
  clock.run(4_000);
  expect(ends).toEqual([]);
});

test("more watches than there may be are refused, and a cancelled one hears nothing more", () => {
  const { clock, changes, watch } = setUp({ watchersMax: 2 });
  const [first, second, third] = [watch(1), watch(1), watch(1)];
  clock.settle();
  expect(third.ends).toEqual([{ type: "overloaded" }]);
  first.subscription.cancel();
  changes.add([entry(1, "a")]);
  clock.settle();
  changes.stop();
  expect([first.seen, first.ends]).toEqual([[], []]);
  expect([second.seen, second.ends]).toEqual([["1:a"], [{ type: "stopping" }]]);
});
