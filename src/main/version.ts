import { readFileSync } from "node:fs";

/** This package's version. package.json lies two folders above a program, in the package as in the sources. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return String(version);
}
