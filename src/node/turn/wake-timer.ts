import type { Millis } from "../../core/types.ts";
import type { Clock, Timer } from "../ports/ports.ts";

/** Wakes the node at the time that it asked for last. One timer is enough: it is moved only if the time is earlier. */
export class WakeTimer {
  readonly #clock: Clock;
  readonly #wake: () => void;
  #timer: Timer | null = null;
  #at: Millis = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** No later than this. */
  wakeBy(at: Millis): void {
    if (this.#timer !== null && this.#at <= at) return;
    this.#timer?.cancel();
    this.#at = at;
    this.#timer = this.#clock.at(at, () => {
      this.#timer = null;
      this.#wake();
    });
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
