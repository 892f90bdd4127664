import { optionDefaults } from "../../src/core/options.ts";
import { encodeRequest } from "../../src/machine/kv-codec.ts";
import { nodeOptionDefaults } from "../../src/node/ports/options.ts";
import type { Host } from "../../src/sim/host/host.ts";
import { drawScenario } from "../../src/sim/scenario.ts";
import { World } from "../../src/sim/world.ts";

// A record that no command wrote, on the disk of a node in a cluster at rest: all of it is sound, and it is not what others have.

const compareMs = 50;
const spoilt = Buffer.from([255]);

/** So many nodes that have applied who they are, who leads and a few writes, and have nothing else to do. */
function settled(nodes: number): World {
  const scenario = drawScenario({ seed: nodes, nodes, seconds: 10, faults: null, isQuiet: true });
  const core = { ...optionDefaults, logTailEntriesMax: 1 };
  const world = new World({ ...scenario, core, node: { ...nodeOptionDefaults, compareMs, compactEntries: 2 } });
  for (const host of world.hosts) host.start();
  world.runUntil(7_000, () => false);
  const leader = world.hosts.find(({ process }) => process?.node.view.role === "leader");
  if (leader !== undefined) write(leader, nodes);
  world.runUntil(8_000, () => false);
  expect(world.hosts.every(({ state, log }) => state.appliedIndex > nodes && state.appliedIndex === log.lastIndex)).toBe(true);
  return world;
}

/** Changes what the node has, so that all of it fits together. */
function spoil(host: Host | undefined, value: string): void {
  const { active } = host?.state ?? {};
  active?.write([{ key: spoilt, value: Buffer.from(value), before: undefined }], active.point);
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

/** Has the host's node take in so many writes. */
function write({ process }: Host, count: number): void {
  for (let turn = 0; turn < count; turn += 1) {
    const command = encodeRequest([{ type: "set", key: "a", value: String(turn) }]);
    process?.life.run(() => process.node.submit(command, 1_000, () => undefined));
  }
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

test("a leader that may be wrong does not make a node that is behind its majority, and sends it all once it is known to be right", () => {
  const world = settled(3);
  const [leader] = world.hosts.filter(({ process }) => process?.node.view.role === "leader");
  const [other, behind] = world.hosts.filter((host) => host !== leader);
  if (leader === undefined || other === undefined || behind === undefined) throw new Error("nobody leads");
  behind.crash("by the test");
  write(leader, 20);
  const isPast = ({ log, state }: Host) => log.base.index > behind.log.lastIndex && state.appliedIndex === leader.log.lastIndex;
  world.runUntil(world.queue.now + 5_000, () => [leader, other].every(isPast));
  spoil(leader, "wrong");
  world.runUntil(world.queue.now + 5_000, () => differences(world).filter((count) => count > 0).length === 2);
  behind.start();
  world.runUntil(world.queue.now + 3_000, () => false);
  expect([isPast(leader), world.network.counters.chunks, world.checks.failure]).toEqual([true, 0, null]);

  const { active } = leader.state;
  active.write([{ key: spoilt, value: null, before: undefined }], active.point);
  world.runUntil(world.queue.now + 5_000, () => behind.events.has("snapshotInstalled"));
  expect([behind.state.appliedIndex, world.checks.failure]).toEqual([leader.state.appliedIndex, null]);
});
