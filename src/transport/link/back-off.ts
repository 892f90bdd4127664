/**
 * How long to wait before the next try: doubling from `minMs` up to `maxMs`, each time less a random part of up to
 * a half, so that nodes that lost each other at once do not call at once.
 */
export class BackOff {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #failures = 0;

  constructor(options: { readonly minMs: number; readonly maxMs: number }, ports: { readonly random: () => number }) {
    this.#minMs = options.minMs;
    this.#maxMs = options.maxMs;
    this.#random = ports.random;
  }

  /** @param heldMs how long what is tried again had held; what breaks as soon as it is made counts as a failure */
  nextMs(heldMs: number): number {
    if (heldMs >= this.#maxMs) this.#failures = 0;
    const fullMs = Math.min(this.#maxMs, this.#minMs * 2 ** this.#failures);
    if (fullMs < this.#maxMs) this.#failures++;
    return fullMs * (1 - this.#random() / 2);
  }
}
