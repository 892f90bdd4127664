import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** All that there is of a directory, by name: kind, mode, times of change, and what is in the files. Two images can be compared by a test. */
export function imageOf(directory: string): Record<string, string> {
  if (!existsSync(directory)) return {};
  const names = ["", ...readdirSync(directory, { recursive: true }).map(String)].sort();
  return Object.fromEntries(names.map((name) => [name || ".", lineOf(join(directory, name))]));
}

function lineOf(path: string): string {
  const { mode, uid, gid, mtimeNs, size } = lstatSync(path, { bigint: true });
  const isFile = lstatSync(path).isFile();
  const content = isFile ? `${size} bytes ${createHash("sha256").update(readFileSync(path)).digest("hex")}` : "folder";
  return `${mode.toString(8)} ${uid}:${gid} ${mtimeNs} ${content}`;
}
