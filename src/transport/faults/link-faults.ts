import type { Millis, NodeId } from "../../core/types.ts";
import type { LinkDirection } from "../../node/faults/fault-fields.ts";
import type { ActiveFault, LinkFault } from "../../node/faults/faults.ts";

/** One way of a link. */
export type Way = Exclude<LinkDirection, "both">;

/** How one copy of a message goes on. */
export interface Copy {
  readonly delayMs: Millis;
  /** It does not wait its turn: those that leave meanwhile come before it. */
  readonly isOvertaken: boolean;
}

export interface LinkFaultsPorts {
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/** How long a message that is to be overtaken is held back, in ms. */
export const overtakenMs: Millis = 50;

const untouched: readonly Copy[] = [{ delayMs: 0, isOvertaken: false }];

/** Decides for each message between this node and its peers what befalls it. */
export class LinkFaults {
  readonly #random: () => number;
  #faults: readonly ActiveFault<LinkFault>[] = [];

  constructor({ random }: LinkFaultsPorts) {
    this.#random = random;
  }

  /** From now on these, and no others. */
  use(faults: readonly ActiveFault<LinkFault>[]): void {
    this.#faults = faults;
  }

  /** Those that befall messages that go this way. */
  on(peer: NodeId, way: Way): readonly ActiveFault<LinkFault>[] {
    if (this.#faults.length === 0) return this.#faults;
    return this.#faults.filter(
      ({ fault }) => (fault.peerId === null || fault.peerId === peer) && (fault.direction === "both" || fault.direction === way),
    );
  }

  /** How a message of the core goes on: not at all if there is no copy of it, else once or twice. */
  copiesOf(peer: NodeId, way: Way): readonly Copy[] {
    const faults = this.on(peer, way);
    if (faults.length === 0) return untouched;
    const delayMs = this.#delayOf(faults);
    if (delayMs === null) return [];
    const isOvertaken = this.#strikes(faults, ({ reorderRatio }) => reorderRatio);
    const one: Copy = { delayMs: isOvertaken ? delayMs + overtakenMs : delayMs, isOvertaken };
    return this.#strikes(faults, ({ duplicateRatio }) => duplicateRatio) ? [one, { delayMs, isOvertaken: false }] : [one];
  }

  /**
   * How much later a part of a call comes, such as a forwarded command or its outcome; null if it is lost. Calls go in
   * order over a stream that makes up for all else, so no part of one ever comes twice.
   */
  callDelay(peer: NodeId, way: Way): Millis | null {
    return this.#delayOf(this.on(peer, way));
  }

  /** Null if it is lost. */
  #delayOf(faults: readonly ActiveFault<LinkFault>[]): Millis | null {
    let delayMs = 0;
    for (const active of faults) {
      const { cut, loseRatio, jitterMs, delayMs: atLeastMs } = active.fault;
      if (cut || (loseRatio > 0 && this.#random() < loseRatio)) {
        active.struck += 1;
        return null;
      }
      if (atLeastMs + jitterMs === 0) continue;
      active.struck += 1;
      delayMs += atLeastMs + (jitterMs === 0 ? 0 : this.#random() * jitterMs);
    }
    return delayMs;
  }

  #strikes(faults: readonly ActiveFault<LinkFault>[], ratioOf: (fault: LinkFault) => number): boolean {
    let hit = false;
    for (const active of faults) {
      const ratio = ratioOf(active.fault);
      if (ratio === 0 || this.#random() >= ratio) continue;
      active.struck += 1;
      hit = true;
    }
    return hit;
  }
}
