import type { Done } from "../../node/ports/ports.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Life } from "../base/life.ts";
import { type Drive, DriveFailed } from "./drive.ts";

type Answer<T> = (error: Error | null, found: T | null) => void;

/** One life's calls of its disk: each takes its time, may fail, and is answered in that life or not at all. */
export class DiskCalls {
  readonly #drive: Drive;
  readonly #queue: EventQueue;
  readonly #life: Life;
  /** Calls that have not been answered. */
  #open = 0;
  #isClosed = false;
  #whenIdle: Done | null = null;

  constructor(drive: Drive, queue: EventQueue, life: Life) {
    this.#drive = drive;
    this.#queue = queue;
    this.#life = life;
  }

  /** Finds something when the disk comes to it. What is not wanted any more by then cannot fail. */
  read<T>(find: () => T, done: Answer<T>, isWanted: () => boolean = () => true): void {
    this.#begin();
    const fails = this.#drive.fails("read");
    this.#queue.add(this.#drive.readAt(this.#queue.now), () => {
      this.#life.run(() => {
        const failed = fails && isWanted();
        this.#answer(failed ? "read" : null, failed ? null : find(), done);
      });
    });
  }

  /** Changes something when the disk comes to it. A change that fails may have happened: `change` is told of it. */
  write<T>(change: (fails: boolean) => T, done: Answer<T>): void {
    if (this.#isClosed) throw new Error("The state was closed.");
    if (!this.#life.effect("write")) return;
    this.#begin();
    const fails = this.#drive.fails("write");
    this.#queue.add(this.#drive.writtenAt(this.#queue.now), () => {
      if (!this.#life.alive) return;
      const found = change(fails);
      this.#life.run(() => this.#answer(fails ? "write" : null, found, done));
    });
  }

  close(done: Done): void {
    this.#begin();
    this.#isClosed = true;
    this.#whenIdle = done;
    this.#queue.add(this.#queue.now, () => this.#life.run(() => this.#ended()));
  }

  #begin(): void {
    if (this.#isClosed) throw new Error("The state was closed.");
    this.#open += 1;
  }

  #answer<T>(failed: "read" | "write" | null, found: T | null, done: Answer<T>): void {
    if (failed !== null) this.#life.fail();
    done(failed === null ? null : new DriveFailed(failed), failed === null ? found : null);
    this.#ended();
  }

  #ended(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#whenIdle?.(null);
  }
}
