import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Bytes that all files below `directory` take, each once however many names it has. Files that go away meanwhile count nothing. */
export async function diskBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = new Map<number, number>();
  await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ ino, size }) => sizes.set(ino, size),
          () => undefined,
        ),
      ),
  );
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
