import type { Entry, Index, Millis, Term } from "../../core/types.ts";
import type { Applied } from "../apply/batch.ts";
import type { Outcome } from "../ports/ports.ts";
import type { Read } from "./request.ts";
import type { Asking, Stages } from "./stages.ts";

interface Accepted {
  readonly term: Term;
  readonly settle: (outcome: Outcome) => void;
  /** Null: its stages are not counted. */
  asking: Asking | null;
}

/** Who waits for the machine: a write for its index in the log to be applied, and a read for the state to have caught up. */
export class Waiting {
  /** Who waits for what is in the log of this leader, by index. */
  readonly #accepted = new Map<Index, Accepted>();
  /** Reads that may happen once the machine has applied up to `index`, as was known at `since`. */
  #readable: { readonly index: Index; readonly read: Read; readonly since: Millis }[] = [];
  readonly #stages: Stages;

  constructor(stages: Stages) {
    this.#stages = stages;
  }

  /**
   * `settle` is called once: when the entry at this index is applied, or when it is known that it never will be, or may not.
   * @param asking of a write, whose stages are counted when it is done
   */
  awaitApplied(index: Index, term: Term, settle: (outcome: Outcome) => void, asking: Asking | null = null): void {
    this.#accepted.set(index, { term, settle, asking });
  }

  awaitReadable(read: Read, index: Index): void {
    this.#readable.push({ index, read, since: this.#stages.turnAt });
  }

  /** Whether anybody here waits for entries to be applied. */
  get isForApplied(): boolean {
    return this.#accepted.size > 0 || this.#readable.length > 0;
  }

  /** This node's disk has the log up to here. */
  onStored(upTo: Index): void {
    if (this.#accepted.size > 0) this.#stages.onStored(upTo);
  }

  /** The last turn has handed out these to be applied. */
  onCommitted(entries: readonly Entry[]): void {
    const last = entries.at(-1);
    if (last !== undefined && this.#accepted.size > 0) this.#stages.onCommitted(last.index);
  }

  onApplied(batch: readonly Applied[], appliedIndex: Index): void {
    if (!this.isForApplied) return;
    this.#stages.onApplied();
    this.#settleWrites(batch);
    this.#settleReads(appliedIndex);
    this.#stages.onAnswered();
  }

  #settleWrites(batch: readonly Applied[]): void {
    if (this.#accepted.size === 0) return;
    for (const { entry, result } of batch) {
      const accepted = this.#accepted.get(entry.index);
      if (accepted === undefined) continue;
      this.#accepted.delete(entry.index);
      if (accepted.term === entry.term) {
        if (accepted.asking !== null) this.#stages.onWrite(entry.index, accepted.asking);
        accepted.settle({ type: "done", index: entry.index, result });
      } else {
        // Another leader's entry at this index means that ours can never be committed.
        accepted.settle({ type: "refused", reason: "noLeader", leader: null });
      }
    }
    if (this.#accepted.size === 0) this.#stages.forget();
  }

  #settleReads(appliedIndex: Index): void {
    if (this.#readable.length === 0) return;
    const waiting = this.#readable;
    this.#readable = waiting.filter(({ index, read }) => index > appliedIndex && read.where.type !== "settled");
    for (const { index, read, since } of waiting) {
      if (index > appliedIndex || read.where.type === "settled") continue;
      this.#stages.onRead(read, since);
      read.settle({ type: "readable", appliedIndex });
    }
  }

  /**
   * This node no longer leads: whether its uncommitted entries survive is for the next leader to say, so their
   * clients are told at once that they may have taken effect. What is committed will still be applied here.
   */
  onLeadershipLost(commitIndex: Index): void {
    // Its next time as a leader gives the same indexes again.
    this.#stages.forget();
    for (const accepted of this.#accepted.values()) accepted.asking = null;
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
