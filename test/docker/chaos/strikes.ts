/** One step of a plan as it went. Times are in ms since the run began. */
export interface Strike {
  readonly fault: string;
  /** Who was struck, and what was seen of it; null if it did not strike. */
  readonly struck: { readonly what: string; readonly evidence: string } | null;
  /** Why it did not strike, or could not be undone; null if all went well. */
  readonly failure: string | null;
  /** The places of nodes that can still reach a majority of all, while this is in force; null if nothing is said of that. */
  readonly majority: readonly number[] | null;
  readonly beganAt: number;
  /** When it was seen to be in force. */
  readonly struckAt: number;
  /** When its undoing began, and ended. */
  readonly healingAt: number;
  readonly healedAt: number;
  /** When every node answered again: one that was killed has to start first. Null if they never did. */
  readonly wholeAt: number | null;
}

/** Who leads from some moment on, as the nodes themselves say. */
export interface Leading {
  readonly at: number;
  /** Null: nobody. */
  readonly leaderId: number | null;
  readonly term: number;
}
