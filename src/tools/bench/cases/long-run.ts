import { setTimeout as sleep } from "node:timers/promises";
import type { Extent, LoadResult } from "../load/closed-loop.ts";
import type { Figure, Measurement } from "../measure/measurement.ts";
import { type Roles, type Snapshot, usageBetween } from "../subjects/cluster.ts";
import type { Context } from "./context.ts";

/** A load that can also be asked for a number of requests. */
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
  const { cluster, options, roles } = context;
  const term = await cluster.term();
  const before = snapshot(context);
  const result = await load.run({ ms: options.electionsMs });
  const usage = usageSince(before, context, roles, result.clientCores);
  load.close();
  const notes = [`The load lasted ${Math.round(options.electionsMs / 1_000)} s.`];
  if (result.firstFailure !== null) notes.push(`The first failed write was told: ${result.firstFailure}`);
  const figures: Figure[] = [
    { name: "elections", unit: "", rounds: [(await cluster.term()) - term] },
    { name: "failed writes", unit: "", rounds: [result.failures] },
    { name: "rate", unit: "/s", rounds: [result.perSecond] },
  ];
  return { case: context.case, subject: cluster.subject.name, load: load.name, figures, usage, notes };
}

/** What the processes hold in memory after a number of entries. Writes that fail meanwhile are made up for. */
export async function measureMemory(context: Context, load: ExtensibleLoad): Promise<Measurement> {
  const { cluster, options } = context;
  const before = snapshot(context);
  const results: LoadResult[] = [];
  let { roles } = context;
  while (roles.leader.state.appliedIndex < options.entries) {
    results.push(await load.run({ requests: options.entries - roles.leader.state.appliedIndex }));
    roles = await cluster.settled();
  }
  const usage = usageSince(before, context, roles, Math.max(...results.map(({ clientCores }) => clientCores)));
  load.close();
  await sleep(settleMs);
  const rss = residentMib(context);
  const { leader, followers } = roles;
  return {
    case: context.case,
    subject: cluster.subject.name,
    load: load.name,
    figures: [
      { name: "leader", unit: "MiB", rounds: [rss(leader.id)] },
      { name: "largest follower", unit: "MiB", rounds: [Math.max(...followers.map(({ id }) => rss(id)))] },
      { name: "failed writes", unit: "", rounds: [results.reduce((sum, { failures }) => sum + failures, 0)] },
      { name: "rate", unit: "/s", rounds: results.map(({ perSecond }) => perSecond) },
    ],
    usage,
    notes: [`The leader had applied ${leader.state.appliedIndex} entries.`],
  };
}

interface Moment {
  readonly at: number;
  readonly usage: Snapshot;
}

function snapshot({ cluster }: Context): Moment {
  return { at: performance.now(), usage: cluster.usage() };
}

function usageSince(before: Moment, context: Context, roles: Roles, clientCores: number): Measurement["usage"] {
  const { at, usage } = snapshot(context);
  return usageBetween({ before: before.usage, after: usage, ms: at - before.at }, roles, clientCores);
}

function residentMib(context: Context): (id: number) => number {
  const { usage } = snapshot(context);
  return (id) => (usage.get(id)?.rssBytes ?? Number.NaN) / mebibyte;
}
