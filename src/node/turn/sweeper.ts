import type { Millis } from "../../core/types.ts";
import type { Clock, Timer } from "../ports/ports.ts";

export interface SweeperPorts {
  readonly clock: Clock;
  /** Whether anybody waits for anything. */
  readonly isOpen: () => boolean;
  readonly sweep: (now: Millis) => void;
}

/** How often those who have waited too long are looked for, in ms. */
const sweepMs = 50;

/** Looks every now and then who has waited too long, for as long as anybody waits. */
export class Sweeper {
  readonly #ports: SweeperPorts;
  #timer: Timer | null = null;

  constructor(ports: SweeperPorts) {
    this.#ports = ports;
  }

  /** Called when somebody has begun to wait. */
  arm(): void {
    const { clock, isOpen, sweep } = this.#ports;
    if (this.#timer !== null || !isOpen()) return;
    this.#timer = clock.at(clock.now() + sweepMs, () => {
      this.#timer = null;
      sweep(clock.now());
      this.arm();
    });
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
