import { codeOf } from "./durable-files.ts";
import { checkLogInUse, checkTableFile, readManifestIn, tableName } from "./level-files.ts";

/**
 * Checks the files of a database that is open, and says after each one how many bytes it had. LevelDB does not check
 * the checksums of its tables, and what is damaged in one may end the process: so this comes before its records are read.
 * @throws LevelFileDamaged
 */
export async function* scrubFiles(directory: string): AsyncGenerator<number, void> {
  const { tables, firstLog } = await readManifestIn(directory);
  for (const [number, size] of tables) {
    const isInUse = async () => (await readManifestIn(directory)).tables.has(number);
    yield await unlessGone(isInUse, () => checkTableFile(directory, tableName(number), size));
  }
  // The one that is written now is read as far as it goes.
  const isInUse = async () => (await readManifestIn(directory)).firstLog === firstLog;
  yield await unlessGone(isInUse, () => checkLogInUse(directory, `${String(firstLog).padStart(6, "0")}.log`));
}

const shortages: readonly (string | undefined)[] = ["EMFILE", "ENFILE", "ENOMEM", "EACCES", "EPERM"];

/** Whether it is the process that has too little of something, or too few rights: that says nothing of the disk. */
export function isShortage(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if (shortages.includes(codeOf(error))) return true;
  return "cause" in error && isShortage(error.cause);
}

/** LevelDB merges tables meanwhile, and deletes those that it no longer needs. */
async function unlessGone(isInUse: () => Promise<boolean>, check: () => Promise<number>): Promise<number> {
  try {
    return await check();
  } catch (error) {
    if (await isInUse()) throw error;
    return 0;
  }
}
