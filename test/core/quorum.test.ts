import { isQuorum, majority, quorumIndex, quorumIndexOf, voteResult, voteResultOf } from "../../src/core/quorum.ts";

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

describe("while joint, both majorities count", () => {
  // Nodes 1, 2 and 3 make room for 3, 4 and 5.
  const joint = { voters: [3, 4, 5], outgoing: [1, 2, 3] };
  const alone = { voters: [1, 2, 3], outgoing: [] };

  test.each([
    [[1, 2], false],
    [[4, 5], false],
    [[1, 2, 3], false],
    [[1, 3, 4], true],
    [[1, 2, 4, 5], true],
    [[3], false],
  ])("rule 26: %j are a quorum: %s", (has, expected) => {
    expect(isQuorum(joint, (voter) => has.includes(voter))).toBe(expected);
    const reached = (voter: number) => (has.includes(voter) ? 9 : 0);
    expect(quorumIndexOf(joint, reached)).toBe(expected ? 9 : 0);
    const granted = new Map(has.map(yes));
    expect(voteResultOf(joint, granted)).toBe(expected ? "won" : "pending");
  });

  test("rule 26: a vote is lost as soon as one majority is", () => {
    expect(voteResultOf(joint, new Map([3, 4, 5].map(yes).concat([1, 2].map(no))))).toBe("lost");
    expect(voteResultOf(joint, new Map([1, 2, 3].map(yes).concat([4, 5].map(no))))).toBe("lost");
  });

  test("rule 26: whoever is a quorum while joint meets every quorum before and every one after, for all small cases", () => {
    const all = [1, 2, 3, 4, 5];
    const sets = combinations(5, 2).map((chosen) => all.filter((_, place) => chosen[place] === 1));
    const isMajority = (set: readonly number[], of: readonly number[]) =>
      isQuorum({ voters: of, outgoing: [] }, (id) => set.includes(id));
    for (const [outgoing, voters] of sets.flatMap((one) => sets.map((other) => [one, other] as const))) {
      for (const set of sets.filter((chosen) => isQuorum({ voters, outgoing }, (id) => chosen.includes(id)))) {
        const others = all.filter((id) => !set.includes(id));
        if (outgoing.length > 0 && (isMajority(others, outgoing) || isMajority(others, voters)))
          throw new Error(`${set} are a quorum of ${voters} and ${outgoing}, and so are ${others} of one of them`);
      }
    }
  });

  test("else the one does, and a learner or a stranger never", () => {
    expect(isQuorum(alone, (voter) => voter > 1)).toBe(true);
    expect(isQuorum(alone, (voter) => voter > 2)).toBe(false);
    expect(quorumIndexOf(alone, (voter) => voter)).toBe(2);
    expect(voteResultOf(alone, new Map([1, 7, 8].map(yes)))).toBe("pending");
    expect(isQuorum({ voters: [], outgoing: [] }, () => true)).toBe(false);
  });
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
