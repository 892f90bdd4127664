import type { View } from "../../core/api.ts";
import type { Millis } from "../../core/types.ts";
import type { Clock } from "../ports/ports.ts";
import type { TransferOutcome } from "../requests/operations.ts";

export interface LeavingPorts {
  readonly clock: Clock;
  readonly view: () => View;
  readonly transfer: (timeoutMs: Millis, done: (outcome: TransferOutcome) => void) => void;
  /** Requests and changes that wait for their outcome. */
  readonly openCount: () => number;
}

/** How often it is looked whether anybody still waits, in ms. */
const lookMs = 5;

/**
 * How a node drains and stops so that hardly anybody notices. A leader hands over first, as clients would otherwise wait
 * for an election; until that is done it serves them as ever, for wherever they went they would find no leader. Then those
 * who wait for an outcome get it. All of that has a limit in time.
 */
export class Leaving {
  readonly #limitMs: Millis;
  readonly #ports: LeavingPorts;
  /** When it must be over; null until it has begun. */
  #until: Millis | null = null;
  #isOver = false;

  /** @param limitMs longest time for all of it */
  constructor(limitMs: Millis, ports: LeavingPorts) {
    this.#limitMs = limitMs;
    this.#ports = ports;
  }

  /** Calls back once, when another node leads or none will take over. It is tried once only. */
  handOver(then: () => void): void {
    const { clock, view, transfer } = this.#ports;
    const isFirst = this.#until === null;
    this.#until ??= clock.now() + this.#limitMs;
    if (isFirst && canTransfer(view())) transfer(this.#limitMs, then);
    else then();
  }

  /** Calls back once, when nobody waits any more, or only those whose answer cannot come. */
  drain(then: () => void): void {
    const { clock, openCount } = this.#ports;
    if (this.#isOver) return;
    if (openCount() > 0 && clock.now() < (this.#until ?? Number.NEGATIVE_INFINITY)) {
      clock.at(clock.now() + lookMs, () => this.drain(then));
      return;
    }
    this.#isOver = true;
    then();
  }

  /** The node stops immediately. */
  cancel(): void {
    this.#isOver = true;
  }
}

/** Whether there is a leadership to hand over, and somebody to hand it to. */
function canTransfer({ id, role, members }: View): boolean {
  return role === "leader" && members.voters.some((voter) => voter !== id);
}
