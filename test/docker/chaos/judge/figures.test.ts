import { processFaults } from "../cluster/process-cluster.ts";
import { allFaults } from "../faults/all.ts";
import type { Strike } from "../strikes.ts";
import { leaderLosses } from "./coverage-verdict.ts";
import { availabilityOf, figuresOf, leaderKill, median, operations, servedAfterMs, writePauseMs } from "./figures.ts";
import { notesOf, set, type Told } from "./histories.ts";

const strike: Strike = {
  fault: "kill the leader",
  struck: { what: "node 1", evidence: "it ended" },
  failure: null,
  cannot: false,
  majority: null,
  beganAt: 100,
  struckAt: 110,
  healingAt: 5_000,
  healedAt: 5_100,
  wholeAt: 5_100,
};
const always = [{ from: 0, to: 100_000, majority: null }];

test("a client's time belongs to its calls: one that hangs counts as long as it hangs", () => {
  const served = Array.from({ length: 10 }, (_, place): Told => set("k", `v${place}`, [place * 10, place * 10 + 5]));
  const hung: Told = { ...set("k", "w", [100, 200]), result: "maybe" };
  expect(availabilityOf(notesOf([...served, hung]).requests, always)).toBe(0.5);
});

test("a call that was served late was not served in time", () => {
  expect(availabilityOf(notesOf([set("k", "v", [0, 1_500])]).requests, always)).toBe(0);
  expect(availabilityOf(notesOf([set("k", "v", [0, 900])]).requests, always)).toBe(1);
});

test("where nobody called there is no availability to tell", () => {
  expect(availabilityOf([], always)).toBeNull();
});

test("in a partition only clients that reach a majority count, and those only after the first second", () => {
  const calls: Told[] = [
    { ...set("k", "a", [0, 1_100]), client: 1, nodeId: 1, result: "maybe" },
    { ...set("k", "b", [1_150, 4_000]), client: 1, nodeId: 1, result: "maybe" },
    { ...set("k", "c", [0, 1_100]), client: 2, nodeId: 2, result: "maybe" },
    ...Array.from(
      { length: 40 },
      (_, place): Told => ({ ...set("k", `d${place}`, [1_110 + place * 100, 1_200 + place * 100]), client: 2, nodeId: 2 }),
    ),
  ];
  const parted = { ...strike, fault: "leader in the minority", majority: [2, 3] };
  expect(figuresOf(notesOf(calls).requests, [parted]).majorityAvailability).toBe(1);
  expect(figuresOf(notesOf(calls).requests, [{ ...parted, majority: [1, 2, 3] }]).majorityAvailability).toBeLessThan(0.6);
});

test("the pause of a kill is the longest time without an acknowledgement around it", () => {
  const { requests } = notesOf([set("k", "a", [0, 90]), set("k", "b", [95, 700]), set("k", "c", [710, 5_050])]);
  expect(writePauseMs(requests, { from: 100, to: 600 })).toBe(610);
  expect(writePauseMs(requests, { from: 100, to: 750 })).toBe(4_350);
});

test("acknowledgements between the choice of a leader and its death do not hide the silence that follows", () => {
  const { requests } = notesOf([set("k", "a", [0, 90]), set("k", "b", [95, 110]), set("k", "c", [120, 5_200])]);
  expect(figuresOf(requests, [strike, { ...strike, struck: null }]).killPausesMs).toEqual([5_090]);
});

test("a pause lasts until the first acknowledgement after the healing, and for ever if there is none", () => {
  const first = set("k", "a", [0, 90]);
  expect(figuresOf(notesOf([first, set("k", "b", [5_000, 6_000])]).requests, [strike]).killPausesMs).toEqual([5_910]);
  expect(figuresOf(notesOf([first]).requests, [strike]).killPausesMs).toEqual([Number.POSITIVE_INFINITY]);
});

test("what operators do is measured from its beginning to the end of its healing", () => {
  const { requests } = notesOf([set("k", "a", [0, 90]), set("k", "b", [95, 5_050]), set("k", "c", [5_060, 5_150])]);
  const upgrade = { ...strike, fault: "rolling upgrade" };
  expect(figuresOf(requests, [strike, upgrade]).operationPauses).toEqual([{ fault: "rolling upgrade", pauseMs: 4_960 }]);
});

test("the faults that figures and verdicts are about are there", () => {
  const names = [...allFaults, ...processFaults].map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining([leaderKill, ...operations, ...leaderLosses]));
});

test("the cluster is back when a write is served that was asked for after the healing", () => {
  const { requests } = notesOf([set("k", "a", [5_000, 5_150]), set("k", "b", [5_200, 5_300])]);
  expect(servedAfterMs(requests, 5_100)).toBe(200);
  expect(servedAfterMs(requests, 5_250)).toBeNull();
});

test("the median of an even number is between the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNull();
});
