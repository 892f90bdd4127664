import { setTimeout as sleep } from "node:timers/promises";
import { BalsaClient } from "../../../client/client.ts";
import { fillState } from "../load/large-state.ts";
import type { Measurement } from "../measure/measurement.ts";
import { median } from "../measure/statistics.ts";
import type { Context } from "./context.ts";

const restarts = 3;
const pollMs = 10;
const readWithinMs = 120_000;
const mebibyte = 1024 * 1024;

/** Fills every node's state, then stops one and starts it again: how long until it serves a linearizable read. */
export async function measureRestart(context: Context): Promise<Measurement> {
  const { cluster, options, roles } = context;
  await fillState(roles.leader.clientAddress, options.stateBytes);
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
