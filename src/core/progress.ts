import type { Index, Millis, NodeId } from "./types.ts";

interface InFlight {
  readonly lastIndex: Index;
  readonly bytes: number;
}

export interface FlowLimits {
  readonly inflightMessagesMax: number;
  readonly inflightBytesMax: number;
}

/**
 * What a leader knows of one follower (§5.3; nextIndex and matchIndex of Figure 2).
 *
 * - probe: where the logs agree is not known. One append at a time, and none more until it is answered
 *   or a heartbeat is.
 * - replicate: appends follow one another without waiting, up to the limits in flight.
 *
 * Invariants: matchIndex < nextIndex; matchIndex only grows.
 */
export class Progress {
  readonly id: NodeId;
  readonly #limits: FlowLimits;
  #state: "probe" | "replicate" = "probe";
  #matchIndex: Index = 0;
  #nextIndex: Index;
  #probing = false;
  readonly #inFlight: InFlight[] = [];
  #inFlightBytes = 0;
  /** When anything of this leader's term last came from the follower. */
  lastHeardAt: Millis;

  constructor(id: NodeId, nextIndex: Index, now: Millis, limits: FlowLimits) {
    this.id = id;
    this.#nextIndex = nextIndex;
    this.lastHeardAt = now;
    this.#limits = limits;
  }

  get state(): "probe" | "replicate" {
    return this.#state;
  }

  get matchIndex(): Index {
    return this.#matchIndex;
  }

  get nextIndex(): Index {
    return this.#nextIndex;
  }

  /** Whether an append may leave now. */
  get canSend(): boolean {
    if (this.#state === "probe") return !this.#probing;
    return this.#inFlight.length < this.#limits.inflightMessagesMax && this.#inFlightBytes < this.#limits.inflightBytesMax;
  }

  /** Whether an append without entries is wanted, to learn where the logs agree. */
  get wantsProbe(): boolean {
    return this.#state === "probe" && !this.#probing;
  }

  /** An append up to `lastIndex` has left. */
  sent(lastIndex: Index, bytes: number): void {
    if (this.#state === "probe") {
      this.#probing = true;
      return;
    }
    this.#nextIndex = lastIndex + 1;
    this.#inFlight.push({ lastIndex, bytes });
    this.#inFlightBytes += bytes;
  }

  /** An append was answered: the follower has all up to `index` on disk. Old and doubled replies change nothing. */
  matched(index: Index): void {
    const answersProbe = index > this.#matchIndex || index === this.#nextIndex - 1;
    this.learnMatch(index);
    if (this.#state === "probe" && answersProbe) this.#becomeReplicate();
  }

  /** The follower was heard to have all up to `index` on disk; whether it has more stays open. */
  learnMatch(index: Index): void {
    this.#land(index);
    if (index <= this.#matchIndex) return;
    this.#matchIndex = index;
    this.#nextIndex = Math.max(this.#nextIndex, index + 1);
  }

  /**
   * The append after `prevIndex` did not fit; the logs may agree at `agreeIndex`, not later.
   * @returns false if this is an old reply, which must be ignored
   */
  conflicted(prevIndex: Index, agreeIndex: Index): boolean {
    if (prevIndex <= this.#matchIndex) return false;
    if (this.#state === "replicate") {
      this.#becomeProbe(this.#matchIndex + 1);
      return true;
    }
    if (prevIndex !== this.#nextIndex - 1) return false;
    this.#becomeProbe(Math.max(Math.min(prevIndex, agreeIndex + 1), this.#matchIndex + 1));
    return true;
  }

  /** Appends were lost on the way: find out again where the logs agree. */
  lost(): void {
    this.#becomeProbe(this.#matchIndex + 1);
  }

  /** The probe under way may have been lost: allow another. */
  mayProbeAgain(): void {
    this.#probing = false;
  }

  /** Forgets appends that have been answered. */
  #land(index: Index): void {
    let landed = 0;
    for (const append of this.#inFlight) {
      if (append.lastIndex > index) break;
      this.#inFlightBytes -= append.bytes;
      landed += 1;
    }
    if (landed > 0) this.#inFlight.splice(0, landed);
  }

  #becomeReplicate(): void {
    this.#state = "replicate";
    this.#nextIndex = this.#matchIndex + 1;
    this.#clearFlight();
  }

  #becomeProbe(nextIndex: Index): void {
    this.#state = "probe";
    this.#nextIndex = nextIndex;
    this.#clearFlight();
  }

  #clearFlight(): void {
    this.#probing = false;
    this.#inFlight.length = 0;
    this.#inFlightBytes = 0;
  }
}
