import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "./durable-files.ts";
import { reasonOf } from "./errors.ts";
import { readManifest } from "./level-manifest.ts";
import { readLevelRecords } from "./level-records.ts";
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
  const [, manifestName] = /^(MANIFEST-\d{6,})\n$/.exec((await read(directory, "CURRENT")).toString("latin1")) ?? [];
  if (manifestName === undefined) throw new LevelFileDamaged("CURRENT", "it does not name a MANIFEST file");
  const manifestBytes = await read(directory, manifestName);
  const { tables, firstLog } = explain(manifestName, () => readManifest(manifestBytes));
  for (const [number, size] of tables) await checkTableFile(directory, number, size);
  for (const name of await readdir(directory)) {
    if (/^\d+\.log$/.test(name) && Number.parseInt(name, 10) >= firstLog) await checkLog(directory, name);
  }
}

async function checkTableFile(directory: string, number: number, size: number): Promise<void> {
  const name = `${String(number).padStart(6, "0")}.ldb`;
  const bytes = await read(directory, name);
  if (bytes.length !== size) throw new LevelFileDamaged(name, `it has ${bytes.length} bytes instead of ${size}`);
  explain(name, () => checkTable(bytes));
}

/** The end of a .log may be a write that a crash cut short; what is broken before a whole record is damage. */
async function checkLog(directory: string, name: string): Promise<void> {
  const { brokenAt, goesOn } = readLevelRecords(await read(directory, name));
  if (goesOn) throw new LevelFileDamaged(name, `it is damaged at byte ${brokenAt}`);
}

async function read(directory: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(directory, name));
  } catch (cause) {
    throw new LevelFileDamaged(name, codeOf(cause) === "ENOENT" ? "it is gone" : "it cannot be read", cause);
  }
}

function explain<Result>(name: string, check: () => Result): Result {
  try {
    return check();
  } catch (cause) {
    throw new LevelFileDamaged(name, reasonOf(cause), cause);
  }
}
