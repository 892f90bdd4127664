import type { Welcome } from "../../observe/live.ts";

/** Number of the newest offsets of a node that count; at ten batches a second about half a minute. */
const offsetsMax = 300;

interface Other {
  /** Time received less time sent, in ms: the offset of the clocks, and the time on the way, which is never negative. */
  readonly offsets: number[];
  roundTripMs: number;
}

/**
 * Translates the clocks of nodes to that of this process. Those on one machine share one, and need no estimate. Of another
 * machine's clock the smallest offset that was seen is the truth plus a time on the way; that is at most the shortest time from
 * question to answer, so half of it is taken off, and half of it is the error.
 */
export class Clocks {
  readonly #bootId: string;
  readonly #others = new Map<number, Other>();
  readonly #roundTrips = new Map<number, number>();

  /** @param bootId of this machine; "": it cannot tell */
  constructor(bootId: string) {
    this.#bootId = bootId;
  }

  onMet(node: number, roundTripMs: number): void {
    const known = this.#roundTrips.get(node) ?? Number.POSITIVE_INFINITY;
    this.#roundTrips.set(node, Math.min(known, roundTripMs));
  }

  /** What to add to a time of this node, in ms. @param receivedAt by this process's clock */
  shiftOf(batch: { readonly node: number; readonly bootId: string; readonly at: number }, receivedAt: number): number {
    const { node, bootId, at } = batch;
    if (bootId !== "" && bootId === this.#bootId) {
      this.#others.delete(node);
      return 0;
    }
    const other = this.#others.get(node) ?? { offsets: [], roundTripMs: 0 };
    this.#others.set(node, other);
    other.roundTripMs = this.#roundTrips.get(node) ?? 0;
    other.offsets.push(receivedAt - at);
    if (other.offsets.length > offsetsMax) other.offsets.shift();
    return Math.min(...other.offsets) - other.roundTripMs / 2;
  }

  forget(node: number): void {
    this.#others.delete(node);
    this.#roundTrips.delete(node);
  }

  get summary(): Welcome["clocks"] {
    if (this.#others.size === 0) return { kind: "one machine", errorMs: 0 };
    return { kind: "estimated", errorMs: Math.max(...[...this.#others.values()].map(({ roundTripMs }) => roundTripMs / 2)) };
  }
}
