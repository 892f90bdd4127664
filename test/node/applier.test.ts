import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import { encodeMembers } from "../../src/core/members-codec.ts";
import type { Entry } from "../../src/core/types.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { Applier, gatherMs } from "../../src/node/apply/applier.ts";
import type { Applied } from "../../src/node/apply/batch.ts";
import { incarnationId } from "../incarnations.ts";
import { command, HandClock, HandState, testOptions, tinyMachine } from "./fakes.ts";

function setUp(options = {}, machine: Machine = tinyMachine, alreadyApplied = 0) {
  const clock = new HandClock();
  const state = new HandState(clock, alreadyApplied);
  const applied: Applied[] = [];
  const failures: Error[] = [];
  const applier = new Applier(testOptions(options), {
    clock,
    machine,
    state,
    onApplied: (batch) => applied.push(...batch),
    onFailed: (error) => failures.push(error),
  });
  return { clock, state, applier, applied, failures };
}

test("rule 46: entries are applied in log order, each once, and the applied index is written in the batch of their changes", () => {
  const { clock, state, applier, applied } = setUp();
  applier.add([command(1, "a=1"), command(2, "b=2")]);
  applier.add([command(3, "a=3")]);
  clock.settle();
  expect(applied.map(({ entry }) => entry.index)).toEqual([1, 2, 3]);
  expect(state.writes.map(({ appliedIndex }) => appliedIndex)).toEqual([2, 3]);
  expect(Object.fromEntries([...state.records].map(([key, value]) => [key, value.toString()]))).toEqual({ a: "3", b: "2" });
});

test("a later command of a batch sees what an earlier one wrote, and the batch writes each record once", () => {
  const { clock, state, applier, applied } = setUp();
  applier.add([command(1, "a=1"), command(2, "a=2"), command(3, "a=")]);
  clock.settle();
  expect(applied.map(({ result }) => Buffer.from(result).toString())).toEqual(["", "1", "2"]);
  expect(state.writes).toEqual([{ changes: [], appliedIndex: 3 }]);
});

test("nobody is told of an entry before its batch is written", () => {
  const { clock, state, applier, applied } = setUp();
  state.isQuick = false;
  applier.add([command(1, "a=1")]);
  clock.settle();
  expect(applied).toEqual([]);
  expect(applier.appliedIndex).toBe(0);
  state.release();
  expect(applied).toHaveLength(1);
  expect(applier.appliedIndex).toBe(1);
});

test("while a batch is written the next one gathers, up to the limit of entries", () => {
  const { clock, state, applier } = setUp({ applyEntriesMax: 3 });
  applier.add([command(1, "a=1")]);
  applier.add([2, 3, 4, 5].map((index) => command(index, `k${index}=x`)));
  clock.settle();
  expect(state.writes.map(({ appliedIndex }) => appliedIndex)).toEqual([1, 4, 5]);
});

test("a batch ends where all nodes are to have a state to compare, wherever it began", () => {
  const numbered = (...indexes: number[]) => indexes.map((index) => command(index, `k${index}=x`));
  const { clock, state, applier } = setUp({ compareEntries: 4 }, tinyMachine, 1);
  applier.add(numbered(2, 3));
  applier.add(numbered(4, 5, 6, 7, 8, 9, 10));
  clock.settle();
  expect(state.writes.map(({ appliedIndex }) => appliedIndex)).toEqual([3, 4, 8, 10]);
});

describe("entries that nobody waits for", () => {
  test("gather for a while and are written together", () => {
    const { clock, state, applier } = setUp();
    applier.add([command(1, "a=1")], false);
    clock.run(gatherMs / 2);
    applier.add([command(2, "b=2")], false);
    expect(state.writes).toEqual([]);
    clock.run(gatherMs / 2);
    expect(state.writes.map(({ appliedIndex }) => appliedIndex)).toEqual([2]);
    clock.run(gatherMs * 2);
    applier.add([command(3, "c=3")], false);
    clock.run(gatherMs);
    expect(state.writes.map(({ appliedIndex }) => appliedIndex)).toEqual([2, 3]);
  });

  test("are applied at once when somebody does, in the same batch as those after them", () => {
    const { clock, state, applier } = setUp();
    applier.add([command(1, "a=1")], false);
    applier.hurry();
    clock.settle();
    applier.add([command(2, "b=2")], false);
    applier.add([command(3, "c=3")], true);
    clock.settle();
    expect(state.writes.map(({ appliedIndex }) => appliedIndex)).toEqual([1, 3]);
    clock.run(gatherMs * 2);
    expect(state.writes).toHaveLength(2);
  });

  test("that come while a batch is written gather too, unless somebody waits for them by then", () => {
    const { clock, state, applier } = setUp();
    state.isQuick = false;
    applier.add([command(1, "a=1")]);
    applier.add([command(2, "b=2")], false);
    clock.settle();
    state.release();
    clock.settle();
    expect(applier.appliedIndex).toBe(1);
    applier.hurry();
    applier.add([command(3, "c=3")], false);
    clock.settle();
    applier.hurry();
    state.release();
    clock.settle();
    expect(applier.appliedIndex).toBe(2);
    state.release();
    expect(applier.appliedIndex).toBe(3);
  });

  test("wait no longer once they fill a batch", () => {
    const { clock, state, applier } = setUp({ applyEntriesMax: 2 });
    applier.add([command(1, "a=1"), command(2, "b=2"), command(3, "c=3")], false);
    clock.settle();
    expect(state.writes.map(({ appliedIndex }) => appliedIndex)).toEqual([2]);
  });

  test("are left alone once the applier has stopped", () => {
    const { clock, state, applier } = setUp();
    applier.add([command(1, "a=1")], false);
    applier.stop(() => undefined);
    clock.run(gatherMs * 2);
    expect(state.writes).toEqual([]);
  });
});

test("a batch ends at the limit of bytes, but a larger command goes alone", () => {
  const { clock, state, applier } = setUp({ applyBytesMax: 10 });
  applier.add([command(1, "a=12345678901234567890"), command(2, "b=12"), command(3, "c=12"), command(4, "d=12")]);
  clock.settle();
  expect(state.writes.map(({ appliedIndex }) => appliedIndex)).toEqual([1, 3, 4]);
});

test("records that are in memory are not fetched again, and those dropped for space are", () => {
  const { clock, state, applier } = setUp({ recordCacheBytesMax: 450 });
  applier.add([command(1, "a=1")]);
  clock.settle();
  applier.add([command(2, "a=2")]);
  clock.settle();
  expect(state.fetched).toEqual([["a"]]);
  for (const [index, key] of [
    [3, "b"],
    [4, "c"],
    [5, "d"],
    [6, "a"],
  ] as const) {
    applier.add([command(index, `${key}=x`)]);
    clock.settle();
  }
  expect(state.fetched).toEqual([["a"], ["b"], ["c"], ["d"], ["a"]]);
  expect(state.records.get("a")?.toString()).toBe("x");
});

test("rule 47: after a failed write nothing is told to anyone and nothing more is written", () => {
  const { clock, state, applier, applied, failures } = setUp();
  state.fails = new Error("no space left");
  applier.add([command(1, "a=1")]);
  clock.settle();
  state.fails = null;
  applier.add([command(2, "b=2")]);
  clock.settle();
  expect(failures.map(({ message }) => message)).toEqual(["no space left"]);
  expect(applied).toEqual([]);
  expect(state.writes).toEqual([]);
});

test("rule 47: once the node has failed, not even the batch whose records are being fetched is written", () => {
  const { clock, state, applier, applied } = setUp();
  applier.add([command(1, "a=1")]);
  expect(state.fetched).toEqual([["a"]]);
  applier.abandon();
  clock.settle();
  expect(applied).toEqual([]);
  expect(state.writes).toEqual([]);
});

test("a command may touch its records in any order, and again and again", () => {
  const keys = ["aa", "ba", "b", "ab"].map((key) => Buffer.from(key));
  const wanderer: Machine = {
    reads: () => keys,
    apply: (_index, _command, records) => {
      for (const key of [...keys].reverse()) records.put(key, Buffer.from(`${key}!`));
      for (const key of keys) records.put(key, Buffer.from(`${records.get(Buffer.from(key))}!`));
      return new Uint8Array(0);
    },
  };
  const { clock, state, applier } = setUp({}, wanderer);
  applier.add([command(1, "x")]);
  clock.settle();
  expect(Object.fromEntries([...state.records].map(([key, value]) => [key, value.toString()]))).toEqual({
    aa: "aa!!",
    ba: "ba!!",
    b: "b!!",
    ab: "ab!!",
  });
});

test("a machine that touches a record it did not announce stops the node", () => {
  const sly: Machine = { ...tinyMachine, reads: () => [] };
  const { clock, applier, applied, failures } = setUp({}, sly);
  applier.add([command(1, "a=1")]);
  clock.settle();
  expect(failures[0]?.message).toMatch(/had not announced/);
  expect(applied).toEqual([]);
});

test("a stop lets the batch under way finish and takes no other", () => {
  const { clock, state, applier } = setUp({ applyEntriesMax: 1 });
  state.isQuick = false;
  applier.add([command(1, "a=1"), command(2, "b=2")]);
  clock.settle();
  let isStopped = false;
  applier.stop(() => {
    isStopped = true;
  });
  expect(isStopped).toBe(false);
  state.release();
  clock.settle();
  expect(isStopped).toBe(true);
  expect(state.writes.map(({ appliedIndex }) => appliedIndex)).toEqual([1]);
});

test("rule 28: each write says which members were in force as of its last entry, and which entry named them", () => {
  const { clock, state, applier } = setUp({ applyEntriesMax: 2 });
  const members = bootstrapMembers([1, 2].map(bareMember), incarnationId);
  const named: Entry = { index: 2, term: 3, kind: "members", time: 40, data: encodeMembers(members) };
  applier.add([command(1, "a=1"), named, { ...command(3, "b=1", 3), time: 50 }]);
  clock.settle();
  expect(state.points).toEqual([
    { index: 2, term: 3, time: 40, members, membersIndex: 2 },
    { index: 3, term: 3, time: 50, members, membersIndex: 2 },
  ]);
});
