import type { Index, LogBase, Term } from "../../core/types.ts";

/** Entries of one term that follow each other. */
interface Run {
  readonly first: Index;
  readonly term: Term;
}

/** The log on disk without what its entries hold: where it begins, where it ends, and which term each entry has. */
export class LogShape {
  #base: LogBase;
  #lastIndex: Index;
  /** In their order; the first one may begin before the base. */
  #runs: Run[] = [];

  /** @param terms those of the entries that follow on `base` */
  constructor(base: LogBase, terms: Iterable<Term> = []) {
    this.#base = base;
    this.#lastIndex = base.index;
    for (const term of terms) this.append(term);
  }

  copy(): LogShape {
    const copy = new LogShape(this.#base);
    copy.#lastIndex = this.#lastIndex;
    copy.#runs = this.#runs.slice();
    return copy;
  }

  get base(): LogBase {
    return this.#base;
  }

  get lastIndex(): Index {
    return this.#lastIndex;
  }

  get lastTerm(): Term {
    return this.#runs.at(-1)?.term ?? this.#base.term;
  }

  /** The term of the entry at `index`, or of the base; null where there is neither. */
  termAt(index: Index): Term | null {
    if (index === this.#base.index) return this.#base.term;
    if (index < this.#base.index || index > this.#lastIndex) return null;
    return this.#runs.findLast(({ first }) => first <= index)?.term ?? null;
  }

  append(term: Term): void {
    this.#lastIndex += 1;
    if (this.#runs.at(-1)?.term !== term) this.#runs.push({ first: this.#lastIndex, term });
  }

  /** Cuts off what comes after `index`. */
  truncate(index: Index): void {
    if (index >= this.#lastIndex) return;
    this.#lastIndex = index;
    this.#runs = this.#runs.filter(({ first }) => first <= index);
  }

  /**
   * Drops everything up to `base`.
   * @returns whether the log had that entry; if not, nothing that follows can stay either (Figure 13, rules 6 and 7)
   */
  rebase(base: LogBase): boolean {
    const had = this.termAt(base.index) === base.term;
    this.#base = base;
    if (had) {
      const firstKept = this.#runs.findLastIndex(({ first }) => first <= base.index + 1);
      this.#runs = this.#lastIndex === base.index ? [] : this.#runs.slice(Math.max(0, firstKept));
    } else {
      this.#lastIndex = base.index;
      this.#runs = [];
    }
    return had;
  }
}
