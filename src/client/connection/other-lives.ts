import { hearsLeader, newest, type Sighting } from "./sighting.ts";

/**
 * Nodes of another life of the cluster that a client meets while it looks for those of its own. One is taken only if no node of
 * the own life has known a leader for a while: they may be cut off, or elect one just now, and whoever leaves them loses the session.
 */
export class OtherLives {
  readonly #patienceMs: number;
  /** Those that the present search has met. */
  #met: Sighting[] = [];
  /** Since when no node of the own life was found that knows a leader; null if the last search found one. */
  #leaderlessSince: number | null = null;

  constructor(options: { readonly patienceMs: number }) {
    this.#patienceMs = options.patienceMs;
  }

  onSearch(): void {
    this.#met = [];
  }

  meet(sighting: Sighting): void {
    this.#met.push(sighting);
  }

  /** Time until one of those that the present search has met may be taken, in ms; infinite if it has met none. */
  get dueInMs(): number {
    if (this.#leaderlessSince === null || !this.#met.some(hearsLeader)) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#leaderlessSince + this.#patienceMs - performance.now());
  }

  /**
   * The node to take after all, if there is one.
   * @param isOwnFound whether the search has found a node of the own life that knows a leader
   */
  chosen(isOwnFound: boolean): Sighting | null {
    const now = performance.now();
    if (isOwnFound) this.#leaderlessSince = null;
    else this.#leaderlessSince ??= now;
    if (this.#leaderlessSince === null || now - this.#leaderlessSince < this.#patienceMs) return null;
    const hearing = this.#met.filter(hearsLeader);
    const chosen = hearing.find(({ leads }) => leads) ?? newest(hearing);
    if (chosen !== null) this.#leaderlessSince = null;
    return chosen;
  }
}
