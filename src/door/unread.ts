import { type FiguresOf, gauge } from "../declared/figures.ts";

/** The figures of what all ports together keep for clients. */
export const unreadFigures = {
  unreadBytes: gauge("bytes", "Answers that their clients have not read yet."),
  unreadPeakBytes: gauge("bytes", "The most that clients ever left unread at one time."),
};

/** What services may know of the connection that a call came on: whether its client reads the answers it gets. */
export interface AnswerRoom {
  /** "full": no further answer is to be made for now; "gone": the connection is closed, and nobody wants answers. */
  readonly state: "free" | "full" | "gone";
  /** An answer of this size is kept for the client, outside of gRPC. */
  hold(bytes: number): void;
  /** It is given to gRPC now, or to nobody any more. */
  release(bytes: number): void;
  /** Calls back once, as soon as there is room or the connection is gone, but never before this returns. */
  whenFree(callback: () => void): void;
}

/** Factor for the bytes of a client that reads nothing, when it is decided whose connection is closed. */
const stalledWeight = 8;
/** Most of those that wait for room that go on in one turn: what they answer must show before the next ones do. */
const wokenMax = 16;

/** The answers on one connection that its client has not read. */
export class Unread implements AnswerRoom {
  readonly #bytesMax: number;
  readonly #total: UnreadTotal;
  readonly #onExcess: () => void;
  /** Its client reads nothing. */
  isStalled = false;
  #bytes = 0;
  #isGone = false;
  readonly #waiting = new Set<() => void>();
  #isWakePlanned = false;

  /** @param onExcess the connection must be closed; called while an answer is being written */
  constructor(bytesMax: number, total: UnreadTotal, onExcess: () => void) {
    this.#bytesMax = bytesMax;
    this.#total = total;
    this.#onExcess = onExcess;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** What it has in closing connections of those that read too little. */
  get weight(): number {
    return this.isStalled ? stalledWeight * this.#bytes : this.#bytes;
  }

  get state(): "free" | "full" | "gone" {
    if (this.#isGone) return "gone";
    return this.#bytes > this.#bytesMax ? "full" : "free";
  }

  hold(bytes: number): void {
    if (this.#isGone) return;
    this.#bytes += bytes;
    this.#total.hold(this, bytes);
  }

  release(bytes: number): void {
    if (this.#isGone) return;
    this.#bytes -= bytes;
    this.#total.release(this, bytes);
    if (this.#waiting.size > 0 && this.state === "free") this.#planWake();
  }

  whenFree(callback: () => void): void {
    this.#waiting.add(callback);
    if (this.state !== "full") this.#planWake();
  }

  /** It need not be called back any more. */
  forget(callback: () => void): void {
    this.#waiting.delete(callback);
  }

  /** The connection is closed. */
  end(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#total.release(this, this.#bytes);
    this.#bytes = 0;
    this.#total.forget(this);
    this.#planWake();
  }

  /** Too much is unread on all connections, and this one has the largest part in it. */
  tellExcess(): void {
    this.#onExcess();
  }

  #planWake(): void {
    if (this.#isWakePlanned) return;
    this.#isWakePlanned = true;
    setImmediate(() => {
      this.#isWakePlanned = false;
      if (this.state === "full") return;
      const woken: (() => void)[] = [];
      for (const callback of this.#waiting) {
        if (woken.length === wokenMax && !this.#isGone) break;
        woken.push(callback);
      }
      for (const callback of woken) if (this.#waiting.delete(callback)) callback();
      if (this.#waiting.size > 0) this.#planWake();
    });
  }
}

/** The answers on all connections of a node, at both ports, that were not read. */
export class UnreadTotal {
  readonly #bytesMax: number;
  readonly #holders = new Set<Unread>();
  /** They are being closed, and count no more. */
  readonly #leaving = new Set<Unread>();
  #bytes = 0;
  #bytesPeak = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The most there ever were. */
  get bytesPeak(): number {
    return this.#bytesPeak;
  }

  get figures(): FiguresOf<typeof unreadFigures> {
    return { unreadBytes: this.#bytes, unreadPeakBytes: this.#bytesPeak };
  }

  hold(unread: Unread, bytes: number): void {
    this.#holders.add(unread);
    this.#bytes += bytes;
    this.#bytesPeak = Math.max(this.#bytesPeak, this.#bytes);
    if (this.#bytes > this.#bytesMax) this.#makeRoom();
  }

  release(unread: Unread, bytes: number): void {
    this.#bytes -= bytes;
    if (unread.bytes === 0) this.#holders.delete(unread);
  }

  forget(unread: Unread): void {
    this.#holders.delete(unread);
    this.#leaving.delete(unread);
  }

  /** Those who have most go first, and before them those who have much and read nothing. */
  #makeRoom(): void {
    let excess = this.#bytes - this.#bytesMax;
    for (const unread of this.#leaving) excess -= unread.bytes;
    if (excess <= 0) return;
    const rest = [...this.#holders].filter((unread) => !this.#leaving.has(unread));
    rest.sort((a, b) => b.weight - a.weight);
    for (const unread of rest) {
      if (excess <= 0) return;
      excess -= unread.bytes;
      this.#leaving.add(unread);
      unread.tellExcess();
    }
  }
}
