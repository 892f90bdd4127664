import { lchown, mkdir, open, readdir, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Data are for the user alone who runs the node. A mask of the process that is wider takes nothing of that back. */
export const directoryMode = 0o700;
export const fileMode = 0o600;

/** Makes a directory, and those above it that are missing, unless it is there. */
export async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: directoryMode });
}

/**
 * Replaces a whole file so that after a crash either the old text or the new one is there, never a part. What root writes
 * belongs to the owner of the directory, who must be able to go on with it.
 */
export async function replaceDurably(path: string, bytes: string | Uint8Array): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, "w", fileMode);
  try {
    await file.writeFile(bytes);
    await giveTo(await stat(dirname(path)), (uid, gid) => file.chown(uid, gid));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncDirectory(dirname(path));
}

/** Makes the names in a directory durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r").catch(ignoreUnsupported);
  if (handle === null) return;
  try {
    await handle.sync().catch(ignoreUnsupported);
  } finally {
    await handle.close();
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** What root makes is to belong to whoever runs the node. Where it may not be given away it stays as it is. */
export async function giveTo({ uid, gid }: Owner, chown: (uid: number, gid: number) => Promise<void>): Promise<void> {
  if (process.getuid?.() === 0) await chown(uid, gid).catch(codeOf);
}

/**
 * The same for all in a directory, to whom the directory belongs. Files that a library made are for their owner alone, so that
 * the node could not go on with those of root.
 */
export async function giveContentsToOwner(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const owner = await stat(directory);
  for (const name of await readdir(directory, { recursive: true })) {
    await giveTo(owner, (uid, gid) => lchown(join(directory, name), uid, gid));
  }
}

export async function pathExists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    },
  );
}

/** The code of a system's or a database's error, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Some systems cannot open or sync a directory; they keep names durable by themselves or not at all. */
function ignoreUnsupported(error: unknown): null {
  if (["EISDIR", "EPERM", "EINVAL", "ENOTSUP"].includes(codeOf(error) ?? "")) return null;
  throw error;
}
