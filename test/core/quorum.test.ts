import { majority, quorumIndex, voteResult } from "../../src/core/quorum.ts";

test.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [5, 3],
  [6, 4],
  [7, 4],
])("of %i voters %i are a majority", (size, expected) => {
  expect(majority(voters(size))).toBe(expected);
});

test.each([
  [[5], 5],
  [[5, 3], 3],
  [[5, 3, 4], 4],
  [[0, 0, 9], 0],
  [[9, 9, 0], 9],
  [[4, 1, 3, 2], 2],
  [[7, 7, 7, 0, 0], 7],
  [[7, 7, 6, 0, 0], 6],
  [[1, 10, 2, 9, 100], 9],
])("of nodes that reached %j a majority has reached %i", (reached, expected) => {
  expect(quorumIndex(voters(reached.length), (voter) => reached[voter - 1] ?? 0)).toBe(expected);
});

test("rule 20: the quorum index is the greatest that a majority has reached, for all small cases", () => {
  for (const size of [1, 2, 3, 4, 5]) {
    for (const reached of combinations(size, 4)) {
      const index = quorumIndex(voters(size), (voter) => reached[voter - 1] ?? 0);
      const holders = (least: number): number => reached.filter((other) => other >= least).length;
      const isGreatest = holders(index) > size / 2 && holders(index + 1) <= size / 2;
      if (!isGreatest) throw new Error(`${index} is not what a majority of ${reached} has reached`);
    }
  }
});

test.each([
  ["nobody answered", [], "pending"],
  ["two of five", [yes(1), yes(2)], "pending"],
  ["three of five", [yes(1), yes(2), yes(3)], "won"],
  ["two against", [yes(1), no(2), no(3)], "pending"],
  ["three against", [yes(1), no(2), no(3), no(4)], "lost"],
  ["strangers", [yes(1), yes(7), yes(8), yes(9)], "pending"],
  ["refusals of strangers", [yes(1), no(7), no(8), no(9)], "pending"],
] as const)("an election of five with %s: %s is %s", (_what, votes, expected) => {
  expect(voteResult(voters(5), new Map(votes))).toBe(expected);
});

test("an election that cannot be won any more is lost, and never both", () => {
  for (const size of [1, 2, 3, 4, 5]) {
    for (const answers of combinations(size, 3)) {
      const votes = new Map(answers.flatMap((answer, place) => (answer === 2 ? [] : [[place + 1, answer === 1]])));
      const granted = answers.filter((answer) => answer === 1).length;
      const open = answers.filter((answer) => answer === 2).length;
      const expected = granted > size / 2 ? "won" : granted + open > size / 2 ? "pending" : "lost";
      expect(voteResult(voters(size), votes)).toBe(expected);
    }
  }
});

function voters(size: number): number[] {
  return Array.from({ length: size }, (_, place) => place + 1);
}

function yes(voter: number): [number, boolean] {
  return [voter, true];
}

function no(voter: number): [number, boolean] {
  return [voter, false];
}

/** All lists of `length` numbers from 0 up to, not including, `kinds`. */
function combinations(length: number, kinds: number): number[][] {
  if (length === 0) return [[]];
  return combinations(length - 1, kinds).flatMap((rest) => Array.from({ length: kinds }, (_, kind) => [...rest, kind]));
}
