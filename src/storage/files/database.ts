import { mkdtemp, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { codeOf, pathExists } from "./durable-files.ts";
import { DirectoryInUse, DirectoryUnusable } from "./errors.ts";
import { LevelDatabase } from "./level-database.ts";

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
export async function openDatabase(directory: string, options: DatabaseOptions): Promise<LevelDatabase> {
  const { Level } = await level();
  const id = await idOf(directory);
  if (openHere.has(id)) throw openAlready(directory);
  openHere.add(id);
  const database = new Level<Buffer, Buffer>(directory, { keyEncoding: "buffer", valueEncoding: "buffer" });
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
    database.once("closed", () => openHere.delete(id));
    return new LevelDatabase(database);
  } catch (error) {
    openHere.delete(id);
    throw isLocked(error) ? new DirectoryInUse(directory, error) : new DirectoryUnusable(directory, error);
  }
}

/** Loads LevelDB's native code when there is a database to open: a program that is a client alone has no use for it. */
function level(): Promise<typeof import("level")> {
  return import("level");
}

/**
 * Databases that this process has open, each by its directory. The system gives up all locks that a process has on a file
 * when the process closes that file anywhere, and so its own databases are never asked for their locks.
 */
const openHere = new Set<string>();

/** What a directory is called, whatever path leads to it. */
async function idOf(directory: string): Promise<string> {
  const found = await stat(directory, { bigint: true }).catch(() => null);
  return found === null ? resolve(directory) : `${found.dev}:${found.ino}`;
}

function openAlready(directory: string): DirectoryInUse {
  return new DirectoryInUse(directory, new Error("This process has it open already"));
}

/**
 * Asks whether anybody has the database open, and changes nothing in it. Files must not be checked while somebody writes them.
 *
 * LevelDB takes the lock of a directory only after it has renamed its file of messages there. So it is asked to open a folder
 * elsewhere, in which the lock is a link to this one.
 * @throws DirectoryInUse
 */
export async function refuseIfInUse(directory: string): Promise<void> {
  if (openHere.has(await idOf(directory))) throw openAlready(directory);
  const lock = join(directory, "LOCK");
  // Nobody holds a lock that is not there, and asking for it would make it.
  if (!(await pathExists(lock))) return;
  const refusal = await openBeside(resolve(lock));
  if (isLocked(refusal)) throw new DirectoryInUse(directory, refusal);
}

/** What LevelDB says to a folder that has nothing but this lock. */
async function openBeside(lock: string): Promise<unknown> {
  const folder = await folderWith(lock);
  if (folder === null) return null;
  try {
    const { Level } = await level();
    const database = new Level(folder);
    // LevelDB takes its lock first, and only then finds that there is no database.
    const refusal: unknown = await database.open({ createIfMissing: false }).catch((error) => error);
    await database.close();
    return refusal;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In memory where there is such a place, for the root of a container may be read-only. Beside the database only if nothing else can be written. */
async function folderWith(lock: string): Promise<string | null> {
  for (const place of ["/dev/shm", tmpdir(), dirname(dirname(lock))]) {
    try {
      const folder = await mkdtemp(join(place, "balsa-lock-"));
      await symlink(lock, join(folder, "LOCK"));
      return folder;
    } catch {
      // The next one may do.
    }
  }
  return null;
}

function isLocked(error: unknown): boolean {
  return typeof error === "object" && error !== null && "cause" in error && codeOf(error.cause) === "LEVEL_LOCKED";
}
