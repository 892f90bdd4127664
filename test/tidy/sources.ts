import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";

/** The root of the project. */
export const root = resolve(__dirname, "../..");

/** Paths relative to the root, with slashes, and what is in them. */
export type Texts = ReadonlyMap<string, string>;

/** Every file under these folders (or these files themselves) whose name ends with one of `endings`. */
export function textsOf(places: readonly string[], endings: readonly string[]): Texts {
  const texts = new Map<string, string>();
  for (const place of places) {
    for (const path of filesOf(join(root, place))) {
      if (endings.some((ending) => path.endsWith(ending))) texts.set(relative(root, path), readFileSync(path, "utf8"));
    }
  }
  return texts;
}

/** The Markdown of the project: the pages at its front door, and docs/. */
export function documents(): Texts {
  const pages = readdirSync(root).filter((name) => name.endsWith(".md"));
  return textsOf([...pages, "docs"], [".md"]);
}

/** Whether the project has a file or folder of this path, relative to the root. */
export function exists(path: string): boolean {
  return existsSync(join(root, path));
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return (
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      // Tools with a package.json of their own are installed in their own folder.
      .filter((file) => !file.includes("/node_modules/"))
  );
}
