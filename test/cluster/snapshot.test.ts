import { BalsaClient } from "../../src/client/client.ts";
import { Cluster } from "../support/harness.ts";
import type { NodeProcess } from "../support/node-process.ts";
import { until } from "../support/until.ts";
import { Load } from "./load.ts";
import { expectSound } from "./verdict.ts";

// Real processes whose logs lose their beginnings, and that catch up by snapshots.

jest.setTimeout(120_000);

/** So little that a few hundred writes are more than any log keeps. */
const shortLogs = { "compact-entries": "100", "log-tail-entries-max": "100" };

let cluster: Cluster;
let load: Load;

async function start(flags: Readonly<Record<string, string>> = {}): Promise<void> {
  cluster = await Cluster.start({ nodes: 3, flags: { ...shortLogs, ...flags } });
  await cluster.leader();
  load = new Load(cluster.endpoints);
}

afterEach(async () => {
  try {
    await load.close();
  } finally {
    await cluster.remove();
  }
});

test("a node that was down while its place in the log was dropped catches up by a snapshot, under load, and keeps it", async () => {
  await start();
  const [away] = await cluster.followers();
  if (away === undefined) throw new Error("There is no follower.");
  await away.kill();
  const missed = (await lastIndexOf(away)) + 100;
  await logsBeginAfter(missed);
  away.start();
  await until("the node has caught up", 30_000, async () => ((await firstIndexOf(away)) > missed ? true : undefined));
  await load.moreSuccesses(200);
  await away.kill();
  away.start();
  await load.moreSuccesses(200);
  await expectSound(cluster, load.work);
});

test("rule 41: kill -9 of a node in the middle of a snapshot, again and again, leaves it able to catch up", async () => {
  await start({ "snapshot-bytes-per-second-max": "2000000" });
  const [away] = await cluster.followers();
  if (away === undefined) throw new Error("There is no follower.");
  await away.kill();
  // Some megabytes, which at this pace take seconds.
  await fill(200, 20_000);
  const missed = await lastIndexOf(away);
  for (let round = 0; round < 3; round += 1) {
    away.start();
    await until("a snapshot is on its way", 20_000, async () => ((await sentBytes()) > 0 ? true : undefined));
    await away.kill();
    await until("the leader has given it up for now", 20_000, async () => ((await sentBytes()) === 0 ? true : undefined));
  }
  away.start();
  await until("the node has caught up", 40_000, async () => ((await firstIndexOf(away)) > missed ? true : undefined));
  await load.moreSuccesses(100);
  await expectSound(cluster, load.work);
});

test("rule 44: logs stay short under load, also while a node is down", async () => {
  await start();
  const [away] = await cluster.followers();
  await away?.kill();
  for (let round = 1; round <= 3; round += 1) await logsBeginAfter(400 * round);
  for (const { firstIndex, lastIndex } of await cluster.statuses()) expect(lastIndex - firstIndex).toBeLessThan(1_000);
  away?.start();
  await load.moreSuccesses(100);
  await expectSound(cluster, load.work);
});

/** Once no running node has entries up to `index` any more. */
async function logsBeginAfter(index: number): Promise<void> {
  await until(`all logs begin after ${index}`, 60_000, async () => {
    const statuses = await cluster.statuses();
    return statuses.length >= 2 && statuses.every(({ firstIndex }) => firstIndex > index) ? true : undefined;
  });
}

/** The end of the others' logs: nothing after it can be known to a node that is down. */
async function lastIndexOf(_down: NodeProcess): Promise<number> {
  return Math.max(...(await cluster.statuses()).map(({ lastIndex }) => lastIndex));
}

async function firstIndexOf(node: NodeProcess): Promise<number> {
  const status = await cluster.status(node.id);
  return status instanceof Error ? 0 : status.firstIndex;
}

/** Of all snapshots that are being sent. */
async function sentBytes(): Promise<number> {
  const statuses = await cluster.statuses();
  return statuses.flatMap(({ snapshots }) => snapshots).reduce((sum, { sentBytes: bytes }) => sum + bytes, 0);
}

async function fill(count: number, bytes: number): Promise<void> {
  const client = new BalsaClient({ endpoints: cluster.endpoints });
  try {
    await Promise.all(Array.from({ length: count }, (_, i) => client.set(`fill-${i}`, "f".repeat(bytes))));
  } finally {
    client.close();
  }
}
