import type { Operation } from "../../../../src/sim/checks/history.ts";

/**
 * All keys of a run begin with one of these: those that all clients write and read, pairs that are only written
 * together, and those that one request writes once.
 */
export const prefixes = { shared: "shared/", pair: "pair/", kept: "kept/" } as const;

/** What a client asked for in one call. */
export const requestKinds = ["set", "delete", "compare-and-set", "batch", "read", "scan"] as const;
export type RequestKind = (typeof requestKinds)[number];

/** `maybe`: it may have taken effect, or may yet. `fail`: it surely did nothing, nor will. */
export type Result = "ok" | "fail" | "maybe";

/** One call of one client, as that client saw it. Times are in ms since the run began. */
export interface Request {
  readonly id: number;
  readonly client: number;
  readonly kind: RequestKind;
  /** How it went: "session 2" finds its way by the client library, "node 3" asks that very node and never again. */
  readonly via: string;
  /** The one node that was asked; null where the library chose. */
  readonly nodeId: number | null;
  readonly invokedAt: number;
  /** When the client knew, or gave up. */
  readonly endedAt: number;
  readonly result: Result;
  /** Why it did not succeed, in the words of docs/errors.md; null if it did. */
  readonly reason: string | null;
  /** Log index that the cluster named for an acknowledged write. */
  readonly revision: number | null;
}

/** One key's part of a request: a batch and a scan have several. The judge needs no more than an Operation. */
export interface Noted extends Operation {
  readonly request: Request;
}

export function isWrite({ kind }: Request): boolean {
  return kind !== "read" && kind !== "scan";
}

/** Everything that the clients of a run wrote down, in the order in which they knew it. */
export class Notes {
  readonly requests: Request[] = [];
  readonly operations: Noted[] = [];
  /** Keys that were written once and by one request only, with that request's value, whatever became of it. */
  readonly kept = new Map<string, { readonly value: string; readonly request: Request }>();
  readonly #startedAt: number;

  /** @param startedAt on the clock of `performance.now()` */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** Now, in ms since the run began. */
  now(): number {
    return performance.now() - this.#startedAt;
  }

  add(request: Omit<Request, "id">, parts: readonly Pick<Operation, "key" | "op" | "outcome">[]): Request {
    const noted = { id: this.requests.length + 1, ...request };
    this.requests.push(noted);
    for (const part of parts) {
      const isOpen = part.outcome.type === "unknown";
      this.operations.push({
        client: request.client,
        ...part,
        invokedAt: request.invokedAt,
        returnedAt: isOpen ? null : request.endedAt,
        ...(request.revision !== null && { hint: request.revision }),
        request: noted,
      });
    }
    return noted;
  }
}
