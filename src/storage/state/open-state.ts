import type { StateDigest } from "../node/ports.ts";
import { openDatabase } from "./database.ts";
import { DirectoryUnusable, reasonOf, StateDamaged } from "./errors.ts";
import { flushOf } from "./level-flush.ts";
import { LevelState } from "./level-state.ts";
import { isShortage } from "./shortage.ts";
import { checkTotals, readContent, readDigest } from "./state-content.ts";

/** LevelDB writes a table each time so many bytes have come together, of records, keys and its own. */
const writeBufferBytes = 4 * 1024 * 1024;
const cacheBytes = 8 * 1024 * 1024;
/**
 * LevelDB gives a .log up once its writes are in a table, and starts a new one only when the one before has been
 * given up. What is in a .log is therefore among the last two buffers of bytes and the write that overfilled each;
 * the machine's writes are smaller than a buffer.
 */
const keepBytes = 4 * writeBufferBytes;

/**
 * Opens the state in `directory`, whose files have been checked, and checks that no write is missing.
 * @throws StateDamaged, DirectoryInUse, DirectoryUnusable
 */
export async function openState(directory: string, options: { readonly mayCreate: boolean }): Promise<LevelState> {
  const database = await openDatabase(directory, { ...options, writeBufferBytes, cacheBytes });
  try {
    const content = await readContent(database, keepBytes);
    return new LevelState(directory, content, { database, flush: flushOf(directory, database) });
  } catch (error) {
    await database.close();
    throw failureOf(directory, error);
  }
}

/**
 * Opens the state, reads every record of it, and compares them with the count and the digest kept with the
 * applied index.
 * @throws StateDamaged, DirectoryInUse, DirectoryUnusable
 */
export async function verifyState(directory: string): Promise<StateDigest> {
  const database = await openDatabase(directory, { mayCreate: false, writeBufferBytes, cacheBytes });
  try {
    const { last } = (await readContent(database, keepBytes)).history;
    const found = await readDigest(database);
    checkTotals(found, last);
    return { appliedIndex: last.appliedIndex, records: found.count, digest: found.toString() };
  } catch (error) {
    throw failureOf(directory, error);
  } finally {
    await database.close();
  }
}

function failureOf(directory: string, error: unknown): DirectoryUnusable | StateDamaged {
  return isShortage(error) ? new DirectoryUnusable(directory, error) : new StateDamaged(directory, reasonOf(error), error);
}
