import { readdir } from "node:fs/promises";
import type { LevelDatabase } from "../files/level-database.ts";
import { readManifestIn } from "../level-format/level-files.ts";

export interface LevelFlushPorts {
  /** Puts what is in memory into a table, and merges those with keys between the two. */
  readonly compact: (start: Buffer, end: Buffer) => Promise<void>;
  /** Any write. */
  readonly write: () => Promise<void>;
}

/** No record has it, so no table needs to be merged for it. */
const noKey = Buffer.of(0);

/**
 * Makes all that was written to a database survive a power failure: LevelDB syncs tables, and the list of them in the
 * MANIFEST. It does not say whether it could, so that is looked up: the .log that was in use must have become dispensable
 * by the MANIFEST; and a sync of that which failed is told to the next write.
 * @throws Error if it cannot be shown
 */
export async function flush(directory: string, { compact, write }: LevelFlushPorts): Promise<void> {
  const used = await newestLog(directory);
  await compact(noKey, noKey);
  await write();
  const { firstLog } = await readManifestIn(directory);
  if (firstLog <= used) throw new Error("LevelDB did not put what it has in memory into a table");
}

/**
 * The flush of an open database.
 * @param unused key of a record that never was: deleting it changes nothing, and is a write
 */
export function flushOf(directory: string, database: LevelDatabase, unused: Buffer): () => Promise<void> {
  const write = () => database.del(unused);
  return () => flush(directory, { compact: (start, end) => database.compact(start, end), write });
}

/** Number of the .log that is written now. */
async function newestLog(directory: string): Promise<number> {
  const logs = (await readdir(directory)).filter((name) => /^\d+\.log$/.test(name));
  return Math.max(0, ...logs.map((name) => Number.parseInt(name, 10)));
}
