import type { StandingFault, TurnFault } from "./faults.ts";
import type { Clock } from "./ports.ts";

export interface TurnGatePorts {
  readonly clock: Clock;
  /** The pauses in force. */
  readonly pauses: () => readonly StandingFault<TurnFault>[];
}

/** Lets the turns of the core through one by one, but for the time of a pause: the node then looks as if it had stopped. */
export class TurnGate {
  readonly #ports: TurnGatePorts;
  #waiting: (() => void) | null = null;

  constructor(ports: TurnGatePorts) {
    this.#ports = ports;
  }

  /** Takes the turn soon, or after the pause. There is one at a time. */
  readonly nextTurn = (turn: () => void): void => {
    this.#ports.clock.soon(() => this.#pass(turn));
  };

  /** The faults have changed. */
  recheck(): void {
    const turn = this.#waiting;
    if (turn === null || this.#ports.pauses().length > 0) return;
    this.#waiting = null;
    this.nextTurn(turn);
  }

  #pass(turn: () => void): void {
    const pauses = this.#ports.pauses();
    if (pauses.length === 0) return turn();
    for (const pause of pauses) pause.struck += 1;
    this.#waiting = turn;
  }
}
