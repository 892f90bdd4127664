import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A program of this folder in a process of its own. What it prints are lines of JSON. */
export class Program {
  readonly #child: ChildProcess;
  readonly #lines: unknown[] = [];
  readonly #ended: Promise<void>;
  #wake: () => void = () => {};
  #isOver = false;
  #errors = "";

  /** @param limits shell commands that come first, such as `ulimit` */
  constructor(name: string, args: readonly string[], limits = "") {
    const command = [process.execPath, "--import", `${__dirname}/ts-loader.mjs`, `${__dirname}/${name}`, ...args];
    this.#child = spawn("/bin/sh", ["-c", `${limits} exec "$@"`, "sh", ...command], { stdio: ["ignore", "pipe", "pipe"] });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error("no pipes");
    stderr.on("data", (text) => {
      this.#errors += text;
    });
    createInterface(stdout).on("line", (line) => {
      this.#lines.push(JSON.parse(line));
      this.#wake();
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on("close", () => {
        this.#isOver = true;
        this.#wake();
        resolve();
      });
    });
  }

  /** Waits until so many lines were printed. */
  async lines(count: number): Promise<readonly unknown[]> {
    while (this.#lines.length < count) {
      if (this.#isOver) throw new Error(`the program ended after ${this.#lines.length} lines: ${this.#errors}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#lines;
  }

  /** Waits until it ends by itself. */
  async end(): Promise<readonly unknown[]> {
    await this.#ended;
    return this.#lines;
  }

  /** Kills it, as kill -9 does, and returns every line that it printed before. */
  async kill(): Promise<readonly unknown[]> {
    this.#child.kill("SIGKILL");
    await this.#ended;
    return this.#lines;
  }
}
