/** An answer counts as late once it takes this many times as long as answers usually do. */
const lateFactor = 2;
/** Part of the way by which an answer that came sooner makes sooner usual. One that took longer does so at once. */
const weight = 1 / 8;

/**
 * When an answer counts as late: not before `minMs`, and where answers usually take longer than that, because there are many
 * clients or the values are large, not before twice the usual time, up to `maxMs`. A client that finds every answer late
 * would ask about each of them, and so make the next ones later.
 */
export class UsualAnswer {
  readonly #minMs: number;
  readonly #maxMs: number;
  /** As long as the slowest of the last answers, in ms. */
  #usualMs = 0;

  constructor(options: { readonly minMs: number; readonly maxMs: number }) {
    this.#minMs = options.minMs;
    this.#maxMs = options.maxMs;
  }

  get lateMs(): number {
    return Math.min(this.#maxMs, Math.max(this.#minMs, lateFactor * this.#usualMs));
  }

  onAnswer(tookMs: number): void {
    // One that took much longer than what counts as late says no more than that.
    const ms = Math.min(tookMs, this.#maxMs / lateFactor);
    this.#usualMs = ms > this.#usualMs ? ms : this.#usualMs + weight * (ms - this.#usualMs);
  }

  /** Another node may answer sooner. */
  reset(): void {
    this.#usualMs = 0;
  }
}
