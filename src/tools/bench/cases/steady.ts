import type { LoadResult } from "../load/closed-loop.ts";
import type { Figure, Measurement, Usage } from "../measure/measurement.ts";
import { type Snapshot, usageBetween } from "../subjects/cluster.ts";
import type { Context, Load } from "./context.ts";

/** Number of cores from which on a client that runs on one of them is what holds the figures back. */
const clientBusyCores = 0.9;

/**
 * Measures one load that can go on as it is: some time to warm up, then the rounds.
 * @throws Error if a request fails, as the figures would then mean nothing
 */
export async function measureSteady(context: Context, load: Load): Promise<Measurement> {
  const { cluster, options, roles } = context;
  const termBefore = await cluster.term();
  assertClean(await load.run(options.warmUpMs), load);
  const before = cluster.usage();
  const startedAt = performance.now();
  const results: LoadResult[] = [];
  for (let round = 0; round < options.rounds; round += 1) results.push(assertClean(await load.run(options.roundMs), load));
  const span = { before, after: cluster.usage(), ms: performance.now() - startedAt };
  load.close();
  const clientCores = results.reduce((sum, result) => sum + result.clientCores, 0) / results.length;
  return {
    case: context.case,
    subject: cluster.subject.name,
    load: load.name,
    figures: figuresOf(results),
    usage: usageOf(span, context, clientCores),
    notes: notesOf(clientCores, (await cluster.term()) - termBefore, roles.leader.id),
  };
}

export function assertClean(result: LoadResult, load: Load): LoadResult {
  if (result.failures === 0 && result.perSecond > 0) return result;
  throw new Error(`${load.name}: ${result.failures} requests failed: ${result.firstFailure ?? "none was answered"}`);
}

function figuresOf(results: readonly LoadResult[]): Figure[] {
  return [
    { name: "rate", unit: "/s", rounds: results.map(({ perSecond }) => perSecond) },
    { name: "p50", unit: "ms", rounds: results.map(({ p50Ms }) => p50Ms) },
    { name: "p99", unit: "ms", rounds: results.map(({ p99Ms }) => p99Ms) },
  ];
}

function usageOf(span: { before: Snapshot; after: Snapshot; ms: number }, { roles }: Context, clientCores: number): Usage | null {
  return usageBetween(span, roles, clientCores);
}

function notesOf(clientCores: number, terms: number, leader: number): string[] {
  const notes: string[] = [];
  if (clientCores >= clientBusyCores) notes.push("The client kept a core busy: the cluster may do more than it was asked for.");
  if (terms > 0) notes.push(`Node ${leader} did not lead all the time: there were ${terms} elections.`);
  return notes;
}
