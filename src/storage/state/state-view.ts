import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "../files/database.ts";
import type { LevelDatabase } from "../files/level-database.ts";
import { makeCheckpoint } from "../level-format/level-checkpoint.ts";

/** Larger than what a .log has: it becomes one table. */
const writeBufferBytes = 16 * 1024 * 1024;
/** Everything is read once. */
const cacheBytes = 64 * 1024;

/**
 * The records of a state as of one moment, however long they are read. They are a database of their own that shares the tables of
 * the state's, for a snapshot of LevelDB that is held beside writes makes reads find old records: see `LevelDatabase`.
 */
export class StateView {
  readonly database: Pick<LevelDatabase, "get" | "iterator">;
  readonly #directory: string;
  readonly #close: () => Promise<void>;
  #closing: Promise<void> | null = null;

  private constructor(directory: string, database: LevelDatabase) {
    this.database = database;
    this.#directory = directory;
    this.#close = () => database.close();
  }

  /**
   * @param state the directory of a database that is open
   * @throws LevelFileDamaged, DirectoryUnusable, or an error of the system's
   */
  static async open(state: string): Promise<StateView> {
    const directory = join(state, nextName());
    try {
      await makeCheckpoint(state, directory);
      return new StateView(directory, await openDatabase(directory, { mayCreate: false, writeBufferBytes, cacheBytes }));
    } catch (error) {
      await remove(directory);
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close().finally(() => remove(this.#directory));
    return this.#closing;
  }
}

/** Removes what a process left behind that could not close its views. */
export async function removeViews(state: string): Promise<void> {
  for (const name of await readdir(state)) if (name.startsWith(namePrefix)) await remove(join(state, name));
}

const namePrefix = "view-";
let views = 0;

function nextName(): string {
  views += 1;
  return `${namePrefix}${views}`;
}

/** What cannot be removed is a leftover, which the next start removes. */
async function remove(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true }).catch(() => undefined);
}
