import { reasonOf } from "./errors.ts";
import { isShortage } from "./shortage.ts";

/** A round of verification that cannot go on now. All that it has read is sound. */
export class RoundCutShort extends Error {
  constructor(why: string) {
    super(why);
    this.name = "RoundCutShort";
  }
}

/**
 * What a failure says that ends a round: it is damage, unless what is read was closed meanwhile, for then it may be gone,
 * or the process lacks something.
 */
export function endOfRound(cause: unknown, isClosed: boolean, damaged: (what: string) => Error): Error {
  if (isClosed) return new RoundCutShort("what was being read has been closed, or another state has taken its place");
  return isShortage(cause) ? new RoundCutShort(reasonOf(cause)) : damaged(reasonOf(cause));
}
