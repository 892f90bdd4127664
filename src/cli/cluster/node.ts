import { type ChildProcess, spawn } from "node:child_process";
import { nodeEnvironmentOf } from "./environment.ts";
import { nodeEnvironment, nodeFlags } from "./node-process.ts";
import type { NodePlan } from "./plan.ts";

/** How a node's process ended: by itself with a code, or by a signal. */
export interface NodeExit {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Time after which a node that was told to stop is killed, in ms. */
const stopWithinMs = 4_000;

/**
 * One node of the launcher: a process of its own, at most one at a time. The channel between the two is there to
 * break: a node whose launcher is gone, however it went, stops.
 */
export class ClusterNode {
  readonly plan: NodePlan;
  readonly #script: string;
  readonly #onExit: (node: ClusterNode, exit: NodeExit) => void;
  #process: ChildProcess | null = null;
  #isPaused = false;
  #isKilled = false;
  #isStopping = false;

  constructor(options: { plan: NodePlan; script: string }, ports: { onExit: (node: ClusterNode, exit: NodeExit) => void }) {
    this.plan = options.plan;
    this.#script = options.script;
    this.#onExit = ports.onExit;
  }

  /** Null while no process runs. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Whether it was killed, and has not ended yet. */
  get isKilled(): boolean {
    return this.#isKilled;
  }

  /** Stops the process in its tracks. False: there is none. */
  pause(): boolean {
    this.#isPaused = this.#process?.kill("SIGSTOP") ?? false;
    return this.#isPaused;
  }

  /** Lets a paused process go on. False: there is none. */
  resume(): boolean {
    this.#isPaused = false;
    return this.#process?.kill("SIGCONT") ?? false;
  }

  /** Ends the process at once, also a paused one. False: there is none. */
  kill(): boolean {
    this.#isKilled = this.#process?.kill("SIGKILL") ?? false;
    return this.#isKilled;
  }

  start(): void {
    if (this.#process || this.#isStopping) return;
    const child = spawn(process.execPath, [...nodeFlags, this.#script, ...this.plan.flags], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...nodeEnvironment, ...nodeEnvironmentOf(process.env) },
    });
    this.#process = child;
    let ended = false;
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      if (ended) return;
      ended = true;
      this.#process = null;
      this.#isPaused = false;
      this.#isKilled = false;
      this.#onExit(this, { pid: child.pid ?? 0, code, signal });
    };
    child.once("exit", end);
    // It could not even be started, as when the system is out of processes.
    child.once("error", () => end(1, null));
  }

  /** Asks the process to stop, and resolves once it is gone. It will not start again. */
  stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#process;
    if (!child) return Promise.resolve();
    return new Promise((resolve) => {
      const killer = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
      child.once("exit", () => {
        clearTimeout(killer);
        resolve();
      });
      // A paused one would not hear it.
      if (this.#isPaused) child.kill("SIGCONT");
      child.kill("SIGTERM");
    });
  }
}
