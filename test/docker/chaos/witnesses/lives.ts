import type { NodeAnswer } from "../types.ts";

/** A process of a node, as it was seen from outside. Times are in ms since the run began. */
export interface Life {
  readonly place: number;
  /** It was started at this moment at the latest. */
  readonly startedAt: number;
  /** When it last answered. */
  readonly seenAt: number;
}

interface Seen {
  readonly place: number;
  /** Between these it was started, as far as that can be told from how long it says that it runs. */
  startedFrom: number;
  startedAt: number;
  seenAt: number;
}

/** A process rounds how long it runs, by so many ms at most. */
const roundingMs = 1;

/** Tells the processes of each place apart by when they were started. */
export class Lives {
  readonly #lives: Seen[] = [];
  /** The present one of each place. */
  readonly #present = new Map<number, Seen>();

  get all(): readonly Life[] {
    return this.#lives;
  }

  /** @param asked between these the node answered */
  note({ place, status }: NodeAnswer, asked: { readonly from: number; readonly to: number }): void {
    const startedFrom = asked.from - status.uptimeMs - roundingMs;
    const startedAt = asked.to - status.uptimeMs + roundingMs;
    const present = this.#present.get(place);
    if (present !== undefined && startedFrom <= present.startedAt && startedAt >= present.startedFrom) {
      present.startedFrom = Math.max(present.startedFrom, startedFrom);
      present.startedAt = Math.min(present.startedAt, startedAt);
      present.seenAt = asked.from;
      return;
    }
    const life = { place, startedFrom, startedAt, seenAt: asked.from };
    this.#lives.push(life);
    this.#present.set(place, life);
  }
}
