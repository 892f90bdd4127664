import type { Index, Term } from "../../core/types.ts";
import type { Applied } from "../apply/batch.ts";
import type { Outcome } from "../ports/ports.ts";
import type { Read } from "./request.ts";

/** Who waits for the machine: a write for its index in the log to be applied, and a read for the state to have caught up. */
export class Waiting {
  /** Who waits for what is in the log of this leader, by index. */
  readonly #accepted = new Map<Index, { readonly term: Term; readonly settle: (outcome: Outcome) => void }>();
  /** Reads that may happen once the machine has applied up to `index`. */
  #readable: { readonly index: Index; readonly read: Read }[] = [];

  /** `settle` is called once: when the entry at this index is applied, or when it is known that it never will be, or may not. */
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
      // Another leader's entry at this index means that ours can never be committed.
      if (accepted.term === entry.term) accepted.settle({ type: "done", index: entry.index, result });
      else accepted.settle({ type: "refused", reason: "noLeader", leader: null });
    }
    if (this.#readable.length === 0) return;
    const waiting = this.#readable;
    this.#readable = waiting.filter(({ index, read }) => index > appliedIndex && read.where.type !== "settled");
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
    if (this.#readable.length > 0) this.#readable = this.#readable.filter(({ read }) => read.where.type !== "settled");
  }
}
