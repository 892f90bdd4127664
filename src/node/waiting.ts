import type { Index, Millis, Term, Ticket } from "../core/types.ts";
import type { Applied } from "./batch.ts";
import type { Outcome, RefusalReason } from "./ports.ts";

/** What became of the wish to read. A read never changes anything, so each refusal may be tried again. */
export type ReadOutcome =
  | { readonly type: "readable"; readonly appliedIndex: Index }
  | { readonly type: "refused"; readonly reason: RefusalReason | "timeout" };

/** What commands and reads have in common: somebody waits for them, for so long. */
interface Request {
  /** When it is given up. */
  readonly deadlineAt: Millis;
  /** Until when it may look for a leader. */
  readonly leaderBy: Millis;
  /** It looks for a leader. */
  isParked: boolean;
  /** `settle` has been called. */
  isSettled: boolean;
}

export interface Write extends Request {
  readonly type: "write";
  readonly command: Uint8Array;
  /** Another node's client asked for it; it is never forwarded again. */
  readonly isForwarded: boolean;
  /** It has been in somebody's hands who may have put it into a log. */
  mayHaveHappened: boolean;
  /** Not before this is another attempt worth while. */
  retryAt: Millis;
  readonly settle: (outcome: Outcome) => void;
}

export interface Read extends Request {
  readonly type: "read";
  readonly settle: (outcome: ReadOutcome) => void;
}

/**
 * Who waits for what, by the numbers the core knows them by: a ticket until the core has answered; then a write
 * waits for its place in the log to be applied, and a read for the machine to have caught up.
 */
export class Waiting {
  readonly #asked = new Map<Ticket, Write | Read>();
  /** Writes in the log of this leader, by place. */
  readonly #accepted = new Map<Index, { readonly term: Term; readonly write: Write }>();
  /** Reads that may happen once the machine has applied up to `index`. */
  #readable: { readonly index: Index; readonly read: Read }[] = [];
  #lastTicket: Ticket = 0;

  /** The core is to be asked; by this ticket it will answer. */
  ask(request: Write | Read): Ticket {
    this.#lastTicket += 1;
    this.#asked.set(this.#lastTicket, request);
    return this.#lastTicket;
  }

  /** The core has answered: who was it? */
  take(ticket: Ticket): Write | Read | undefined {
    const request = this.#asked.get(ticket);
    this.#asked.delete(ticket);
    return request;
  }

  awaitApplied(write: Write, index: Index, term: Term): void {
    this.#accepted.set(index, { term, write });
  }

  awaitReadable(read: Read, index: Index): void {
    this.#readable.push({ index, read });
  }

  /** Whether anybody here waits for entries to be applied. */
  get isForApplied(): boolean {
    return this.#accepted.size > 0 || this.#readable.length > 0;
  }

  onApplied(batch: readonly Applied[], appliedIndex: Index): void {
    for (const { entry, result } of batch) {
      const accepted = this.#accepted.get(entry.index);
      if (accepted === undefined) continue;
      this.#accepted.delete(entry.index);
      // Another leader's entry at this place means that ours can never be committed.
      if (accepted.term === entry.term) accepted.write.settle({ type: "done", index: entry.index, result });
      else accepted.write.settle({ type: "refused", reason: "noLeader", leader: null });
    }
    if (this.#readable.length === 0) return;
    const waiting = this.#readable;
    this.#readable = waiting.filter(({ index, read }) => index > appliedIndex && !read.isSettled);
    for (const { index, read } of waiting) if (index <= appliedIndex) read.settle({ type: "readable", appliedIndex });
  }

  /**
   * This node no longer leads: whether its uncommitted entries survive is for the next leader to say, so their
   * clients are told at once that they may have taken effect. What is committed will still be applied here.
   */
  onLeadershipLost(commitIndex: Index): void {
    for (const [index, { write }] of this.#accepted) {
      if (index <= commitIndex) continue;
      this.#accepted.delete(index);
      write.settle({ type: "unknown", reason: "leaderChanged" });
    }
  }

  /** Forgets reads that were given up. */
  dropSettled(): void {
    if (this.#readable.length > 0) this.#readable = this.#readable.filter(({ read }) => !read.isSettled);
  }
}
