import type { View } from "../../core/api.ts";
import type { Millis } from "../../core/types.ts";
import type { Housekeeping } from "../../machine/machine.ts";
import type { MachineStorage, Outcome } from "../ports/ports.ts";
import { ReadRefused } from "../ports/read-refused.ts";

export interface HousekeeperPorts {
  readonly housekeeping: Housekeeping;
  readonly state: Pick<MachineStorage, "scan">;
  readonly view: () => View;
  readonly submit: (command: Uint8Array, timeoutMs: Millis, done: (outcome: Outcome) => void) => void;
  /** A record could not be read: the node must stop. */
  readonly onFailed: (error: Error) => void;
}

/** Most records, and most bytes, read in one step, so that a round never holds up others for long. */
const pageRecords = 500;
const pageBytes = 256 * 1024;
/** A command whose outcome is not known by then is left to the next round, in ms. */
const commandTimeoutMs = 5_000;

/**
 * Gives the machine, at the leader, the commands that become due with time, such as the end of sessions. They go
 * through the log like all others, so all replicas do the same at the same index.
 */
export class Housekeeper {
  readonly #ports: HousekeeperPorts;
  #isBusy = false;
  #isStopped = false;

  constructor(ports: HousekeeperPorts) {
    this.#ports = ports;
  }

  /** Goes through the machine's records once. Called every now and then. */
  tick(): void {
    if (this.#isBusy || !this.#mayPropose()) return;
    this.#isBusy = true;
    this.#page(this.#ports.housekeeping.range.start);
  }

  stop(): void {
    this.#isStopped = true;
  }

  #page(start: Uint8Array): void {
    const { housekeeping, state } = this.#ports;
    const { end } = housekeeping.range;
    state.scan({ start, end, limit: pageRecords, bytesMax: pageBytes }, (error, records) => {
      // Nobody waits for it: it is tried again when it is next due.
      if (error instanceof ReadRefused) return this.#rest();
      if (error !== null) return this.#ports.onFailed(error);
      if (this.#isStopped) return;
      if (!this.#mayPropose()) return this.#rest();
      const command = housekeeping.command(records, this.#ports.view().time);
      if (command !== null) return this.#propose(command, start);
      const last = records.at(-1);
      if (last === undefined) this.#rest();
      else this.#page(Buffer.concat([last[0], zero]));
    });
  }

  /** The page is looked at again afterwards: there may be more to do than one command does. */
  #propose(command: Uint8Array, start: Uint8Array): void {
    this.#ports.submit(command, commandTimeoutMs, (outcome) => {
      if (outcome.type === "done" && !this.#isStopped) this.#page(start);
      else this.#rest();
    });
  }

  #rest(): void {
    this.#isBusy = false;
  }

  #mayPropose(): boolean {
    const { role, transferTo } = this.#ports.view();
    return role === "leader" && transferTo === null && !this.#isStopped;
  }
}

/** The first key that can come after a key is that key and a zero. */
const zero = Buffer.alloc(1);
