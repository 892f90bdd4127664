import { compareState } from "../../src/node/duties/digest-watch.ts";
import type { StateDigest } from "../../src/node/ports/ports.ts";
import { wireCalls } from "../../src/transport/wire/calls.ts";
import { raftService } from "../../src/transport/wire/raft-service.ts";
import { startNodes, type TestNode } from "./test-node.ts";
import { until } from "./until.ts";

/** Calls of the table, by the one that compares states: node 1 asks node 2 for the digest of its state. */

jest.setTimeout(30_000);

let nodes: TestNode[] = [];
afterEach(() => {
  for (const node of nodes) node.stop();
});

const digest: StateDigest = { appliedIndex: 7, records: 3, digest: "00000000000000ff" };

/** Node 1 asks for each; what it is told, as it comes. */
function ask(...indexes: number[]): (StateDigest | null)[] {
  const found: (StateDigest | null)[] = [];
  for (const index of indexes) nodes[0]?.transport.ask(2, compareState, index, (answer) => found.push(answer));
  expect(found).toEqual([]);
  return found;
}

test("every RPC of the service has a row of its own, or a stream, or is the vote or the introduction", () => {
  const others = ["AppendEntries", "Forward", "InstallSnapshot", "Introduce", "RequestVote"];
  expect([...wireCalls.map(({ method }) => method as string), ...others].sort()).toEqual(Object.keys(raftService).sort());
});

test("a node tells the digest that it is asked for, and that it does not know it", async () => {
  nodes = await startNodes(2);
  const [, two] = nodes as [TestNode, TestNode];
  two.digest = digest;
  const found = ask(8, 7);
  await until("both are answered", () => found.length === 2);
  expect(found).toEqual(expect.arrayContaining([digest, null]));
  expect(two.digestsAsked).toEqual(expect.arrayContaining([8, 7].map((index) => ({ index, from: 1 }))));
});

test("of a node to which there is no link nothing is known", async () => {
  nodes = await startNodes(1);
  const found = ask(7);
  await until("it is told so", () => found.length === 1);
  expect(found).toEqual([null]);
});

test("a call to which there is no answer is over when its node stops, and one that comes too late is not heard", async () => {
  nodes = await startNodes(2);
  const [one, two] = nodes as [TestNode, TestNode];
  two.isSilent = true;
  const found = ask(7);
  await until("it is asked", () => two.digestsAsked.length === 1);
  one.transport.close();
  expect(found).toEqual([null]);
  two.answerAll();
  expect(found).toEqual([null]);
});

test("a call that is not answered in time is over", async () => {
  nodes = await startNodes(2, { callTimeoutMs: 50 });
  const [, two] = nodes as [TestNode, TestNode];
  two.isSilent = true;
  const found = ask(7);
  await until("it is given up", () => found.length === 1);
  expect(found).toEqual([null]);
});

test("of more calls than may wait for a node the oldest is given up", async () => {
  nodes = await startNodes(2, { callsPendingMax: 2 });
  const [, two] = nodes as [TestNode, TestNode];
  two.digest = digest;
  two.isSilent = true;
  const found = ask(7, 7, 7);
  await until("one is given up", () => found.length === 1);
  await until("two are asked", () => two.digestsAsked.length >= 2);
  two.answerAll();
  await until("the others are answered", () => found.length === 3);
  expect(found).toEqual([null, digest, digest]);
});
