import { BalsaError } from "../../src/client/values/balsa-error.ts";
import type { BatchResult, Command, KeyValue } from "../../src/client/values/messages.ts";
import type { Operation, Outcome } from "../../src/sim/checks/history.ts";

export type Answer<T> =
  | { readonly type: "ok"; readonly value: T }
  /** It surely did nothing, nor will. */
  | { readonly type: "fail"; readonly reason: string }
  /** It may have taken effect, or may yet. */
  | { readonly type: "maybe"; readonly reason: string };

/** What a client can do, whoever stands behind it. None of these rejects. */
export interface CommandCaller {
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
    return { type: error.mayHaveHappened ? "maybe" : "fail", reason: error.code };
  }
}

/** An operation on one key, alone or among others in a batch. */
export type Part = Pick<Operation, "key" | "op">;

export function commandOf({ key, op }: Part): Command {
  switch (op.type) {
    case "set":
      return { type: "set", key, value: op.value };
    case "delete":
      return { type: "delete", key };
    case "cas": {
      const expected = op.expected === null ? ({ absent: true } as const) : { value: op.expected };
      return { type: "compareAndSet", key, expected, newValue: op.value };
    }
    case "read":
      throw new TypeError("A read is no command.");
    default:
      return op satisfies never;
  }
}

/** What came of each operation of a batch. */
export function outcomesOf(parts: readonly Part[], answer: Answer<BatchResult>): Outcome[] {
  if (answer.type !== "ok") return parts.map(() => ({ type: answer.type === "fail" ? "refused" : "unknown" }));
  const { succeeded, results } = answer.value;
  return parts.map(({ op }, place) => {
    const result = results[place];
    if (result === undefined) throw new Error("A node acknowledged a command without a result.");
    if (op.type === "cas" && !result.succeeded) {
      return { type: "conflict", found: result.current === null ? null : String(result.current.value) };
    }
    // All or nothing: where one comparison did not hold, the other commands did nothing.
    if (!succeeded) return { type: "refused" };
    return op.type === "cas" ? { type: "swapped" } : { type: "written", existed: result.existed };
  });
}
