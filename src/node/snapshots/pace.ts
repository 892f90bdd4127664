import type { Millis } from "../../core/types.ts";

/** A pause in the sending is made up for, but no longer one than this, in ms. */
const burstMs = 50;

/** Bounds a rate in bytes per second, however many share it. */
export class Pace {
  readonly #bytesPerSecondMax: number;
  /** What was granted so far is used up at this moment. */
  #freeAt: Millis = Number.NEGATIVE_INFINITY;

  constructor(bytesPerSecondMax: number) {
    this.#bytesPerSecondMax = bytesPerSecondMax;
  }

  /** Grants `bytes` bytes, and says from when on they may be sent. */
  grant(bytes: number, now: Millis): Millis {
    const from = Math.max(this.#freeAt, now - burstMs);
    this.#freeAt = from + (bytes * 1_000) / this.#bytesPerSecondMax;
    return Math.max(from, now);
  }
}
