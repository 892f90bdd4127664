import type { Millis } from "../../core/types.ts";
import { counter, zerosOf } from "../../declared/figures.ts";
import { count, millis, type OptionsOf, type OptionTable } from "../../declared/options.ts";
import type { Clock, Timer } from "../../node/ports/ports.ts";
import { RoundCutShort } from "../files/round-cut-short.ts";

export const scrubTable = {
  scrubBytesPerSecondMax: count(
    4 * 1024 * 1024,
    "bytes",
    "Most bytes of log and state that are read and verified in a second, beside all other work; 0 switches this off.",
    { min: 0 },
  ),
  scrubPeriodMs: millis(60 * 60 * 1000, "Interval between the starts of two verification rounds; a late round starts at once."),
} as const satisfies OptionTable;

export type ScrubOptions = OptionsOf<typeof scrubTable>;

export const scrubFigures = {
  rounds: counter("rounds", "Times that all of the log and the state was read again, and found sound."),
  bytes: counter("bytes", "Bytes of log and state that were read to verify them."),
};

/** Something on disk that can be verified while it is used. */
export interface Scrubbed {
  /**
   * Verifies all of it, a small step at a time, and says after each one how many bytes it read.
   * @throws DataDirectoryError that says what is damaged; RoundCutShort if it cannot read all now
   */
  scrub(): AsyncGenerator<number, void>;
}

export interface ScrubberPorts {
  readonly clock: Clock;
  readonly parts: readonly Scrubbed[];
  /** All of it was found sound. */
  readonly onRound: (round: { readonly bytes: number; readonly forMs: Millis }) => void;
  /** What was read of it was sound, but the rest could not be read now. */
  readonly onCutShort: (why: string) => void;
  /** Called once, and nothing after it: the node must stop. */
  readonly onDamaged: (error: Error) => void;
}

/**
 * Reads all that a node has on its disk, over and over, beside all else that it does: damage is to be found while
 * other nodes still have what is lost, and not when it is needed. It reads in small steps at a limited rate.
 */
export class Scrubber {
  readonly #options: ScrubOptions;
  readonly #ports: ScrubberPorts;
  readonly counters = zerosOf(scrubFigures);
  #timer: Timer | null = null;
  /** Ends the wait under way. */
  #wake: (() => void) | null = null;
  #isStopped = false;

  constructor(options: ScrubOptions, ports: ScrubberPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** Begins the first round at once. */
  start(): void {
    if (this.#options.scrubBytesPerSecondMax === 0 || this.#isStopped) return;
    this.#round().catch((error) => {
      if (this.#isStopped) return;
      this.#isStopped = true;
      this.#ports.onDamaged(error instanceof Error ? error : new Error(String(error)));
    });
  }

  /** Ends after the step under way. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#wake?.();
  }

  async #round(): Promise<void> {
    const { clock, onRound, onCutShort } = this.#ports;
    const began = clock.now();
    const bytesBefore = this.counters.bytes;
    const cutShort = await this.#verify();
    if (this.#isStopped) return;
    if (cutShort === null) {
      this.counters.rounds += 1;
      onRound({ bytes: this.counters.bytes - bytesBefore, forMs: clock.now() - began });
    } else onCutShort(cutShort.message);
    // Whoever was told may have stopped it.
    if (this.#isStopped) return;
    const { scrubPeriodMs } = this.#options;
    this.#timer = clock.at(Math.max(clock.now(), began + scrubPeriodMs), () => this.start());
  }

  /** Reads all parts, or up to where it must stop: then it says why. */
  async #verify(): Promise<RoundCutShort | null> {
    const { clock, parts } = this.#ports;
    let dueAt = clock.now();
    try {
      for (const part of parts) {
        for await (const bytes of part.scrub()) {
          // A wait that nobody ends would hold the process.
          if (this.#isStopped) return null;
          this.counters.bytes += bytes;
          dueAt = Math.max(dueAt, clock.now()) + (bytes * 1000) / this.#options.scrubBytesPerSecondMax;
          await this.#until(dueAt);
          if (this.#isStopped) return null;
        }
        if (this.#isStopped) return null;
      }
    } catch (error) {
      if (error instanceof RoundCutShort) return error;
      throw error;
    }
    return null;
  }

  #until(at: Millis): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = this.#ports.clock.at(at, resolve);
    });
  }
}
