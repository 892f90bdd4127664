import type { HistogramTable, HistogramValue } from "./figures.ts";

/** Counts values by their size. To count one is a few comparisons, so that it may be done on the way of every request. */
export class Histogram implements HistogramValue {
  readonly bounds: readonly number[];
  /** How many values lie above the bound before and not above this one; last, those above all bounds. */
  readonly #between: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#between = [...bounds, 0].map(() => 0);
  }

  /** @param times how many values there were of this size */
  add(value: number, times = 1): void {
    const { bounds } = this;
    let place = 0;
    // Most values are small: they are found sooner from below than by halving.
    while (place < bounds.length && value > (bounds[place] ?? 0)) place += 1;
    this.#between[place] = (this.#between[place] ?? 0) + times;
    this.#sum += value * times;
  }

  get counts(): readonly number[] {
    let sum = 0;
    return this.#between.map((count) => {
      sum += count;
      return sum;
    });
  }

  get sum(): number {
    return this.#sum;
  }
}

/** One for each row, with nothing counted yet. */
export function histogramsOf<Table extends HistogramTable>(table: Table): { readonly [Name in keyof Table]: Histogram } {
  const entries = Object.entries(table).map(([name, { bounds }]) => [name, new Histogram(bounds)]);
  return Object.fromEntries(entries) as { readonly [Name in keyof Table]: Histogram };
}

/** How many values were counted. */
export function countOf({ counts }: Pick<HistogramValue, "counts">): number {
  return counts.at(-1) ?? 0;
}

/**
 * About the value below which `share` (0 to 1) of all values lie, as if they were spread evenly between two bounds; null if there
 * are none. Above the last bound nothing is known of them: then it is infinite.
 */
export function quantileOf({ bounds, counts }: Pick<HistogramValue, "bounds" | "counts">, share: number): number | null {
  const count = countOf({ counts });
  if (count === 0) return null;
  const rank = share * count;
  const place = counts.findIndex((upTo) => upTo > 0 && upTo >= rank);
  const high = bounds[place];
  if (high === undefined) return Number.POSITIVE_INFINITY;
  const [low, before] = place === 0 ? [0, 0] : [bounds[place - 1] ?? 0, counts[place - 1] ?? 0];
  return low + ((high - low) * (rank - before)) / ((counts[place] ?? 0) - before);
}
