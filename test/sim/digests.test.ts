import { nodeOptionDefaults } from "../../src/node/options.ts";
import type { Host } from "../../src/sim/host.ts";
import { drawScenario } from "../../src/sim/scenario.ts";
import { World } from "../../src/sim/world.ts";

// A record that no command wrote, on the disk of a node in a cluster at rest: all of it is sound, and it is not what others have.

const compareMs = 50;

/** So many nodes that have applied the no-op of their leader, and nothing else. */
function settled(nodes: number): World {
  const scenario = drawScenario({ seed: nodes, nodes, seconds: 10, faults: null, isQuiet: true });
  const world = new World({ ...scenario, node: { ...nodeOptionDefaults, compareMs } });
  for (const host of world.hosts) host.start();
  const isSettled = () => world.hosts.every(({ state, process }) => state.appliedIndex > 0 && process?.node.view.leader != null);
  expect(world.runUntil(10_000, isSettled)).toBe(true);
  return world;
}

/** Changes what the node has, so that all of it fits together. */
function spoil(host: Host | undefined, value: string): void {
  const { active } = host?.state ?? {};
  active?.write([{ key: Buffer.from([255]), value: Buffer.from(value), before: undefined }], active.point);
}

/** The nodes that have stopped within the next rounds. */
function stopped(world: World): number[] {
  const found = new Set<number>();
  const until = world.queue.now + 5 * compareMs;
  for (let task = world.queue.take(until); task !== null; task = world.queue.take(until)) {
    task.run();
    for (const { id, process } of world.hosts) if (process === null || process.hasStopped) found.add(id);
  }
  return [...found].sort();
}

function differences(world: World): number[] {
  return world.hosts.map(({ events }) => events.get("stateDiffers") ?? 0);
}

test("nodes that have the same compare again and again, and nothing comes of it", () => {
  const world = settled(5);
  expect(stopped(world)).toEqual([]);
  expect(world.hosts.every(({ comparisons }) => comparisons > 2)).toBe(true);
  expect([differences(world), world.checks.failure]).toEqual([[0, 0, 0, 0, 0], null]);
});

test.each([1, 2, 3])("of three nodes the one that differs stops, leader or not, and no other: node %d", (id) => {
  const world = settled(3);
  spoil(world.hosts[id - 1], "wrong");
  expect(stopped(world)).toEqual([id]);
  const others = [1, 2, 3].filter((other) => other !== id).join(", ");
  expect(world.checks.failure).toMatch(new RegExp(`^Node ${id} stopped by itself: After entry \\d+ .* the nodes ${others} have `));
});

test.each([
  ["each in its own way", "also wrong"],
  ["in the same way", "wrong"],
])("of five nodes the two that differ %s stop, and no other", (_, second) => {
  const world = settled(5);
  spoil(world.hosts[1], "wrong");
  spoil(world.hosts[4], second);
  expect(stopped(world)).toEqual([2, 5]);
});

test("where no majority has the same, every node says so, and none stops", () => {
  const world = settled(5);
  for (const [place, value] of ["a", "a", "b", "b"].entries()) spoil(world.hosts[place], value);
  expect(stopped(world)).toEqual([]);
  expect(world.checks.failure).toBeNull();
  expect(differences(world).every((count) => count > 0)).toBe(true);
});
