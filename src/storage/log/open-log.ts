import type { Restored } from "../../core/api.ts";
import type { Clock } from "../../node/ports/ports.ts";
import { openDatabase } from "../files/database.ts";
import { DirectoryUnusable, LogDamaged, reasonOf } from "../files/errors.ts";
import type { LevelDatabase } from "../files/level-database.ts";
import type { DatabaseOwner } from "../files/owners.ts";
import { RecordDamaged } from "../files/records.ts";
import { isShortage } from "../files/shortage.ts";
import { readStep } from "../scrub/scrub-steps.ts";
import { compareWithMark, type FoundLog, lastOf } from "./found-log.ts";
import { LevelLog } from "./level-log.ts";
import { LogCleaner } from "./log-cleaner.ts";
import { LogMark } from "./log-mark.ts";
import { storeNumber } from "./store-records.ts";

/** Bytes of stores after which LevelDB writes a table. */
const writeBufferBytes = 4 * 1024 * 1024;
/** Stores are read when the log is verified and not otherwise, so nothing is worth keeping. */
const cacheBytes = 64 * 1024;

export interface LogPlace {
  readonly directory: string;
  /** The file that says where the log ended. */
  readonly markPath: string;
  /** Whether this is a new log; it must then be empty. */
  readonly isNew: boolean;
  readonly owner: DatabaseOwner;
}

export interface OpenedLog {
  readonly log: LevelLog;
  readonly restored: Pick<Restored, "hardState" | "base" | "entries">;
}

/** What LevelDB has is not what was read from its files before. */
export class LogChanged extends LogDamaged {
  constructor(directory: string) {
    super(directory, "LevelDB finds another end of it than its files have");
  }
}

/**
 * Opens a log that was found sound.
 * @throws LogDamaged, LogMissing, LogChanged, DirectoryInUse, DirectoryUnusable
 */
export async function openLog(place: LogPlace, found: FoundLog, ports: { readonly clock: Clock }): Promise<OpenedLog> {
  const { directory, markPath, isNew, owner } = place;
  const { content, restored } = found;
  const { tail } = content;
  const database = await openDatabase(directory, { mayCreate: isNew, writeBufferBytes, cacheBytes });
  let mark: LogMark | null = null;
  try {
    const { number, checksum } = await readLast(database);
    if (number !== tail.number || checksum !== tail.checksum) throw new LogChanged(directory);
    // The mark is made under LevelDB's lock, so that two processes cannot both make one.
    if (isNew) await LogMark.create(markPath, [owner]);
    mark = await LogMark.open(markPath, ports.clock);
    compareWithMark(mark.found, tail);
    mark.advance(tail);
    const cleaner = new LogCleaner(await firstStoreOf(database), {
      database,
      compact: (start, end) => database.compact(start, end),
    });
    return { log: new LevelLog(directory, content, { database, mark, cleaner }), restored };
  } catch (error) {
    await mark?.close();
    await database.close();
    if (isShortage(error)) throw new DirectoryUnusable(directory, error);
    throw error instanceof RecordDamaged ? new LogDamaged(directory, reasonOf(error), error) : error;
  }
}

async function readLast(database: LevelDatabase) {
  return lastOf(await onlyOne(database, { reverse: true }));
}

/** Those that are no longer needed were being deleted when the last process ended. */
async function firstStoreOf(database: LevelDatabase): Promise<number> {
  const first = await onlyOne(database, {});
  return first === undefined ? 1 : storeNumber(first[0]);
}

async function onlyOne(database: LevelDatabase, order: { readonly reverse?: boolean }) {
  const [record] = await readStep(database.iterator({ ...order, limit: 1 }));
  return record;
}
