import { assert } from "./assert.ts";
import { noMembers } from "./members.ts";
import { MembersLog } from "./members-log.ts";
import { chunkEntries, PackedEntries } from "./packed-entries.ts";
import type { Entry, Index, LogBase, MembersAt, Millis, Term, TermRun } from "./types.ts";

/** Nothing was dropped. */
export const logStart: LogBase = { index: 0, term: 0, time: 0 };

/** About what an entry takes in memory besides its data. Without it, empty commands would be free and without limit. */
const entryOverheadBytes = 160;

export function entryBytes(entry: Entry): number {
  return entryOverheadBytes + entry.data.length;
}

/**
 * The log in memory, and how much of it is on disk.
 *
 * Invariants:
 * - entries are contiguous from the one after the base on, and their terms never fall;
 * - durableIndex <= storingIndex or no store is in flight; both <= lastIndex;
 * - all entries before `unsavedFrom` have been handed to a store, none from there on has;
 * - an entry is replaced only by truncating from it on, and none that is packed ever is.
 */
export class Log {
  /** Most of the packed entries. */
  #packed: PackedEntries;
  /** Those that follow them. */
  #entries: Entry[];
  #durableIndex: Index;
  /** Last index that the store in flight will have made durable. */
  #storingIndex: Index;
  #unsavedFrom: Index;
  #truncations = 0;
  #base: LogBase;
  /** Who takes part, as the log says. */
  readonly members: MembersLog;

  /** Takes over entries that are on disk already and follow on `base`; `members` are those as of some index in it. */
  constructor(entries: readonly Entry[], base: LogBase = logStart, members: MembersAt = { index: 0, members: noMembers }) {
    this.#base = base;
    this.#packed = new PackedEntries(base.index + 1);
    this.#entries = entries.slice();
    this.members = new MembersLog(members);
    for (const entry of entries) this.members.append(entry);
    this.#durableIndex = this.lastIndex;
    this.#storingIndex = this.lastIndex;
    this.#unsavedFrom = this.lastIndex + 1;
    this.#assertContiguous(base.index + 1);
  }

  /** What the first entry follows on. */
  get base(): LogBase {
    return this.#base;
  }

  get firstIndex(): Index {
    return this.#base.index + 1;
  }

  get lastIndex(): Index {
    return this.#packed.last + this.#entries.length;
  }

  get lastTerm(): Term {
    return this.termAt(this.lastIndex);
  }

  /** What the log's clock said at its last entry. */
  get lastTime(): Millis {
    return this.timeAt(this.lastIndex);
  }

  get durableIndex(): Index {
    return this.#durableIndex;
  }

  /** How often entries were cut off; a leader's log never does (leader append-only, §5.3). */
  get truncations(): number {
    return this.#truncations;
  }

  /** What the log's clock said at `index`, which may be the base. */
  timeAt(index: Index): Millis {
    return index === this.#base.index ? this.#base.time : this.entryAt(index).time;
  }

  /** The term of the entry at `index`, which may be the base: 0 before the first one. */
  termAt(index: Index): Term {
    if (index === this.#base.index) return this.#base.term;
    return this.#isPacked(index) ? this.#packed.termAt(index) : this.entryAt(index).term;
  }

  entryAt(index: Index): Entry {
    if (this.#isPacked(index)) return this.#packed.entryAt(index);
    const entry = index > this.#base.index ? this.#entries[index - 1 - this.#packed.last] : undefined;
    assert(entry !== undefined, () => `the log has no entry ${index}, ${this.#extent()}`);
    return entry;
  }

  /** Whether the log has an entry at `index`, not before the base, with this term; index 0 fits while nothing was dropped. */
  matches(index: Index, term: Term): boolean {
    return index <= this.lastIndex && this.termAt(index) === term;
  }

  /** Whether a log that ends with (term, index) is at least as new as this one (§5.4.1). */
  isUpToDate(lastTerm: Term, lastIndex: Index): boolean {
    return lastTerm > this.lastTerm || (lastTerm === this.lastTerm && lastIndex >= this.lastIndex);
  }

  /** The entries from `first` to `last`, both included. */
  between(first: Index, last: Index): readonly Entry[] {
    const packedLast = this.#packed.last;
    if (first > packedLast && first > this.#base.index) return this.#entries.slice(first - 1 - packedLast, last - packedLast);
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
    this.members.append(entry);
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
    const from = this.lastIndex + 1;
    for (const entry of entries.slice(fresh)) this.#entries.push(entry);
    this.#assertContiguous(from);
    for (const entry of entries.slice(fresh)) this.members.append(entry);
    return { cutFrom, appendedFrom: first.index };
  }

  /** Packs the entries up to `index`, which are on disk and committed, to save memory. */
  pack(index: Index): void {
    this.members.pack(index);
    const fresh = Math.floor((index - this.#packed.last) / chunkEntries) * chunkEntries;
    if (fresh <= 0) return;
    assert(index <= this.#durableIndex, () => `${index} is packed, but only ${this.#durableIndex} is on disk`);
    for (let place = 0; place < fresh; place += chunkEntries) this.#packed.add(this.#entries.slice(place, place + chunkEntries));
    this.#entries = this.#entries.slice(fresh);
  }

  /**
   * Forgets all up to `index`, which a snapshot has. Whole chunks of packed entries make room at once; a few entries
   * may stay in memory unseen until their chunk is full and goes with them.
   */
  dropTo(index: Index): void {
    assert(
      index >= this.#base.index && index <= this.#durableIndex,
      () => `all up to ${index} is to be dropped, ${this.#extent()}`,
    );
    this.#base = { index, term: this.termAt(index), time: this.timeAt(index) };
    this.#packed.dropTo(index);
  }

  /**
   * A snapshot that ends with `base` takes the place of all up to there. What follows stays if this log agrees at `base`;
   * else none of it can be relied on, not even what comes before (Figure 13, rules 6 and 7).
   * @returns whether it stays
   */
  rebase(base: LogBase, members: MembersAt): boolean {
    assert(base.index > this.#base.index, () => `a snapshot ends at ${base.index}, ${this.#extent()}`);
    const stays = this.matches(base.index, base.term);
    this.#base = base;
    if (stays) {
      this.#packed.dropTo(base.index);
    } else {
      this.#packed = new PackedEntries(base.index + 1);
      this.#entries = [];
      // Not even the base is on disk before the store that takes the snapshot is, whatever a store in flight had there.
      this.#durableIndex = Math.min(this.#durableIndex, base.index - 1);
      this.#storingIndex = Math.min(this.#storingIndex, base.index - 1);
      this.#truncations += 1;
    }
    this.#unsavedFrom = Math.max(stays ? this.#unsavedFrom : 0, base.index + 1);
    this.members.rebase(members, stays ? base.index : null);
    return stays;
  }

  /**
   * The last entry that is not among the newest `entriesMax`, nor among those whose data and bookkeeping fit into
   * `bytesMax`; not before the base.
   */
  tailStart(entriesMax: number, bytesMax: number): Index {
    const first = Math.max(this.#base.index, this.lastIndex - entriesMax);
    let bytes = 0;
    for (let index = this.lastIndex; index > first; index -= 1) {
      bytes += this.#isPacked(index) ? this.#packed.bytesAt(index) : entryBytes(this.entryAt(index));
      if (bytes > bytesMax) return index;
    }
    return first;
  }

  /** The newest runs of terms among the entries from `first` to `last`, the oldest of them first. */
  termRuns(first: Index, last: Index, max = Number.POSITIVE_INFINITY): readonly TermRun[] {
    const runs: TermRun[] = [];
    for (let end = last; end >= first && runs.length < max; ) {
      const term = this.termAt(end);
      const start = this.#firstOfTerm(term, first, end);
      runs.unshift({ first: start, term });
      end = start - 1;
    }
    return runs;
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
   * Where this log may agree with one that has `term` at `index`: the last index, not after `index`, whose
   * term is not newer. Skips a whole term of conflicting entries in one step (§5.3, end).
   */
  lastNotNewer(index: Index, term: Term): Index {
    let last = Math.min(index, this.lastIndex);
    while (last > this.#base.index && this.termAt(last) > term) last -= 1;
    return last;
  }

  /** Terms never fall, so the first entry of one can be found by halving. The entry at `end` is of this term. */
  #firstOfTerm(term: Term, first: Index, end: Index): Index {
    let [low, high] = [first, end];
    while (low < high) {
      // Not by their sum: near 2^52 it could not be told from the next number, and this would never end.
      const middle = low + Math.floor((high - low) / 2);
      if (this.termAt(middle) === term) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #isPacked(index: Index): boolean {
    return index > this.#base.index && index >= this.#packed.first && index <= this.#packed.last;
  }

  /** For the sentence of a broken invariant. */
  #extent(): string {
    const dropped = this.#base.index === 0 ? "" : `it begins after ${this.#base.index}, `;
    return `${dropped}its last is ${this.lastIndex}`;
  }

  #truncate(from: Index): void {
    assert(from > this.#packed.last, () => `a packed entry at ${from} would be cut off`);
    this.#entries.length = from - 1 - this.#packed.last;
    this.members.cutFrom(from);
    this.#durableIndex = Math.min(this.#durableIndex, from - 1);
    this.#storingIndex = Math.min(this.#storingIndex, from - 1);
    this.#unsavedFrom = Math.min(this.#unsavedFrom, from);
    this.#truncations += 1;
  }

  #assertContiguous(from: Index): void {
    let term = this.termAt(from - 1);
    for (let index = from; index <= this.lastIndex; index += 1) {
      const entry = this.entryAt(index);
      assert(entry.index === index, () => `entry ${entry.index} stands at index ${index} of the log`);
      assert(entry.term >= term, () => `the term falls from ${term} to ${entry.term} at entry ${index}`);
      term = entry.term;
    }
  }
}
