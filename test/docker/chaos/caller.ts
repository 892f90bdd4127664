import { BalsaError } from "../../../src/client/balsa-error.ts";
import type { BatchResult, Command, KeyValue } from "../../../src/client/messages.ts";

export type Answer<T> =
  | { readonly type: "ok"; readonly value: T }
  /** It surely did nothing, nor will. */
  | { readonly type: "fail"; readonly reason: string }
  /** It may have taken effect, or may yet. */
  | { readonly type: "maybe"; readonly reason: string };

/** What a client of the workload can do, whoever stands behind it. None of these rejects. */
export interface ChaosCaller {
  readonly via: string;
  /** The one node that is asked; null where the client library chooses. */
  readonly nodeId: number | null;
  submit(commands: readonly Command[]): Promise<Answer<BatchResult>>;
  read(key: string): Promise<Answer<string | null>>;
  /** The first page of a prefix: all its keys, if they are few. It shows one moment. */
  scan(prefix: string): Promise<Answer<readonly KeyValue[]>>;
  /** Writes that were sent once more though they may have happened. */
  readonly repeats: number;
  close(): Promise<void>;
}

/** The answer of a call that may throw BalsaError. */
export async function answerOf<T>(call: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { type: "ok", value: await call() };
  } catch (error) {
    if (!(error instanceof BalsaError)) throw error;
    return { type: error.mayHaveHappened ? "maybe" : "fail", reason: error.reason };
  }
}
