import type { View } from "../core/api.ts";
import type { Millis } from "../core/types.ts";
import type { TransferOutcome } from "./operations.ts";
import type { Clock } from "./ports.ts";

export interface LeavingPorts {
  readonly clock: Clock;
  readonly view: () => View;
  readonly transfer: (timeoutMs: Millis, done: (outcome: TransferOutcome) => void) => void;
  /** Requests that wait for their outcome. */
  readonly openCount: () => number;
}

/** How often it is looked whether anybody still waits, in ms. */
const lookMs = 5;

/**
 * How a node takes its leave so that hardly anybody notices: a leader hands over first, as clients would otherwise wait
 * for an election; then those who wait for an outcome get it. All of that has a limit in time.
 */
export class Leaving {
  readonly #limitMs: Millis;
  readonly #ports: LeavingPorts;
  #isOver = false;

  /** @param limitMs longest time from `begin` to its callback */
  constructor(limitMs: Millis, ports: LeavingPorts) {
    this.#limitMs = limitMs;
    this.#ports = ports;
  }

  /** Calls back once, when the node may stop. */
  begin(then: () => void): void {
    const { clock, view, transfer } = this.#ports;
    const until = clock.now() + this.#limitMs;
    if (canTransfer(view())) transfer(this.#limitMs, () => this.#drain(until, then));
    else this.#drain(until, then);
  }

  /** The node stops without further ado. */
  cancel(): void {
    this.#isOver = true;
  }

  #drain(until: Millis, then: () => void): void {
    const { clock, openCount } = this.#ports;
    if (this.#isOver) return;
    if (openCount() > 0 && clock.now() < until) {
      clock.at(clock.now() + lookMs, () => this.#drain(until, then));
      return;
    }
    this.#isOver = true;
    then();
  }
}

/** Whether there is a leadership to hand over, and somebody to hand it to. */
function canTransfer({ id, role, members }: View): boolean {
  return role === "leader" && members.voters.some((voter) => voter !== id);
}
