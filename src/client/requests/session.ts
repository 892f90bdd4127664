/**
 * One session as its client counts in it. A request's place (session, sequence) is what makes it take effect once:
 * sent again, by whatever way, it keeps its place.
 */
export class Session {
  readonly id: number;
  /** The life of the cluster in which it is. */
  readonly incarnationId: string;
  /** Time-out, in ms: without contact for this long the session expires. */
  readonly timeoutMs: number;
  /** Most places from the first that waits for its answer on: the cluster keeps no more answers. */
  readonly #windowMax: number;
  #lastSequence = 0;
  #first = 1;
  /** Places after the first that are settled already. */
  readonly #settled = new Set<number>();

  constructor({ id, incarnationId, timeoutMs }: Pick<Session, "id" | "incarnationId" | "timeoutMs">, windowMax: number) {
    this.id = id;
    this.incarnationId = incarnationId;
    this.timeoutMs = timeoutMs;
    this.#windowMax = windowMax;
  }

  /** The lowest sequence that waits for its answer: the cluster may forget the answers before it. */
  get firstOutstanding(): number {
    return this.#first;
  }

  get isIdle(): boolean {
    return this.#first > this.#lastSequence;
  }

  /** A new place, or null if there is none until older ones are settled. */
  take(): Place | null {
    if (this.#lastSequence + 1 - this.#first >= this.#windowMax) return null;
    this.#lastSequence++;
    return { session: this, sequence: this.#lastSequence };
  }

  /** Its request was answered or given up, and will never be sent again. */
  settle(sequence: number): void {
    this.#settled.add(sequence);
    while (this.#settled.delete(this.#first)) this.#first++;
  }
}

export interface Place {
  readonly session: Session;
  readonly sequence: number;
}
