import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { transformSync } from "@swc/core";

/** One text of the sources and what is put in its place. */
export interface Change {
  /** Path under src/. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** The rooms that the simulator is made of, and its programs. */
const programs = ["simulate", "simulate-births", "soak", "sim-arguments"].map((name) => `main/${name}.ts`);
const parts = [
  "declared",
  "core",
  "machine",
  "node",
  "sim",
  "tools/soak",
  "terminal/error-text.ts",
  "terminal/exit-codes.ts",
  ...programs,
];
const source = join(__dirname, "../../src");

/**
 * Plain copies of the simulator as it stands in src/, to be run by processes of their own: as it is, or with a
 * mistake planted in its text. So nothing in the real code need know of either.
 */
export class Copies {
  readonly #directory = mkdtempSync(join(tmpdir(), "balsa-sim-"));
  readonly #files = new Map<string, string>();
  #count = 0;

  constructor() {
    for (const part of parts) for (const file of filesUnder(part)) this.#files.set(file, readFileSync(join(source, file), "utf8"));
    this.#write(join(this.#directory, "original"), this.#files);
  }

  get original(): string {
    return join(this.#directory, "original");
  }

  /**
   * A copy with these changes.
   * @throws Error unless each text to be replaced stands in its file exactly once
   */
  changed(changes: readonly Change[]): string {
    const files = new Map<string, string>();
    for (const { file, find, replace } of changes) {
      const text = files.get(file) ?? this.#files.get(file) ?? "";
      const places = text.split(find).length - 1;
      if (places !== 1) throw new Error(`src/${file} has this text ${places} times, not once: ${find}`);
      files.set(
        file,
        text.replace(find, () => replace),
      );
    }
    this.#count += 1;
    const copy = join(this.#directory, `changed-${this.#count}`);
    cpSync(this.original, copy, { recursive: true });
    this.#write(copy, files);
    return copy;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #write(directory: string, files: ReadonlyMap<string, string>): void {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "package.json"), '{ "type": "commonjs" }');
    for (const [file, text] of files) {
      const path = join(directory, file.replace(/\.ts$/, ".js"));
      mkdirSync(dirname(path), { recursive: true });
      const { code } = transformSync(text, {
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "commonjs" },
        filename: file,
      });
      writeFileSync(path, code.replace(/(require\("\.[^"]*)\.ts"\)/g, '$1.js")'));
    }
  }
}

/**
 * Runs a program of a copy, by default the simulator; its output, and its exit code (null if it took longer than `limitMs`,
 * which is there for one that hangs: a busy machine takes its time).
 */
export function simulate(
  copy: string,
  args: readonly string[],
  limitMs = 400_000,
  program: "simulate" | "simulate-births" | "soak" = "simulate",
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(copy, `main/${program}.js`), ...args], { timeout: limitMs, killSignal: "SIGKILL" });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}

function filesUnder(part: string): string[] {
  if (part.endsWith(".ts")) return [part];
  return readdirSync(join(source, part), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(part, file));
}
