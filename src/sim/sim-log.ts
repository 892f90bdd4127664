import type { Store } from "../core/api.ts";
import type { Entry, HardState, NodeId } from "../core/types.ts";
import type { Done, LogStorage } from "../node/ports.ts";
import { type Drive, DriveFailed } from "./drive.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Life } from "./life.ts";
import type { Random } from "./random.ts";

export interface LogDiskWatcher {
  /** This is about to be on the node's disk for good. */
  onDurable(nodeId: NodeId, disk: LogDisk, store: Store): void;
}

export interface LogWatcher {
  /** The node has asked for this to be written. */
  onStoreBegun(store: Store): void;
}

/** What of the log and the hard state is on a node's disk: all of it synced, so it outlives every crash. */
export class LogDisk {
  readonly #nodeId: NodeId;
  readonly #watcher: LogDiskWatcher;
  readonly entries: Entry[] = [];
  #hardState: HardState | null = null;
  /** Handed to the disk, and not yet known to be on it. */
  #inFlight: Store | null = null;

  constructor(nodeId: NodeId, watcher: LogDiskWatcher) {
    this.#nodeId = nodeId;
    this.#watcher = watcher;
  }

  get hardState(): HardState | null {
    return this.#hardState;
  }

  begin(store: Store): void {
    this.#inFlight = store;
  }

  /** The write in flight ends: all of it is on the disk, or nothing of it. */
  end(isKept: boolean): void {
    const store = this.#inFlight;
    this.#inFlight = null;
    if (store === null || !isKept) return;
    this.#watcher.onDurable(this.#nodeId, this, store);
    if (store.hardState !== null) this.#hardState = store.hardState;
    const first = store.entries[0];
    if (first === undefined) return;
    this.entries.length = first.index - 1;
    for (const entry of store.entries) this.entries.push(entry);
  }

  /** A torn write is found at the next start and left out, so a crash leaves the whole of it or nothing. */
  crash(random: Random): void {
    this.end(random.chance(0.5));
  }
}

/** One life's way to its log disk. */
export class SimLog implements LogStorage {
  readonly #disk: LogDisk;
  readonly #drive: Drive;
  readonly #queue: EventQueue;
  readonly #life: Life;
  readonly #watcher: LogWatcher;
  readonly #random: Random;
  #closed = false;
  #storing = false;
  #whenStored: Done | null = null;

  constructor(disk: LogDisk, drive: Drive, queue: EventQueue, life: Life, watcher: LogWatcher, random: Random) {
    this.#disk = disk;
    this.#drive = drive;
    this.#queue = queue;
    this.#life = life;
    this.#watcher = watcher;
    this.#random = random;
  }

  store(store: Store, done: Done): void {
    if (this.#closed) throw new Error("The log was closed.");
    if (!this.#life.effect("store")) return;
    this.#watcher.onStoreBegun(store);
    this.#disk.begin(store);
    this.#storing = true;
    const fails = this.#drive.fails("store");
    this.#queue.add(this.#drive.writtenAt(this.#queue.now), () => {
      if (!this.#life.alive) return;
      // After an error nobody knows what the disk holds.
      this.#disk.end(!fails || this.#random.chance(0.5));
      this.#life.run(() => {
        this.#storing = false;
        if (fails) this.#life.fail();
        done(fails ? new DriveFailed("store") : null);
        this.#whenStored?.(null);
      });
    });
  }

  close(done: Done): void {
    this.#closed = true;
    if (this.#storing) this.#whenStored = done;
    else this.#queue.add(this.#queue.now, () => this.#life.run(() => done(null)));
  }
}
