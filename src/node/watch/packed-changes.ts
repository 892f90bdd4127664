import type { Index } from "../../core/types.ts";
import type { VisibleChange } from "../apply/batch-records.ts";

/** What one entry changed, in the order in which it did. */
export interface EntryChanges {
  readonly index: Index;
  readonly changes: readonly VisibleChange[];
}

/** What a packed change and its entry weigh besides their bytes. */
export const changeOverheadBytes = 24;

/**
 * Changes of some entries, stored compactly. As objects each weighs some hundred bytes beside its key and value, which in
 * turn are views that keep the whole message alive in which they came; packed they are copies, one after the other.
 */
export class PackedChanges {
  readonly #indexes: Float64Array;
  /** For each entry the place of its first change; and where the last one's changes end. */
  readonly #starts: Uint32Array;
  /** For each change where its key begins and where its value does; and where the last one ends. */
  readonly #keyStarts: Uint32Array;
  readonly #valueStarts: Uint32Array;
  /** Which changes have no value: they are deletions. */
  readonly #deletes: Uint8Array;
  readonly #data: Uint8Array;

  constructor(entries: readonly EntryChanges[]) {
    const { count, bytes } = measure(entries);
    this.#indexes = new Float64Array(entries.length);
    this.#starts = new Uint32Array(entries.length + 1);
    this.#keyStarts = new Uint32Array(count + 1);
    this.#valueStarts = new Uint32Array(count);
    this.#deletes = new Uint8Array(count);
    this.#data = new Uint8Array(bytes);
    let entryPlace = 0;
    let place = 0;
    let end = 0;
    for (const { index, changes } of entries) {
      for (const { key, value } of changes) {
        this.#data.set(key, end);
        end += key.length;
        this.#valueStarts[place] = end;
        if (value === null) this.#deletes[place] = 1;
        else this.#data.set(value, end);
        end += value?.length ?? 0;
        place += 1;
        this.#keyStarts[place] = end;
      }
      this.#indexes[entryPlace] = index;
      entryPlace += 1;
      this.#starts[entryPlace] = place;
    }
  }

  get count(): number {
    return this.#indexes.length;
  }

  get lastIndex(): Index {
    return this.#indexes[this.count - 1] ?? 0;
  }

  /** About what it takes in memory. */
  get bytes(): number {
    return this.#data.length + changeOverheadBytes * this.#deletes.length;
  }

  /** Adds to `found` the entries from index `from` on, until it has `max`. Keys and values are views. */
  collect(from: Index, max: number, found: EntryChanges[]): void {
    for (let place = this.#placeOf(from); place < this.count && found.length < max; place += 1) found.push(this.#entryAt(place));
  }

  #entryAt(place: number): EntryChanges {
    const changes = [];
    for (let change = this.#starts[place] ?? 0; change < (this.#starts[place + 1] ?? 0); change += 1) {
      const valueStart = this.#valueStarts[change];
      const key = this.#data.subarray(this.#keyStarts[change], valueStart);
      const value = this.#deletes[change] === 1 ? null : this.#data.subarray(valueStart, this.#keyStarts[change + 1]);
      changes.push({ key, value });
    }
    return { index: this.#indexes[place] ?? 0, changes };
  }

  /** Place of the first entry whose index is at least `from`. */
  #placeOf(from: Index): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#indexes[middle] ?? from) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function measure(entries: readonly EntryChanges[]): { count: number; bytes: number } {
  let count = 0;
  let bytes = 0;
  for (const { changes } of entries) {
    count += changes.length;
    for (const { key, value } of changes) bytes += key.length + (value?.length ?? 0);
  }
  return { count, bytes };
}
