import { setTimeout as pause } from "node:timers/promises";
import { Cluster } from "../support/harness.ts";
import { UnaryCaller } from "../support/unary-caller.ts";
import { until } from "../support/until.ts";
import { Workload } from "../support/workload.ts";
import { expectSound } from "./verdict.ts";

// SIGSTOP holds a process still while the world goes on: what a long pause of the garbage collector or of the machine
// does, and what turns a clock into a liar. Its sockets stay open, and what is sent to it waits.

jest.setTimeout(120_000);

/** Twice the default, so that nothing but SIGSTOP makes a node late, also on a machine that has other work. */
const electionTimeoutMs = 600;
const timing = { "election-timeout-min-ms": "300", "election-timeout-max-ms": String(electionTimeoutMs), "heartbeat-ms": "50" };

let cluster: Cluster;
let callers: UnaryCaller[];
let load: Workload;

beforeEach(async () => {
  cluster = await Cluster.start({ flags: { log: "election=debug", ...timing } });
  await cluster.leader();
  // Long enough that a call to a stopped node is answered by that node, once it goes on.
  callers = [...cluster.endpoints, ...cluster.endpoints].map((endpoint) => new UnaryCaller({ endpoint, timeoutMs: 8_000 }));
  load = new Workload({ keys: 4, pauseMs: 4 }, callers);
});

afterEach(async () => {
  for (const node of cluster.nodes) node.resume();
  try {
    await load.stop();
    for (const caller of callers) caller.close();
  } finally {
    await cluster.remove();
  }
});

test("a leader stopped with reads going on serves no stale read when it goes on, six times", async () => {
  for (let round = 0; round < 6; round += 1) {
    const old = await cluster.leader();
    old.pause();
    const next = await cluster.leader();
    expect(next).not.toBe(old);
    await writeEveryKey(next.id);
    // These reads are called after the new writes were acknowledged, and wait at the old leader until it goes on.
    const waiting = Promise.all(keys.map((key) => load.record(old.id - 1, key, { type: "read" })));
    await pause(electionTimeoutMs);
    old.resume();
    await waiting;
    expect(await cluster.leader()).not.toBe(old);
  }
  await expectSound(cluster, load);
});

test("a leader stopped for less than the others notice serves no stale read either, twenty times", async () => {
  const leader = await cluster.leader();
  for (let round = 0; round < 20; round += 1) {
    leader.pause();
    await pause((electionTimeoutMs * round) / 20);
    leader.resume();
    await pause(20);
  }
  await expectSound(cluster, load);
});

test("rule 38: a follower stopped for five election timeouts reads its mail before it campaigns, five times", async () => {
  const leader = await cluster.leader();
  const before = await cluster.status(leader.id);
  const [follower] = await cluster.followers();
  const quiet = outputOf(follower);
  for (let round = 0; round < 5; round += 1) {
    follower?.pause();
    await pause(5 * electionTimeoutMs);
    follower?.resume();
    await caughtUp(follower?.id ?? 0);
  }
  expect(outputOf(follower).slice(quiet.length)).not.toMatch(/timer expired|candidate/i);
  expect(await cluster.status(leader.id)).toMatchObject({ role: "ROLE_LEADER", term: "term" in before ? before.term : 0 });
  await expectSound(cluster, load);
});

test("rule 38: a leader stopped for five election timeouts steps down when it goes on, and acknowledges nothing of its own", async () => {
  const old = await cluster.leader();
  old.pause();
  await pause(5 * electionTimeoutMs);
  await cluster.leader();
  old.resume();
  await until("the old leader follows the new one", 10_000, async () => {
    const status = await cluster.status(old.id);
    return !(status instanceof Error) && status.role === "ROLE_FOLLOWER" && status.leaderId !== 0 ? true : undefined;
  });
  await expectSound(cluster, load);
});

const keys = [0, 1, 2, 3].map((key) => `shared/${key}`);

/** Leaves in each key a value that only a node which knows of the newest writes can name. */
async function writeEveryKey(id: number): Promise<void> {
  for (const key of keys) {
    const outcome = await load.record(id - 1, key, { type: "set", value: `fresh ${performance.now()}` });
    expect(outcome.type).toBe("written");
  }
}

/** Once the node has applied what the leader had committed when this was asked. */
async function caughtUp(id: number): Promise<void> {
  const leader = await cluster.leader();
  const goal = await cluster.status(leader.id);
  if (goal instanceof Error) throw goal;
  await until(`node ${id} has caught up`, 10_000, async () => {
    const status = await cluster.status(id);
    return !(status instanceof Error) && status.appliedIndex >= goal.commitIndex ? true : undefined;
  });
}

function outputOf(node: { readonly output: string } | undefined): string {
  return node?.output ?? "";
}
