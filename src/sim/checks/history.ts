/**
 * What the clients of a run saw, in plain values: made by the simulator and by the tests that run real
 * processes, judged by linearizable.ts. Nothing here knows how the cluster works.
 */

/** One client's operation on one key. A batch is written down once for each of its keys. */
export interface Operation {
  readonly client: number;
  readonly key: string;
  readonly op: Op;
  /** When it was called. Any numbers that grow with time, equal ones meaning "at the same moment". */
  readonly invokedAt: number;
  /** When its outcome was known; null if that was never told. */
  readonly returnedAt: number | null;
  readonly outcome: Outcome;
  /**
   * Where in the order of all effects it stands by the system's own account, such as a log index, if that is known.
   * It is not believed; it only tells the judge which orders to try first.
   */
  readonly hint?: number;
}

/** Values are text; null is "no such key". */
export type Op =
  | { readonly type: "set"; readonly value: string }
  | { readonly type: "delete" }
  /** Sets the key to `value`, or deletes it, if it is found at `expected`. */
  | { readonly type: "cas"; readonly expected: string | null; readonly value: string | null }
  | { readonly type: "read" };

export type Outcome =
  /** A set or delete took effect. `existed`: whether the key was there before, null if that was not told. */
  | { readonly type: "written"; readonly existed: boolean | null }
  /** A compare-and-set found what it expected, and took effect. */
  | { readonly type: "swapped" }
  /** A compare-and-set found this instead, and changed nothing. */
  | { readonly type: "conflict"; readonly found: string | null }
  | { readonly type: "read"; readonly value: string | null }
  /** The request had no effect and never will. */
  | { readonly type: "refused" }
  /** It may have taken effect, or may yet. */
  | { readonly type: "unknown" };

/** One line of text, for failure reports. */
export function describeOperation(operation: Operation): string {
  const { client, key, invokedAt, returnedAt } = operation;
  const span = `${invokedAt.toFixed(3)}..${returnedAt === null ? "" : returnedAt.toFixed(3)}`;
  return `[${span}] client ${client}: ${describeOp(operation.op)} of ${key}: ${describeOutcome(operation.outcome)}`;
}

function describeOp(op: Op): string {
  switch (op.type) {
    case "set":
      return `set ${op.value}`;
    case "delete":
      return "delete";
    case "cas":
      return `set ${op.value ?? "nothing"} if ${op.expected ?? "absent"}`;
    case "read":
      return "read";
    default:
      return op satisfies never;
  }
}

function describeOutcome(outcome: Outcome): string {
  switch (outcome.type) {
    case "written":
      return outcome.existed === null ? "done" : outcome.existed ? "done, replaced" : "done, was absent";
    case "swapped":
      return "done";
    case "conflict":
      return `conflict, found ${outcome.found ?? "nothing"}`;
    case "read":
      return `found ${outcome.value ?? "nothing"}`;
    case "refused":
    case "unknown":
      return outcome.type;
    default:
      return outcome satisfies never;
  }
}
