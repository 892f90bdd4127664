import type { Millis } from "../../core/types.ts";
import type { Clock, Timer } from "../../node/ports/ports.ts";

/** Longer timers overflow in Node and would fire at once. */
const timerMsMax = 2 ** 31 - 1;

/** The clock of this process: monotonic, so that a change of the time of day moves no deadline. */
export class SystemClock implements Clock {
  now(): Millis {
    return performance.now();
  }

  at(at: Millis, callback: () => void): Timer {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const waitMs = Math.min(timerMsMax, Math.max(0, Math.ceil(at - performance.now())));
      timer = setTimeout(fire, waitMs);
    };
    // Node's timers count in whole milliseconds of another clock, and may fire a little early.
    const fire = () => (performance.now() < at ? arm() : callback());
    arm();
    return { cancel: () => clearTimeout(timer) };
  }

  /** After the sockets were read, so that a batch holds all that came in, and mail is read before a late timer counts. */
  soon(callback: () => void): void {
    setImmediate(callback);
  }
}
