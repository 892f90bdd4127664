/** What may be found wrong with a run. */
export type ViolationKind =
  /** A write was acknowledged, and is not there at the end. */
  | "lost write"
  /** A value is there that nobody wrote, or that was surely refused. */
  | "phantom write"
  /** One request changed the state more than once. */
  | "took effect twice"
  /** Someone saw a part of a batch without the rest. */
  | "torn batch"
  /** No order of the operations on a key makes sense. */
  | "not linearizable"
  /** The search for such an order was given up. */
  | "not decided"
  /** Two nodes have different states at one applied index. */
  | "states differ"
  /** A watch left out, repeated, invented or misplaced a change. */
  | "watch wrong"
  /** After healing the cluster did not serve, or not soon enough. */
  | "not back"
  /** Clients were kept waiting for longer than is promised. */
  | "too slow"
  /** The run itself went wrong: a client ended early, or what a fault did could not be undone. */
  | "broken run"
  /** Less was done, or struck, than the plan demands: the run has shown nothing. */
  | "too little";

export interface Violation {
  readonly kind: ViolationKind;
  /** Whose history shows it; null if it is not about a key. */
  readonly key: string | null;
  /** What was found, for a person to read. */
  readonly sentence: string;
}
