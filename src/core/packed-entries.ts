import { assert } from "./assert.ts";
import type { Entry, EntryKind, Index, Term } from "./types.ts";

/** Number of entries in a chunk. */
export const chunkEntries = 64;

/** What an entry takes in a chunk besides its data. */
const packedEntryBytes = 21;

/** A chunk with more data is left as it is: to copy it takes time, and beside the data the objects weigh little. */
const packedBytesMax = 64 * 1024;

/**
 * Entries that will never change again, without a gap, kept compactly. As an object of its own each weighs some
 * 160 bytes beside its data, and the garbage collector has to look at it again and again; in a chunk it weighs 21.
 */
export class PackedEntries {
  #chunks: Chunk[] = [];
  #first: Index;

  /** To begin with an entry at `first`. */
  constructor(first: Index) {
    this.#first = first;
  }

  /** Index of the first entry; one more than `last` if there is none. */
  get first(): Index {
    return this.#first;
  }

  get last(): Index {
    return this.#first - 1 + this.#chunks.length * chunkEntries;
  }

  /** Takes the next `chunkEntries` entries. */
  add(entries: readonly Entry[]): void {
    assert(entries.length === chunkEntries && entries[0]?.index === this.last + 1, "a chunk does not follow on the one before it");
    this.#chunks.push(chunkOf(entries));
  }

  /** Forgets the chunks that hold nothing after `index`. */
  dropTo(index: Index): void {
    const dropped = Math.min(Math.floor((index + 1 - this.#first) / chunkEntries), this.#chunks.length);
    if (dropped <= 0) return;
    this.#chunks = this.#chunks.slice(dropped);
    this.#first += dropped * chunkEntries;
  }

  /** An entry like the one that was added; not the same object, and not the same one each time. */
  entryAt(index: Index): Entry {
    const place = (index - this.#first) % chunkEntries;
    const chunk = this.#chunkOf(index);
    if (chunk.type === "objects") return presentOf(chunk.entries[place]);
    const { terms, times, kinds, starts, data } = chunk;
    const kind = presentOf(entryKinds[kinds[place] ?? -1]);
    return { index, term: terms[place] ?? 0, kind, time: times[place] ?? 0, data: data.subarray(starts[place], starts[place + 1]) };
  }

  termAt(index: Index): Term {
    const place = (index - this.#first) % chunkEntries;
    const chunk = this.#chunkOf(index);
    return presentOf(chunk.type === "objects" ? chunk.entries[place]?.term : chunk.terms[place]);
  }

  /** What the entry takes in memory, about. */
  bytesAt(index: Index): number {
    const place = (index - this.#first) % chunkEntries;
    const chunk = this.#chunkOf(index);
    if (chunk.type === "objects") return packedEntryBytes + presentOf(chunk.entries[place]).data.length;
    return packedEntryBytes + presentOf(chunk.starts[place + 1]) - presentOf(chunk.starts[place]);
  }

  #chunkOf(index: Index): Chunk {
    return presentOf(this.#chunks[Math.floor((index - this.#first) / chunkEntries)]);
  }
}

type Chunk =
  | { readonly type: "objects"; readonly entries: readonly Entry[] }
  | {
      readonly type: "packed";
      readonly terms: Float64Array;
      readonly times: Float64Array;
      readonly kinds: Uint8Array;
      /** Where each entry's data begins; and where the last one's ends. */
      readonly starts: Uint32Array;
      readonly data: Uint8Array;
    };

const entryKinds: readonly EntryKind[] = ["noop", "command", "members"];

function chunkOf(entries: readonly Entry[]): Chunk {
  let bytes = 0;
  for (const entry of entries) bytes += entry.data.length;
  if (bytes > packedBytesMax) return { type: "objects", entries };
  const terms = new Float64Array(entries.length);
  const times = new Float64Array(entries.length);
  const kinds = new Uint8Array(entries.length);
  const starts = new Uint32Array(entries.length + 1);
  const data = new Uint8Array(bytes);
  let start = 0;
  for (const [place, entry] of entries.entries()) {
    terms[place] = entry.term;
    times[place] = entry.time;
    kinds[place] = entryKinds.indexOf(entry.kind);
    data.set(entry.data, start);
    start += entry.data.length;
    starts[place + 1] = start;
  }
  return { type: "packed", terms, times, kinds, starts, data };
}

function presentOf<T>(value: T | undefined): T {
  assert(value !== undefined, "an entry is not where it was packed");
  return value;
}
