import type { Change } from "./messages.ts";

/** Changes as they come: an async iterator that does not end by itself. */
export interface ChangeStream extends AsyncIterable<Change>, AsyncDisposable {
  /** Every change up to this revision has arrived; 0 before the first word of a node. */
  readonly revision: number;
  /** Resolves once a node has begun to tell: what is written from then on will be seen. @throws BalsaError */
  started(): Promise<void>;
  /** Ends the watch, and its iteration. */
  close(): void;
}
