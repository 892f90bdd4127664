import { chmod, chown, readdir, realpath, rename, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { refuseIfInUse } from "../files/database.ts";
import { codeOf, directoryMode, giveTo, makeDirectory, pathExists, syncDirectory } from "../files/durable-files.ts";
import { DataDirectoryError, DirectoryUnusable } from "../files/errors.ts";
import { identityFile } from "../files/identity.ts";

/** What a node's data directory may hold; nothing else of it is ever touched. */
const part = /^(identity\.json(\.new)?|log|log\.mark|state(-.*)?)$/;

/** A directory of which nothing is a node's. It is more likely the wrong one than a damaged one. */
export class NotADataDirectory extends DataDirectoryError {
  constructor(directory: string, found: readonly string[]) {
    super(
      `The directory ${directory} holds ${found.slice(0, 3).join(", ")}, and nothing of a node's. Name the node's data directory.`,
    );
  }
}

type Move = (from: string, to: string) => Promise<void>;

/** The codes of a system that does not let a directory be renamed, but may let go what is in it. */
const staysWhereItIs = ["EBUSY", "EXDEV", "EACCES", "EPERM", "EROFS", "EINVAL"];

/**
 * Moves a node's data out of its way and deletes nothing: the whole directory gets the name `DIRECTORY.damaged-STAMP`.
 * Where it cannot be renamed, as it is the root of a volume or its parent is closed, what is in it moves into a folder
 * `damaged-STAMP` within, which the storage takes no notice of. The log goes first and the identity last: until then it
 * can be read who the node was, and a node that is started meanwhile misses its log.
 * @param stamp tells this time from any other
 * @param move the system's rename
 * @returns where the data are now; null if there were none
 * @throws DirectoryInUse, NotADataDirectory, DirectoryUnusable
 */
export async function setAside(directory: string, stamp: string, move: Move = rename): Promise<string | null> {
  try {
    if (!(await pathExists(directory))) return null;
    const real = await realpath(directory);
    const found = await readdir(real);
    const parts = found.filter((name) => part.test(name));
    if (parts.length === 0) {
      const others = found.filter((name) => !/^(damaged-.*|lost\+found)$/.test(name));
      if (others.length > 0) throw new NotADataDirectory(directory, others);
      return null;
    }
    await refuseIfAnyInUse(real, parts);
    return (await renamed(real, stamp, move)) ?? (await movedWithin(real, parts, stamp, move));
  } catch (error) {
    throw error instanceof DataDirectoryError ? error : new DirectoryUnusable(directory, error);
  }
}

/** Where a node's data were last moved to; null if they never were, as far as can be seen. */
export async function newestAside(directory: string): Promise<string | null> {
  const real = await realpath(directory).catch(() => directory);
  const parent = dirname(real);
  const within = (await namesIn(real)).filter((name) => name.startsWith("damaged-")).map((name) => join(real, name));
  const beside = (await namesIn(parent)).filter((name) => name.startsWith(`${basename(real)}.damaged-`));
  const stampOf = (path: string) => path.slice(path.lastIndexOf("damaged-"));
  const asides = [...within, ...beside.map((name) => join(parent, name))];
  return asides.sort((a, b) => (stampOf(a) < stampOf(b) ? -1 : 1)).at(-1) ?? null;
}

function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

/** The log may be what is gone; a node that still runs then holds its state. */
async function refuseIfAnyInUse(directory: string, parts: readonly string[]): Promise<void> {
  for (const name of parts.filter((found) => /^(log|state(-.*)?)$/.test(found))) {
    const path = join(directory, name);
    if (await pathExists(join(path, "LOCK"))) await refuseIfInUse(path);
  }
}

/** Null if it cannot be renamed. */
async function renamed(directory: string, stamp: string, move: Move): Promise<string | null> {
  const aside = `${directory}.damaged-${stamp}`;
  const before = await stat(directory);
  try {
    await move(directory, aside);
  } catch (error) {
    if (staysWhereItIs.includes(codeOf(error) ?? "")) return null;
    throw error;
  }
  // A link to it must not lead nowhere meanwhile.
  await makeDirectory(directory);
  await chmod(aside, directoryMode).catch(codeOf);
  await giveTo(before, (uid, gid) => chown(directory, uid, gid));
  await syncDirectory(dirname(directory));
  return aside;
}

async function movedWithin(directory: string, parts: readonly string[], stamp: string, move: Move): Promise<string> {
  const aside = join(directory, `damaged-${stamp}`);
  await makeDirectory(aside);
  await giveTo(await stat(directory), (uid, gid) => chown(aside, uid, gid));
  const between = parts.filter((name) => name !== "log" && name !== identityFile);
  for (const names of [["log"], between, [identityFile]]) {
    for (const name of names.filter((each) => parts.includes(each))) await move(join(directory, name), join(aside, name));
    for (const changed of [aside, directory]) await syncDirectory(changed);
  }
  return aside;
}
