import type { Input, Store } from "../core/api.ts";
import type { Install } from "./applier.ts";
import type { LogStorage, MachineStorage, StatePoint } from "./ports.ts";

export interface StoresPorts {
  readonly log: Pick<LogStorage, "store">;
  readonly state: Pick<MachineStorage, "switchTo">;
  /** Holds the applier until the state was switched; see Applier. */
  readonly pauseFor: (install: Install) => void;
  /** The machine's state has jumped to this point. */
  readonly onInstalled: (point: StatePoint) => void;
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
  /** A store was taken and is not yet reported. */
  #isBusy = false;
  /** The log has it in hand. */
  #isWriting = false;
  #whenIdle: (() => void)[] = [];
  #whenWritten: (() => void) | null = null;
  readonly counters = { stores: 0, entriesStored: 0 };

  constructor(ports: StoresPorts) {
    this.#ports = ports;
  }

  /** @param then called when all is in place, before the core hears of it */
  store(store: Store, then: (() => void) | null): void {
    const { snapshot } = store;
    this.#isBusy = true;
    this.counters.stores += 1;
    this.counters.entriesStored += store.entries.length;
    if (snapshot === null) return this.#write(store, () => this.#report(store, then));
    this.#ports.pauseFor((done) =>
      this.#write(store, () =>
        this.#switch(snapshot, (point) => {
          done(point);
          this.#ports.onInstalled(point);
          this.#report(store, then);
        }),
      ),
    );
  }

  /** Calls back when no store is in flight, in time for the turn that hears of the last one's end. */
  whenIdle(then: () => void): void {
    if (this.#isBusy) this.#whenIdle.push(then);
    else then();
  }

  /** Calls back when the log has nothing in hand. For a node that takes no more turns. */
  whenWritten(then: () => void): void {
    if (this.#isWriting) this.#whenWritten = then;
    else then();
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

  #report({ lastIndex, lastTerm }: Store, then: (() => void) | null): void {
    this.#isBusy = false;
    this.#ports.enqueue({ type: "stored", lastIndex, lastTerm });
    then?.();
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const call of waiting) call();
  }
}
