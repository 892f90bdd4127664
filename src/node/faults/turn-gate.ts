import type { Clock } from "../ports/ports.ts";
import type { ActiveFault, TurnFault } from "./faults.ts";

export interface TurnGatePorts {
  readonly clock: Clock;
  /** The pauses in force. */
  readonly pauses: () => readonly ActiveFault<TurnFault>[];
}

/** Lets the turns of the core through one by one, but for the time of a pause: the node then looks as if it had stopped. */
export class TurnGate {
  readonly #ports: TurnGatePorts;
  #waiting: (() => void) | null = null;
  /** The pauses that were in force when a turn was last held. */
  #holding: readonly ActiveFault<TurnFault>[] = [];

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
    if (turn === null) return;
    this.#waiting = null;
    this.nextTurn(turn);
  }

  #pass(turn: () => void): void {
    const pauses = this.#ports.pauses();
    if (pauses.length === 0) return turn();
    for (const pause of pauses) if (!this.#holding.includes(pause)) pause.struck += 1;
    this.#holding = pauses;
    this.#waiting = turn;
  }
}
