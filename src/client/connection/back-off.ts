/** Pauses between tries: each twice as long as the one before, up to a limit, and half of it is chance, so that clients spread out. */
export class BackOff {
  readonly #minMs: number;
  readonly #maxMs: number;
  #tries = 0;

  constructor(options: { readonly minMs: number; readonly maxMs: number }) {
    this.#minMs = options.minMs;
    this.#maxMs = options.maxMs;
  }

  nextMs(): number {
    const fullMs = Math.min(this.#maxMs, this.#minMs * 2 ** this.#tries);
    if (fullMs < this.#maxMs) this.#tries++;
    return fullMs * (1 - Math.random() / 2);
  }

  reset(): void {
    this.#tries = 0;
  }
}
