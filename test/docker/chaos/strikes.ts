/** This machine lacks what a fault takes: that it does not strike is no fault of the run. */
export class CannotStrike extends Error {
  override readonly name = "CannotStrike";
}

/** One step of a plan as it went. Times are in ms since the run began. */
export interface Strike {
  readonly fault: string;
  /** Who was struck, and what was seen of it; null if it did not strike. */
  readonly struck: { readonly what: string; readonly evidence: string } | null;
  /** Why it did not strike, or could not be undone; null if all went well. */
  readonly failure: string | null;
  /** Whether it did not strike because it cannot on this machine, as the fault itself says. */
  readonly cannot: boolean;
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
  /** Where the leader is, and who it is: a node that was repaired has another id than its place. Null: nobody leads. */
  readonly place: number | null;
  readonly nodeId: number | null;
  readonly term: number;
}
