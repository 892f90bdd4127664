import { optionDefaults, optionProblems } from "../../src/core/options.ts";
import { createRaft } from "../../src/core/raft.ts";
import { type Changed, optionsOf, restoredOf } from "./one-node.ts";

test("the defaults are usable", () => {
  expect(optionProblems(optionsOf())).toEqual([]);
});

test("the default timing is that of the paper: elections within 150 to 300 ms (§9.3), a heartbeat each 50 ms", () => {
  expect(optionDefaults).toMatchObject({ electionTimeoutMinMs: 150, electionTimeoutMaxMs: 300, heartbeatMs: 50 });
});

const refusals: [what: string, changed: Changed, sentence: RegExp][] = [
  ["an id of 0", { id: 0 }, /node id must be a whole number from 1 on, not 0/],
  ["a broken id", { id: 1.5 }, /node id must be a whole number/],
  ["no spread of timeouts", { electionTimeoutMaxMs: 150 }, /must be more than electionTimeoutMinMs .*votes split for ever/],
  ["a slow heartbeat", { heartbeatMs: 76 }, /heartbeatMs \(76\) must be at most half of electionTimeoutMinMs \(150\)/],
];

test.each(refusals)("%s is refused with a sentence", (_what, changed, sentence) => {
  expect(optionProblems(optionsOf(changed)).join("\n")).toMatch(sentence);
});

test.each(Object.keys(optionDefaults))("%s must be a whole number from 1 on", (name) => {
  const what = name.endsWith("Ms") ? "a whole number of milliseconds from 1 to 2147483647" : "a whole number from 1 on";
  for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    expect(optionProblems(optionsOf({ [name]: value }))).toContain(`${name} must be ${what}, not ${value}.`);
  }
});

test("all problems are told at once", () => {
  expect(optionProblems(optionsOf({ id: 0, electionTimeoutMaxMs: 100, heartbeatMs: 0 })).length).toBeGreaterThanOrEqual(3);
});

test("a node cannot be made with options that have problems", () => {
  expect(() => createRaft(optionsOf({ id: 0 }), restoredOf())).toThrow(/node id must be a whole number/);
});
