import { stat } from "node:fs/promises";
import { quoted } from "../../terminal/quoted.ts";

/** A node's data are for the user alone whom the node runs as. */

/** What is not for the user alone, in the mode of a file or directory. */
const others = 0o077;

/**
 * All files that this process makes from now on are for its user alone. LevelDB makes its files as the mask of the process
 * allows. Only programs of this project do this: a program that embeds a node has a mask of its own, and there the modes of
 * the directories alone protect the data.
 */
export function keepFilesPrivate(): void {
  process.umask(others);
}

/** A warning about a data directory that other users of this machine may look into; null if they may not. */
export async function privacyWarning(directory: string): Promise<string | null> {
  // The modes of Windows say nothing of other users.
  if (process.platform === "win32") return null;
  const { mode } = await stat(directory);
  if ((mode & others) === 0) return null;
  const octal = (mode & 0o7777).toString(8).padStart(4, "0");
  return `Other users of this machine may get at the data in ${directory}, whose mode is ${octal}. Keep them out: chmod -R go-rwx ${quoted(directory)}`;
}
