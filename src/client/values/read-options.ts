import { flagArgument, optionsArgument, textArgument, wholeNumberArgument } from "./arguments.ts";
import type { CallOptions } from "./call-options.ts";

/** What reads and scans may be told, and its check. */

export interface ReadOptions extends CallOptions {
  /** Answer from the node's own state at once, which may be old. Default: linearizable. */
  readonly local?: boolean | undefined;
}

export interface ScanOptions extends ReadOptions {
  /** Keys that begin with this; default: all. */
  readonly prefix?: string | undefined;
  /** The first key wanted. */
  readonly start?: string | undefined;
  /** The first key no longer wanted. */
  readonly end?: string | undefined;
  /** Most keys in a page; the node has a limit of its own. */
  readonly limit?: number | undefined;
}

/** The request has no room for a larger number. */
const pageKeysMax = 2 ** 32 - 1;

/** @throws TypeError */
export function localArgument(given: ReadOptions): boolean {
  return flagArgument("options.local", optionsArgument("options", given).local, false);
}

type ScanArgument = { readonly [Name in Exclude<keyof ScanOptions, keyof CallOptions>]-?: NonNullable<ScanOptions[Name]> };

/** All of them, what was left out as a node takes it. @throws TypeError */
export function scanArgument(given: ScanOptions): ScanArgument {
  const { prefix = "", start = "", end = "", limit = 0 } = optionsArgument("options", given);
  return {
    prefix: textArgument("options.prefix", prefix),
    start: textArgument("options.start", start),
    end: textArgument("options.end", end),
    limit: wholeNumberArgument("options.limit", limit, { min: 0, max: pageKeysMax }),
    local: localArgument(given),
  };
}
