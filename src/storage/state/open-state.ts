import type { StateDigest } from "../../node/ports/ports.ts";
import { openDatabase } from "../files/database.ts";
import { DirectoryUnusable, reasonOf, StateDamaged } from "../files/errors.ts";
import { isShortage } from "../files/shortage.ts";
import { LevelReader } from "../level-format/level-reader.ts";
import { recordsOf } from "../level-format/record-source.ts";
import { flushOf } from "./level-flush.ts";
import { LevelState } from "./level-state.ts";
import { checkTotals, readContent, readDigest, type StateContent } from "./state-content.ts";
import { unusedKey } from "./state-records.ts";
import { removeViews, StateView } from "./state-view.ts";

/** Bytes of records, keys and its own after which LevelDB writes a table. */
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
    const content = await readContent(recordsOf(database), keepBytes);
    await removeViews(directory);
    const ports = { database, flush: flushOf(directory, database, unusedKey), openView: () => StateView.open(directory) };
    return new LevelState(directory, content, ports);
  } catch (error) {
    await database.close();
    throw failureOf(directory, error);
  }
}

/**
 * What the state in `directory`, whose files have been checked, says of itself. Nothing of it is changed.
 * @throws StateDamaged, DirectoryUnusable
 */
export async function readState(directory: string): Promise<StateContent> {
  try {
    return await readContent(await LevelReader.open(directory), keepBytes);
  } catch (error) {
    throw failureOf(directory, error);
  }
}

/**
 * Reads every record of such a state, and compares them with the count and the digest kept with the applied index.
 * @throws StateDamaged, DirectoryUnusable
 */
export async function verifyState(directory: string): Promise<StateDigest> {
  try {
    const reader = await LevelReader.open(directory);
    const { last } = (await readContent(reader, keepBytes)).history;
    const found = await readDigest(reader);
    checkTotals(found, last);
    return { appliedIndex: last.appliedIndex, records: found.count, digest: found.toString() };
  } catch (error) {
    throw failureOf(directory, error);
  }
}

function failureOf(directory: string, error: unknown): DirectoryUnusable | StateDamaged {
  return isShortage(error) ? new DirectoryUnusable(directory, error) : new StateDamaged(directory, reasonOf(error), error);
}
