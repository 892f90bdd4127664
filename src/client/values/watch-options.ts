import { optionsArgument, textArgument, wholeNumberArgument } from "./arguments.ts";
import type { CallOptions } from "./call-options.ts";

export interface WatchOptions extends CallOptions {
  /** This key alone... */
  readonly key?: string | undefined;
  /** ...or all that begin with this; neither: all keys. */
  readonly prefix?: string | undefined;
  /** The first revision wanted; default: whatever changes from now on. */
  readonly from?: number | undefined;
}

/** The same, without how it may be given up. */
export type WatchedKeys = Omit<WatchOptions, keyof CallOptions>;

/** The options, checked. @throws TypeError */
export function watchArgument(given: WatchOptions): WatchedKeys {
  const { key, prefix, from } = optionsArgument("options", given);
  if (key !== undefined && prefix !== undefined) throw new TypeError("options must name a key or a prefix, not both.");
  return {
    ...(key !== undefined && { key: textArgument("options.key", key) }),
    ...(prefix !== undefined && { prefix: textArgument("options.prefix", prefix) }),
    ...(from !== undefined && { from: wholeNumberArgument("options.from", from, { min: 0 }) }),
  };
}
