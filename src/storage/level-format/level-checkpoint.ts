import { copyFile, link, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, directoryMode, fileMode } from "../files/durable-files.ts";
import { readManifestFile, tableName } from "./level-files.ts";

/** Most times that it is begun again because LevelDB has replaced tables meanwhile. Each time has only the new ones to link. */
const attemptsMax = 100;

/**
 * Makes `copy`, which must not be there, a database that has what the one in `directory` had at one moment of this call. That one
 * may be open and be written to: its tables never change, so the copy has other names for the same files; of the .log files, which
 * grow, it has what is there. Nothing is synced: it is for this process alone.
 * @throws LevelFileDamaged, or an error of the system's
 */
export async function makeCheckpoint(directory: string, copy: string): Promise<void> {
  await mkdir(copy, { mode: directoryMode });
  const linked = new Set<number>();
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    // The list of tables comes before the .log files: what moves from one of these to a table meanwhile is then in the copy's .log.
    const { name, bytes, manifest } = await readManifestFile(directory);
    const logs = await logsFrom(directory, manifest.firstLog);
    if (!(await linkAll(directory, copy, [...manifest.tables.keys()], linked))) continue;
    const contents = await readAll(logs.map((log) => join(directory, log)));
    if (contents === null) continue;
    for (const [place, log] of logs.entries()) await writeFile(join(copy, log), contents[place] ?? "", { mode: fileMode });
    await writeFile(join(copy, name), bytes, { mode: fileMode });
    await writeFile(join(copy, "CURRENT"), `${name}\n`, { mode: fileMode });
    return;
  }
  const why = `LevelDB has replaced tables in ${directory} more often than they could be linked`;
  throw Object.assign(new Error(why), { code: "EBUSY" });
}

/** The .log files in use, the oldest first. */
async function logsFrom(directory: string, firstLog: number): Promise<string[]> {
  const logs = (await readdir(directory)).filter((name) => /^\d+\.log$/.test(name) && Number.parseInt(name, 10) >= firstLog);
  return logs.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

/** False if one is gone: then it is no longer in use. */
async function linkAll(directory: string, copy: string, tables: readonly number[], linked: Set<number>): Promise<boolean> {
  for (const number of tables) {
    if (linked.has(number)) continue;
    const [from, to] = [join(directory, tableName(number)), join(copy, tableName(number))];
    // Not every file system can link, nor may everybody.
    const failure = await link(from, to).catch((error) =>
      codeOf(error) === "ENOENT" ? error : copyFile(from, to).catch(failureOf),
    );
    if (failure !== undefined) return gone(failure);
    linked.add(number);
  }
  return true;
}

/** Null if one is gone. Each ends where it ended when it was read, the last one maybe within a record, as after a crash. */
async function readAll(paths: readonly string[]): Promise<Buffer[] | null> {
  const contents: Buffer[] = [];
  for (const path of paths) {
    const found = await readFile(path).catch(failureOf);
    if (!(found instanceof Buffer)) {
      gone(found);
      return null;
    }
    contents.push(found);
  }
  return contents;
}

function failureOf(error: unknown): unknown {
  return error;
}

function gone(error: unknown): false {
  if (codeOf(error) !== "ENOENT") throw error;
  return false;
}
