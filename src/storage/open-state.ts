import type { Database } from "./database.ts";
import { openDatabase } from "./database.ts";
import { reasonOf, StateDamaged } from "./errors.ts";
import { LevelMachine } from "./level-machine.ts";
import { RecordDigest } from "./record-digest.ts";
import { dataRange, decodeData, decodeWrite, lastWriteKey, RecordDamaged, writeRange } from "./records.ts";
import { WriteHistory } from "./write-history.ts";

/** LevelDB writes a table each time so many bytes have come together, of records, keys and its own. */
const writeBufferBytes = 4 * 1024 * 1024;
const cacheBytes = 8 * 1024 * 1024;
/**
 * LevelDB gives a .log up once its writes are in a table, and starts a new one only when the one before has been
 * given up. What is in a .log is therefore among the last two buffers of bytes and the write that overfilled each;
 * the machine's writes are smaller than a buffer.
 */
const keepBytes = 4 * writeBufferBytes;
const readChunkRecords = 1000;
const readChunkBytes = 1024 * 1024;

/**
 * Opens the state in `directory`, whose files have been checked, and checks that no write is missing.
 * @throws StateDamaged, DirectoryInUse, DirectoryUnusable
 */
export async function openState(directory: string, options: { readonly mayCreate: boolean }): Promise<LevelMachine> {
  const database = await openDatabase(directory, { ...options, writeBufferBytes, cacheBytes });
  try {
    return new LevelMachine(directory, await readHistory(database), database);
  } catch (error) {
    await database.close();
    throw new StateDamaged(directory, reasonOf(error), error);
  }
}

export interface StateSummary {
  readonly appliedIndex: number;
  readonly records: number;
  readonly digest: string;
}

/**
 * Opens the state, reads every record of it, and compares them with the count and the digest kept with the
 * applied index.
 * @throws StateDamaged, DirectoryInUse, DirectoryUnusable
 */
export async function verifyState(directory: string): Promise<StateSummary> {
  const database = await openDatabase(directory, { mayCreate: false, writeBufferBytes, cacheBytes });
  try {
    const { last } = await readHistory(database);
    const found = await readDigest(database);
    const kept = new RecordDigest(last.count, last.digest);
    if (found.count !== kept.count) throw new RecordDamaged(`it has ${found.count} records instead of ${kept.count}`);
    if (found.toString() !== kept.toString()) throw new RecordDamaged(`its digest is ${found} instead of ${kept}`);
    return { appliedIndex: last.appliedIndex, records: found.count, digest: found.toString() };
  } catch (error) {
    throw new StateDamaged(directory, reasonOf(error), error);
  } finally {
    await database.close();
  }
}

/** @throws RecordDamaged */
async function readHistory(database: Database): Promise<WriteHistory> {
  const history = new WriteHistory(keepBytes);
  const lastBytes = await database.get(lastWriteKey);
  if (lastBytes === undefined) {
    const [key] = await database.keys({ limit: 1 }).all();
    if (key !== undefined) throw new RecordDamaged("it has records but does not say which write was the last");
    return history;
  }
  const last = decodeWrite(lastWriteKey, lastBytes).record;
  for await (const [key, value] of inChunks(database, writeRange)) {
    const { record, checksum } = decodeWrite(key, value);
    history.restore(record, checksum);
  }
  history.finish(last);
  return history;
}

/** @throws RecordDamaged */
async function readDigest(database: Database): Promise<RecordDigest> {
  const digest = new RecordDigest(0, [0, 0]);
  for await (const [key, value] of inChunks(database, dataRange)) digest.add(decodeData(key, value).checksum);
  return digest;
}

async function* inChunks(database: Database, range: { readonly start: Buffer; readonly end: Buffer }) {
  const iterator = database.iterator({ gte: range.start, lt: range.end, highWaterMarkBytes: readChunkBytes });
  try {
    for (;;) {
      const chunk = await iterator.nextv(readChunkRecords);
      if (chunk.length === 0) return;
      yield* chunk;
    }
  } finally {
    await iterator.close();
  }
}
