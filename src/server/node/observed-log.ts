import type { Store } from "../../core/api.ts";
import type { Millis } from "../../core/types.ts";
import type { Clock, Done, LogStorage } from "../../node/ports/ports.ts";

export interface ObservedLogPorts {
  readonly clock: Pick<Clock, "now">;
  readonly isObserved: () => boolean;
  readonly onStored: (store: Store, tookMs: Millis) => void;
}

/** A log that notes each store and how long it took, what a fault adds included. */
export class ObservedLog implements LogStorage {
  readonly #inner: LogStorage;
  readonly #ports: ObservedLogPorts;

  constructor(inner: LogStorage, ports: ObservedLogPorts) {
    this.#inner = inner;
    this.#ports = ports;
  }

  store(store: Store, done: Done): void {
    const { clock, isObserved, onStored } = this.#ports;
    if (!isObserved()) return this.#inner.store(store, done);
    const since = clock.now();
    this.#inner.store(store, (error) => {
      if (error === null) onStored(store, clock.now() - since);
      done(error);
    });
  }

  close(done: Done): void {
    this.#inner.close(done);
  }
}
