import type { Format } from "./formats.ts";

/** One key of the configuration. */
export interface Key {
  /** What it is for, in a sentence or two. */
  readonly doc: string;
  /** What the value counts, or how it is written. */
  readonly unit: string;
  /** Null: there is none, the key must be given. */
  readonly default: string | number | null;
  readonly format: Format;
}

export interface NumberKey extends Key {
  readonly default: number;
}

export function millisKey(ms: number, doc: string): NumberKey {
  return { doc, unit: "ms", default: ms, format: "millis" };
}

export function countKey(most: number, unit: string, doc: string): NumberKey {
  return { doc, unit, default: most, format: "count" };
}

/** A limit of 0 stands for nothing at all. */
export function countOrNoneKey(most: number, unit: string, doc: string): NumberKey {
  return { doc, unit, default: most, format: "countOrNone" };
}
