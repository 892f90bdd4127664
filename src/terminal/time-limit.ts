/** How long a command may still take, whatever it waits for. */
export class TimeLimit {
  readonly ms: number;
  readonly #endsAt: number;

  constructor(ms: number) {
    this.ms = ms;
    this.#endsAt = performance.now() + ms;
  }

  get isOver(): boolean {
    return performance.now() >= this.#endsAt;
  }

  /** What is left of it, or less; for a call that needs a time-out, so at least 1. */
  leftMs(max = Number.POSITIVE_INFINITY): number {
    return Math.max(1, Math.min(max, Math.ceil(this.#endsAt - performance.now())));
  }
}
