import { command, OneNode } from "./one-node.ts";

// The log's clock (thesis 6.3): what expires in the machine does so by the time in the entries, and by nothing else.

function timesOf(node: OneNode): number[] {
  return node.stores.flatMap(({ entries }) => entries.map(({ time }) => time));
}

test("rule 51: the first entry of a log has time 0, and each later one what has passed at the leader since", () => {
  const node = new OneNode({ voters: [1] });
  node.timeout();
  node.persist();
  const begun = node.now;
  node.propose("a", "b");
  node.persist();
  node.now = begun + 70.9;
  node.propose("c");
  node.persist();
  expect(timesOf(node)).toEqual([0, 0, 0, 70]);
  expect(node.view.time).toBe(70);
});

test("rule 51: a new leader's clock goes on from the last entry it has, whatever its own clock says", () => {
  const entries = [command(1, 1), { ...command(1, 2), time: 5_000 }];
  const node = new OneNode({ voters: [1] }, { entries });
  expect(node.view.time).toBe(5_000);
  node.timeout();
  node.persist();
  node.pass(25);
  expect(node.view.time).toBe(5_025);
  node.propose("x");
  expect(timesOf(node)).toEqual([5_000, 5_025]);
});

test("rule 51: a follower keeps the times that the leader gave", () => {
  const node = new OneNode().follow(2, 1);
  node.now += 10_000;
  node.hear({ ...node.append(2, 1, [0, 0], [], 0), entries: [{ ...command(1, 1), time: 33 }] });
  expect(timesOf(node)).toEqual([33]);
  expect(node.view.time).toBe(33);
});

test("rule 51: time in the log never falls, though a leader's clock stands still", () => {
  const node = new OneNode({ voters: [1] }, { entries: [{ ...command(1, 1), time: 9 }] });
  node.timeout();
  node.persist();
  for (const text of ["a", "b", "c"]) node.propose(text);
  node.persist();
  expect(timesOf(node)).toEqual([9, 9, 9, 9]);
});
