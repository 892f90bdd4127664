/**
 * The machine's records that were used last, with their absence where they do not exist, so that a command
 * on a warm key needs no disk. Bounded in bytes.
 *
 * It has two generations. What is used goes into the younger one; when that has filled its half, it becomes the older
 * one, and what nobody has used since the last time is dropped. That is nearly the order of last use, and unlike it
 * costs nothing at each use.
 */
export class RecordCache {
  readonly #bytesMax: number;
  #young = new Map<string, Uint8Array | null>();
  #old = new Map<string, Uint8Array | null>();
  #youngBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The record's value; null if it is known not to exist, undefined if nothing is known of it. */
  get(name: string): Uint8Array | null | undefined {
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(name);
    if (old !== undefined) this.#add(name, old);
    return old;
  }

  /** @param value null if the record does not exist */
  set(name: string, value: Uint8Array | null): void {
    const before = this.#young.get(name);
    if (before !== undefined) this.#youngBytes -= cost(name, before);
    this.#add(name, value);
  }

  /** Drops what exceeds the limit. Called between batches, so that a batch never loses what it has fetched. */
  trim(): void {
    if (this.#youngBytes * 2 <= this.#bytesMax) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngBytes = 0;
  }

  #add(name: string, value: Uint8Array | null): void {
    this.#young.set(name, value);
    this.#youngBytes += cost(name, value);
  }
}

/** A record weighs its bytes and about as much again for the objects that carry it. */
function cost(name: string, value: Uint8Array | null): number {
  return 200 + name.length + (value?.length ?? 0);
}
