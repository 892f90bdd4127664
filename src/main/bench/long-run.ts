import { setTimeout as sleep } from "node:timers/promises";
import type { Extent, LoadResult } from "./closed-loop.ts";
import { usageBetween } from "./cluster.ts";
import type { Context } from "./context.ts";
import type { Figure, Measurement } from "./measurement.ts";

/** A load that can also be asked for so many requests. */
export interface ExtensibleLoad {
  readonly name: string;
  run(extent: Extent): Promise<LoadResult>;
  close(): void;
}

/** Memory is looked at when what came with the last requests is done. */
const settleMs = 2_000;
const mebibyte = 1024 * 1024;

/** How often the term changes while the cluster has as much to do as it can take. Failed requests are counted, not fatal. */
export async function measureElections(context: Context, load: ExtensibleLoad): Promise<Measurement> {
  const { cluster, options } = context;
  const term = await cluster.term();
  const { result, measurement } = await runOnce(context, load, { ms: options.electionsMs });
  const figures: Figure[] = [
    { name: "elections", unit: "", rounds: [(await cluster.term()) - term] },
    { name: "failed writes", unit: "", rounds: [result.failures] },
    { name: "rate", unit: "/s", rounds: [result.perSecond] },
  ];
  const notes = [`The load lasted ${Math.round(options.electionsMs / 1_000)} s.`];
  if (result.firstFailure !== null) notes.push(`The first failed write was told: ${result.firstFailure}`);
  return { ...measurement, figures, notes };
}

/** What the processes hold in memory after so many entries. */
export async function measureMemory(context: Context, load: ExtensibleLoad): Promise<Measurement> {
  const { cluster, options, roles } = context;
  const { result, measurement } = await runOnce(context, load, { requests: options.entries });
  if (result.failures > 0) throw new Error(`${load.name}: ${result.failures} writes failed: ${result.firstFailure}`);
  await sleep(settleMs);
  const usage = cluster.usage();
  const rss = (id: number) => (usage.get(id)?.rssBytes ?? Number.NaN) / mebibyte;
  const state = await cluster.subject.readState(roles.leader.clientAddress);
  const figures: Figure[] = [
    { name: "leader", unit: "MiB", rounds: [rss(roles.leader.id)] },
    { name: "largest follower", unit: "MiB", rounds: [Math.max(...roles.followers.map(({ id }) => rss(id)))] },
    { name: "rate", unit: "/s", rounds: [result.perSecond] },
  ];
  return { ...measurement, figures, notes: [`The leader had applied ${state?.appliedIndex ?? "an unknown number of"} entries.`] };
}

async function runOnce(
  { case: name, cluster, roles }: Context,
  load: ExtensibleLoad,
  extent: Extent,
): Promise<{ result: LoadResult; measurement: Omit<Measurement, "figures" | "notes"> }> {
  const before = cluster.usage();
  const startedAt = performance.now();
  const result = await load.run(extent);
  const span = { before, after: cluster.usage(), ms: performance.now() - startedAt };
  load.close();
  const usage = usageBetween(span, roles, result.clientCores);
  return { result, measurement: { case: name, subject: cluster.subject.name, load: load.name, usage } };
}
