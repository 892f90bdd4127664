import type { LevelDatabase } from "../files/level-database.ts";
import { storeKey } from "./store-records.ts";

/** Number of records in one write, small enough that no store waits long behind it. */
const sliceRecords = 1000;

export interface LogCleanerPorts {
  readonly database: Pick<LevelDatabase, "batch">;
  /** Gives the room of what was deleted between two keys back to the disk. */
  readonly compact: (start: Buffer, end: Buffer) => Promise<void>;
}

/**
 * Deletes store records that are no longer needed, beside the stores that go on. Nothing waits for it and nothing of
 * it is synced: a record that comes back after a power failure lies before the anchor, and is deleted again.
 */
export class LogCleaner {
  readonly #ports: LogCleanerPorts;
  /** The first store that may still be there, and the last one that may go. */
  #first: number;
  #last: number;
  #work: Promise<void> | null = null;
  #isClosed = false;
  #failure: Error | null = null;

  /** @param first number of the first store that is there; 1 or more */
  constructor(first: number, ports: LogCleanerPorts) {
    this.#ports = ports;
    this.#first = first;
    this.#last = first - 1;
  }

  /** Why a record could not be deleted. It is not tried again. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Nobody needs the stores up to this number any more. */
  dropThrough(number: number): void {
    this.#last = Math.max(this.#last, number);
    if (this.#work !== null || this.#isClosed || this.#failure !== null || this.#first > this.#last) return;
    this.#work = this.#clean().then(
      () => {
        this.#work = null;
        this.dropThrough(this.#last);
      },
      (error) => {
        this.#work = null;
        this.#failure = error instanceof Error ? error : new Error(String(error));
      },
    );
  }

  /** Leaves the rest for the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#work;
  }

  async #clean(): Promise<void> {
    const from = this.#first;
    while (this.#first <= this.#last && !this.#isClosed) {
      const next = Math.min(this.#last + 1, this.#first + sliceRecords);
      const batch = this.#ports.database.batch();
      for (let number = this.#first; number < next; number++) batch.del(storeKey(number));
      await batch.write();
      this.#first = next;
    }
    // LevelDB by itself would keep deleted records until enough else has come that it merges their tables.
    if (!this.#isClosed) await this.#ports.compact(storeKey(from), storeKey(this.#first - 1));
  }
}
