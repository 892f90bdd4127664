import { crc32 } from "node:zlib";
import { assert } from "../../core/assert.ts";
import type { Index, Members } from "../../core/types.ts";
import type { Done, RecordChange, ScanRange, StateDigest, StatePoint } from "../../node/ports/ports.ts";
import { ReadRefused } from "../../node/ports/read-refused.ts";
import { StateDamaged, WriteFailed } from "../files/errors.ts";
import type { LevelDatabase } from "../files/level-database.ts";
import { endOfRound } from "../files/round-cut-short.ts";
import { readFailure } from "../files/shortage.ts";
import { scrubFiles } from "../scrub/scrub-files.ts";
import { LevelSnapshot } from "./level-snapshot.ts";
import { RecordDigest } from "./record-digest.ts";
import { scrubState } from "./scrub-state.ts";
import { contentOf, type StateContent } from "./state-content.ts";
import {
  checksumOfData,
  dataChecksum,
  dataKey,
  dataRange,
  decodeData,
  encodeData,
  encodeJson,
  encodeWrite,
  lastWriteKey,
  machineKey,
  membersKey,
  writeKey,
  writeRecordBytes,
} from "./state-records.ts";
import type { StateView } from "./state-view.ts";
import type { WriteHistory } from "./write-history.ts";

/** Most bytes that a scan takes from LevelDB at a time. */
const scanChunkBytes = 256 * 1024;
const scanChunkRecords = 1000;

/** The digest goes on as soon as a write begins; what is told of it must be what is there. */
interface Written extends Pick<RecordDigest, "count" | "halves"> {
  readonly index: Index;
}

/** What the machine's storage needs of LevelDB. */
export type StateDatabase = Pick<LevelDatabase, "batch" | "getMany" | "iterator" | "close">;

export interface LevelStatePorts {
  readonly database: StateDatabase;
  /** Makes all that was written survive a power failure. */
  readonly flush: () => Promise<void>;
  /** What there is at some moment from now on. */
  readonly openView: () => Promise<Pick<StateView, "database" | "close">>;
}

type View = Awaited<ReturnType<LevelStatePorts["openView"]>>;

/**
 * One state on LevelDB. Every write is one atomic batch of the changes, the new applied index, and a write record that
 * names the one before it. It is not synced: after a power failure the state may be older, and the log brings it
 * up again. See docs/adr/0005-key-layout.md.
 */
export class LevelState {
  readonly point: StatePoint;
  readonly directory: string;
  readonly #ports: LevelStatePorts;
  readonly #database: StateDatabase;
  readonly #history: WriteHistory;
  readonly #digest: RecordDigest;
  readonly #views = new Set<View>();
  #newestIndex: Index;
  /** As of the last write that has ended. */
  #written: Written;
  #isWriting = false;
  /** Reads, snapshots and the write under way. */
  readonly #calls = new Set<Promise<void>>();
  #isClosed = false;
  #failure: WriteFailed | null = null;

  /** @param content what the database in `directory` says of itself; changed from now on by this object alone */
  constructor(directory: string, { history, members }: StateContent, ports: LevelStatePorts) {
    this.directory = directory;
    this.#ports = ports;
    this.#database = ports.database;
    this.#history = history;
    const { appliedIndex, term, time, membersIndex, count, bytes, digest } = history.last;
    this.point = { index: appliedIndex, term, time, members, membersIndex };
    this.#newestIndex = appliedIndex;
    this.#digest = new RecordDigest(count, bytes, digest);
    this.#written = writtenOf(appliedIndex, this.#digest);
  }

  summary(): StateDigest {
    const { index, count, halves } = this.#written;
    return { appliedIndex: index, records: count, digest: new RecordDigest(count, 0, halves).toString() };
  }

  /** A record that cannot be trusted makes the whole call fail with StateDamaged; what says nothing of it, with ReadRefused. */
  getMany(keys: readonly Uint8Array[], done: (error: Error | null, values: (Uint8Array | undefined)[]) => void): void {
    const dataKeys = keys.map(dataKey);
    this.#read(
      async () => {
        const found = await this.#database.getMany(dataKeys);
        return dataKeys.map((key, place) => {
          const bytes = found[place];
          return bytes === undefined ? undefined : decodeData(key, bytes).value;
        });
      },
      [],
      done,
    );
  }

  scan(range: ScanRange, done: (error: Error | null, records: [key: Uint8Array, value: Uint8Array][]) => void): void {
    this.#read(() => this.#scan(range), [], done);
  }

  /** Writes come one at a time. After the first failure every call fails. */
  write(changes: readonly RecordChange[], point: StatePoint, done: Done): void {
    assert(!this.#isClosed, "the state is closed");
    assert(!this.#isWriting, "a write is still in flight");
    assert(point.index > this.#newestIndex, () => `the applied index goes from ${this.#newestIndex} to ${point.index}`);
    if (this.#failure !== null) return later(done, this.#failure);
    this.#newestIndex = point.index;
    this.#isWriting = true;
    this.#track(
      this.#writeBatch(changes, point).then(
        () => {
          this.#isWriting = false;
          this.#written = writtenOf(point.index, this.#digest);
          done(null);
        },
        (cause) => {
          this.#isWriting = false;
          done(this.#fail(cause));
        },
      ),
    );
  }

  /**
   * LevelDB syncs tables, and the list of them. So what is in memory is put into a table, though it may be a small one:
   * a synced write would not do, because it leaves older writes unsynced that are in a .log of their own.
   */
  sync(done: (error: Error | null, index: Index) => void): void {
    assert(!this.#isClosed, "the state is closed");
    if (this.#failure !== null) return later((error) => done(error, 0), this.#failure);
    const { index } = this.#written;
    this.#track(
      this.#ports.flush().then(
        () => done(this.#failure, index),
        (cause) => done(this.#fail(cause), 0),
      ),
    );
  }

  /**
   * Verifies the files, and then the records as of one moment, in small steps.
   * @throws StateDamaged, RoundCutShort
   */
  async *scrub(): AsyncGenerator<number, void> {
    try {
      yield* scrubFiles(this.directory);
      yield* this.#scrubRecords();
    } catch (cause) {
      throw endOfRound(cause, this.#isClosed, (what) => new StateDamaged(this.directory, what, cause));
    }
  }

  /** @param began the members that a cluster has before any entry names some */
  openSnapshot(began: Members, done: (error: Error | null, snapshot: LevelSnapshot | null) => void): void {
    assert(!this.#isClosed, "the state is closed");
    const open = async () => {
      const { view, close } = await this.#openView();
      return LevelSnapshot.open(this.directory, began, { database: view.database, close });
    };
    this.#read(open, null, done);
  }

  get isWriting(): boolean {
    return this.#isWriting;
  }

  close(done: Done): void {
    assert(!this.#isClosed, "the state is closed already");
    this.#isClosed = true;
    Promise.allSettled(this.#calls)
      .then(() => Promise.allSettled([...this.#views].map((view) => view.close())))
      .then(() => this.#database.close())
      .then(
        () => done(this.#failure),
        (cause) => done(new WriteFailed(this.directory, cause)),
      );
  }

  async *#scrubRecords(): AsyncGenerator<number, void> {
    const { index } = this.#written;
    const { view, close } = await this.#openView();
    try {
      yield* scrubState(view.database, index);
    } finally {
      await close();
    }
  }

  /** One that is closed with this state at the latest. */
  async #openView(): Promise<{ view: View; close: () => Promise<void> }> {
    if (this.#isClosed) throw new Error("the state is closed");
    const opening = this.#ports.openView();
    this.#track(opening.then(ignored, ignored));
    const view = await opening;
    this.#views.add(view);
    const close = async () => {
      this.#views.delete(view);
      await view.close();
    };
    return { view, close };
  }

  #writeBatch(changes: readonly RecordChange[], point: StatePoint): Promise<void> {
    const batch = this.#database.batch();
    let bytes = 2 * writeRecordBytes;
    for (const { key: machinesKey, value, before } of changes) {
      const key = dataKey(machinesKey);
      const keyChecksum = crc32(key);
      if (before !== undefined) this.#digest.remove(dataChecksum(key, before, keyChecksum), machinesKey.length + before.length);
      if (value === null) {
        batch.del(key);
      } else {
        const record = encodeData(key, value, keyChecksum);
        this.#digest.add(checksumOfData(record), machinesKey.length + value.length);
        batch.put(key, record);
      }
      bytes += key.length + (value?.length ?? 0);
    }
    const { last } = this.#history;
    let { membersChecksum } = last;
    if (point.membersIndex !== last.membersIndex && point.members !== null) {
      const members = encodeJson(membersKey, point.members);
      membersChecksum = members.checksum;
      batch.put(membersKey, members.value);
      bytes += members.value.length;
    }
    const { record, forgotten } = this.#history.next(contentOf(point, membersChecksum, this.#digest), bytes);
    for (const number of forgotten) batch.del(writeKey(number));
    const key = writeKey(record.number);
    const { value, checksum } = encodeWrite(key, record);
    this.#history.add(record, checksum, forgotten.length);
    batch.put(key, value);
    batch.put(lastWriteKey, encodeWrite(lastWriteKey, record).value);
    return batch.write();
  }

  #fail(cause: unknown): WriteFailed {
    this.#failure ??= new WriteFailed(this.directory, cause);
    return this.#failure;
  }

  async #scan({ start, end, limit, bytesMax }: ScanRange): Promise<[Uint8Array, Uint8Array][]> {
    const iterator = await this.#database.iterator({
      gte: dataKey(start),
      lt: end === null ? dataRange.end : dataKey(end),
      highWaterMarkBytes: Math.min(bytesMax, scanChunkBytes),
    });
    const records: [Uint8Array, Uint8Array][] = [];
    let bytes = 0;
    try {
      while (records.length < limit) {
        const chunk = await iterator.nextv(Math.min(limit - records.length, scanChunkRecords));
        if (chunk.length === 0) break;
        for (const [key, found] of chunk) {
          const { value } = decodeData(key, found);
          bytes += key.length - 1 + value.length;
          if (bytes > bytesMax && records.length > 0) return records;
          records.push([machineKey(key), value]);
        }
      }
      return records;
    } finally {
      await iterator.close();
    }
  }

  #read<Result>(read: () => Promise<Result>, nothing: Result, done: (error: Error | null, result: Result) => void): void {
    if (this.#isClosed) {
      const refused = new ReadRefused("stopping", `The state in ${this.directory} is closed.`);
      return later((error) => done(error, nothing), refused);
    }
    this.#track(
      read().then(
        (result) => done(null, result),
        (cause) => done(readFailure(this.directory, cause), nothing),
      ),
    );
  }

  #track(call: Promise<void>): void {
    this.#calls.add(call);
    call.finally(() => this.#calls.delete(call));
  }
}

function writtenOf(index: Index, { count, halves }: RecordDigest): Written {
  return { index, count, halves };
}

function ignored(): void {
  // Whoever asked is told.
}

function later(done: Done, error: Error): void {
  Promise.resolve().then(() => done(error));
}
