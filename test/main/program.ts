import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { until } from "../support/until.ts";

/** The programs under test, as they are shipped. BALSA_TEST_DIST names another build of them. */
const dist = resolve(__dirname, "../..", process.env.BALSA_TEST_DIST ?? "dist");

export interface ProgramOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Id of the user whom it runs as; only root can say so. */
  readonly user?: number;
}

/** One of the programs in src/main as a process of its own, and all it prints. */
export class Program {
  readonly #child: ChildProcess;
  #output = "";
  #exit: { code: number | null; signal: NodeJS.Signals | null } | null = null;
  /** Why there is no process, if there is none. */
  #failure: Error | null = null;

  constructor(name: string, { args, env = {}, cwd, user }: ProgramOptions) {
    const script = resolve(dist, `main/${name}.js`);
    if (!existsSync(script)) throw new Error(`There is no ${script}: run "npm run build" first.`);
    const plain = Object.entries(process.env).filter(([key]) => !key.startsWith("BALSA_"));
    this.#child = spawn(process.execPath, [script, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...Object.fromEntries(plain), ...env },
      ...(cwd === undefined ? {} : { cwd }),
      ...(user === undefined ? {} : { uid: user }),
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
    // For example a Node that the other user may not execute.
    this.#child.once("error", (error) => {
      this.#failure = error;
    });
    this.#child.once("close", (code, signal) => {
      this.#exit = { code, signal };
    });
  }

  get output(): string {
    return this.#output;
  }

  /** The first match in what is printed, now or later. */
  printed(pattern: RegExp, withinMs = 20_000): Promise<RegExpExecArray> {
    return until(
      () => `"${pattern}" is printed, after:\n${this.#output}`,
      withinMs,
      async () => {
        if (this.#failure) throw this.#failure;
        if (this.#exit) throw new Error(`It ended before it printed ${pattern}:\n${this.#output}`);
        return pattern.exec(this.#output) ?? undefined;
      },
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** How the process ended, once all it printed is read. */
  ended(withinMs = 20_000): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    return until(
      () => `the program ends, after:\n${this.#output}`,
      withinMs,
      async () => {
        if (this.#failure) throw this.#failure;
        return this.#exit ?? undefined;
      },
    );
  }

  /** For the end of a test, whatever became of it. */
  async remove(): Promise<void> {
    if (this.#exit || this.#failure) return;
    this.#child.kill("SIGKILL");
    await this.ended();
  }
}

/** Whether a process with this id runs. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
