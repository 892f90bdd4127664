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
  /** One message of 2^exponent is told. */
  #exponent = 0;

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
    this.#exponent = perSpan <= this.#perSpan ? 0 : Math.ceil(Math.log2(perSpan / this.#perSpan));
    this.#since = at;
    this.#seen = 0;
    this.#told = 0;
  }

  #isChosen(sequence: number): boolean {
    if (this.#exponent === 0) return true;
    return Math.imul((sequence % 2 ** 32) | 0, spread) >>> 0 < 2 ** (32 - this.#exponent);
  }
}
