import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../files/durable-files.ts";
import { reasonOf } from "../files/errors.ts";
import { atOnce, inSteps, type Steps } from "../files/steps.ts";
import { type Manifest, readManifest, type TableFile } from "./level-manifest.ts";
import { readLevelBlocks, readLevelRecords } from "./level-records.ts";
import { checkTable } from "./level-table.ts";

/** A file of LevelDB's that is damaged or gone. */
export class LevelFileDamaged extends Error {
  constructor(file: string, what: string, cause?: unknown) {
    super(`${file}: ${what}`, cause === undefined ? undefined : { cause });
    this.name = "LevelFileDamaged";
  }
}

/**
 * Whether LevelDB has never finished making a database here. A crash may leave such a directory; deleting files
 * of a database does not.
 */
export async function isUnmade(directory: string): Promise<boolean> {
  const names = await readdir(directory).catch(() => []);
  return !names.some((name) => name === "CURRENT" || /\.(ldb|sst|log)$/.test(name));
}

/**
 * Checks every byte of a closed database that LevelDB is going to read. LevelDB itself leaves out damaged parts of
 * a .log in silence and then deletes it, does not check the checksums of tables, and with some damaged tables ends
 * the process. This must therefore come first, and it changes nothing.
 * @throws LevelFileDamaged
 */
export async function checkLevelFiles(directory: string): Promise<void> {
  const { tables, firstLog } = await readManifestIn(directory);
  await checkTables(directory, tables);
  for (const name of await readdir(directory)) {
    if (/^\d+\.log$/.test(name) && Number.parseInt(name, 10) >= firstLog) await checkLog(directory, name);
  }
}

/**
 * What the MANIFEST in use says.
 * @throws LevelFileDamaged
 */
export async function readManifestIn(directory: string): Promise<Manifest> {
  return (await readManifestFile(directory)).manifest;
}

/** The same, and the file. */
export async function readManifestFile(directory: string): Promise<{ name: string; bytes: Buffer; manifest: Manifest }> {
  const [, name] = /^(MANIFEST-\d{6,})\n$/.exec((await read(directory, "CURRENT")).toString("latin1")) ?? [];
  if (name === undefined) throw new LevelFileDamaged("CURRENT", "it does not name a MANIFEST file");
  const bytes = await read(directory, name);
  try {
    return { name, bytes, manifest: readManifest(bytes) };
  } catch (cause) {
    throw new LevelFileDamaged(name, reasonOf(cause), cause);
  }
}

/** While one table is checked the next one is read, for a start waits for this. Two pieces of memory take turns. */
async function checkTables(directory: string, tables: ReadonlyMap<number, TableFile>): Promise<void> {
  const files = [...tables].map(([number, { size }]) => ({ name: tableName(number), size }));
  const sizeMax = Math.max(0, ...[...tables.values()].map(({ size }) => size));
  const memory = [Buffer.allocUnsafe(sizeMax + 1), Buffer.allocUnsafe(sizeMax + 1)] as const;
  const start = (place: number) => {
    const file = files[place];
    return file === undefined ? null : readTable(directory, file.name, memory[place % 2 === 0 ? 0 : 1]);
  };
  let next = start(0);
  for (const [place, { name, size }] of files.entries()) {
    const bytes = await next;
    next = start(place + 1);
    // A failure of the next one is told when its turn comes.
    next?.catch(() => undefined);
    atOnce(tableChecks(name, bytes, size));
  }
}

/**
 * Checks one table in small steps, and says after each one how many bytes it had.
 * @throws LevelFileDamaged
 */
export async function* checkTableFile(directory: string, name: string, size: number): AsyncGenerator<number, void> {
  yield* inSteps(tableChecks(name, await readTable(directory, name, Buffer.allocUnsafe(size + 1)), size));
}

export function tableName(number: number): string {
  return `${String(number).padStart(6, "0")}.ldb`;
}

function* tableChecks(name: string, bytes: Buffer | null, size: number): Steps {
  if (bytes?.length !== size) throw new LevelFileDamaged(name, `it has ${bytes?.length} bytes instead of ${size}`);
  try {
    yield* checkTable(bytes);
  } catch (cause) {
    throw new LevelFileDamaged(name, reasonOf(cause), cause);
  }
}

/** All of a table that was checked. */
export async function readTableFile(directory: string, number: number, size: number): Promise<Buffer> {
  return readTable(directory, tableName(number), Buffer.allocUnsafe(size));
}

/** As much as there is room for. */
async function readTable(directory: string, name: string, memory: Buffer): Promise<Buffer> {
  const file = await open(join(directory, name)).catch((cause) => unreadable(name, cause));
  try {
    const { bytesRead } = await file.read(memory, 0, memory.length, 0).catch((cause) => unreadable(name, cause));
    return memory.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The end of a .log may be a write that a crash cut short; what is broken before a whole record is damage. */
async function checkLog(directory: string, name: string): Promise<void> {
  const { brokenAt, goesOn } = readLevelRecords(await read(directory, name));
  if (goesOn) throw new LevelFileDamaged(name, `it is damaged at byte ${brokenAt}`);
}

/**
 * Checks a .log that is being written, as far as it goes, in small steps, and says after each one how many bytes it had. It
 * has begun whole and only grows, so its end is no exception; what is broken twice at the same place was not just on its way
 * to the disk.
 * @throws LevelFileDamaged
 */
export async function* checkLogInUse(directory: string, name: string): AsyncGenerator<number, void> {
  const { brokenAt } = yield* inSteps(readLevelBlocks(await read(directory, name)));
  if (brokenAt !== null && readLevelRecords(await read(directory, name)).brokenAt === brokenAt) {
    throw new LevelFileDamaged(name, `it is damaged at byte ${brokenAt}`);
  }
}

async function read(directory: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(directory, name));
  } catch (cause) {
    return unreadable(name, cause);
  }
}

function unreadable(name: string, cause: unknown): never {
  throw new LevelFileDamaged(name, codeOf(cause) === "ENOENT" ? "it is gone" : "it cannot be read", cause);
}
