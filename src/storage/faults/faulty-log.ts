import type { Store } from "../../core/api.ts";
import type { Done, LogStorage } from "../../node/ports/ports.ts";
import type { DiskFaults } from "./disk-faults.ts";

/** A log whose writes can fail and be slow. */
export class FaultyLog implements LogStorage {
  readonly #inner: LogStorage;
  readonly #faults: DiskFaults;

  constructor(inner: LogStorage, faults: DiskFaults) {
    this.#inner = inner;
    this.#faults = faults;
  }

  store(store: Store, done: Done): void {
    this.#faults.write([], done, (written) => this.#inner.store(store, written));
  }

  close(done: Done): void {
    this.#inner.close((error) => this.#faults.whenAnswered(() => done(error)));
  }
}
