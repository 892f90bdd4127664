import type { Millis } from "../../core/types.ts";
import { type FiguresOf, gauge } from "../../declared/figures.ts";
import { isFailure } from "../answers/failure.ts";
import type { SessionList } from "./session-list.ts";

/** A disk that is slow to tell does not hold up the status of the node, in ms. */
const tellWithinMs = 50;
/** Whoever asks again so soon is told the same, in ms. */
const freshMs = 500;

export const sessionFigures = {
  open: gauge("sessions", "Sessions that there were when the node last told its status."),
};

/** How many sessions there are, as nearly as it can be told at once. */
export class SessionCount {
  readonly #list: Pick<SessionList, "count">;
  #count = 0;
  #readAt: Millis = Number.NEGATIVE_INFINITY;

  constructor(list: Pick<SessionList, "count">) {
    this.#list = list;
  }

  get figures(): FiguresOf<typeof sessionFigures> {
    return { open: this.#count };
  }

  /** Calls back once, with the last number that is known if no newer one is read in time. */
  tell(done: (count: number) => void): void {
    const now = performance.now();
    if (now - this.#readAt < freshMs) return done(this.#count);
    let isTold = false;
    const tell = (): void => {
      if (isTold) return;
      isTold = true;
      clearTimeout(timer);
      done(this.#count);
    };
    const timer = setTimeout(tell, tellWithinMs);
    this.#list.count((answer) => {
      if (!isFailure(answer)) {
        this.#count = answer.count;
        this.#readAt = now;
      }
      tell();
    });
  }
}
