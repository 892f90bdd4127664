import type { LoadResult } from "../load/closed-loop.ts";
import type { Figure, Measurement } from "../measure/measurement.ts";
import { median } from "../measure/statistics.ts";
import { type Snapshot, usageBetween } from "../subjects/cluster.ts";
import type { Context } from "./context.ts";
import type { ExtensibleLoad } from "./long-run.ts";

/** Those who watch the nodes. */
export interface Watching {
  open(addresses: readonly string[]): Promise<void>;
  readonly firstFailure: string | null;
  close(): void;
}

/** Processor time is told in steps of 10 ms: of fewer writes in a round it would say little. */
const requestsMin = 1_000;

/** The same number of writes, once without anybody who watches and once with one at each node. */
interface Pair {
  readonly aloneMicros: number;
  readonly observedMicros: number;
}

/**
 * What it costs the nodes to be watched: their processor time for each write. Throughput cannot tell, as it differs from minute to
 * minute by more than that. So the two are measured in turn, in pairs of as many writes each, and what counts is the median of the
 * pairs' ratios; which of the two comes first alternates, so that a machine that grows slower favours neither.
 * @throws Error if a write fails, a watch ends, or a round is too short, as the figures would then mean nothing
 */
export async function measureObserved(context: Context, load: ExtensibleLoad, watch: () => Watching): Promise<Measurement> {
  const { cluster, options, roles } = context;
  const term = await cluster.term();
  const warm = await warmUp(context, load, watch());
  const requests = Math.round((warm.perSecond * options.roundMs) / 1_000);
  if (requests < requestsMin)
    throw new Error(`Only ${requests} writes fit into a round, too few for figures: ${requestsMin} are needed.`);
  const half = (isObserved: boolean) => microsPerWrite(context, load, requests, isObserved ? watch() : null);
  const before = cluster.usage();
  const startedAt = performance.now();
  const pairs: Pair[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const isFirst = round % 2 === 1;
    const [first, second] = [await half(isFirst), await half(!isFirst)];
    pairs.push(isFirst ? { observedMicros: first, aloneMicros: second } : { aloneMicros: first, observedMicros: second });
  }
  const span = { before, after: cluster.usage(), ms: performance.now() - startedAt };
  load.close();
  return {
    case: context.case,
    subject: cluster.subject.name,
    load: load.name,
    figures: figuresOf(pairs),
    usage: usageBetween(span, roles, warm.clientCores),
    notes: [`${pairs.length} pairs of ${requests} writes each. ${spreadOf(pairs)}`, ...electionNote((await cluster.term()) - term)],
  };
}

/** What is watched runs code that is not yet compiled otherwise. The second rate is that of nodes as they are from then on. */
async function warmUp({ cluster, options }: Context, load: ExtensibleLoad, watching: Watching): Promise<LoadResult> {
  await load.run({ ms: options.warmUpMs });
  try {
    await watching.open(cluster.clientAddresses);
    return await load.run({ ms: options.warmUpMs });
  } finally {
    watching.close();
  }
}

/** Processor time of all nodes together, for each of the writes. */
async function microsPerWrite(
  { cluster }: Context,
  load: ExtensibleLoad,
  requests: number,
  watching: Watching | null,
): Promise<number> {
  try {
    await watching?.open(cluster.clientAddresses);
    await cluster.settled();
    const before = cluster.usage();
    const { failures, firstFailure } = await load.run({ requests });
    // The followers apply the last of them a little later.
    await cluster.settled();
    const ms = processorMs(before, cluster.usage());
    const lost = watching?.firstFailure ?? null;
    if (failures > 0) throw new Error(`${load.name}: ${failures} writes failed: ${firstFailure}`);
    if (lost !== null) throw new Error(`A watch ended while it was measured: ${lost}`);
    return (ms * 1_000) / requests;
  } finally {
    watching?.close();
  }
}

function processorMs(before: Snapshot, after: Snapshot): number {
  if (after.size === 0) throw new Error("This system does not tell the processor time of processes.");
  return [...after].reduce((sum, [id, usage]) => sum + usage.cpuMs - (before.get(id)?.cpuMs ?? 0), 0);
}

function figuresOf(pairs: readonly Pair[]): Figure[] {
  return [
    { name: "processor time of all nodes per write", unit: "µs", rounds: pairs.map(({ aloneMicros }) => aloneMicros) },
    { name: "the same, each node watched", unit: "µs", rounds: pairs.map(({ observedMicros }) => observedMicros) },
    { name: "watched / not", unit: "", rounds: ratiosOf(pairs) },
  ];
}

function ratiosOf(pairs: readonly Pair[]): number[] {
  return pairs.map(({ aloneMicros, observedMicros }) => observedMicros / aloneMicros);
}

/** Says how far the pairs lie apart: a difference that is smaller cannot be told from noise. */
function spreadOf(pairs: readonly Pair[]): string {
  const ratios = ratiosOf(pairs);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(3));
  return `Their ratios lie from ${least} to ${most}, the median is ${median(ratios).toFixed(3)}.`;
}

function electionNote(terms: number): string[] {
  return terms === 0 ? [] : [`There were ${terms} elections meanwhile.`];
}
