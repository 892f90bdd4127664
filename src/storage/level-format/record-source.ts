import type { LevelDatabase } from "../files/level-database.ts";
import type { KeyRange } from "./level-entries.ts";

/** Where records are read from: a database that is open, or the files of one that is not. */
export interface RecordSource {
  get(key: Buffer): Promise<Buffer | undefined>;
  /** Those of the range in order, some at a time; what is in a piece may share memory. */
  chunks(range: KeyRange): AsyncIterable<[key: Buffer, value: Buffer][]>;
}

/** Most that is read at a time, and about how many bytes. */
export const chunkRecords = 1000;
export const chunkBytes = 1024 * 1024;

/** All keys that this program writes. */
export const everyKey: KeyRange = { start: Buffer.alloc(0), end: Buffer.of(0xff) };

export function recordsOf(database: Pick<LevelDatabase, "get" | "iterator">): RecordSource {
  return { get: (key) => database.get(key), chunks: (range) => chunksOf(database, range) };
}

async function* chunksOf(database: Pick<LevelDatabase, "iterator">, { start, end }: KeyRange) {
  const iterator = await database.iterator({ gte: start, lt: end, highWaterMarkBytes: chunkBytes });
  try {
    for (;;) {
      const chunk = await iterator.nextv(chunkRecords);
      if (chunk.length === 0) return;
      yield chunk;
    }
  } finally {
    await iterator.close();
  }
}
