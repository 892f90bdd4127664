import type { Store } from "../../core/api.ts";
import type { Done, LogStorage } from "../../node/ports/ports.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Life } from "../base/life.ts";
import type { Random } from "../base/random.ts";
import { type Drive, DriveFailed } from "./drive.ts";
import type { LogDisk } from "./log-disk.ts";

export interface LogWatcher {
  /** The node has asked for this to be written. */
  onStoreBegun(store: Store): void;
}

/** One life's way to its log disk. */
export class SimLog implements LogStorage {
  readonly #disk: LogDisk;
  readonly #drive: Drive;
  readonly #queue: EventQueue;
  readonly #life: Life;
  readonly #watcher: LogWatcher;
  readonly #random: Random;
  #isClosed = false;
  #isStoring = false;
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
    if (this.#isClosed) throw new Error("The log was closed.");
    if (!this.#life.effect("store")) return;
    this.#watcher.onStoreBegun(store);
    this.#disk.begin(store);
    this.#isStoring = true;
    const fails = this.#drive.fails("store");
    this.#queue.add(this.#drive.writtenAt(this.#queue.now), () => {
      if (!this.#life.alive) return;
      // After an error nobody knows what the disk holds.
      this.#disk.end(!fails || this.#random.chance(0.5));
      this.#life.run(() => {
        this.#isStoring = false;
        if (fails) this.#life.fail();
        done(fails ? new DriveFailed("store") : null);
        this.#whenStored?.(null);
      });
    });
  }

  close(done: Done): void {
    this.#isClosed = true;
    if (this.#isStoring) this.#whenStored = done;
    else this.#queue.add(this.#queue.now, () => this.#life.run(() => done(null)));
  }
}
