import { beginAt, fold } from "../../src/observe/fold.ts";
import type { Frame, State } from "../../src/observe/live.ts";
import { momentsOf } from "../../src/observe/moments.ts";
import type { FieldValue } from "../../src/observe/records.ts";
import { frameOf, ledBy, recordOf } from "./made.ts";

type Told = readonly [node: number, at: number, type: string, fields?: Record<string, FieldValue>];

const calm = (at: number) => ledBy(5, at, { term: 12 });

/** Five nodes that follow node 5 in term 12, and then tell this; at last they are so. */
function after(told: readonly Told[], to = 20_000, nodesAt: (at: number) => Frame["nodes"] = calm): State {
  const start = beginAt(frameOf(9_900, 10_000, { nodes: calm(9_990) }));
  return fold(start, frameOf(10_000, to, { records: told.map((one) => recordOf(...one)), nodes: nodesAt(to - 1) }));
}

function sentences(state: State): string[] {
  return momentsOf(state).map(({ sentence }) => sentence);
}

const election: readonly Told[] = [
  [0, 10_001, "nodeLost", { of: 5, why: "its process has ended" }],
  [2, 10_200, "stateChange", { from: "follower", to: "candidate", term: 13, why: "its timer expired" }],
  [2, 10_200, "electionStarted", { term: 13, preVote: false }],
  [1, 10_210, "termChange", { from: 12, to: 13 }],
  [3, 10_211, "termChange", { from: 12, to: 13 }],
  [4, 10_500, "stateChange", { from: "follower", to: "candidate", term: 14, why: "its timer expired" }],
  [4, 10_500, "electionStarted", { term: 14, preVote: false }],
  [4, 10_540, "stateChange", { from: "candidate", to: "leader", term: 14, why: "it won" }],
  ...[4, 1, 2, 3].map((node): Told => [node, 10_540 + node, "leaderElected", { leader: 4, term: 14 }]),
];

const elected = (at: number) => ledBy(4, at, { term: 14 }).filter(({ node }) => node !== 5);
const tried = (at: number) => elected(at).map((sample) => ({ ...sample, role: "follower" as const, leader: 0 }));

test("an election and the time without a leader are moments, with who stood and how long it took", () => {
  const moments = momentsOf(after(election, 20_000, elected));
  expect(moments.map(({ kind, from, to, nodes, isBad }) => [kind, from, to, nodes, isBad])).toEqual([
    ["unheard", 10_001, null, [5], true],
    ["election", 10_200, 10_542, [2, 4], false],
    ["leaderless", 10_211, 10_542, [5], true],
  ]);
  expect(moments.map(({ sentence }) => sentence)).toEqual([
    "Node 5 has not been heard here for 10 s: its process has ended.",
    "Election of term 14, 342 ms: node 4 won, at try 2.",
    "Node 5 no longer leads term 12; nobody led for 331 ms.",
  ]);
});

test("a leader of which only samples tell is a moment too, without its election", () => {
  const state = after([], 10_100, (at) => ledBy(4, at, { term: 14 }));
  expect(sentences(state)).toEqual(["Node 4 began to lead term 14."]);
});

test("a leader that had no followers for a moment has led all the while", () => {
  const told = [1, 2, 3].map((node): Told => [node, 10_100 + node, "leaderLost", { term: 12 }]);
  const back = [1, 2, 3].map((node): Told => [node, 10_110 + node, "leaderElected", { leader: 5, term: 12 }]);
  const state = after([...told, ...back]);
  expect(sentences(state).slice(-1)).toEqual(["No majority followed node 5 for 8 ms; it went on leading term 12."]);
});

test("as long as nobody leads, that moment goes on", () => {
  const state = after(election.slice(0, 7), 20_000, tried);
  expect(momentsOf(state).at(-1)).toMatchObject({
    kind: "leaderless",
    to: null,
    sentence: expect.stringContaining("nobody has led for 9.8 s"),
  });
});

test("who led when the page began to look was not elected then, as far as is known", () => {
  expect(momentsOf(after([]))).toEqual([]);
});

test("a fault lasts until it is cleared, or its node starts again", () => {
  const what = "messages from node 3: all are lost";
  const set: Told = [2, 10_500, "faultSet", { id: 7, what }];
  expect(sentences(after([set]))).toEqual([`Broken on purpose at node 2, since 9.5 s: ${what}.`]);
  expect(sentences(after([set, [2, 12_500, "faultCleared", { id: 7, what }]]))).toEqual([
    `Broken on purpose at node 2, for 2 s: ${what}.`,
  ]);
  const restarted = after([set, [2, 12_500, "nodeStarted", { version: "1", processId: 9 }]]);
  expect(momentsOf(restarted).map(({ kind, to }) => [kind, to])).toEqual([
    ["fault", 12_500],
    ["life", 12_500],
  ]);
});

test("a snapshot lasts from its offer until it is installed, at the other node", () => {
  const state = after([
    [5, 11_000, "snapshotOffered", { to: 3, nextIndex: 4 }],
    [3, 11_700, "snapshotInstalled", { index: 90, term: 12 }],
  ]);
  expect(momentsOf(state)).toMatchObject([
    {
      ...{ kind: "snapshot", from: 11_000, to: 11_700, nodes: [5, 3] },
      sentence: "Node 5: Node 3 needs entry 4, which was dropped; sending it a snapshot. It took 700 ms.",
    },
  ]);
});

test("conflicts, slow disks, members, transfers, controls and damage are told in the voice of the log", () => {
  const state = after([
    [2, 11_000, "logTruncated", { from: 5, last: 7 }],
    [2, 12_000, "stored", { lastIndex: 7, entries: 1, tookMs: 3 }],
    [2, 12_900, "stored", { lastIndex: 8, entries: 1, tookMs: 900 }],
    [5, 13_000, "membersChanged", { index: 9, voters: [1, 2, 3], outgoing: [], learners: [4] }],
    [2, 13_002, "membersChanged", { index: 9, voters: [1, 2, 3], outgoing: [], learners: [4] }],
    [5, 14_000, "transferStarted", { to: 2 }],
    [5, 14_100, "transferEnded", { to: 2, outcome: "done", why: "it leads term 13" }],
    [0, 15_000, "control", { what: "pause node 3", outcome: "it is paused", ok: true }],
    [1, 16_000, "damageFound", { what: "The log is not what was written." }],
  ]);
  expect(sentences(state)).toEqual([
    "Node 2: Cut off entries 5 to 7: the leader's log differs there.",
    "Node 2: On disk up to 8: 1 entry in 900 ms.",
    "Node 5: As of entry 9 the members are 1,2,3+4.",
    "Node 5: Node 2 has taken over: it leads term 13. It took 100 ms.",
    "Done: pause node 3. It is paused.",
    "Node 1: The log is not what was written.",
  ]);
  expect(momentsOf(state).at(-1)?.isBad).toBe(true);
});

test("a link that nothing comes through is a cut, from when it began until something comes, and one lost message is none", () => {
  let state = after([], 10_100);
  const run = (ms: number, received: number, isSent = true): void => {
    for (const end = state.at + ms; state.at < end; ) {
      const flows = isSent ? [{ from: 5, to: 3, message: "heartbeat", sent: 2, received, lost: 2 - received, bytes: 0 }] : [];
      state = fold(state, frameOf(state.at, state.at + 100, { flows, nodes: ledBy(5, state.at + 90, { term: 12 }) }));
    }
  };
  run(1_000, 2);
  run(100, 0);
  run(20_000, 0, false);
  run(100, 0);
  expect(momentsOf(state)).toEqual([]);
  run(1_000, 2);
  run(3_000, 0);
  expect(momentsOf(state)).toMatchObject([{ kind: "cut", to: null, nodes: [3, 5], isBad: true }]);
  const [cut] = momentsOf(state);
  run(1_000, 2);
  const [healed] = momentsOf(state);
  expect([healed?.key, (healed?.to ?? 0) - (healed?.from ?? 0)]).toEqual([cut?.key, 3_000]);
  expect(healed?.sentence).toBe("Node 3: Nothing that node 5 sends arrives. It lasted 3 s.");
  // It is known for as long as something was sent.
  run(5_000, 2);
  run(3_000, 0);
  run(5_000, 0, false);
  const stopped = momentsOf(state).at(-1);
  expect((stopped?.to ?? 0) - (stopped?.from ?? 0)).toBe(2_900);
});

test("the same thing again within a moment is one moment that lasts", () => {
  const stalls = [1, 2, 3].map((second): Told => [2, 11_000 + second * 1_000, "diskStalled", { forMs: second * 1_000 }]);
  expect(momentsOf(after(stalls)).map(({ from, to }) => [from, to])).toEqual([[12_000, 14_000]]);
});
