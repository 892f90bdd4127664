import type { Millis } from "../../core/types.ts";
import type { Clock, Timer } from "../ports/ports.ts";
import type { ActiveFault } from "./faults.ts";

interface Held {
  readonly at: Millis;
  readonly deliver: () => void;
}

/** What is under way one behind the other, as on one way of a link, and comes later than it would. */
export class DelayLine {
  readonly #heldMax: number;
  readonly #clock: Clock;
  /** Rising in time; of the same time, in the order in which they came. */
  #held: Held[] = [];
  /** Nothing that waits its turn may come before this. */
  #inOrderAt: Millis = 0;
  #timer: Timer | null = null;
  #faults: readonly ActiveFault[] = [];

  constructor(options: { readonly heldMax: number }, clock: Clock) {
    this.#heldMax = options.heldMax;
    this.#clock = clock;
  }

  get heldCount(): number {
    return this.#held.length;
  }

  /** Delivers at once what is not to be late and has nothing before it. Returns false if there is no room. */
  add(delayMs: Millis, isOvertaken: boolean, deliver: () => void): boolean {
    const now = this.#clock.now();
    this.#deliverDue(now);
    const at = isOvertaken ? now + delayMs : Math.max(this.#inOrderAt, now + delayMs);
    if (at <= now) {
      deliver();
      return true;
    }
    if (this.#held.length >= this.#heldMax) return false;
    if (!isOvertaken) this.#inOrderAt = at;
    const after = this.#held.findLastIndex((other) => other.at <= at);
    this.#held.splice(after + 1, 0, { at, deliver });
    if (after === -1) this.#arm();
    return true;
  }

  /** From now on these make things late. If one that did is gone, what is held comes at once, in its order. */
  blame(faults: readonly ActiveFault[]): void {
    const isOver = this.#faults.some((fault) => !faults.includes(fault));
    this.#faults = faults;
    if (!isOver) return;
    const held = this.#held;
    this.drop();
    for (const { deliver } of held) deliver();
  }

  /** What is held never comes. */
  drop(): void {
    this.#held = [];
    this.#inOrderAt = 0;
    this.#timer?.cancel();
    this.#timer = null;
  }

  #arm(): void {
    this.#timer?.cancel();
    const next = this.#held[0];
    this.#timer = next === undefined ? null : this.#clock.at(next.at, () => this.#onTime());
  }

  #onTime(): void {
    this.#deliverDue(this.#clock.now());
    this.#arm();
  }

  /** Also of use when the timer is late, or what comes now would come first. */
  #deliverDue(now: Millis): void {
    for (;;) {
      const next = this.#held[0];
      if (next === undefined || next.at > now) return;
      this.#held.shift();
      next.deliver();
    }
  }
}
