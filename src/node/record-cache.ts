/**
 * The machine's records that were used last, with their absence where they do not exist, so that a command
 * on a warm key needs no disk. Bounded in bytes; the least recently used go first.
 */
export class RecordCache {
  readonly #bytesMax: number;
  readonly #records = new Map<string, Uint8Array | undefined>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  has(name: string): boolean {
    return this.#records.has(name);
  }

  /** The record's value; undefined if it does not exist or is not in the cache (see `has`). */
  get(name: string): Uint8Array | undefined {
    const value = this.#records.get(name);
    if (value !== undefined || this.#records.has(name)) {
      // A Map keeps the order of insertion, so the front is always what was not used for longest.
      this.#records.delete(name);
      this.#records.set(name, value);
    }
    return value;
  }

  set(name: string, value: Uint8Array | undefined): void {
    if (this.#records.has(name)) {
      this.#bytes -= cost(name, this.#records.get(name));
      this.#records.delete(name);
    }
    this.#records.set(name, value);
    this.#bytes += cost(name, value);
  }

  /** Drops what exceeds the limit. Called between batches, so that a batch never loses what it has fetched. */
  trim(): void {
    for (const [name, value] of this.#records) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#records.delete(name);
      this.#bytes -= cost(name, value);
    }
  }
}

/** A record weighs its bytes and about as much again for the objects that carry it. */
function cost(name: string, value: Uint8Array | undefined): number {
  return 200 + name.length + (value?.length ?? 0);
}
