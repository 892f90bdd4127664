import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { readUsage } from "./usage.ts";

/** How to run one program. */
export interface CommandLine {
  readonly program: string;
  readonly args: readonly string[];
  /** All that it prints goes here. */
  readonly logFile: string;
  /** Whether it stops by itself when the channel to this process breaks. */
  readonly isTethered: boolean;
  /** Set for it besides what is set here. */
  readonly environment: Readonly<Record<string, string>>;
}

const stopWithinMs = 10_000;
const logTailLines = 5;

/** Every process that the benchmark starts, so that none outlives it. */
export class Processes {
  readonly #running = new Set<RunningProcess>();

  start(line: CommandLine): RunningProcess {
    const started = new RunningProcess(line, () => this.#running.delete(started));
    this.#running.add(started);
    return started;
  }

  /** The last resort when this process itself ends. */
  killAll(): void {
    for (const process of this.#running) process.kill();
  }
}

/** A program that runs, until it ends by itself or is made to. */
export class RunningProcess {
  readonly #line: CommandLine;
  readonly #child: ChildProcess;
  /** Resolves once the process is gone, however it went. */
  readonly ended: Promise<void>;
  #isRunning = true;

  constructor(line: CommandLine, onEnded: () => void) {
    this.#line = line;
    const log = openSync(line.logFile, "a");
    this.#child = spawn(line.program, line.args, {
      stdio: ["ignore", log, log, ...(line.isTethered ? (["ipc"] as const) : [])],
      env: { ...line.environment, ...process.env },
    });
    closeSync(log);
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#isRunning = false;
        onEnded();
        resolve();
      };
      this.#child.once("exit", end);
      this.#child.once("error", end);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  /** The last that it has printed. */
  get lastLines(): string {
    return readFileSync(this.#line.logFile, "utf8").trimEnd().split("\n").slice(-logTailLines).join("\n");
  }

  /** Processor time so far, in ms, and resident memory; null where the system does not tell. */
  usage(): ReturnType<typeof readUsage> {
    return readUsage(this.pid);
  }

  /** kill -9. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** SIGTERM, and SIGKILL if that does not help. */
  async stop(): Promise<void> {
    if (!this.#isRunning) return;
    const killer = setTimeout(() => this.kill(), stopWithinMs);
    this.#child.kill("SIGTERM");
    await this.ended;
    clearTimeout(killer);
  }
}
