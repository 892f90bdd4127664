import type { Store } from "../../src/core/api.ts";
import type { Entry, SnapshotMeta } from "../../src/core/types.ts";
import { LogReplay } from "../../src/storage/log/log-replay.ts";
import { emptyTail, encodeStore, type LogTail } from "../../src/storage/log/store-records.ts";
import { ending } from "./log-contract.ts";
import { storeOf, textOf } from "./support.ts";

interface Made {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly tail: LogTail;
}

/** The record of a store that follows on `before`, sound in itself whatever it says. */
function record(before: LogTail, store: Store, more: Pick<LogTail, "anchor"> | null = null): Made {
  const { lastIndex, lastTerm, entries } = store;
  const base = store.base ?? before.base;
  const stateName = store.snapshot?.name ?? before.stateName;
  const { anchor } = { ...before, ...more };
  return encodeStore(
    before,
    { hardState: store.hardState ?? before.hardState, lastIndex, lastTerm, base, stateName, anchor },
    entries,
  );
}

function replay(...records: readonly Made[]): LogReplay {
  const result = new LogReplay(records.at(-1)?.tail ?? emptyTail);
  for (const { key, value } of records) result.add(key, value);
  result.finish();
  return result;
}

const first = record(emptyTail, storeOf(2, 1, ["a", "b", "c"], 1));
const second = record(first.tail, storeOf(2, 4, ["d"]));
const third = record(second.tail, storeOf(3, 3, ["x"], null));

test("stores are done again in their order", () => {
  const { tail, entries } = replay(first, second, third);
  expect(textOf(entries)).toEqual(["1@2 command a", "2@2 command b", "3@3 command x"]);
  expect(tail).toEqual(third.tail);
  expect(tail.hardState).toEqual({ term: 3, votedFor: null });
});

test("a store that is missing at the front or in the middle is found", () => {
  expect(() => replay(second, third)).toThrow("store 2 comes instead");
  expect(() => replay(first, third)).toThrow("store 3 comes instead");
});

test("a store in an older or another form is found by the one after it", () => {
  const other = record(first.tail, storeOf(2, 4, ["another d"]));
  expect(() => replay(first, other, third)).toThrow("it does not follow on the store before it");
  expect(() => replay(first, record({ ...emptyTail, number: 1 }, storeOf(2, 4, ["d"])))).toThrow("it does not follow");
});

test("rule 1: a store that takes back a term or a vote is found", () => {
  const vote = (term: number, votedFor: number | null): Store => ({
    ...storeOf(2, 4, [], null),
    hardState: { term, votedFor },
    lastIndex: 3,
  });
  for (const [term, votedFor] of [
    [1, 1],
    [2, 3],
    [2, null],
  ] as const) {
    expect(() => replay(first, record(first.tail, vote(term, votedFor)))).toThrow("it takes back a term or a vote");
  }
  for (const [term, votedFor] of [
    [2, 1],
    [3, null],
    [3, 3],
  ] as const)
    replay(first, record(first.tail, vote(term, votedFor)));
});

test("entries that leave a gap, go back in term or come from a later term are found", () => {
  const entry = (index: number, term: number): Entry => ({ index, term, kind: "noop", time: 0, data: new Uint8Array(0) });
  const forged: [string, readonly Entry[], number, number][] = [
    ["it leaves a gap before index 5", [entry(5, 2)], 5, 2],
    ["it leaves a gap before index 6", [entry(4, 2), entry(6, 2)], 6, 2],
    ["terms fall at index 4", [entry(4, 1)], 4, 1],
    ["it has an entry of a term to come", [entry(4, 3)], 4, 3],
    ["it does not end at index 9", [entry(4, 2)], 9, 2],
    ["it does not end at index 4", [entry(4, 2)], 4, 1],
  ];
  for (const [why, entries, lastIndex, lastTerm] of forged) {
    expect(() => replay(first, record(first.tail, { ...storeOf(lastTerm, lastIndex, []), entries, lastIndex }))).toThrow(why);
  }
});

test("rule 55: a term of 2^53 - 1 is a term like any other", () => {
  const term = Number.MAX_SAFE_INTEGER;
  const { tail } = replay(first, record(first.tail, storeOf(term, 2, ["x"], 2)));
  expect(tail).toMatchObject({ hardState: { term, votedFor: 2 }, lastIndex: 2, lastTerm: term });
});

describe("a log that was dropped up to a base", () => {
  const base = { index: 3, term: 3, time: 0 };
  /** The third store has replaced the end of the first and the second: the second must stay, for its entry comes later. */
  const dropping = (more: Partial<Store> = {}) =>
    record(third.tail, { ...ending(3, 3), base, ...more }, { anchor: anchorOf(first) });

  test("begins with the first store that is needed, and takes in only what follows on the base", () => {
    const dropped = dropping();
    const { entries, content } = replay(second, third, dropped, record(dropped.tail, storeOf(3, 4, ["y"])));
    expect(textOf(entries)).toEqual(["4@3 command y"]);
    expect(content.shape.base).toEqual(base);
    expect(content.kept.dropThrough(3)).toEqual(anchorOf(first));
    expect(content.kept.dropThrough(4).number).toBe(5);
  });

  test("misses the first store that is needed, and one in another form", () => {
    expect(() => replay(third, dropping())).toThrow("store 3 comes instead");
    // All of it in order but for its beginning, which is not what the anchor says.
    const other = record({ ...first.tail, checksum: 7 }, storeOf(2, 4, ["d"]));
    const end = record(other.tail, storeOf(3, 3, ["x"], null));
    const dropped = record(end.tail, { ...ending(3, 3), base }, { anchor: anchorOf(first) });
    expect(() => replay(other, end, dropped)).toThrow("it does not follow on the store before it");
  });

  test("is damaged if a later store takes the base or the anchor back", () => {
    const anchored = dropping();
    const anchorBack = record(anchored.tail, storeOf(3, 4, ["y"]), { anchor: emptyTail.anchor });
    expect(() => replay(first, second, third, anchored, anchorBack)).toThrow("it takes back what was dropped");
    const based = record(third.tail, { ...ending(3, 3), base });
    const baseBack = record(based.tail, { ...storeOf(3, 4, ["y"]), base: { index: 1, term: 2, time: 0 } });
    expect(() => replay(first, second, third, based, baseBack)).toThrow("it takes back what was dropped");
  });

  test("is damaged if it ends before its base, elsewhere than at its base, or begins with an older term", () => {
    expect(() => replay(second, third, dropping({ base: { index: 9, term: 3, time: 0 } }))).toThrow("it does not end");
    expect(() => replay(second, third, dropping({ base: { index: 3, term: 2, time: 0 } }))).toThrow("it does not end");
    const newer = dropping({ base: { index: 3, term: 4, time: 0 }, lastTerm: 4 });
    expect(() => replay(second, third, newer, record(newer.tail, storeOf(3, 4, ["y"])))).toThrow("terms fall at index 4");
  });

  test("rule 41: names the state in force, and is damaged if that cannot be a state's name", () => {
    const snapshot = (name: string) => ({ name, meta: { index: 3, term: 3, time: 0 } as SnapshotMeta });
    const named = dropping({ snapshot: snapshot("state-3-0123456789abcdef") });
    expect(replay(second, third, named).tail.stateName).toBe("state-3-0123456789abcdef");
    for (const name of ["", "log", "../state", "state-", "state-2"]) {
      expect(() => replay(second, third, dropping({ snapshot: snapshot(name) }))).toThrow("it names a state that cannot be one");
    }
  });
});

function anchorOf({ tail: { number, checksum } }: Made) {
  return { number, checksum };
}
