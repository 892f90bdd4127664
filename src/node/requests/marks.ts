import type { Index, Millis } from "../../core/types.ts";

/** When the log, or what is known of it, came up to an index. */
export interface Mark {
  readonly upTo: Index;
  readonly at: Millis;
}

/** Marks in the order of the log. They are asked for in the same order, and forgotten when they are passed. */
export class Marks {
  #marks: Mark[] = [];

  add(upTo: Index, at: Millis): void {
    const last = this.#marks.at(-1);
    if (last === undefined || last.upTo < upTo) this.#marks.push({ upTo, at });
  }

  /** The first mark that came up to this index; null if none has. */
  reaching(index: Index): Mark | null {
    while (this.#marks[0] !== undefined && this.#marks[0].upTo < index) this.#marks.shift();
    return this.#marks[0] ?? null;
  }

  clear(): void {
    if (this.#marks.length > 0) this.#marks = [];
  }
}
