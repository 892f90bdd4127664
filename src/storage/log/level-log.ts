import type { Store } from "../../core/api.ts";
import { assert } from "../../core/assert.ts";
import type { Entry, LogBase } from "../../core/types.ts";
import { firstTerm } from "../../node/founding/recovery.ts";
import type { Done, LogStorage } from "../../node/ports/ports.ts";
import { LogDamaged, WriteFailed } from "../files/errors.ts";
import type { LevelDatabase } from "../files/level-database.ts";
import { endOfRound } from "../files/round-cut-short.ts";
import { scrubFiles } from "../scrub/scrub-files.ts";
import type { KeptStores } from "./kept-stores.ts";
import type { LogCleaner } from "./log-cleaner.ts";
import type { LogMark } from "./log-mark.ts";
import type { LogShape } from "./log-shape.ts";
import { scrubLog } from "./scrub-log.ts";
import { type Anchor, encodeStore, type LogTail } from "./store-records.ts";

/** What the log needs of LevelDB. */
export type LogDatabase = Pick<LevelDatabase, "put" | "iterator" | "close">;

export interface LevelLogPorts {
  readonly database: LogDatabase;
  readonly mark: Pick<LogMark, "advance" | "close" | "failure">;
  readonly cleaner: Pick<LogCleaner, "dropThrough" | "close" | "failure">;
}

/** What is in a log: where it ends, which entries it has, and in which records they are. */
export interface LogContent {
  readonly tail: LogTail;
  readonly shape: LogShape;
  readonly kept: KeptStores;
}

/**
 * The log on LevelDB. Each store is one record of its own, with a key that only grows, and so one atomic, synced
 * write whatever it holds. A store that replaces entries leaves the old ones in the records before it; reading
 * does the stores again in their order. What comes before the base is deleted in the background, whole records from
 * the front. See docs/adr/0005-key-layout.md and docs/adr/0011-compaction-and-snapshots.md.
 */
export class LevelLog implements LogStorage {
  readonly #directory: string;
  readonly #ports: LevelLogPorts;
  readonly #kept: KeptStores;
  #tail: LogTail;
  #shape: LogShape;
  #storing: Promise<void> | null = null;
  #isClosed = false;
  #failure: WriteFailed | null = null;

  /** @param content what is in `directory`; changed from now on by this object alone */
  constructor(directory: string, content: LogContent, ports: LevelLogPorts) {
    this.#directory = directory;
    this.#tail = content.tail;
    this.#shape = content.shape;
    this.#kept = content.kept;
    this.#ports = ports;
    ports.cleaner.dropThrough(content.tail.anchor.number);
  }

  /** The directory of the state in force: the one that the last store to name one has named. */
  get stateName(): string {
    return this.#tail.stateName;
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
        this.#kept.add(tail.checksum, store.entries.at(-1)?.index ?? 0);
        this.#ports.mark.advance(tail);
        this.#ports.cleaner.dropThrough(tail.anchor.number);
        done(null);
      },
      (cause) => {
        this.#storing = null;
        this.#failure = new WriteFailed(this.#directory, cause);
        done(this.#failure);
      },
    );
  }

  /**
   * Verifies the files, and then each store that is still needed, in small steps.
   * @throws LogDamaged, RoundCutShort
   */
  async *scrub(): AsyncGenerator<number, void> {
    try {
      yield* scrubFiles(this.#directory);
      yield* scrubLog(this.#ports.database, { kept: this.#kept, last: this.#tail.number });
    } catch (cause) {
      throw endOfRound(cause, this.#isClosed, (what) => new LogDamaged(this.#directory, what, cause));
    }
  }

  close(done: Done): void {
    assert(!this.#isClosed, "the log is closed already");
    this.#isClosed = true;
    const { database, mark, cleaner } = this.#ports;
    Promise.all([this.#storing, cleaner.close()])
      .then(() => database.close())
      .finally(() => mark.close())
      .then(
        () => done(this.#failed()),
        (cause) => done(new WriteFailed(this.#directory, cause)),
      );
  }

  #failed(): WriteFailed | null {
    const failure = this.#ports.mark.failure ?? this.#ports.cleaner.failure;
    if (failure !== null) this.#failure ??= new WriteFailed(this.#directory, failure);
    return this.#failure;
  }

  /** What will hold after `store`. Refuses what would be damage when it is read again. */
  #after(store: Store): Omit<LogTail, "number" | "checksum"> {
    const before = this.#tail;
    const hardState = store.hardState ?? before.hardState;
    const { entries, lastIndex, lastTerm, snapshot } = store;
    const shape = this.#shape.copy();
    const isReset = store.base !== null && !rebased(shape, store.base);
    assert(!isReset || snapshot !== null, "entries would be dropped that no snapshot has");
    // With a snapshot, only what is to follow on it stays.
    if (snapshot !== null) shape.truncate(Math.max(shape.base.index, lastIndex));
    appendTo(shape, entries);
    assert(shape.lastIndex === lastIndex && shape.lastTerm === lastTerm, "a store does not end where it says");
    // Where a recovery begins the log again, terms begin again with it.
    const beginsAnew = isReset && lastTerm === firstTerm && hardState.term === firstTerm;
    assert(beginsAnew || hardState.term >= Math.max(before.hardState.term, lastTerm), "a term falls, or is behind an entry");
    this.#shape = shape;
    return {
      hardState,
      lastIndex,
      lastTerm,
      base: shape.base,
      anchor: this.#anchorAfter(store, isReset),
      stateName: snapshot?.name ?? before.stateName,
    };
  }

  #anchorAfter(store: Store, isReset: boolean): Anchor {
    if (isReset) return this.#kept.dropAll();
    return store.base === null ? this.#kept.anchor : this.#kept.dropThrough(store.base.index);
  }
}

function rebased(shape: LogShape, base: LogBase): boolean {
  assert(
    base.index >= shape.base.index,
    () => `the log would begin after ${base.index} again, and begins after ${shape.base.index}`,
  );
  return shape.rebase(base);
}

function appendTo(shape: LogShape, entries: readonly Entry[]): void {
  const first = entries[0];
  if (first === undefined) return;
  assert(first.index > shape.base.index && first.index <= shape.lastIndex + 1, "entries leave a gap in the log");
  shape.truncate(first.index - 1);
  let { term } = first;
  for (const entry of entries) {
    assert(entry.index === shape.lastIndex + 1 && entry.term >= term, "entries are not in order");
    term = entry.term;
    shape.append(term);
  }
}
