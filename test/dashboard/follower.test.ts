import { dashboardDefaults } from "../../src/dashboard/base/limits.ts";
import { Follower } from "../../src/dashboard/follow/follower.ts";
import type { NodeBatch } from "../../src/dashboard/follow/node-feed.ts";
import { FakeNodes, membersAt, sampleOf } from "./fake-feed.ts";

let nodes: FakeNodes;
let told: string[];
let batches: NodeBatch[];
let follower: Follower;

beforeEach(() => {
  jest.useFakeTimers();
  nodes = new FakeNodes();
  told = [];
  batches = [];
});
afterEach(() => {
  follower.close();
  jest.useRealTimers();
});

function follow(...endpoints: string[]): void {
  follower = new Follower(endpoints, dashboardDefaults, {
    open: nodes.open,
    onMet: () => undefined,
    onHeard: (node) => told.push(`${node} is heard`),
    onLost: (node, why) => told.push(`${node} is lost: ${why}`),
    onBatch: (batch) => batches.push(batch),
  });
}

/** A node that is there and tells its state. */
function hear(address: string, node: number, sample = {}): void {
  nodes.meet(address, { node });
  nodes.tell(address, { node, sample: sampleOf({ node, ...sample }) });
}

test("from one address all members are found, and each is listened to once", () => {
  follow("a:1");
  hear("a:1", 1, { role: "leader", members: membersAt("a:1", "b:1", "c:1") });
  hear("b:1", 2);
  hear("c:1", 3);
  expect(told).toEqual(["1 is heard", "2 is heard", "3 is heard"]);
  expect(follower.nodes.map(({ node, address, isHeard }) => [node, address, isHeard])).toEqual([
    [1, "a:1", true],
    [2, "b:1", true],
    [3, "c:1", true],
  ]);
  expect([...nodes.opened]).toEqual([
    ["a:1", 1],
    ["b:1", 1],
    ["c:1", 1],
  ]);
});

test("a node that was met at a given address is not looked for at the one that it calls itself by", () => {
  follow("inside-1:8000", "inside-2:8000");
  hear("inside-1:8000", 1, { role: "leader", members: membersAt("outside:1", "outside:2") });
  expect(nodes.opened.has("outside:1")).toBe(false);
  hear("inside-2:8000", 2);
  hear("outside:2", 2);
  expect(nodes.listeners("outside:2")).toBe(0);
  expect(batches.filter(({ node }) => node === 2)).toHaveLength(1);
});

test("a node that ends is lost once, is asked again, and is heard again", () => {
  follow("a:1");
  hear("a:1", 1);
  nodes.end("a:1", "nobody listens at a:1");
  jest.advanceTimersByTime(10_000);
  for (let i = 0; i < 5; i++) {
    nodes.end("a:1", "nobody listens at a:1");
    jest.advanceTimersByTime(3_000);
  }
  expect(told).toEqual(["1 is heard", "1 is lost: nobody listens at a:1"]);
  hear("a:1", 1);
  expect(told.at(-1)).toBe("1 is heard");
});

test("a node that says nothing is lost, and its connection stays for when it goes on", () => {
  follow("a:1");
  hear("a:1", 1);
  jest.advanceTimersByTime(2_000);
  expect(told.at(-1)).toBe("1 is lost: it has said nothing for 2 s");
  expect(nodes.opened.get("a:1")).toBe(1);
  nodes.tell("a:1", { node: 1 });
  expect(told.at(-1)).toBe("1 is heard");
  jest.advanceTimersByTime(60_000);
  expect(nodes.opened.get("a:1")).toBeGreaterThan(1);
});

test("a member that was never heard is told to be lost, with the reason, once it is known to be one", () => {
  follow("a:1", "b:1");
  nodes.end("b:1", "nobody listens at b:1");
  expect(told).toEqual([]);
  hear("a:1", 1, { role: "leader", members: membersAt("a:1", "b:1", "") });
  expect(told).toEqual(
    ["2 is lost: nobody listens at b:1", "3 is lost: it is not known where it is reached", "1 is heard"].sort(
      (a, b) => told.indexOf(a) - told.indexOf(b),
    ),
  );
});

test("another cluster at one of the addresses is left out, until nobody of the first is left", () => {
  follow("a:1", "b:1");
  hear("a:1", 1);
  nodes.meet("b:1", { node: 2, incarnationId: "two" });
  expect(nodes.listeners("b:1")).toBe(0);
  expect(follower.cluster).toEqual({ id: "balsa", incarnation: "one" });
  nodes.end("a:1");
  jest.advanceTimersByTime(2_500);
  nodes.meet("b:1", { node: 2, incarnationId: "two" });
  nodes.tell("b:1", { node: 2 });
  expect(follower.cluster.incarnation).toBe("two");
  expect(follower.nodes.map(({ node }) => node)).toEqual([2]);
});

test("a node that is no member any more is forgotten once it is not heard", () => {
  follow("a:1");
  hear("a:1", 1, { role: "leader", members: membersAt("a:1", "b:1") });
  hear("b:1", 2);
  nodes.end("b:1");
  nodes.tell("a:1", { node: 1, sample: sampleOf({ node: 1, role: "leader", members: membersAt("a:1") }) });
  expect(follower.nodes.map(({ node }) => node)).toEqual([1]);
  jest.advanceTimersByTime(60_000);
  expect(nodes.listeners("b:1")).toBe(0);
});

test("a member that has moved to another address is followed there, and not looked for at the old one", () => {
  follow("a:1");
  hear("a:1", 1, { role: "leader", members: membersAt("a:1", "b:1") });
  hear("b:1", 2);
  nodes.end("b:1", "nobody listens at b:1");
  hear("a:1", 1, { role: "leader", members: membersAt("a:1", "b:2") });
  hear("b:2", 2);
  expect(told.slice(-2)).toEqual(["2 is lost: nobody listens at b:1", "2 is heard"]);
  expect(follower.nodes[1]).toMatchObject({ node: 2, address: "b:2", isHeard: true });
  hear("a:1", 1, { role: "leader", members: membersAt("a:1", "b:2") });
  jest.advanceTimersByTime(60_000);
  expect(nodes.listeners("b:1")).toBe(0);
});

test("addresses that no member has any more take no room, however often one moves", () => {
  follow("a:1");
  for (let port = 1; port <= 3 * dashboardDefaults.nodesMax; port++)
    hear("a:1", 1, { role: "leader", members: membersAt("a:1", `b:${port}`) });
  hear(`b:${3 * dashboardDefaults.nodesMax}`, 2);
  expect(told.at(-1)).toBe("2 is heard");
});

test("a node that is back where it was met is not looked for any more at the address that it calls itself by", () => {
  follow("inside-1:8000", "inside-2:8000");
  const members = membersAt("outside:1", "outside:2");
  hear("inside-1:8000", 1, { role: "leader", members });
  hear("inside-2:8000", 2);
  nodes.end("inside-2:8000");
  hear("inside-1:8000", 1, { role: "leader", members });
  jest.advanceTimersByTime(3_000);
  hear("inside-2:8000", 2);
  hear("inside-1:8000", 1, { role: "leader", members });
  expect(nodes.listeners("outside:2")).toBe(0);
  expect(nodes.listeners("inside-2:8000")).toBe(1);
});

test("once closed, nobody is listened to or asked", () => {
  follow("a:1", "b:1");
  hear("a:1", 1);
  nodes.end("b:1");
  follower.close();
  expect(nodes.listeners("a:1")).toBe(0);
  expect(jest.getTimerCount()).toBe(0);
});
