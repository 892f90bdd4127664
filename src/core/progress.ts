import type { Options } from "./options.ts";
import type { Index, Millis, NodeId, ProgressState } from "./types.ts";

interface InFlight {
  readonly lastIndex: Index;
  readonly bytes: number;
}

export type FlowLimits = Pick<Options, "inflightMessagesMax" | "inflightBytesMax">;

/**
 * What a leader knows of one follower (§5.3; nextIndex and matchIndex of Figure 2).
 *
 * - probe: where the logs agree is not known. One append at a time, and none more until it is answered
 *   or a heartbeat is.
 * - snapshot: it needs what the log has no more. Nothing is sent but the snapshot, until that is there or has failed.
 * - replicate: appends follow one another without waiting, up to the limits in flight.
 *
 * Invariants: matchIndex < nextIndex; matchIndex only grows, also if the follower has lost what it confirmed.
 */
export class Progress {
  readonly id: NodeId;
  readonly #limits: FlowLimits;
  #state: ProgressState = "probe";
  #matchIndex: Index = 0;
  #nextIndex: Index;
  #isProbing = false;
  #hasLost = false;
  /** Whether the follower has said that the logs do not agree beyond the entry before nextIndex. */
  #knowsNext = false;
  /** In state snapshot: when to look again whether the follower needs one; null while one is being sent. */
  #retrySnapshotAt: Millis | null = null;
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

  get state(): ProgressState {
    return this.#state;
  }

  get matchIndex(): Index {
    return this.#matchIndex;
  }

  get nextIndex(): Index {
    return this.#nextIndex;
  }

  /** Whether its log ends before what it has confirmed. Its disk was put back, and is not to be trusted any more. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  /** How far it counts toward a quorum. */
  get countedIndex(): Index {
    return this.#hasLost ? 0 : this.#matchIndex;
  }

  lose(): void {
    this.#hasLost = true;
  }

  /** Whether an append may leave now. */
  get canSend(): boolean {
    if (this.#hasLost) return false;
    if (this.#state === "probe") return !this.#isProbing;
    if (this.#state === "snapshot") return false;
    return this.#inFlight.length < this.#limits.inflightMessagesMax && this.#inFlightBytes < this.#limits.inflightBytesMax;
  }

  /** Whether an append without entries is wanted, to learn where the logs agree. */
  get wantsProbe(): boolean {
    return this.#state === "probe" && !this.#isProbing;
  }

  /** An append up to `lastIndex` has left. */
  sent(lastIndex: Index, bytes: number): void {
    if (this.#state === "probe") {
      this.#isProbing = true;
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
    // Of what it was sent before, an answer may still come while it gets a snapshot.
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
    if (prevIndex <= this.#matchIndex || this.#state === "snapshot") return false;
    if (this.#state === "replicate") {
      this.#becomeProbe(this.#matchIndex + 1);
      return true;
    }
    if (prevIndex !== this.#nextIndex - 1) return false;
    this.#becomeProbe(Math.max(Math.min(prevIndex, agreeIndex + 1), this.#matchIndex + 1));
    this.#knowsNext = true;
    return true;
  }

  get knowsNext(): boolean {
    return this.#knowsNext;
  }

  /** The follower needs entries that were dropped. */
  needSnapshot(): void {
    this.#becomeProbe(this.#nextIndex);
    this.#state = "snapshot";
  }

  /** The snapshot that ends at `index` is installed: what follows on it comes next, if the log still has it. */
  installed(index: Index, lastIndex: Index): void {
    if (this.#state === "snapshot") this.#becomeProbe(Math.max(this.#matchIndex, Math.min(index, lastIndex)) + 1);
  }

  /** The snapshot could not be sent. Whether it is still needed is to be asked again, but not before `at`. */
  snapshotFailed(at: Millis): void {
    if (this.#state === "snapshot") this.#retrySnapshotAt = at;
  }

  /** When a snapshot that failed is to be looked after again; null if none failed. */
  get retrySnapshotAt(): Millis | null {
    return this.#state === "snapshot" ? this.#retrySnapshotAt : null;
  }

  /** What comes next was dropped, but the follower may have it: ask whether the logs agree where this one begins. */
  probeFrom(firstIndex: Index): void {
    this.#becomeProbe(Math.max(firstIndex, this.#matchIndex + 1));
  }

  /** Appends were lost on the way: find out again where the logs agree. */
  lost(): void {
    this.#becomeProbe(this.#matchIndex + 1);
  }

  /** The probe under way may have been lost: allow another. */
  mayProbeAgain(): void {
    this.#isProbing = false;
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
    this.#isProbing = false;
    this.#knowsNext = false;
    this.#retrySnapshotAt = null;
    this.#inFlight.length = 0;
    this.#inFlightBytes = 0;
  }
}
