import type { CoreEvent } from "../../core/events.ts";
import type { Millis } from "../../core/types.ts";
import { counter, zerosOf } from "../../declared/figures.ts";
import type { Clock } from "../ports/ports.ts";

export const refusalFigures = {
  messagesRefused: counter("messages", "Messages of nodes that cannot be, or whose sender this node does not believe."),
};

/** Of messages that are refused for one kind of reason at most one is told in such a time, in ms. All are counted. */
const toldEveryMs = 1_000;

/** Messages of peers that the core has refused: whoever floods a node with them does not flood its log. */
export class Refusals {
  readonly #clock: Pick<Clock, "now">;
  readonly #toldAt = new Map<boolean, Millis>();
  readonly counters = zerosOf(refusalFigures);

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** The events that observers are told. What is impossible is told beside what is only doubted. */
  toTell(events: readonly CoreEvent[]): readonly CoreEvent[] {
    return events.some(({ type }) => type === "messageRefused") ? events.filter((event) => this.#isTold(event)) : events;
  }

  #isTold(event: CoreEvent): boolean {
    if (event.type !== "messageRefused") return true;
    this.counters.messagesRefused += 1;
    const now = this.#clock.now();
    const toldAt = this.#toldAt.get(event.isImpossible) ?? Number.NEGATIVE_INFINITY;
    if (now - toldAt < toldEveryMs) return false;
    this.#toldAt.set(event.isImpossible, now);
    return true;
  }
}
