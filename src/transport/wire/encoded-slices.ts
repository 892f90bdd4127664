import type { Entry } from "../../core/types.ts";
import { encodeEntries } from "../../format/entry-codec.ts";

/** Slices remembered: one for each of the places at which followers usually are. */
const slicesMax = 8;

const none = Buffer.alloc(0);

interface Slice {
  readonly first: Entry;
  readonly last: Entry;
  readonly bytes: Buffer;
}

/**
 * Slices of the log as bytes. A leader sends the same slice to several followers in one turn, so the last few
 * are remembered, and each is encoded once.
 *
 * A slice is recognised by its first and last entry, as objects: entries never change, and whatever replaces one
 * in the log replaces all that follow it, so nothing between two that stayed can differ.
 */
export class EncodedSlices {
  readonly #slices: Slice[] = [];

  encode(entries: readonly Entry[]): Buffer {
    const first = entries[0];
    const last = entries.at(-1);
    if (first === undefined || last === undefined) return none;
    const known = this.#slices.find((slice) => slice.first === first && slice.last === last);
    if (known !== undefined) return known.bytes;
    const bytes = encodeEntries(entries);
    this.#slices.push({ first, last, bytes });
    if (this.#slices.length > slicesMax) this.#slices.shift();
    return bytes;
  }
}
