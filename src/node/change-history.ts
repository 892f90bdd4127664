import type { Index } from "../core/types.ts";
import type { Change } from "./batch-records.ts";

/** What one entry changed, in the order in which it did. */
export interface EntryChanges {
  readonly index: Index;
  readonly changes: readonly Change[];
}

export interface HistoryLimits {
  /** Most bytes of keys and values that are kept, counting what the objects around them weigh. */
  readonly changeHistoryBytesMax: number;
  /** Most entries whose changes are kept. */
  readonly changeHistoryEntriesMax: number;
}

/** What a change and its entry weigh besides their bytes. */
const changeOverheadBytes = 160;

/**
 * The newest changes, in memory and in log order, within limits: the oldest make way. An entry that changed nothing
 * takes no place. The history is without gaps from `oldest` on.
 */
export class ChangeHistory {
  readonly #limits: HistoryLimits;
  #entries: EntryChanges[] = [];
  /** Place of the oldest entry that is kept. */
  #first = 0;
  #bytes = 0;
  #oldest: Index;
  #newest: Index;

  /** @param appliedIndex nothing is known of what changed up to here */
  constructor(limits: HistoryLimits, appliedIndex: Index) {
    this.#limits = limits;
    this.#oldest = appliedIndex + 1;
    this.#newest = appliedIndex;
  }

  /** All changes from this index on are known. */
  get oldest(): Index {
    return this.#oldest;
  }

  /** All changes up to this index are known. */
  get newest(): Index {
    return this.#newest;
  }

  add(entry: EntryChanges): void {
    this.#newest = entry.index;
    if (entry.changes.length === 0) return;
    this.#entries.push(entry);
    this.#bytes += cost(entry);
    this.#makeRoom();
  }

  /** The state has jumped to `index`: what changed on the way is not known. */
  restart(index: Index): void {
    this.#entries = [];
    this.#first = 0;
    this.#bytes = 0;
    this.#oldest = index + 1;
    this.#newest = index;
  }

  /** The changes of at most `max` entries from index `from` on. Fewer: there are no more. */
  since(from: Index, max: number): readonly EntryChanges[] {
    const start = this.#placeOf(from);
    return this.#entries.slice(start, start + max);
  }

  #makeRoom(): void {
    const { changeHistoryBytesMax, changeHistoryEntriesMax } = this.#limits;
    while (this.#bytes > changeHistoryBytesMax || this.#entries.length - this.#first > changeHistoryEntriesMax) {
      const entry = this.#entries[this.#first];
      if (entry === undefined) break;
      this.#oldest = entry.index + 1;
      this.#bytes -= cost(entry);
      this.#first += 1;
    }
    // The places before the first are given back now and then, so that each entry costs the same in the end.
    if (this.#first * 2 > this.#entries.length && this.#first > 64) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Place of the first kept entry whose index is at least `from`. */
  #placeOf(from: Index): number {
    let low = this.#first;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.index ?? from) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function cost({ changes }: EntryChanges): number {
  let bytes = 0;
  for (const { key, value } of changes) bytes += changeOverheadBytes + key.length + (value?.length ?? 0);
  return bytes;
}
