import type { Clock } from "../ports/ports.ts";
import type { ActiveFault, ExitFault } from "./faults.ts";

export interface SuddenEndPorts {
  readonly clock: Clock;
  /** Those in force. */
  readonly exits: () => readonly ActiveFault<ExitFault>[];
  readonly end: () => void;
}

/** Time for the answer to leave with which the node says that it ends, in ms. */
const answerMs = 50;

/** Ends the node, once it is told to. */
export class SuddenEnd {
  readonly #ports: SuddenEndPorts;
  #isDue = false;

  constructor(ports: SuddenEndPorts) {
    this.#ports = ports;
  }

  /** The faults have changed. */
  recheck(): void {
    const { clock, exits, end } = this.#ports;
    const [exit] = exits();
    if (exit === undefined || this.#isDue) return;
    this.#isDue = true;
    exit.struck += 1;
    clock.at(clock.now() + answerMs, end);
  }
}
