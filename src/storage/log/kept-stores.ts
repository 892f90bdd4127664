import type { Index } from "../../core/types.ts";
import type { Anchor } from "./store-records.ts";

/** Which store records are still needed: for each kept one its checksum, and up to where its entries reach. */
export class KeptStores {
  #anchor: Anchor;
  readonly #checksums: number[] = [];
  /** Index of the last entry in each; 0 if it has none. */
  readonly #lastIndexes: Index[] = [];

  constructor(anchor: Anchor) {
    this.#anchor = anchor;
  }

  /** The last one that is no longer needed. */
  get anchor(): Anchor {
    return this.#anchor;
  }

  /** Takes in the next store. */
  add(checksum: number, lastIndex: Index): void {
    this.#checksums.push(checksum);
    this.#lastIndexes.push(lastIndex);
  }

  /** Gives up the oldest ones, up to the first that has an entry after `index`. */
  dropThrough(index: Index): Anchor {
    const found = this.#lastIndexes.findIndex((lastIndex) => lastIndex > index);
    return this.#drop(found === -1 ? this.#checksums.length : found);
  }

  dropAll(): Anchor {
    return this.#drop(this.#checksums.length);
  }

  #drop(count: number): Anchor {
    const checksum = this.#checksums[count - 1];
    if (checksum === undefined) return this.#anchor;
    this.#checksums.splice(0, count);
    this.#lastIndexes.splice(0, count);
    this.#anchor = { number: this.#anchor.number + count, checksum };
    return this.#anchor;
  }
}
