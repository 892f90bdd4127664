import type { Millis } from "../../core/types.ts";
import { DelayLine } from "../../node/faults/delay-line.ts";
import type { ActiveFault, DiskFault } from "../../node/faults/faults.ts";
import type { Clock } from "../../node/ports/ports.ts";
import { WriteFailed } from "../files/errors.ts";

export interface DiskFaultsPorts {
  readonly clock: Clock;
  /** Those in force. */
  readonly faults: () => readonly ActiveFault<DiskFault>[];
}

/** Far more than a node has writes under way at once. */
const heldMax = 65_536;

/** Decides what befalls each write of this node. Reads are left alone. */
export class DiskFaults {
  readonly #directory: string;
  readonly #ports: DiskFaultsPorts;
  readonly #late: DelayLine;
  #lateCount = 0;
  readonly #whenAnswered: (() => void)[] = [];

  /** @param options the data directory, for the error that names it */
  constructor(options: { readonly directory: string }, ports: DiskFaultsPorts) {
    this.#directory = options.directory;
    this.#ports = ports;
    this.#late = new DelayLine({ heldMax }, ports.clock);
  }

  /** The faults have changed: answers that one of them held back, and that is gone, come now. */
  recheck(): void {
    this.#late.blame(this.#ports.faults());
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
    const active = faults();
    const failing = active.find(({ fault }) => fault.failWrites);
    if (failing !== undefined) {
      failing.struck += 1;
      const error = new WriteFailed(this.#directory, new Error("a fault was set that fails it"));
      return clock.soon(() => done(error, ...nothing));
    }
    if (active.length === 0) return go(done);
    for (const slow of active) slow.struck += 1;
    go((error, ...result) => {
      const answer = () => {
        this.#lateCount -= 1;
        done(error, ...result);
        if (this.#lateCount === 0) for (const then of this.#whenAnswered.splice(0)) then();
      };
      if (!this.#late.add(slownessOf(faults()), false, answer)) answer();
    });
    // Not before: a storage that is closed throws, and will never answer.
    this.#lateCount += 1;
  }

  /** Calls back once no write waits for its late answer, which may be at once. */
  whenAnswered(then: () => void): void {
    if (this.#lateCount === 0) then();
    else this.#whenAnswered.push(then);
  }
}

function slownessOf(faults: readonly ActiveFault<DiskFault>[]): Millis {
  return faults.reduce((sum, { fault }) => sum + fault.slowMs, 0);
}
