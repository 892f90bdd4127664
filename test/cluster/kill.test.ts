import { describeOperation } from "../../src/sim/history.ts";
import { ClientCaller } from "./client-caller.ts";
import { Cluster } from "./harness.ts";
import { UnaryCaller } from "./unary-caller.ts";
import { until } from "./until.ts";
import { expectSound } from "./verdict.ts";
import { Workload } from "./workload.ts";

// Real processes that end under load, by kill -9 and by SIGTERM.

jest.setTimeout(120_000);

let cluster: Cluster;
let callers: (ClientCaller | UnaryCaller)[];
let load: Workload;

beforeEach(async () => {
  cluster = await Cluster.start();
  await cluster.leader();
  const { endpoints } = cluster;
  const timeoutMs = 2_000;
  // One that stays with each node, so that every node forwards and serves reads, and as many that find their way.
  callers = [
    ...endpoints.map((endpoint) => new UnaryCaller({ endpoint, timeoutMs })),
    ...endpoints.map(() => new ClientCaller({ endpoints, timeoutMs })),
  ];
  load = new Workload({ keys: 6, pauseMs: 4 }, callers);
});

afterEach(async () => {
  try {
    await load.stop();
    for (const caller of callers) caller.close();
  } finally {
    await cluster.remove();
  }
});

test("kill -9 of the leader under load, five times: no acknowledged write is lost and every read is linearizable", async () => {
  for (let round = 0; round < 5; round += 1) {
    await moreSuccesses(200);
    const leader = await cluster.leader();
    await leader.kill();
    await moreSuccesses(200);
    leader.start();
    expect((await cluster.leader()).pid).not.toBe(0);
  }
  await expectSound(cluster, load);
});

test("kill -9 of two nodes leaves a cluster that takes writes, and of a third one that takes none until it is back", async () => {
  await moreSuccesses(200);
  const [first, second, third] = [await cluster.leader(), ...(await cluster.followers())];
  await Promise.all([first?.kill(), second?.kill()]);
  await moreSuccesses(200);
  await third?.kill();
  const atKill = performance.now();
  await until("the clients have called in vain", 20_000, () => callsSince(atKill) >= 20 || undefined);
  // Two of five are no majority: nothing that was asked after the third was gone can have been acknowledged.
  expect(acknowledgedSince(atKill)).toEqual([]);
  for (const node of [first, second, third]) node?.start();
  await cluster.leader();
  await moreSuccesses(200);
  await expectSound(cluster, load);
});

test("kill -9 of all five at once under load, three times: they find all that was acknowledged", async () => {
  for (let round = 0; round < 3; round += 1) {
    await moreSuccesses(300);
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    for (const node of cluster.nodes) node.start();
    await cluster.leader();
  }
  await moreSuccesses(200);
  await expectSound(cluster, load);
});

test("SIGTERM of the leader, then of all five, under load: each ends with exit code 0 within two seconds, and nothing is lost", async () => {
  await moreSuccesses(200);
  const leader = await cluster.leader();
  expect(await leader.terminate(2_000)).toEqual({ code: 0, signal: null });
  await moreSuccesses(200);
  leader.start();
  await cluster.whole();
  const exits = await Promise.all(cluster.nodes.map((node) => node.terminate(2_000)));
  expect(exits.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  for (const node of cluster.nodes) node.start();
  await cluster.leader();
  await moreSuccesses(200);
  await expectSound(cluster, load);
});

/** Operations that were called after this moment and have come to an end. */
function callsSince(moment: number): number {
  return load.history.filter(({ invokedAt }) => invokedAt > moment).length;
}

function acknowledgedSince(moment: number): string[] {
  const inDoubt = ["refused", "unknown"];
  return load.history
    .filter(({ invokedAt, outcome }) => invokedAt > moment && !inDoubt.includes(outcome.type))
    .map(describeOperation);
}

/** A run in which hardly anything happens proves nothing: waits until so many more operations have succeeded. */
async function moreSuccesses(count: number): Promise<void> {
  const successes = () => load.count("written") + load.count("read") + load.count("swapped");
  const goal = successes() + count;
  await until(
    () => `${goal - successes()} more operations succeed`,
    30_000,
    () => (successes() >= goal ? true : undefined),
  );
}
