import type { Millis } from "../core/types.ts";
import type { DiskFault, StandingFault } from "../node/faults.ts";
import type { Clock } from "../node/ports.ts";
import { WriteFailed } from "./errors.ts";

export interface DiskFaultsPorts {
  readonly clock: Clock;
  /** Those in force. */
  readonly faults: () => readonly StandingFault<DiskFault>[];
}

/** Decides what befalls each write of this node. Reads are left alone. */
export class DiskFaults {
  readonly #directory: string;
  readonly #ports: DiskFaultsPorts;

  /** @param options the data directory, for the error that names it */
  constructor(options: { readonly directory: string }, ports: DiskFaultsPorts) {
    this.#directory = options.directory;
    this.#ports = ports;
  }

  /**
   * Carries out a write, unless it is to fail. `done` is called once, never before this returns, and late if the disk is slow.
   * @param nothing what the write gives beside the error when it fails
   */
  write<Result extends readonly unknown[]>(
    nothing: Result,
    done: (error: Error | null, ...result: Result) => void,
    go: (written: (error: Error | null, ...result: Result) => void) => void,
  ): void {
    const { clock, faults } = this.#ports;
    const standing = faults();
    const failing = standing.find(({ fault }) => fault.failWrites);
    if (failing !== undefined) {
      failing.struck += 1;
      const error = new WriteFailed(this.#directory, new Error("a fault was set that fails it"));
      return clock.soon(() => done(error, ...nothing));
    }
    let slowMs: Millis = 0;
    for (const slow of standing) {
      slow.struck += 1;
      slowMs += slow.fault.slowMs;
    }
    if (slowMs === 0) return go(done);
    go((error, ...result) => clock.at(clock.now() + slowMs, () => done(error, ...result)));
  }
}
