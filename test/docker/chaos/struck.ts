import { errorText } from "../../../src/terminal/error-text.ts";
import type { Struck } from "./types.ts";

/** How long a fault may take until it is seen, in ms. */
export const seenWithinMs = 10_000;

/** What a fault did could not be undone: the cluster is harmed still, and whatever it does from now on shows nothing. */
export class NotUndone extends Error {
  constructor(what: string, why: unknown, undoing: unknown) {
    super(`${errorText(why)} And what was done to ${what} could not be undone: ${errorText(undoing)}`);
    this.name = "NotUndone";
  }
}

/**
 * A fault has struck only once that was seen. If it was not, or something failed on the way, it is undone, and has failed.
 * @param heal undoes whatever was done by then: all of it, a part, or nothing
 * @param strike does all that is done, and says what was seen of it
 * @throws NotUndone, or why it did not strike
 */
export async function struck(what: string, heal: () => Promise<void>, strike: () => Promise<string>): Promise<Struck> {
  try {
    return { what, evidence: await strike(), heal };
  } catch (error) {
    await heal().catch((undoing: unknown) => {
      throw new NotUndone(what, error, undoing);
    });
    throw error;
  }
}
