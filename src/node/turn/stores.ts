import type { Input, Store } from "../../core/api.ts";
import type { Index } from "../../core/types.ts";
import { counter, zerosOf } from "../../declared/figures.ts";
import type { Install } from "../apply/applier.ts";
import type { LogStorage, MachineStorage, StatePoint } from "../ports/ports.ts";

export const storeFigures = {
  stores: counter("stores", "Synced writes to the log."),
  entriesStored: counter("entries", "Entries in synced writes to the log."),
  snapshotsInstalled: counter("snapshots", "Snapshots of other nodes that became the state."),
};

export interface StoresPorts {
  readonly log: Pick<LogStorage, "store">;
  readonly state: Pick<MachineStorage, "switchTo">;
  /** Holds the applier until the state was switched; see Applier. */
  readonly pauseFor: (install: Install) => void;
  /** The staged state of this name is the state now, which has jumped to this point. */
  readonly onInstalled: (name: string, point: StatePoint) => void;
  /** The log on disk ends here by now; the core hears of it next. */
  readonly onStored: (lastIndex: Index) => void;
  /** News for the core's next turn. */
  readonly enqueue: (input: Input) => void;
  /** A write has failed: the node must stop. */
  readonly onFailed: (error: Error) => void;
}

type Snapshot = NonNullable<Store["snapshot"]>;

/**
 * Writes what the core wants stored, one store at a time, and says so to the core.
 *
 * A store that makes a snapshot the state takes four steps, in this order: the applier comes to rest; the log stores, which is
 * the moment of the installation for every later process; the state is switched; the applier goes on from there. Only then
 * does the core hear of it. A crash between any two of them leaves the old state with its log, or the new with its log.
 */
export class Stores {
  readonly #ports: StoresPorts;
  /** The log has a store in hand. */
  #isWriting = false;
  #whenWritten: (() => void) | null = null;
  readonly counters = zerosOf(storeFigures);

  constructor(ports: StoresPorts) {
    this.#ports = ports;
  }

  store(store: Store): void {
    this.counters.stores += 1;
    this.counters.entriesStored += store.entries.length;
    if (store.snapshot === null) this.#write(store, () => this.#report(store));
    else this.#install(store, store.snapshot);
  }

  /** Calls back when the log has nothing in hand. For a node that takes no more turns. */
  whenWritten(then: () => void): void {
    if (this.#isWriting) this.#whenWritten = then;
    else then();
  }

  #install(store: Store, snapshot: Snapshot): void {
    const { pauseFor, onInstalled } = this.#ports;
    pauseFor((resume) => {
      this.#write(store, () => {
        this.#switch(snapshot, (point) => {
          resume(point);
          this.counters.snapshotsInstalled += 1;
          onInstalled(snapshot.name, point);
          this.#report(store);
        });
      });
    });
  }

  #write(store: Store, then: () => void): void {
    this.#isWriting = true;
    this.#ports.log.store(store, (error) => {
      this.#isWriting = false;
      // A write whose outcome is unknown is never tried again: what the disk then holds is unknown too.
      if (error !== null) this.#ports.onFailed(error);
      else then();
      this.#whenWritten?.();
    });
  }

  #switch({ name, meta }: Snapshot, then: (point: StatePoint) => void): void {
    const { index, term, time, members, membersIndex } = meta;
    const point: StatePoint = { index, term, time, members, membersIndex };
    this.#ports.state.switchTo(name, point, (error) => {
      if (error !== null) this.#ports.onFailed(error);
      else then(point);
    });
  }

  #report({ lastIndex, lastTerm }: Store): void {
    this.#ports.onStored(lastIndex);
    this.#ports.enqueue({ type: "stored", lastIndex, lastTerm });
  }
}
