import type { NumberOption, OptionTable } from "../declared/options.ts";
import type { Format } from "./formats.ts";

/** One key of the configuration. */
export interface Key {
  /** What it is for. */
  readonly sentence: string;
  /** What the value counts, or how it is written. */
  readonly unit: string;
  /** Null: there is none, the key must be given. */
  readonly default: string | number | null;
  readonly format: Format;
}

export interface NumberKey extends Key, NumberOption {
  readonly default: number;
  readonly format: "number";
}

/** Every number of a room is a key. */
export function keysOf<Table extends OptionTable>(table: Table): { readonly [Name in keyof Table]: NumberKey } {
  const keys = Object.entries(table).map(([name, option]) => [name, { ...option, format: "number" }]);
  return Object.fromEntries(keys) as { readonly [Name in keyof Table]: NumberKey };
}
