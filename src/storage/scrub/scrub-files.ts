import { readOwners } from "../files/owners.ts";
import { checkLogInUse, checkTableFile, readManifestIn, tableName } from "../level-format/level-files.ts";

/**
 * Checks the files of a database that is open, a small step at a time, and says after each one how many bytes it had.
 * LevelDB does not check the checksums of its tables, and what is damaged in one may end the process: so this comes before
 * its records are read.
 *
 * LevelDB merges tables meanwhile, and deletes those that it no longer needs. One that is gone is missed only if the
 * MANIFEST still lists it; and what that has dropped by then is not looked for.
 * @throws LevelFileDamaged, RecordDamaged
 */
export async function* scrubFiles(directory: string): AsyncGenerator<number, void> {
  await readOwners(directory);
  const { tables, firstLog } = await readManifestIn(directory);
  let inUse = tables;
  for (const [number, { size }] of tables) {
    if (!inUse.has(number)) continue;
    try {
      yield* checkTableFile(directory, tableName(number), size);
    } catch (error) {
      const manifest = await readManifestIn(directory);
      inUse = manifest.tables;
      if (inUse.has(number)) throw error;
      yield manifest.bytes;
    }
  }
  // The one that is written now is read as far as it goes.
  try {
    yield* checkLogInUse(directory, `${String(firstLog).padStart(6, "0")}.log`);
  } catch (error) {
    if ((await readManifestIn(directory)).firstLog === firstLog) throw error;
  }
}
