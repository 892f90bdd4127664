import type { Millis } from "../../core/types.ts";
import type { Random } from "../base/random.ts";

export interface DriveOptions {
  /** A write takes mostly about the one, seldom the other, in ms. */
  readonly writeMsMin: Millis;
  readonly writeMsMax: Millis;
  /** Longest time of a read, in ms. */
  readonly readMsMax: Millis;
}

/** Longest time of one write or read on the slowest disk, in ms; after a stall it begins again. */
const longestMs = 2_000;

/** What can be made to fail, once. */
export type Failing = "store" | "write" | "read";

/** The hardware under a node's two databases: how long it takes, and whether it fails. Outlives the process. */
export class Drive {
  readonly #options: DriveOptions;
  readonly #random: Random;
  readonly #failing = new Set<Failing>();
  #stalledUntil: Millis = 0;
  #slowness = 1;

  constructor(options: DriveOptions, random: Random) {
    this.#options = options;
    this.#random = random;
  }

  /** When a write that begins now will be done. */
  writtenAt(now: Millis): Millis {
    const { writeMsMin, writeMsMax } = this.#options;
    return Math.max(now, this.#stalledUntil) + Math.min(longestMs, this.#random.skewed(writeMsMin, writeMsMax) * this.#slowness);
  }

  /** When a read that begins now will be done. */
  readAt(now: Millis): Millis {
    return (
      Math.max(now, this.#stalledUntil) + Math.min(longestMs, this.#random.skewed(0, this.#options.readMsMax) * this.#slowness)
    );
  }

  /** Nothing is done before `until`. */
  stall(until: Millis): void {
    this.#stalledUntil = until;
  }

  /** All takes `factor` times as long. */
  slow(factor: number): void {
    this.#slowness = factor;
  }

  failNext(what: Failing): void {
    this.#failing.add(what);
  }

  /** Whether this one fails. */
  fails(what: Failing): boolean {
    return this.#failing.size > 0 && this.#failing.delete(what);
  }

  repair(): void {
    this.#failing.clear();
    this.#stalledUntil = 0;
    this.#slowness = 1;
  }
}

/** What a disk that fails says. */
export class DriveFailed extends Error {
  constructor(what: Failing) {
    super(`the simulated disk failed in a ${what}`);
    this.name = "DriveFailed";
  }
}
