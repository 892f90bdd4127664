import { numberOf, numbersOf, textOf } from "../fields.ts";
import type { FieldValue, ObservedRecord } from "../records.ts";

/**
 * Records that come with every write, told as one where they follow on each other: entries that were appended one by one are a range.
 * Nothing is lost by it but when each of them came. One that stands for several says how many, as `merged`, and has the head of the last.
 */
export class Ranges {
  /** In the order in which they began. */
  readonly #open: ObservedRecord[] = [];
  readonly #max: number;

  /** @param options rangesMax: how many that do not follow on each other may wait */
  constructor(options: { readonly rangesMax: number }) {
    this.#max = options.rangesMax;
  }

  /** Returns how many records are lost, because too many ranges wait. */
  add(record: ObservedRecord): number {
    const place = this.#open.findLastIndex((open) => open.type === record.type);
    const before = this.#open[place];
    const both = before === undefined ? null : together(before, record);
    if (both !== null) {
      this.#open[place] = both;
      return 0;
    }
    this.#open.push(record);
    const oldest = this.#open.length > this.#max ? this.#open.shift() : undefined;
    return oldest === undefined ? 0 : mergedOf(oldest);
  }

  /** What has come together by now, in the order of the last record of each. */
  take(): ObservedRecord[] {
    return this.#open.splice(0).sort((a, b) => a.number - b.number);
  }
}

/** How many records this one stands for. */
export function mergedOf(record: ObservedRecord): number {
  return numberOf(record, "merged") ?? 1;
}

/** Null: the second does not follow on the first. */
function together(a: ObservedRecord, b: ObservedRecord): ObservedRecord | null {
  const fields = togetherFields(a, b);
  if (fields === null) return null;
  return { ...b, ...fields, merged: mergedOf(a) + mergedOf(b) } as ObservedRecord;
}

function togetherFields(a: ObservedRecord, b: ObservedRecord): Readonly<Record<string, FieldValue>> | null {
  const of = (record: ObservedRecord, field: string): number => numberOf(record, field) ?? 0;
  switch (b.type) {
    case "logAppended":
      return of(b, "first") === of(a, "last") + 1 ? { first: of(a, "first"), ...runsOf(a, b) } : null;
    case "logCommitted":
      return {};
    case "readServed":
      return { count: of(a, "count") + of(b, "count") };
    case "stored":
      // The slowest is what matters.
      return { entries: of(a, "entries") + of(b, "entries"), tookMs: Math.max(of(a, "tookMs"), of(b, "tookMs")) };
    case "snapshotProgress":
      return of(a, "peer") === of(b, "peer") && textOf(a, "direction") === textOf(b, "direction") ? {} : null;
    default:
      return null;
  }
}

function runsOf(a: ObservedRecord, b: ObservedRecord): Readonly<Record<string, FieldValue>> {
  const [firsts, terms] = [[...(numbersOf(a, "runFirsts") ?? [])], [...(numbersOf(a, "runTerms") ?? [])]];
  for (const [place, first] of (numbersOf(b, "runFirsts") ?? []).entries()) {
    const term = numbersOf(b, "runTerms")?.[place] ?? 0;
    if (terms.at(-1) === term) continue;
    firsts.push(first);
    terms.push(term);
  }
  return { runFirsts: firsts, runTerms: terms };
}
