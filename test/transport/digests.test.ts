import type { StateDigest } from "../../src/node/ports.ts";
import { startNodes, type TestNode } from "./test-node.ts";
import { until } from "./until.ts";

/** Node 1 asks node 2 for the digest of its state. */

jest.setTimeout(30_000);

let nodes: TestNode[] = [];
afterEach(() => {
  for (const node of nodes) node.stop();
});

const digest: StateDigest = { appliedIndex: 7, records: 3, digest: "00000000000000ff" };

test("a node tells the digest that it is asked for, and where it does not know it nothing is heard", async () => {
  nodes = await startNodes(2);
  const [one, two] = nodes as [TestNode, TestNode];
  two.digest = digest;
  const found: StateDigest[] = [];
  const { counters } = one.transport;
  const before = counters.messagesReceived;
  for (const index of [8, 7]) one.transport.askDigest(2, index, (answer) => found.push(answer));
  await until("both are answered", () => counters.messagesReceived === before + 2);
  expect(found).toEqual([digest]);
  expect(two.digestsAsked).toEqual(expect.arrayContaining([8, 7].map((index) => ({ index, from: 1 }))));
});

test("of a node to which there is no link nothing is heard", async () => {
  nodes = await startNodes(1);
  const found: unknown[] = [];
  nodes[0]?.transport.askDigest(2, 7, (answer) => found.push(answer));
  expect(found).toEqual([]);
});
