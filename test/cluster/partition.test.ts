import { setTimeout as pause } from "node:timers/promises";
import { optionDefaults } from "../../src/core/options.ts";
import { Cluster } from "../support/harness.ts";
import type { NodeProcess } from "../support/node-process.ts";
import { UnaryCaller } from "../support/unary-caller.ts";
import { Workload } from "../support/workload.ts";
import { expectSound } from "./verdict.ts";

// Nodes that cannot hear each other while clients reach all of them. A cut wire is silent, and mended it brings what
// was sent long ago.

jest.setTimeout(120_000);

const keys = [0, 1, 2, 3].map((key) => `shared/${key}`);

let cluster: Cluster;
let callers: UnaryCaller[];
let load: Workload;

beforeEach(async () => {
  cluster = await Cluster.start({ linked: true });
  await cluster.leader();
  callers = [...cluster.endpoints, ...cluster.endpoints].map((endpoint) => new UnaryCaller({ endpoint, timeoutMs: 1_000 }));
  load = new Workload({ keys: keys.length, pauseMs: 4 }, callers);
});

afterEach(async () => {
  try {
    await load.stop();
    for (const caller of callers) caller.close();
  } finally {
    await cluster.remove();
  }
});

test("rule 33: a leader cut off from the others, with clients still at it, serves no stale read, four times", async () => {
  for (let round = 0; round < 4; round += 1) {
    const old = await cluster.leader();
    cluster.links.cutOff(old.id);
    const next = await cluster.leader(old);
    await writeEveryKey(next);
    await readEveryKey(old);
    cluster.links.heal();
    await readEveryKey(old);
  }
  await expectSound(cluster, load);
});

test("rule 21: a leader and one other cut off from three lose nothing that they acknowledged, and the three go on", async () => {
  for (let round = 0; round < 4; round += 1) {
    const old = await cluster.leader();
    const [companion] = await cluster.followers();
    cluster.links.cutOff(old.id, companion?.id ?? 0);
    const next = await cluster.leader(old);
    expect([old, companion]).not.toContain(next);
    await writeEveryKey(next);
    cluster.links.heal();
  }
  await expectSound(cluster, load);
});

test("wires that fail all the time, one after the other, do no harm but to speed", async () => {
  const ids = cluster.nodes.map(({ id }) => id);
  for (let round = 0; round < 20; round += 1) {
    const one = ids[round % 5];
    const other = ids[(round * 3 + 1) % 5];
    cluster.links.cut((from, to) => (from === one && to === other) || (from === other && to === one));
    await pause(optionDefaults.electionTimeoutMaxMs);
  }
  cluster.links.heal();
  await expectSound(cluster, load);
});

/** Leaves in each key a value that only a node which knows of the newest writes can name. */
async function writeEveryKey(node: NodeProcess): Promise<void> {
  await Promise.all(keys.map((key) => load.record(node.id - 1, key, { type: "set", value: `fresh ${performance.now()} ${key}` })));
}

async function readEveryKey(node: NodeProcess): Promise<void> {
  await Promise.all(keys.map((key) => load.record(node.id - 1, key, { type: "read" })));
}
