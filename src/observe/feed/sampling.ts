import type { Millis } from "../../core/types.ts";

/** Time over which the rate is taken, in ms. */
const spanMs: Millis = 100;
/** 2^32 divided by the golden ratio: spreads numbers that follow on each other. */
const spread = 0x9e37_79b1;

/**
 * Which single messages an observer is told of while there are more than it asked for: one of 2, 4, 8 and so on, chosen by the
 * message's own number, so that both ends choose the same ones, and an arrow keeps both of them.
 */
export class Sampling {
  readonly #perSpan: number;
  #since: Millis = 0;
  #seen = 0;
  #told = 0;
  /** Of the numbers below 2^32, those that are told lie below this. */
  #below = 2 ** 32;

  constructor(options: { readonly messagesPerSecond: number }) {
    this.#perSpan = Math.max(1, (options.messagesPerSecond * spanMs) / 1_000);
  }

  /** Whether this one is told. */
  takes(sequence: number, at: Millis): boolean {
    if (at - this.#since >= spanMs) this.#begin(at);
    this.#seen += 1;
    // Until the rate is known more may come than is wanted; not without limit.
    if (this.#told >= 2 * this.#perSpan || !this.#isChosen(sequence)) return false;
    this.#told += 1;
    return true;
  }

  #begin(at: Millis): void {
    const spans = Math.max(1, Math.floor((at - this.#since) / spanMs));
    const perSpan = this.#seen / spans;
    const exponent = perSpan <= this.#perSpan ? 0 : Math.ceil(Math.log2(perSpan / this.#perSpan));
    this.#below = 2 ** (32 - exponent);
    this.#since = at;
    this.#seen = 0;
    this.#told = 0;
  }

  #isChosen(sequence: number): boolean {
    // Its lower half: a remainder of numbers beyond 32 bits would take longer than all else here.
    const low = sequence - Math.floor(sequence / 2 ** 32) * 2 ** 32;
    return Math.imul(low, spread) >>> 0 < this.#below;
  }
}
