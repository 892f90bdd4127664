import { Level } from "level";
import { codeOf } from "./durable-files.ts";
import { DirectoryInUse, DirectoryUnusable } from "./errors.ts";

export type Database = Level<Buffer, Buffer>;

export interface DatabaseOptions {
  /** Whether the directory may be empty. If not, LevelDB refuses to make a database. */
  readonly mayCreate: boolean;
  /** Most bytes that LevelDB gathers in memory before it writes a table. It may hold two such parts. */
  readonly writeBufferBytes: number;
  /** Most bytes of table blocks that LevelDB keeps in memory. */
  readonly cacheBytes: number;
}

/**
 * Opens a database whose files have been checked.
 * @throws DirectoryInUse, DirectoryUnusable
 */
export async function openDatabase(directory: string, options: DatabaseOptions): Promise<Database> {
  const database: Database = new Level(directory, { keyEncoding: "buffer", valueEncoding: "buffer" });
  try {
    await database.open({
      createIfMissing: options.mayCreate,
      // The check of the files does not read compressed blocks, and checks them faster than they would unpack.
      compression: false,
      writeBufferSize: options.writeBufferBytes,
      cacheSize: options.cacheBytes,
      // LevelDB maps each open table into memory: few small ones, the least it accepts, keep that part of the process small.
      maxOpenFiles: 74,
      maxFileSize: 1024 * 1024,
    });
    return database;
  } catch (error) {
    throw isLocked(error) ? new DirectoryInUse(directory, error) : new DirectoryUnusable(directory, error);
  }
}

/** Merges the tables that hold keys from `start` to `end`, and before that puts all that is in memory into a synced table. */
export function compact(database: Database): (start: Buffer, end: Buffer) => Promise<void> {
  const compactable: unknown = database;
  // The types of `level` leave this out, because databases in a browser cannot do it.
  if (!isCompactable(compactable)) throw new Error("this kind of database cannot be compacted");
  return (start, end) => compactable.compactRange(start, end);
}

function isCompactable(database: unknown): database is { compactRange(start: Buffer, end: Buffer): Promise<void> } {
  return typeof database === "object" && database !== null && "compactRange" in database;
}

/**
 * Asks whether another process has the database open, and changes nothing in it. Files must not be checked while
 * somebody writes them.
 * @throws DirectoryInUse
 */
export async function refuseIfInUse(directory: string): Promise<void> {
  const database = new Level(directory);
  // LevelDB takes its lock first, and only then finds that it may neither use nor make a database.
  const refusal: unknown = await database.open({ createIfMissing: false, errorIfExists: true }).catch((error) => error);
  await database.close();
  if (isLocked(refusal)) throw new DirectoryInUse(directory, refusal);
}

function isLocked(error: unknown): boolean {
  return typeof error === "object" && error !== null && "cause" in error && codeOf(error.cause) === "LEVEL_LOCKED";
}
