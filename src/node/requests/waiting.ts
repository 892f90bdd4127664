import type { Index, Millis, NodeId, Term, Ticket } from "../core/types.ts";
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
  /** Not before this is another attempt worth while at the node that refused it last. */
  retryAt: Millis;
  refusedBy: NodeId | null;
  /** The leader that has it in its hands, of whom no word has come; null where it is with nobody else. */
  heldBy: NodeId | null;
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
  /** Who waits for what is in the log of this leader, by place. */
  readonly #accepted = new Map<Index, { readonly term: Term; readonly settle: (outcome: Outcome) => void }>();
  /** Reads that may happen once the machine has applied up to `index`. */
  #readable: { readonly index: Index; readonly read: Read }[] = [];
  #lastTicket: Ticket = 0;

  /** The core is to be asked; by this ticket it will answer. */
  ask(request: Write | Read): Ticket {
    const ticket = this.nextTicket();
    this.#asked.set(ticket, request);
    return ticket;
  }

  /** One that nobody else has. */
  nextTicket(): Ticket {
    this.#lastTicket += 1;
    return this.#lastTicket;
  }

  /** The core has answered: who was it? */
  take(ticket: Ticket): Write | Read | undefined {
    const request = this.#asked.get(ticket);
    this.#asked.delete(ticket);
    return request;
  }

  /** `settle` is called once: when the entry at this place is applied, or when it is known that it never will be, or may not. */
  awaitApplied(index: Index, term: Term, settle: (outcome: Outcome) => void): void {
    this.#accepted.set(index, { term, settle });
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
      if (accepted.term === entry.term) accepted.settle({ type: "done", index: entry.index, result });
      else accepted.settle({ type: "refused", reason: "noLeader", leader: null });
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
    for (const [index, { settle }] of this.#accepted) {
      if (index <= commitIndex) continue;
      this.#accepted.delete(index);
      settle({ type: "unknown", reason: "leaderChanged" });
    }
  }

  /**
   * The state has jumped to `appliedIndex`. What was committed on the way has taken effect, but nobody here will ever
   * know with which result.
   */
  onInstalled(appliedIndex: Index): void {
    for (const [index, { settle }] of this.#accepted) {
      if (index > appliedIndex) continue;
      this.#accepted.delete(index);
      settle({ type: "unknown", reason: "leaderChanged" });
    }
    this.onApplied([], appliedIndex);
  }

  /** Forgets reads that were given up. */
  dropSettled(): void {
    if (this.#readable.length > 0) this.#readable = this.#readable.filter(({ read }) => !read.isSettled);
  }
}
