import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";

/** Command lines that put a process where its disk is small. They become the process: its id is that of the node. */

const kibibytes = 3 * 1024;
const onTmpfs = `mount -t tmpfs -o size=${kibibytes}k tmpfs "$0" && exec "$@"`;

/**
 * A disk that is full after some megabytes: a tmpfs that only the process sees and that ends with it. Where the system
 * lets nobody mount, files that cannot grow: to the node it is the same, a write that fails.
 */
export function fullDisk(directory: string): string[] {
  mkdirSync(directory, { recursive: true });
  const ways = [
    ["unshare", "--mount", "sh", "-c", onTmpfs, directory],
    ["unshare", "--map-root-user", "--mount", "sh", "-c", onTmpfs, directory],
  ];
  const works = ([program = "", ...args]: string[]) => spawnSync(program, [...args, "true"], { stdio: "ignore" }).status === 0;
  return ways.find(works) ?? shortFiles();
}

/** Files that cannot grow beyond some megabytes. What was written stays and can be looked at afterwards. */
export function shortFiles(): string[] {
  // Ignored, the signal becomes an error of the write. bash counts in kibibytes, other shells in blocks.
  return ["bash", "-c", `trap "" XFSZ; ulimit -f ${kibibytes}; exec "$@"`, "bash"];
}
