import type { Millis } from "../../core/types.ts";
import type { ObservedRecord } from "../records.ts";

/**
 * The flight recorder: the newest records of a node, whether anybody was told of them or not. Once something rare has happened, what
 * came before it can still be told.
 */
export class Recorder {
  readonly #ring: (ObservedRecord | undefined)[];
  #next = 0;

  constructor(options: { readonly recordsMax: number }) {
    this.#ring = new Array<ObservedRecord | undefined>(options.recordsMax).fill(undefined);
  }

  get size(): number {
    return this.#ring.length;
  }

  add(record: ObservedRecord): void {
    this.#ring[this.#next] = record;
    this.#next = (this.#next + 1) % this.#ring.length;
  }

  /** Those seen at `at` or later that are still here, the oldest first. */
  since(at: Millis): ObservedRecord[] {
    const found: ObservedRecord[] = [];
    const { length } = this.#ring;
    for (let back = 1; back <= length; back += 1) {
      const record = this.#ring[(this.#next - back + length) % length];
      if (record === undefined || record.at < at) break;
      found.push(record);
    }
    return found.reverse();
  }
}
