import { setTimeout as sleep } from "node:timers/promises";
import { BalsaClient } from "../../client/client.ts";
import type { Context } from "./context.ts";
import type { Measurement } from "./measurement.ts";
import { median } from "./statistics.ts";

/** Large enough that a gigabyte is written in a minute or two, small enough to be like a record. */
const valueBytes = 4_096;
const outstanding = 128;
/** Small entries come last, so that the tail of each log has as many entries as it may. */
const tailEntries = 30_000;
const restarts = 3;
const pollMs = 10;
const readWithinMs = 120_000;
const mebibyte = 1024 * 1024;

/** Fills every node's state, then stops one and starts it again: how long until it serves a linearizable read. */
export async function measureRestart(context: Context): Promise<Measurement> {
  const { cluster, options, roles } = context;
  await fill(roles.leader.clientAddress, options.stateBytes);
  const [follower = roles.leader] = (await cluster.settled()).followers;
  const diskBytes = await cluster.diskBytesMax();
  const times: number[] = [];
  const memory: number[] = [];
  for (let count = 0; count < restarts; count += 1) {
    await cluster.stopNode(follower.id);
    const startedAt = performance.now();
    cluster.startNode(follower.id);
    await firstRead(follower.clientAddress);
    times.push(performance.now() - startedAt);
    memory.push((cluster.usage().get(follower.id)?.rssBytes ?? Number.NaN) / mebibyte);
    await cluster.settled();
  }
  return {
    case: context.case,
    subject: cluster.subject.name,
    load: "BalsaClient",
    figures: [
      { name: "to the first read, median", unit: "ms", rounds: [median(times)] },
      { name: "to the first read, longest", unit: "ms", rounds: [Math.max(...times)] },
      { name: "memory then", unit: "MiB", rounds: [Math.max(...memory)] },
      { name: "data of a node", unit: "MiB", rounds: [diskBytes / mebibyte] },
    ],
    usage: null,
    notes: [`Node ${follower.id}, a follower, was stopped and started; in ms: ${times.map(Math.round).join(", ")}.`],
  };
}

async function fill(address: string, stateBytes: number): Promise<void> {
  const client = new BalsaClient({ endpoints: [address], prefer: "any", outstandingMax: outstanding });
  const value = Buffer.alloc(valueBytes, "v");
  try {
    await eachOf(Math.ceil(stateBytes / valueBytes), (n) => client.set(`large ${n}`, value));
    await eachOf(tailEntries, (n) => client.set(`small ${n % 1_000}`, `${n}`));
  } finally {
    client.close();
  }
}

/** Makes so many calls, a few at a time. */
async function eachOf(count: number, call: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const loops = Array.from({ length: outstanding }, async () => {
    while (next < count) {
      next += 1;
      await call(next);
    }
  });
  await Promise.all(loops);
}

/** A connection that is refused is tried again at once: what is measured is the node, not its client's patience. */
async function firstRead(address: string): Promise<void> {
  const giveUpAt = performance.now() + readWithinMs;
  while (performance.now() < giveUpAt) {
    const client = new BalsaClient({ endpoints: [address], prefer: "any" });
    const isRead = await client.get("large 1").then(
      (value) => value !== null,
      () => false,
    );
    client.close();
    if (isRead) return;
    await sleep(pollMs);
  }
  throw new Error(`The node did not serve a read within ${readWithinMs / 1_000} s of its start.`);
}
