import type { Strike } from "../strikes.ts";
import type { Life } from "../witnesses/lives.ts";
import type { RequestKind } from "../witnesses/notes.ts";
import type { WatchNote } from "../witnesses/watchers.ts";
import { type Doings, judgeCoverage } from "./coverage-verdict.ts";
import { figuresOf } from "./figures.ts";
import { notesOf, read, set, strike, type Told } from "./histories.ts";
import { onAnyMachine, promises } from "./promises.ts";
import { judgeHealing, judgePromptness } from "./promptness-verdict.ts";

// The judge of runs is judged: whether enough was done, whether all came back, and how soon.

const missed: Strike = { ...strike, fault: "flip bytes", struck: null, failure: "no file was found" };

/** A call of each kind in turn, by two clients that ask one node each, for ten seconds. */
const kinds: readonly RequestKind[] = ["set", "delete", "compare-and-set", "batch", "read", "scan"];
const calls = Array.from({ length: 240 }, (_, place): Told => {
  const from = place * 42;
  const client = place % 2;
  const kind = kinds[Math.floor(place / 2) % kinds.length] ?? "read";
  const told = { client, nodeId: client + 1 };
  if (kind === "read" || kind === "scan") return { ...read("k", null, [from, from + 40]), kind, ...told };
  return { ...set("k", `v${place}`, [from, from + 40], place + 1), kind, ...told };
});
const watch: WatchNote = { name: "watch 1", prefix: "", from: 1, upTo: 240, gaps: [], changes: [], failure: null };

describe("a run shows nothing", () => {
  test("a run that does all that its plan demands shows something", () => {
    expect(tooLittle({})).toEqual([]);
  });

  test("a run with fewer operations than its plan demands shows nothing", () => {
    expect(tooLittle({ plan: planOf({ operationsMin: 241 }) })).toEqual(["240 operations succeeded, of 241 that are demanded."]);
  });

  test.each(kinds)("a run in which next to no %s succeeds shows nothing, however many others do", (kind) => {
    const some = calls.filter((told, place) => told.kind !== kind || place < 4);
    const others = Array.from(
      { length: 400 },
      (): Told => ({ ...set("k", "v", [9_000, 9_001]), kind: kind === "set" ? "read" : "set" }),
    );
    const { requests, operations } = notesOf([...some, ...others]);
    const found = tooLittle({ plan: planOf({ operationsMin: 400 }), requests, operations });
    expect(found).toContainEqual(expect.stringMatching(`operations of the kind "${kind}" succeeded`));
  });

  test("a run in which a client got nothing done, or was never heard of, shows nothing", () => {
    expect(tooLittle({ clients: 3 })).toEqual([expect.stringMatching(/^0 operations of client 2 \(never heard of\)/)]);
    const { requests } = notesOf(calls.map((told) => (told.client === 1 ? { ...told, result: "fail" } : told)));
    expect(tooLittle({ requests })).toContainEqual(expect.stringMatching(/^0 operations of client 1 \(node 2\)/));
  });

  test("a run in which a fault did not strike shows nothing, unless it cannot on this machine", () => {
    expect(tooLittle({ strikes: [strike, missed] })).toEqual(['"flip bytes" did not strike: no file was found']);
    expect(tooLittle({ strikes: [strike, { ...missed, cannot: true }] })).toEqual([]);
  });

  test("a run in which fewer faults struck than its plan demands shows nothing; those that cannot strike here are not demanded", () => {
    const plan = planOf({ faultsMin: 2 });
    expect(tooLittle({ plan })).toEqual(["1 faults struck, or cannot here, of 2 that the plan demands."]);
    expect(tooLittle({ plan, strikes: [strike, { ...missed, cannot: true }] })).toEqual([]);
  });

  test("a run in which a watcher was told next to nothing, since no node kept the changes, shows nothing", () => {
    const gaps = [{ at: 9_000, from: 20, to: 200 }];
    expect(tooLittle({ watches: [{ ...watch, gaps }] })).toEqual([expect.stringMatching(/^watch 1 of \* was told \d+ of 160 /)]);
    expect(tooLittle({ watches: [{ ...watch, prefix: "nowhere/" }] })).toEqual([expect.stringMatching(/told 0 of 0/)]);
  });

  test("of repeated writes where the leader was lost again and again and no session repeated one", () => {
    const strikes = [strike, strike, strike];
    expect(tooLittle({ strikes, repeats: 0 })).toEqual([expect.stringMatching(/^3 times the leader was lost/)]);
    expect(tooLittle({ strikes, repeats: 1 })).toEqual([]);
  });
});

describe("after a healing", () => {
  test("a write is served soon, or the cluster is not back", () => {
    expect(notBack([strike])).toEqual([]);
    expect(notBack([{ ...strike, wholeAt: null }])).toEqual([expect.stringContaining("Not all nodes answered")]);
    expect(notBack([{ ...strike, failure: "no such container" }])).toEqual([expect.stringContaining("could not be undone")]);
    expect(notBack([{ ...strike, healedAt: 20_000, wholeAt: 20_000 }])).toContainEqual(
      expect.stringContaining("No write was served"),
    );
    const late = { ...strike, healedAt: 4_200 - promises.backWithinMs - 500 };
    expect(notBack([late], { calls: calls.filter(({ at }) => at[0] > 4_100) })).toEqual([
      expect.stringContaining("a write was served after"),
    ]);
  });

  test("time counts from when all nodes answer only where the healing started a process", () => {
    const slow = { ...strike, healingAt: 900, healedAt: 1_000, wholeAt: 4_000 };
    const later = calls.filter(({ at }) => at[0] > 4_100);
    const started = [{ place: 1, startedAt: 950, seenAt: 9_000 }];
    expect(notBack([slow], { calls: later, lives: started })).toEqual([]);
    expect(notBack([slow], { calls: later, lives: [{ place: 1, startedAt: 100, seenAt: 9_000 }] })).toHaveLength(1);
  });

  test("every node serves something in the rests that follow, whatever strikes in between", () => {
    const strikes = [0, 1, 2, 3].map((place) => ({ ...strike, ...shifted(place * 2_000) }));
    expect(notBack(strikes)).toEqual([]);
    const silent = calls.filter(({ client, at }) => client === 0 || at[0] < 1_500 || at[0] > 7_500);
    expect(notBack(strikes, { calls: silent })).toEqual([expect.stringMatching(/^Node 2 served nothing after "kill the leader"/)]);
  });
});

describe("a run is too slow", () => {
  const figures = figuresOf([], []);

  test("a run that keeps all promises is not too slow", () => {
    expect(judgePromptness(figures, promises)).toEqual([]);
    const kept = {
      majorityAvailability: 0.99,
      killPausesMs: [900, 1_000, 9_000],
      operationPauses: [{ fault: "rolling restart", pauseMs: promises.operationPauseMaxMs }],
    };
    expect(judgePromptness({ ...figures, ...kept }, promises)).toEqual([]);
  });

  test("where clients at a majority are not served in a partition", () => {
    const low = { ...figures, majorityAvailability: 0.959 };
    expect(judgePromptness({ ...low, majorityClientMs: 100_000 }, promises)).toMatchObject([{ kind: "too slow" }]);
    // A single late call is more than a hundredth of so little.
    expect(judgePromptness({ ...low, majorityClientMs: 99_000 }, promises)).toEqual([]);
  });

  test("where nothing is written for long around kills of the leader, at the median", () => {
    expect(judgePromptness({ ...figures, killPausesMs: [100, 200, 9_000] }, promises)).toEqual([]);
    expect(judgePromptness({ ...figures, killPausesMs: [100, 2_000, 9_000] }, promises)).toMatchObject([{ kind: "too slow" }]);
    const never = [100, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    expect(judgePromptness({ ...figures, killPausesMs: never }, promises)).toMatchObject([{ kind: "too slow" }]);
    expect(judgePromptness({ ...figures, killPausesMs: [2_000] }, promises)).toEqual([]);
  });

  test("where clients notice what operators do", () => {
    const operationPauses = [{ fault: "rolling upgrade", pauseMs: 2_001 }];
    expect(judgePromptness({ ...figures, operationPauses }, promises)).toMatchObject([{ kind: "too slow" }]);
  });

  test("on any machine, where it is stuck, and not where it is slow", () => {
    const pausing = (pauseMs: number) => ({ ...figures, operationPauses: [{ fault: "rolling upgrade", pauseMs }] });
    expect(judgePromptness(pausing(9_900), onAnyMachine)).toEqual([]);
    expect(judgePromptness(pausing(10_001), onAnyMachine)).toMatchObject([{ kind: "too slow" }]);
  });
});

function planOf(more: { readonly operationsMin?: number; readonly faultsMin?: number }) {
  return { seed: 7, steps: [], operationsMin: 40, faultsMin: 1, ...more };
}

function tooLittle(more: Partial<Doings>): string[] {
  const { requests, operations } = notesOf(calls);
  const doings = { plan: planOf({}), clients: 2, repeats: 0, requests, operations, strikes: [strike], watches: [watch] };
  return judgeCoverage({ ...doings, ...more }).map(({ sentence }) => sentence);
}

function notBack(
  strikes: readonly Strike[],
  more: { readonly calls?: readonly Told[]; readonly lives?: readonly Life[] } = {},
): string[] {
  const { requests } = notesOf(more.calls ?? calls);
  return judgeHealing({ requests, strikes, lives: more.lives ?? [] }, promises).map(({ sentence }) => sentence);
}

function shifted(byMs: number): Pick<Strike, "beganAt" | "struckAt" | "healingAt" | "healedAt" | "wholeAt"> {
  const at = 1_000 + byMs;
  return { beganAt: at, struckAt: at + 100, healingAt: at + 500, healedAt: at + 600, wholeAt: at + 700 };
}
