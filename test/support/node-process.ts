import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { until } from "./until.ts";

/** The programs under test, as they are shipped. BALSA_TEST_DIST names another build of them. */
const dist = resolve(__dirname, "../..", process.env.BALSA_TEST_DIST ?? "dist");

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessOptions {
  readonly id: number;
  readonly flags: readonly string[];
  /** All that the process prints goes here, one start after the other. */
  readonly logFile: string;
  /** Command line in front of that of the node, for a process that must run with limits; it must become the node's process. */
  readonly within: readonly string[];
  /** Folder with another build of the programs than the one that is tested otherwise. */
  readonly dist?: string;
  /** Variables of its environment, beside the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * One node as a process of its own. What it prints goes straight into a file, so that a stopped reader never holds it
 * up. The channel between the two is there to break: a node whose test is gone stops by itself.
 */
export class NodeProcess {
  readonly id: number;
  readonly #options: ProcessOptions;
  #child: ChildProcess | null = null;
  #exit: Exit | null = null;
  #isPaused = false;
  /** It was told to end, or a test has waited for it to. */
  #isEndExpected = false;

  constructor(options: ProcessOptions) {
    this.id = options.id;
    this.#options = options;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#exit === null;
  }

  /** Runs and is not stopped by SIGSTOP. */
  get isAwake(): boolean {
    return this.isRunning && !this.#isPaused;
  }

  /** How the last process ended; null while it runs. */
  get exit(): Exit | null {
    return this.#exit;
  }

  /** How it ended by itself, as a sentence, if no test has waited for that; null if all is well. */
  get surprise(): string | null {
    if (this.#exit === null || this.#isEndExpected) return null;
    const { code, signal } = this.#exit;
    return `Node ${this.id} ended by itself, with ${signal ?? `exit code ${code}`}. Its last line: ${this.lastLine}`;
  }

  start(): void {
    if (this.isRunning) throw new Error(`Node ${this.id} runs already.`);
    const script = resolve(this.#options.dist ?? dist, "main/server.js");
    if (!existsSync(script)) throw new Error(`There is no ${script}: run "npm run build" first.`);
    const [program = process.execPath, ...args] = [...this.#options.within, process.execPath, script, ...this.#options.flags];
    const log = openSync(this.#options.logFile, "a");
    const child = spawn(program, args, {
      stdio: ["ignore", log, log, "ipc"],
      env: { ...plainEnvironment(), ...this.#options.env },
    });
    closeSync(log);
    this.#child = child;
    this.#exit = null;
    this.#isEndExpected = false;
    child.once("exit", (code, signal) => {
      this.#exit = { code, signal };
    });
    child.once("error", () => {
      this.#exit = { code: null, signal: null };
    });
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL", 5_000);
  }

  /** SIGTERM; the exit it came to. */
  async terminate(withinMs = 5_000): Promise<Exit> {
    return this.#end("SIGTERM", withinMs);
  }

  /** SIGSTOP: it does nothing more, but its connections stay open. */
  pause(): void {
    this.#child?.kill("SIGSTOP");
    this.#isPaused = true;
  }

  /** SIGCONT. */
  resume(): void {
    this.#child?.kill("SIGCONT");
    this.#isPaused = false;
  }

  /** Waits until the process has ended by itself. */
  async ended(withinMs: number): Promise<Exit> {
    this.#isEndExpected = true;
    return until(`node ${this.id} ends`, withinMs, () => this.#exit ?? undefined);
  }

  /** All that it has printed, over all its starts. */
  get output(): string {
    return existsSync(this.#options.logFile) ? readFileSync(this.#options.logFile, "utf8") : "";
  }

  /** The last line that it has printed. */
  get lastLine(): string {
    return this.output.trimEnd().split("\n").at(-1) ?? "";
  }

  async #end(signal: NodeJS.Signals, withinMs: number): Promise<Exit> {
    if (this.isRunning) {
      this.#isEndExpected = true;
      this.#child?.kill(signal);
    }
    this.#isPaused = false;
    return until(`node ${this.id} ends after ${signal}`, withinMs, () => this.#exit ?? undefined);
  }
}

/** What is set for the tests is no setting of a node, which would refuse it. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("BALSA_")));
}
