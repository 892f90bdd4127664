import type { Restored } from "../core/api.ts";
import type { Clock } from "../node/ports.ts";
import { compact, type Database, openDatabase } from "./database.ts";
import { DirectoryUnusable, LogDamaged, reasonOf } from "./errors.ts";
import { LevelLog } from "./level-log.ts";
import { LogCleaner } from "./log-cleaner.ts";
import { LogMark } from "./log-mark.ts";
import { LogReplay } from "./log-replay.ts";
import { RecordDamaged } from "./records.ts";
import { isShortage } from "./shortage.ts";
import { decodeStore, emptyTail, encodeMark, type LogEnd, type LogTail, storeKey, storeNumber } from "./store-records.ts";

/** LevelDB writes a table each time so many bytes of stores have come together. */
const writeBufferBytes = 4 * 1024 * 1024;
/** The log is read once, from its first store to its last, so nothing is worth keeping. */
const cacheBytes = 64 * 1024;
/** A log of more bytes than this is opened anew once it is read: LevelDB keeps the tables that it has read in memory. */
const reopenBytes = 16 * 1024 * 1024;
/** How many stores, and about how many bytes of them, are read at a time. */
const readStores = 1000;
const readBytes = 1024 * 1024;

export interface LogPlace {
  readonly directory: string;
  /** The file that says where the log ended. */
  readonly markPath: string;
  /** Whether this is a new log; it must then be empty. */
  readonly isNew: boolean;
}

export interface OpenedLog {
  readonly log: LevelLog;
  readonly restored: Pick<Restored, "hardState" | "base" | "entries">;
}

/**
 * Opens a log, whose files have been checked, and reads all of it that is still needed.
 * @throws LogDamaged, LogMissing, DirectoryInUse, DirectoryUnusable
 */
export async function openLog(place: LogPlace, ports: { readonly clock: Clock }): Promise<OpenedLog> {
  const { directory, markPath, isNew } = place;
  let database = await openDatabase(directory, { mayCreate: isNew, writeBufferBytes, cacheBytes });
  let mark: LogMark | null = null;
  try {
    const { content, entries, bytes, firstStore } = await readLog(database);
    const { tail } = content;
    if (bytes > reopenBytes) {
      await database.close();
      database = await openDatabase(directory, { mayCreate: false, writeBufferBytes, cacheBytes });
    }
    if (isNew) await startMark(markPath, tail);
    mark = await LogMark.open(markPath, ports.clock);
    compare(mark.found, tail);
    mark.advance(tail);
    const cleaner = new LogCleaner(firstStore, { database, compact: compact(database) });
    const log = new LevelLog(directory, content, { database, mark, cleaner });
    return { log, restored: { hardState: tail.number === 0 ? null : tail.hardState, base: tail.base, entries } };
  } catch (error) {
    await mark?.close();
    await database.close();
    if (isShortage(error)) throw new DirectoryUnusable(directory, error);
    throw error instanceof RecordDamaged ? new LogDamaged(directory, reasonOf(error), error) : error;
  }
}

/** The mark is made under LevelDB's lock, so that two processes cannot both make one. */
async function startMark(path: string, tail: LogTail): Promise<void> {
  if (tail.number !== 0) throw new RecordDamaged(`it has ${tail.number} stores, but was never handed over to a node`);
  await LogMark.create(path);
}

/**
 * The last store says from which on they are needed. Those before it were being deleted when the last process ended.
 * @throws RecordDamaged
 */
async function readLog(database: Database) {
  const last = await readLast(database);
  const [firstKey] = await database.keys({ limit: 1 }).all();
  const replay = new LogReplay(last);
  const stores = database.iterator({ gte: storeKey(last.anchor.number + 1), highWaterMarkBytes: readBytes });
  try {
    for (;;) {
      const chunk = await stores.nextv(readStores);
      if (chunk.length === 0) break;
      for (const [key, value] of inOneBlock(chunk)) replay.add(key, value);
    }
    replay.finish();
    const firstStore = firstKey === undefined ? 1 : storeNumber(firstKey);
    return { content: replay.content, entries: replay.entries, bytes: replay.bytes, firstStore };
  } catch (error) {
    throw new RecordDamaged(`store ${replay.tail.number + 1}: ${reasonOf(error)}`);
  } finally {
    await stores.close();
  }
}

async function readLast(database: Database): Promise<LogTail> {
  const [last] = await database.iterator({ reverse: true, limit: 1 }).all();
  if (last === undefined) return emptyTail;
  try {
    return decodeStore(...last).tail;
  } catch (error) {
    throw new RecordDamaged(`its last store: ${reasonOf(error)}`);
  }
}

/** Entries share memory with what they are decoded from. One block for many costs much less memory than a buffer each. */
function inOneBlock(chunk: readonly [Buffer, Buffer][]): [Buffer, Buffer][] {
  const block = Buffer.concat(chunk.map(([, value]) => value));
  let end = 0;
  return chunk.map(([key, value]) => {
    end += value.length;
    return [key, block.subarray(end - value.length, end)];
  });
}

/** The mark is written after the log, so it may be behind it, and is never ahead. */
function compare(mark: LogEnd, tail: LogTail): void {
  if (mark.number > tail.number) {
    throw new RecordDamaged(
      `it ends with store ${tail.number} at index ${tail.lastIndex}, but log.mark knows of store ${mark.number} at index ${mark.lastIndex}`,
    );
  }
  if (mark.number === tail.number && !encodeMark(mark).equals(encodeMark(tail))) {
    throw new RecordDamaged(`its store ${tail.number} is not the one that log.mark knows of`);
  }
}
