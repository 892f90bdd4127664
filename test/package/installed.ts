import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

export const run = promisify(execFile);
export const root = resolve(__dirname, "../..");

/** What of package.json these tests need. */
export const manifest: { readonly bin: Record<string, string> } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** A folder of somebody who has the package and nothing else. */
export interface Installed {
  readonly folder: string;
  /** Paths of the files that the package holds. */
  readonly paths: readonly string[];
  remove(): void;
}

/** Packs the project as npm does and installs the package in a new folder. */
export async function installPackage(): Promise<Installed> {
  const folder = mkdtempSync(join(tmpdir(), "balsa-package-"));
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: root });
  const [packed]: { filename: string; files: { path: string }[] }[] = JSON.parse(stdout);
  if (packed === undefined) throw new Error(`npm pack tells of no package: ${stdout}`);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "somebody", private: true, type: "module" }));
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", `./${packed.filename}`], { cwd: folder });
  return {
    folder,
    paths: packed.files.map(({ path }) => path),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Compiles a file of the folder as a user would, strictly and against the package's own types. */
export async function compile({ folder }: Installed, file: string): Promise<void> {
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"];
  const types = ["--typeRoots", join(root, "node_modules", "@types"), "--types", "node"];
  await run(join(root, "node_modules", ".bin", "tsc"), [...strict, ...types, file], { cwd: folder }).catch((error) => {
    throw new Error(`${file} does not compile:\n${error.stdout}`);
  });
}
