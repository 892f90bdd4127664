import type { Millis } from "../../core/types.ts";
import type { Clock, Timer } from "../../node/ports/ports.ts";
import type { EventQueue, Task } from "../base/event-queue.ts";
import type { Life } from "../base/life.ts";
import type { Random } from "../base/random.ts";

export interface ClockOptions {
  /** What the clock shows at the start of the life; monotonic clocks begin anywhere. */
  readonly startsAt: Millis;
  /** How many of its milliseconds pass in one of the world's. */
  readonly rate: number;
  /** Longest time until the node's next turn of the event loop, in ms of the world. */
  readonly turnMsMax: Millis;
}

/** One process's monotonic clock: it runs at its own rate and may jump, but only forward. */
export class SimClock implements Clock {
  readonly #queue: EventQueue;
  readonly #life: Life;
  readonly #random: Random;
  readonly #options: ClockOptions;
  /** The clock showed `#shown` when the world's time was `#shownAt`. */
  #shown: Millis;
  #shownAt: Millis;
  /** It never shows less than this. */
  #floor: Millis;
  readonly #timers = new Set<SimTimer>();

  constructor(options: ClockOptions, queue: EventQueue, life: Life, random: Random) {
    this.#options = options;
    this.#queue = queue;
    this.#life = life;
    this.#random = random;
    this.#shown = options.startsAt;
    this.#shownAt = queue.now;
    this.#floor = options.startsAt;
  }

  now(): Millis {
    const shown = this.#shown + (this.#queue.now - this.#shownAt) * this.#options.rate;
    return shown > this.#floor ? shown : this.#floor;
  }

  at(at: Millis, callback: () => void): Timer {
    const timer = new SimTimer(at, (fired) => this.#timers.delete(fired));
    const ring = (): void => {
      if (timer.ended) return;
      // By rounding the moment may have come out a trace too early, but a timer never fires before its time.
      if (this.now() < at) this.#floor = at;
      timer.cancel();
      callback();
    };
    timer.schedule = () => this.#queue.add(this.#worldTime(at), () => this.#life.run(ring, "timer"));
    timer.task = timer.schedule();
    this.#timers.add(timer);
    return timer;
  }

  soon(callback: () => void): void {
    this.#queue.add(this.#queue.now + this.#random.next() * this.#options.turnMsMax, () => this.#life.run(callback, "turn"));
  }

  /** Shows `ms` more from now on; timers come due earlier. */
  jump(ms: Millis): void {
    this.#shown = this.now() + ms;
    this.#shownAt = this.#queue.now;
    for (const timer of this.#timers) {
      timer.task?.cancel();
      timer.task = timer.schedule();
    }
  }

  #worldTime(at: Millis): number {
    return this.#shownAt + (at - this.#shown) / this.#options.rate;
  }
}

class SimTimer implements Timer {
  readonly at: Millis;
  readonly #onEnd: (timer: SimTimer) => void;
  task: Task | null = null;
  schedule: () => Task | null = () => null;
  ended = false;

  constructor(at: Millis, onEnd: (timer: SimTimer) => void) {
    this.at = at;
    this.#onEnd = onEnd;
  }

  cancel(): void {
    if (this.ended) return;
    this.ended = true;
    this.task?.cancel();
    this.#onEnd(this);
  }
}
