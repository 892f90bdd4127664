import { forward } from "../../src/node/requests/requests.ts";
import { otherIncarnationId } from "../incarnations.ts";
import { requestsOf } from "./messages.ts";
import { listen, placesOf, TestNode, type TestNodeOptions } from "./test-node.ts";
import { until } from "./until.ts";

/** Clusters that were given one name, or lives of one cluster: nothing of the one may reach the other, and both must say so. */

// Every wait below has its own, shorter deadline; this one is for a busy machine.
jest.setTimeout(30_000);

const limits = { backOffMinMs: 5, backOffMaxMs: 5 };
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Nodes 1 and 2, each of which takes the other for a member. */
async function meet(one: Partial<TestNodeOptions>, two: Partial<TestNodeOptions>): Promise<[TestNode, TestNode]> {
  const ends = [await listen(), await listen()];
  const places = new Map(ends.map(({ address }, at) => [at + 1, address]));
  const [first, second] = ends.map(({ server }, at) => {
    const node = new TestNode({ id: at + 1, peers: new Map(), limits, ...(at === 0 ? one : two) }, server);
    stops.push(() => node.stop());
    return node;
  });
  if (first === undefined || second === undefined) throw new Error("There are not two nodes.");
  for (const node of [first, second]) node.transport.setPeers(placesOf(places), 9);
  return [first, second];
}

test("nodes of two clusters of one name do not listen to each other, whoever calls, and neither stops for it", async () => {
  const [one, two] = await meet({}, { incarnationId: otherIncarnationId });
  await until("each has called again and again", () =>
    [one, two].every(({ transport }) => transport.counters.strangersRefused > 5),
  );
  one.transport.send(requestsOf(1, 2));
  two.transport.send(requestsOf(2, 1));
  const outcome = await new Promise((resolve) => one.transport.ask(2, forward, Buffer.from("command"), resolve));
  expect(outcome).toMatchObject({ type: "refused" });
  for (const node of [one, two]) {
    expect(node.received).toEqual([]);
    expect(node.forwarded).toEqual([]);
    expect(node.disks).toEqual([]);
    expect(node.transport.links()).toMatchObject([{ state: "broken" }]);
    expect(node.refusals.every(({ reason }) => reason === "otherCluster")).toBe(true);
  }
});

test("both say so, the one that calls and the one that is called, and name both lives; not at every try", async () => {
  const [one, two] = await meet({}, { incarnationId: otherIncarnationId });
  await until("each has called again and again", () =>
    [one, two].every(({ transport }) => transport.counters.strangersRefused > 20),
  );
  const lives =
    /incarnation 0123456789abcdef.*incarnation fedcba9876543210|incarnation fedcba9876543210.*incarnation 0123456789abcdef/;
  for (const node of [one, two]) {
    for (const type of ["otherCluster", "refusedAsOther"]) {
      expect(node.notices.filter((notice) => notice.type === type)).toEqual([
        expect.objectContaining({ type, why: expect.stringMatching(lives) }),
      ]);
    }
  }
});

test("what another cluster says of an id that was removed here, or of this node's disk, stops nobody", async () => {
  const [one, two] = await meet({ diskId: "disk-1" }, { diskId: "disk-2", incarnationId: otherIncarnationId });
  // Each knows the other's id with another disk, and node 1 knows that id 2 was removed.
  one.transport.setPeers(new Map(), 9);
  two.transport.setPeers(new Map([[1, { address: addressOf(two, 1), diskId: "another" }]]), 9);
  await until("node 2 has called", () => two.refusals.length > 1);
  expect(two.refusals.every(({ reason }) => reason === "otherCluster")).toBe(true);
  expect(one.refusals).toEqual([]);
});

function addressOf(node: TestNode, peer: number): string {
  return node.transport.links().find((link) => link.peer === peer)?.address ?? "";
}
