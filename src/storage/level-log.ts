import type { Store } from "../core/api.ts";
import { assert } from "../core/assert.ts";
import type { Done, LogStorage } from "../node/ports.ts";
import type { Database } from "./database.ts";
import { WriteFailed } from "./errors.ts";
import type { LogMark } from "./log-mark.ts";
import { encodeStore, type LogTail } from "./records.ts";

/** What the log needs of LevelDB. */
export type LogDatabase = Pick<Database, "put" | "close">;

export interface LevelLogPorts {
  readonly database: LogDatabase;
  readonly mark: Pick<LogMark, "advance" | "close" | "failure">;
}

/**
 * The log on LevelDB. Each store is one record of its own, with a key that only grows, and so one atomic, synced
 * write whatever it holds. A store that replaces entries leaves the old ones in the records before it; reading
 * does the stores again in their order. See docs/adr/0005-key-layout.md.
 */
export class LevelLog implements LogStorage {
  readonly #directory: string;
  readonly #ports: LevelLogPorts;
  #tail: LogTail;
  #storing: Promise<void> | null = null;
  #isClosed = false;
  #failure: WriteFailed | null = null;

  /** @param tail where the log in `directory` ends */
  constructor(directory: string, tail: LogTail, ports: LevelLogPorts) {
    this.#directory = directory;
    this.#tail = tail;
    this.#ports = ports;
  }

  /**
   * Writes all of `store` atomically; `done` comes once it is synced. After the first failure every call fails,
   * for what is on disk is then unknown.
   */
  store(store: Store, done: Done): void {
    assert(!this.#isClosed, "the log is closed");
    assert(this.#storing === null, "a store is still in flight");
    const failure = this.#failed();
    if (failure !== null) {
      Promise.resolve().then(() => done(failure));
      return;
    }
    const { key, value, tail } = encodeStore(this.#tail, this.#after(store), store.entries);
    this.#storing = this.#ports.database.put(key, value, { sync: true }).then(
      () => {
        this.#storing = null;
        this.#tail = tail;
        this.#ports.mark.advance(tail);
        done(null);
      },
      (cause) => {
        this.#storing = null;
        this.#failure = new WriteFailed(this.#directory, cause);
        done(this.#failure);
      },
    );
  }

  close(done: Done): void {
    assert(!this.#isClosed, "the log is closed already");
    this.#isClosed = true;
    const { database, mark } = this.#ports;
    Promise.resolve(this.#storing)
      .then(() => database.close())
      .finally(() => mark.close())
      .then(
        () => done(this.#failed()),
        (cause) => done(new WriteFailed(this.#directory, cause)),
      );
  }

  #failed(): WriteFailed | null {
    const { failure } = this.#ports.mark;
    if (failure !== null) this.#failure ??= new WriteFailed(this.#directory, failure);
    return this.#failure;
  }

  /** What will hold after `store`. Refuses what would be damage when it is read again. */
  #after(store: Store): Omit<LogTail, "number" | "checksum"> {
    const before = this.#tail;
    const hardState = store.hardState ?? before.hardState;
    const { entries, lastIndex, lastTerm } = store;
    let index = (entries[0]?.index ?? before.lastIndex + 1) - 1;
    assert(index >= 0 && index <= before.lastIndex, "entries leave a gap in the log");
    let term = entries.length === 0 ? before.lastTerm : 0;
    for (const entry of entries) {
      assert(entry.index === index + 1 && entry.term >= term, "entries are not in order");
      ({ index, term } = entry);
    }
    assert(index === lastIndex && term === lastTerm, "a store does not end where it says");
    assert(hardState.term >= Math.max(before.hardState.term, lastTerm), "a term falls, or is behind an entry");
    return { hardState, lastIndex, lastTerm };
  }
}
