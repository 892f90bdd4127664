import type { WatchNote } from "../witnesses/watchers.ts";
import { notesOf, read, set, type Told } from "./histories.ts";
import type { NodeState } from "./states.ts";
import { type Evidence, judge } from "./verdict.ts";

// The judge is judged: histories by hand, each with one thing wrong, which must be found.

const good: readonly Told[] = [
  set("shared/0", "a", [0, 5], 10),
  read("shared/0", "a", [6, 7]),
  set("shared/0", "b", [8, 9], 11),
  read("shared/0", "b", [10, 11]),
];

const goodWatch: WatchNote = {
  name: "watch 1",
  prefix: "shared/",
  from: 1,
  upTo: 20,
  gaps: [],
  failure: null,
  changes: [
    { revision: 10, key: "shared/0", value: "a" },
    { revision: 11, key: "shared/0", value: "b" },
  ],
};

test("nothing is found wrong with a history, states and watches that are well", () => {
  const state = { appliedIndex: 20, digest: "d", map: new Map([["shared/0", "b"]]) };
  const states = [
    { nodeId: 1, ...state },
    { nodeId: 2, ...state },
  ];
  expect(found(good, { watches: [goodWatch], states })).toEqual([]);
});

test("an acknowledged write that is not there at the end is lost", () => {
  expect(found([], keptAs("ok", null))).toEqual(["lost write of kept/1"]);
  expect(found([], keptAs("ok", "v"))).toEqual([]);
  expect(found([], keptAs("maybe", null))).toEqual([]);
});

test("a write that was surely refused is a phantom where it is found, and so is a value that nobody wrote", () => {
  expect(found([], keptAs("fail", "v"))).toEqual(["phantom write of kept/1"]);
  expect(found([], keptAs("maybe", "v"))).toEqual([]);
  expect(found([], keptAs("ok", "other"))).toEqual(["phantom write of kept/1"]);
});

test("a read that shows an older value than one before it is not linearizable", () => {
  expect(found([...good, read("shared/0", "a", [12, 13])])).toEqual(["not linearizable of shared/0"]);
});

test("an acknowledged write that no later read shows is not linearizable", () => {
  expect(found([set("shared/1", "a", [0, 1]), read("shared/1", null, [2, 3])])).toEqual(["not linearizable of shared/1"]);
});

test("a compare-and-set that meets its own value took effect twice", () => {
  const cas: Told = {
    kind: "compare-and-set",
    at: [0, 5],
    parts: [["kept/1", { type: "cas", expected: null, value: "v" }, { type: "conflict", found: "v" }]],
  };
  expect(found([cas])).toContain("took effect twice of kept/1");
});

test("a page that shows one key of a pair without the other shows a torn batch", () => {
  expect(found([...pair("a", "b"), scan("b", "b")])).toEqual([]);
  expect(found([...pair("a", "b"), scan("a", "b")])).toEqual(["torn batch of pair/0/a"]);
});

test("nodes that differ in a value, or in their digest, at one applied index are found", () => {
  const one: NodeState = { nodeId: 1, appliedIndex: 20, digest: "d", map: new Map([["k", "v"]]) };
  expect(found([], { states: [one, { ...one, nodeId: 2, map: new Map([["k", "w"]]) }] })).toEqual(["states differ of k"]);
  expect(found([], { states: [one, { ...one, nodeId: 2, map: new Map() }] })).toEqual(["states differ of k"]);
  expect(found([], { states: [one, { ...one, nodeId: 2, digest: "e" }] })).toEqual(["states differ of all"]);
  expect(found([], { states: [one, { ...one, nodeId: 2, appliedIndex: 21 }] })).toEqual(["states differ of all"]);
});

test("nodes that tell no digest have not shown that they are equal", () => {
  const state = { appliedIndex: 20, digest: null, map: new Map([["shared/0", "b"]]) };
  const [one, two] = [
    { ...state, nodeId: 1 },
    { ...state, nodeId: 2 },
  ];
  expect(found(good, { states: [one, two] })).toEqual(["states differ of all", "states differ of all"]);
  expect(found(good, { states: [{ ...one, digest: "d" }, two] })).toEqual(["states differ of all"]);
});

test("a key at the end that no client ever wrote, or with a value that none wrote to it, is a phantom", () => {
  expect(found(good, { final: new Map([["shared/0", "b"]]) })).toEqual([]);
  expect(found(good, { final: new Map([["shared/9", "b"]]) })).toEqual(["phantom write of shared/9"]);
  expect(found(good, { final: new Map([["elsewhere", "b"]]) })).toEqual(["phantom write of elsewhere"]);
  expect(found(good, { final: new Map([["shared/0", "z"]]) })).toEqual(["phantom write of shared/0"]);
  const refused: Told = { ...set("shared/9", "c", [0, 1]), result: "fail", parts: [refusedSet("shared/9", "c")] };
  expect(found([...good, refused], { final: new Map([["shared/9", "c"]]) })).toEqual(["phantom write of shared/9"]);
});

test("a history that takes too long to judge is not called good", () => {
  const { operations } = notesOf(good);
  expect(judge({ ...nothing, operations }, 1)).toMatchObject([{ kind: "not decided", key: "shared/0" }]);
});

test("a watch that leaves out an acknowledged write is found, unless no node kept it", () => {
  const [, second] = goodWatch.changes;
  const changes = second === undefined ? [] : [second];
  expect(found(good, { watches: [{ ...goodWatch, changes }] })).toEqual(["watch wrong of shared/0"]);
  expect(found(good, { watches: [{ ...goodWatch, changes, gaps: [{ at: 20, from: 9, to: 10 }] }] })).toEqual([]);
  expect(found(good, { watches: [{ ...goodWatch, changes, from: 11 }] })).toEqual([]);
});

test("a gap is a lie where a majority of the processes has run since before what is gone was asked for", () => {
  const gap = { at: 20, from: 9, to: 10 };
  const watches = [{ ...goodWatch, changes: goodWatch.changes.slice(1), gaps: [gap] }];
  const old = (place: number) => ({ place, startedAt: -100, seenAt: 50 });
  const killed = (place: number) => ({ place, startedAt: -100, seenAt: 15 });
  const young = (place: number) => ({ place, startedAt: 16, seenAt: 50 });
  expect(found(good, { watches, places: 3, lives: [killed(1), killed(2), old(3), young(1), young(2)] })).toEqual([]);
  expect(found(good, { watches, places: 3, lives: [killed(1), old(2), old(3), young(1)] })).toEqual(["watch wrong of shared/0"]);
});

test("a gap that reaches beyond what was written when it was told of is a lie", () => {
  const watches = [{ ...goodWatch, changes: [], gaps: [{ at: 7, from: 1, to: 20 }] }];
  expect(found(good, { watches })).toEqual(["watch wrong of shared/0"]);
});

test("a watch that tells a change twice, or one before an earlier one, is found", () => {
  const [first, second] = goodWatch.changes;
  if (first === undefined || second === undefined) throw new Error("There are two changes.");
  expect(found(good, { watches: [{ ...goodWatch, changes: [first, first, second] }] })).toEqual(["watch wrong of shared/0"]);
  expect(found(good, { watches: [{ ...goodWatch, changes: [second, first] }] })).toEqual(["watch wrong of shared/0"]);
});

test("a watch that tells another value or another revision than was acknowledged is found", () => {
  const moved = goodWatch.changes.map((change) => ({ ...change, revision: change.revision + 1 }));
  expect(found(good, { watches: [{ ...goodWatch, changes: moved }] })).toContain("watch wrong of shared/0");
});

test("a watch that is told a value at two revisions shows a request that took effect twice", () => {
  const changes = [...goodWatch.changes, { revision: 12, key: "shared/0", value: "a" }];
  expect(found(good, { watches: [{ ...goodWatch, changes }] })).toEqual(["took effect twice of shared/0"]);
});

test("a watch that is told a value which nobody wrote, or a deletion that nobody asked for, shows a phantom", () => {
  const invented = { revision: 12, key: "shared/0", value: "z" };
  const deleted = { revision: 12, key: "shared/0", value: null };
  for (const change of [invented, deleted]) {
    const watches = [{ ...goodWatch, changes: [...goodWatch.changes, change] }];
    expect(found(good, { watches })).toEqual(["phantom write of shared/0"]);
  }
});

test("two watches of the same keys must be told the same", () => {
  const maybe: Told = { ...set("shared/0", "c", [12, 99]), result: "maybe", parts: [unknownSet("shared/0", "c")] };
  const more = { ...goodWatch, changes: [...goodWatch.changes, { revision: 12, key: "shared/0", value: "c" }] };
  expect(found([...good, maybe], { watches: [more, more] })).toEqual([]);
  expect(found([...good, maybe], { watches: [more, { ...goodWatch, name: "watch 2" }] })).toEqual(["watch wrong of shared/0"]);
});

test("a watch that fails, or never comes to the end, is found", () => {
  expect(found(good, { watches: [{ ...goodWatch, failure: "UNAVAILABLE" }] })).toEqual(["watch wrong of all"]);
});

test("an operation whose outcome is unknown may have happened or not, but not both", () => {
  const maybe: Told = { ...set("shared/0", "c", [12, 99]), result: "maybe", parts: [unknownSet("shared/0", "c")] };
  expect(found([...good, maybe, read("shared/0", "b", [14, 15])])).toEqual([]);
  expect(found([...good, maybe, read("shared/0", "c", [14, 15])])).toEqual([]);
  expect(found([...good, maybe, read("shared/0", "c", [14, 15]), read("shared/0", "b", [16, 17])])).toHaveLength(1);
});

const nothing = { kept: new Map(), final: new Map(), states: [], watches: [], lives: [], places: 3 };

/** What is found wrong, in words that tests can compare. */
function found(told: readonly Told[], more: Partial<Evidence> = {}): string[] {
  const { operations } = notesOf(told);
  const evidence = { ...nothing, operations, ...more };
  return judge(evidence).map(({ kind, key }) => `${kind} of ${key ?? "all"}`);
}

/** One key that was written once, as `v`, and what is there at the end. */
function keptAs(result: "ok" | "fail" | "maybe", final: string | null): Partial<Evidence> {
  const [request] = notesOf([{ ...set("kept/1", "v", [0, 1]), result }]).requests;
  if (request === undefined) throw new Error("There is one request.");
  return {
    kept: new Map([["kept/1", { value: "v", request }]]),
    final: new Map(final === null ? [] : [["kept/1", final]]),
  };
}

function unknownSet(key: string, value: string) {
  return [key, { type: "set", value }, { type: "unknown" }] as const;
}

function refusedSet(key: string, value: string) {
  return [key, { type: "set", value }, { type: "refused" }] as const;
}

/** Both keys of a pair are written, together or not. */
function pair(...values: string[]): Told[] {
  return values.map((value, place) => ({
    kind: "batch",
    at: [0, 50],
    parts: ["a", "b"].map((part) => {
      return [
        `pair/0/${part}`,
        { type: "set", value },
        place === 0 ? { type: "written", existed: null } : { type: "unknown" },
      ] as const;
    }),
  }));
}

function scan(left: string | null, right: string | null): Told {
  const parts = [
    ["pair/0/a", { type: "read" }, { type: "read", value: left }],
    ["pair/0/b", { type: "read" }, { type: "read", value: right }],
  ] as const;
  return { kind: "scan", at: [60, 70], parts };
}
