import { describeOperation } from "../../src/sim/checks/history.ts";
import { Cluster } from "../support/harness.ts";
import { until } from "../support/until.ts";
import { Load } from "./load.ts";
import { expectSound } from "./verdict.ts";

// Real processes that end under load, by kill -9 and by SIGTERM.

jest.setTimeout(120_000);

let cluster: Cluster;
let load: Load;

beforeEach(async () => {
  cluster = await Cluster.start();
  await cluster.leader();
  load = new Load(cluster.endpoints, [], 2_000);
});

afterEach(async () => {
  try {
    await load.close();
  } finally {
    await cluster.remove();
  }
});

test("kill -9 of the leader under load, five times: no acknowledged write is lost and every read is linearizable", async () => {
  for (let round = 0; round < 5; round += 1) {
    await load.moreSuccesses(200);
    const leader = await cluster.leader();
    await leader.kill();
    await load.moreSuccesses(200);
    leader.start();
    expect((await cluster.leader()).pid).not.toBe(0);
  }
  await expectSound(cluster, load.work);
});

test("kill -9 of two nodes leaves a cluster that takes writes, and of a third one that takes none until it is back", async () => {
  await load.moreSuccesses(200);
  const [first, second, third] = [await cluster.leader(), ...(await cluster.followers())];
  await Promise.all([first?.kill(), second?.kill()]);
  await load.moreSuccesses(200);
  await third?.kill();
  const atKill = performance.now();
  await until("the clients have called in vain", 20_000, () => callsSince(atKill) >= 20 || undefined);
  // Two of five are no majority: nothing that was asked after the third was gone can have been acknowledged.
  expect(acknowledgedSince(atKill)).toEqual([]);
  for (const node of [first, second, third]) node?.start();
  await cluster.leader();
  await load.moreSuccesses(200);
  await expectSound(cluster, load.work);
});

test("kill -9 of all five at once under load, three times: they find all that was acknowledged", async () => {
  for (let round = 0; round < 3; round += 1) {
    await load.moreSuccesses(300);
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    for (const node of cluster.nodes) node.start();
    await cluster.leader();
  }
  await load.moreSuccesses(200);
  await expectSound(cluster, load.work);
});

test("SIGTERM of the leader, then of all five, under load: each ends with exit code 0 within two seconds, and nothing is lost", async () => {
  await load.moreSuccesses(200);
  const leader = await cluster.leader();
  expect(await leader.terminate(2_000)).toEqual({ code: 0, signal: null });
  await load.moreSuccesses(200);
  leader.start();
  await cluster.whole();
  const exits = await Promise.all(cluster.nodes.map((node) => node.terminate(2_000)));
  expect(exits.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  for (const node of cluster.nodes) node.start();
  await cluster.leader();
  await load.moreSuccesses(200);
  await expectSound(cluster, load.work);
});

/** Operations that were called after this moment and have come to an end. */
function callsSince(moment: number): number {
  return load.work.history.filter(({ invokedAt }) => invokedAt > moment).length;
}

function acknowledgedSince(moment: number): string[] {
  const inDoubt = ["refused", "unknown"];
  return load.work.history
    .filter(({ invokedAt, outcome }) => invokedAt > moment && !inDoubt.includes(outcome.type))
    .map(describeOperation);
}
