import type { Records } from "./machine.ts";

/** The records as a command of the map sees and changes them. A value of null deletes. */
export interface Changes {
  get(key: Buffer): Uint8Array | undefined;
  set(key: Buffer, value: Uint8Array | null): void;
  /** The record as it was before the batch, and will be after it if the batch fails. */
  stored(key: Uint8Array): Uint8Array | undefined;
  /** All commands of the batch hold: their changes stay. */
  keep(): void;
}

/** For a command that is alone: it changes nothing unless it holds, so it needs no draft. */
export class Direct implements Changes {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  get(key: Buffer): Uint8Array | undefined {
    return this.#records.get(key);
  }

  set(key: Buffer, value: Uint8Array | null): void {
    if (value === null) this.#records.delete(key);
    else this.#records.put(key, value);
  }

  stored(key: Uint8Array): Uint8Array | undefined {
    return this.#records.get(key);
  }

  keep(): void {
    // Every change is in the records already.
  }
}

/** What a batch has changed so far. The records see it only if the whole batch holds. */
export class Draft implements Changes {
  readonly #records: Records;
  /** By the record key, byte for byte a character. */
  readonly #changes = new Map<string, { key: Uint8Array; value: Uint8Array | null }>();

  constructor(records: Records) {
    this.#records = records;
  }

  get(key: Buffer): Uint8Array | undefined {
    const change = this.#changes.get(key.toString("latin1"));
    return change === undefined ? this.#records.get(key) : (change.value ?? undefined);
  }

  stored(key: Uint8Array): Uint8Array | undefined {
    return this.#records.get(key);
  }

  set(key: Buffer, value: Uint8Array | null): void {
    this.#changes.set(key.toString("latin1"), { key, value });
  }

  keep(): void {
    for (const { key, value } of this.#changes.values()) {
      if (value !== null) this.#records.put(key, value);
      // A batch may delete a key that it has set itself; then there is nothing to delete.
      else if (this.#records.get(key) !== undefined) this.#records.delete(key);
    }
  }
}
