import type { LoadResult } from "../load/closed-loop.ts";
import type { Figure, Measurement } from "../measure/measurement.ts";
import { median } from "../measure/statistics.ts";
import type { Context } from "./context.ts";
import type { ExtensibleLoad } from "./long-run.ts";

/** Interval between two looks at memory and disk, in ms. */
const sampleMs = 5_000;
/** Length of the first and the last stretch, which are compared, in ms; a third of the run if that is less. */
const stretchMs = 60_000;
/** One round of the load; between rounds nothing is paused but the asking. */
const roundRequests = 50_000;
const mebibyte = 1024 * 1024;

/** What was seen at one moment: the most that any one node takes. */
interface Sample {
  readonly rssBytes: number;
  readonly diskBytes: number;
}

/** Writes for as long as told, and whether the cluster is at its end what it was at its beginning. */
export async function measureEndurance(context: Context, load: ExtensibleLoad): Promise<Measurement> {
  const { cluster, options } = context;
  const term = await cluster.term();
  const sampler = new Sampler(context);
  const rounds: Round[] = [];
  const results: LoadResult[] = [];
  const startedAt = performance.now();
  for (let left = options.writes; left > 0; left -= roundRequests) {
    const result = await load.run({ requests: Math.min(left, roundRequests) });
    results.push(result);
    rounds.push({ endedAt: performance.now() - startedAt, perSecond: result.perSecond });
  }
  load.close();
  const samples = await sampler.stop();
  const { first, last } = ratesAtTheEnds(rounds);
  const failures = results.reduce((sum, result) => sum + result.failures, 0);
  const figures: Figure[] = [
    { name: "rate, first minute", unit: "/s", rounds: [first] },
    { name: "rate, last minute", unit: "/s", rounds: [last] },
    { name: "last / first", unit: "", rounds: [last / first] },
    { name: "most memory of a node", unit: "MiB", rounds: [maxOf(samples, "rssBytes")] },
    { name: "memory at the end", unit: "MiB", rounds: [(samples.at(-1)?.rssBytes ?? Number.NaN) / mebibyte] },
    { name: "most disk of a node", unit: "MiB", rounds: [maxOf(samples, "diskBytes")] },
    { name: "disk at the end", unit: "MiB", rounds: [(samples.at(-1)?.diskBytes ?? Number.NaN) / mebibyte] },
    { name: "failed writes", unit: "", rounds: [failures] },
    { name: "elections", unit: "", rounds: [(await cluster.term()) - term] },
  ];
  const notes = [
    `${options.writes} writes to ${options.keys} keys in ${Math.round((rounds.at(-1)?.endedAt ?? 0) / 1_000)} s.`,
    courseOf(samples),
  ];
  return { case: context.case, subject: cluster.subject.name, load: load.name, figures, usage: null, notes };
}

export interface Round {
  /** Since the first round began, in ms. */
  readonly endedAt: number;
  readonly perSecond: number;
}

/** Medians over the rounds that ended in the first and in the last minute, or third if the run was shorter. */
export function ratesAtTheEnds(rounds: readonly Round[]): { first: number; last: number } {
  const lastMs = rounds.at(-1)?.endedAt ?? 0;
  const stretch = Math.max(rounds[0]?.endedAt ?? 0, Math.min(stretchMs, lastMs / 3));
  const within = (from: number, to: number) =>
    rounds.filter(({ endedAt }) => endedAt > from && endedAt <= to).map(({ perSecond }) => perSecond);
  return { first: median(within(0, stretch)), last: median(within(lastMs - stretch, lastMs)) };
}

/** Looks at the nodes again and again until it is stopped. */
class Sampler {
  readonly #cluster: Context["cluster"];
  readonly #samples: Sample[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor({ cluster }: Context) {
    this.#cluster = cluster;
    this.#timer = setInterval(() => void this.#look(), sampleMs);
  }

  async stop(): Promise<readonly Sample[]> {
    clearInterval(this.#timer);
    await this.#look();
    return this.#samples;
  }

  async #look(): Promise<void> {
    const rssBytes = Math.max(...[...this.#cluster.usage().values()].map((usage) => usage.rssBytes));
    this.#samples.push({ rssBytes, diskBytes: await this.#cluster.diskBytesMax() });
  }
}

function maxOf(samples: readonly Sample[], name: keyof Sample): number {
  return Math.max(...samples.map((sample) => sample[name])) / mebibyte;
}

/** Ten values over the run, so that a reader sees whether they go on rising. */
function courseOf(samples: readonly Sample[]): string {
  const tenth = Math.max(1, Math.ceil(samples.length / 10));
  const some = samples.filter((_, place) => place % tenth === 0);
  const list = (name: keyof Sample) => some.map((sample) => Math.round(sample[name] / mebibyte)).join(", ");
  return `Over the run, in MiB: memory ${list("rssBytes")}; disk ${list("diskBytes")}.`;
}
