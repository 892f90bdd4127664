import { assert } from "./assert.ts";
import { chunkEntries, PackedEntries } from "./packed-entries.ts";
import type { Entry, Index, Term } from "./types.ts";

/** About what an entry takes in memory besides its data. Without it, empty commands would be free and without limit. */
const entryOverheadBytes = 160;

export function entryBytes(entry: Entry): number {
  return entryOverheadBytes + entry.data.length;
}

/**
 * The log in memory, and how much of it is on disk.
 *
 * Invariants:
 * - entries are contiguous from index 1, and their terms never fall;
 * - durableIndex <= storingIndex or no store is in flight; both <= lastIndex;
 * - all entries before `unsavedFrom` have been handed to a store, none from there on has;
 * - an entry is replaced only by truncating from it on, and none that is settled ever is.
 */
export class Log {
  /** Most of the settled entries. */
  readonly #packed = new PackedEntries();
  /** Those that follow them. */
  #entries: Entry[];
  #durableIndex: Index;
  /** Last index that the store in flight will have made durable. */
  #storingIndex: Index;
  #unsavedFrom: Index;
  #truncations = 0;

  /** Takes over entries that are on disk already. */
  constructor(entries: readonly Entry[]) {
    this.#entries = entries.slice();
    this.#durableIndex = this.lastIndex;
    this.#storingIndex = this.lastIndex;
    this.#unsavedFrom = this.lastIndex + 1;
    this.#assertContiguous(1);
  }

  get lastIndex(): Index {
    return this.#packed.count + this.#entries.length;
  }

  get lastTerm(): Term {
    return this.termAt(this.lastIndex);
  }

  get durableIndex(): Index {
    return this.#durableIndex;
  }

  /** How often entries were cut off; a leader's log never does (leader append-only, §5.3). */
  get truncations(): number {
    return this.#truncations;
  }

  /** The term of the entry at `index`: 0 before the first one. */
  termAt(index: Index): Term {
    if (index === 0) return 0;
    return index <= this.#packed.count ? this.#packed.termAt(index) : this.entryAt(index).term;
  }

  entryAt(index: Index): Entry {
    if (index >= 1 && index <= this.#packed.count) return this.#packed.entryAt(index);
    const entry = this.#entries[index - 1 - this.#packed.count];
    assert(entry !== undefined, () => `the log has no entry ${index}, its last is ${this.lastIndex}`);
    return entry;
  }

  /** Whether the log has an entry at `index` with this term; index 0 always fits. */
  matches(index: Index, term: Term): boolean {
    return index <= this.lastIndex && this.termAt(index) === term;
  }

  /** Whether a log that ends with (term, index) is at least as new as this one (§5.4.1). */
  isUpToDate(lastTerm: Term, lastIndex: Index): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex);
  }

  /** The entries from `first` to `last`, both included. */
  between(first: Index, last: Index): readonly Entry[] {
    const { count } = this.#packed;
    if (first > count) return this.#entries.slice(first - 1 - count, last - count);
    return Array.from({ length: last - first + 1 }, (_, place) => this.entryAt(first + place));
  }

  /** The entries from `first` on, as many as the limits allow, but one at least if there is one. */
  batch(first: Index, entriesMax: number, bytesMax: number): readonly Entry[] {
    let bytes = 0;
    let last = first - 1;
    const end = Math.min(this.lastIndex, first + entriesMax - 1);
    while (last < end) {
      bytes += this.entryAt(last + 1).data.length;
      if (bytes > bytesMax && last >= first) break;
      last += 1;
    }
    return this.between(first, last);
  }

  append(entry: Entry): void {
    this.#entries.push(entry);
    this.#assertContiguous(this.lastIndex);
  }

  /**
   * Takes in entries that follow one that matched. Those it has already are left alone; from the first
   * real conflict on, its own are cut off (§5.3). So an old append that comes late shortens nothing.
   * @returns the first index cut off and the first index appended, null where there was none
   */
  splice(entries: readonly Entry[], commitIndex: Index): { cutFrom: Index | null; appendedFrom: Index | null } {
    const fresh = entries.findIndex((entry) => !this.matches(entry.index, entry.term));
    const first = fresh === -1 ? undefined : entries[fresh];
    if (first === undefined) return { cutFrom: null, appendedFrom: null };
    const cutFrom = first.index <= this.lastIndex ? first.index : null;
    if (cutFrom !== null) {
      assert(cutFrom > commitIndex, () => `a conflict at ${cutFrom} would cut off committed entries (commit ${commitIndex})`);
      this.#truncate(cutFrom);
    }
    const place = this.lastIndex + 1;
    for (const entry of entries.slice(fresh)) this.#entries.push(entry);
    this.#assertContiguous(place);
    return { cutFrom, appendedFrom: first.index };
  }

  /** Says that all entries up to `index` are on disk and committed: from now on they only take up room, so make it little. */
  settle(index: Index): void {
    const { count } = this.#packed;
    const fresh = Math.floor((index - count) / chunkEntries) * chunkEntries;
    if (fresh <= 0) return;
    assert(index <= this.#durableIndex, () => `${index} is settled, but only ${this.#durableIndex} is on disk`);
    for (let place = 0; place < fresh; place += chunkEntries) this.#packed.add(this.#entries.slice(place, place + chunkEntries));
    this.#entries = this.#entries.slice(fresh);
  }

  get hasUnsaved(): boolean {
    return this.#unsavedFrom <= this.lastIndex;
  }

  /** Hands everything not yet saved to the one store that now goes to disk. */
  takeUnsaved(): readonly Entry[] {
    const unsaved = this.between(this.#unsavedFrom, this.lastIndex);
    this.#storingIndex = this.lastIndex;
    this.#unsavedFrom = this.lastIndex + 1;
    return unsaved;
  }

  /** The store in flight is on disk. Entries cut off meanwhile have lowered what it may claim, even if others took their place. */
  stored(): void {
    this.#durableIndex = Math.max(this.#durableIndex, this.#storingIndex);
  }

  /**
   * Where this log may agree with one that has `term` at `index`: the last place, not after `index`, whose
   * term is not newer. Skips a whole term of conflicting entries in one step (§5.3, end).
   */
  lastNotNewer(index: Index, term: Term): Index {
    let place = Math.min(index, this.lastIndex);
    while (place > 0 && this.termAt(place) > term) place -= 1;
    return place;
  }

  #truncate(from: Index): void {
    assert(from > this.#packed.count, () => `a settled entry at ${from} would be cut off`);
    this.#entries.length = from - 1 - this.#packed.count;
    this.#durableIndex = Math.min(this.#durableIndex, from - 1);
    this.#storingIndex = Math.min(this.#storingIndex, from - 1);
    this.#unsavedFrom = Math.min(this.#unsavedFrom, from);
    this.#truncations += 1;
  }

  #assertContiguous(from: Index): void {
    let term = this.termAt(from - 1);
    for (let index = from; index <= this.lastIndex; index += 1) {
      const entry = this.entryAt(index);
      assert(entry.index === index, () => `entry ${entry.index} stands at place ${index} of the log`);
      assert(entry.term >= term, () => `the term falls from ${term} to ${entry.term} at entry ${index}`);
      term = entry.term;
    }
  }
}
