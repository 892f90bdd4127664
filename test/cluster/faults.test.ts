import { exitCodes } from "../../src/terminal/exit-codes.ts";
import { FaultCaller } from "../support/fault-caller.ts";
import { Cluster } from "../support/harness.ts";
import type { NodeProcess } from "../support/node-process.ts";
import { UnaryCaller } from "../support/unary-caller.ts";
import { until } from "../support/until.ts";

// Nodes that fail because FaultService told them to.

jest.setTimeout(60_000);

let cluster: Cluster;
const faults = new Map<number, FaultCaller>();
const callers: UnaryCaller[] = [];

beforeEach(async () => {
  cluster = await Cluster.start({ nodes: 3, flags: { faults: "on" } });
  await cluster.leader();
});

afterEach(async () => {
  for (const closing of [...faults.values(), ...callers]) closing.close();
  faults.clear();
  callers.length = 0;
  await cluster.remove();
});

test("a leader whose outgoing links are cut is succeeded by another, and once they are mended it follows", async () => {
  const old = await cluster.leader();
  await faultsOf(old).set({ link: { direction: "LINK_DIRECTION_OUT", cut: true } });
  const next = await cluster.leader(old);
  expect(next).not.toBe(old);
  expect((await write(next, "while it is cut off")).type).toBe("written");
  const [cleared] = await faultsOf(old).clear();
  expect(cleared?.struck).toBeGreaterThan(0);
  const statuses = await cluster.settled();
  expect(new Set(statuses.map(({ leaderId }) => leaderId)).size).toBe(1);
  expect(old.output).toContain("Warning: Fault 1 is set: messages to all other nodes: all are lost.");
  expect(old.output).toMatch(/Fault 1 was cleared: .* It struck \d+ times\./);
});

test("a delay of the links makes a write so much slower, and ends with its time", async () => {
  const leader = await cluster.leader();
  await faultsOf(leader).set({ link: { direction: "LINK_DIRECTION_OUT", delayMs: 60, jitterMs: 10 }, durationMs: 5_000 });
  const { type, ms } = await write(leader, "late");
  expect({ type, isLate: ms >= 60 }).toEqual({ type: "written", isLate: true });
  await until("the fault clears by itself", 10_000, async () => ((await faultsOf(leader).list()).length === 0 ? true : undefined));
  expect(await fastest(await cluster.leader())).toBeLessThan(60);
});

test("links that lose, double and reorder cost nothing but time", async () => {
  const link = { loseRatio: 0.1, duplicateRatio: 0.2, reorderRatio: 0.1, jitterMs: 5 };
  for (const node of cluster.nodes) await faultsOf(node).set({ link });
  const written = new Map<string, string>();
  const turns = Array.from({ length: 60 }, (_, turn) => turn);
  const writeOne = async (turn: number): Promise<void> => {
    const node = cluster.nodes[turn % 3];
    const outcome = node && (await write(node, `value ${turn}`, `key ${turn}`));
    if (outcome?.type === "written") written.set(`key ${turn}`, `value ${turn}`);
  };
  await Promise.all(turns.map(writeOne));
  expect(written.size).toBeGreaterThan(20);
  for (const node of cluster.nodes) expect((await faultsOf(node).clear())[0]?.struck).toBeGreaterThan(0);
  await cluster.settled();
  const found = await callerOf(await cluster.leader()).scanAll({ local: false });
  expect([...written].filter(([key, value]) => found.get(key) !== value)).toEqual([]);
});

test("a paused node takes no turn while its ports are open; the others elect, and afterwards it follows", async () => {
  const old = await cluster.leader();
  await faultsOf(old).set({ turn: { pauseMs: 30_000 } });
  const next = await cluster.leader(old);
  // Asked again while it is paused, it answers, and knows of nothing new.
  const paused = await nodeNow(old);
  expect(paused).toMatchObject({ role: "ROLE_LEADER", leaderId: old.id });
  expect((await faultsOf(old).list())[0]).toMatchObject({ struck: 1 });
  await faultsOf(old).clear();
  await until(`node ${old.id} follows`, 10_000, async () => {
    const { role, term } = await nodeNow(old);
    return role === "ROLE_FOLLOWER" && term >= (await nodeNow(next)).term ? true : undefined;
  });
});

test("a slow disk of every node makes a write so much slower", async () => {
  const leader = await cluster.leader();
  for (const node of cluster.nodes) await faultsOf(node).set({ disk: { slowMs: 80 } });
  const { type, ms } = await write(leader, "slow");
  expect({ type, isLate: ms >= 80 }).toEqual({ type: "written", isLate: true });
  for (const node of cluster.nodes) await faultsOf(node).clear();
  expect(await fastest(leader)).toBeLessThan(80);
});

test("a write that slow disks hold back is answered as soon as the faults are cleared", async () => {
  const leader = await cluster.leader();
  for (const node of cluster.nodes) await faultsOf(node).set({ disk: { slowMs: 60_000 } });
  const held = write(leader, "held");
  for (const node of cluster.nodes) {
    await until("its disk is slow", 10_000, async () => ((await faultsOf(node).list())[0]?.struck ? true : undefined));
  }
  for (const node of cluster.nodes) await faultsOf(node).clear();
  expect((await held).type).toBe("written");
});

test("rule 47: a disk that fails stops the node with a clear last line, and it starts again with all that was", async () => {
  const [follower] = await cluster.followers();
  if (follower === undefined) throw new Error("Nobody follows.");
  expect((await write(await cluster.leader(), "before")).type).toBe("written");
  // What it still has to write would end it before it has answered.
  await cluster.settled();
  await faultsOf(follower).set({ disk: { failWrites: true } });
  expect((await write(await cluster.leader(), "after")).type).toBe("written");
  expect(await follower.ended(10_000)).toEqual({ code: exitCodes.failed, signal: null });
  expect(follower.lastLine).toMatch(/^Node \d: A write to .* failed: a fault was set/);
  follower.start();
  await cluster.settled();
});

test("a node whose configuration says nothing of faults knows of none", async () => {
  const plain = await Cluster.start({ nodes: 1 });
  const caller = new FaultCaller(plain.endpoint(1));
  try {
    expect((await plain.leader()).output).not.toMatch(/faults/i);
    await expect(caller.set({ turn: { pauseMs: 10 } })).rejects.toMatchObject({
      details: expect.stringMatching(/unknown service|not implement/i),
    });
    expect(await plain.status(1)).toMatchObject({ faultsEnabled: false });
  } finally {
    caller.close();
    await plain.remove();
  }
  expect((await cluster.leader()).output).toMatch(/Warning: FAULTS ARE ALLOWED/);
});

function faultsOf({ id }: NodeProcess): FaultCaller {
  const caller = faults.get(id) ?? new FaultCaller(cluster.endpoint(id));
  faults.set(id, caller);
  return caller;
}

function callerOf({ id }: NodeProcess): UnaryCaller {
  const caller = new UnaryCaller({ endpoint: cluster.endpoint(id), timeoutMs: 5_000 });
  callers.push(caller);
  return caller;
}

async function write(node: NodeProcess, value: string, key = "key") {
  const start = performance.now();
  const { type } = await callerOf(node).call(key, { type: "set", value });
  return { type, ms: performance.now() - start };
}

/** Of ten writes, in ms: one must be as fast as this machine can be. */
async function fastest(node: NodeProcess): Promise<number> {
  const took: number[] = [];
  for (let turn = 0; turn < 10; turn += 1) took.push((await write(node, `turn ${turn}`)).ms);
  return Math.min(...took);
}

async function nodeNow({ id }: NodeProcess) {
  const status = await cluster.status(id);
  if (status instanceof Error) throw status;
  return status;
}
