import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { until } from "../support/until.ts";
import { root, run } from "./installed.ts";

export interface Ended {
  /** Null: a signal has ended it. */
  readonly code: number | null;
  readonly output: string;
}

/** A command that is under way, as in a terminal of its own. */
export class Running {
  readonly #child: ChildProcess;
  #output = "";
  #ended: Ended | null = null;

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    }
    child.once("error", (error) => {
      this.#ended = { code: null, output: error.message };
    });
    child.once("close", (code) => {
      this.#ended ??= { code, output: this.#output };
    });
  }

  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return until(
      () => `"${pattern}" is printed, after:\n${this.#tail}`,
      60_000,
      async () => {
        const found = pattern.exec(this.#output);
        if (found === null && this.#ended) throw new Error(`It ended before it printed ${pattern}:\n${this.#tail}`);
        return found ?? undefined;
      },
    );
  }

  ended(withinMs = 60_000): Promise<Ended> {
    return until(
      () => `the command ends, after:\n${this.#tail}`,
      withinMs,
      () => this.#ended ?? undefined,
    );
  }

  /** As Ctrl-C does: the whole group of processes gets it. */
  interrupt(): Promise<Ended> {
    this.#signal("SIGINT");
    return this.ended();
  }

  /** For the end of a test, whatever became of it. */
  async remove(): Promise<void> {
    this.#signal("SIGKILL");
    await this.ended();
  }

  /** As much of it as a person reads. */
  get #tail(): string {
    return this.#output.slice(-4_000);
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#ended === null && this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
  }
}

/**
 * What somebody has who has just cloned the project, as it is now, and an npm that has never loaded anything. Commands run in
 * a network of their own, in which all ports are free and nothing can be loaded; where the system gives none, on this machine's.
 */
export class Clone {
  readonly folder: string;
  readonly #above: string;
  readonly #network: ChildProcess | null;

  static async make(): Promise<Clone> {
    const above = mkdtempSync(join(tmpdir(), "balsa-clone-"));
    const folder = join(above, "balsa");
    await run("git", ["clone", "--quiet", root, folder]);
    for (const name of await changedFiles()) {
      rmSync(join(folder, name), { force: true });
      if (!existsSync(join(root, name))) continue;
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      copyFileSync(join(root, name), join(folder, name));
    }
    return new Clone(above, folder, await ownNetwork());
  }

  private constructor(above: string, folder: string, network: ChildProcess | null) {
    this.#above = above;
    this.folder = folder;
    this.#network = network;
  }

  start(command: string, { isOnline = false }: { readonly isOnline?: boolean } = {}): Running {
    const words = ["sh", "-c", command];
    const { pid } = this.#network ?? {};
    const [program = "", ...args] = pid === undefined || isOnline ? words : [...enter(pid), ...words];
    const env = { ...plainEnvironment(), npm_config_cache: join(this.#above, "npm-cache"), npm_config_update_notifier: "false" };
    return new Running(spawn(program, args, { cwd: this.folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] }));
  }

  remove(): void {
    this.#network?.stdin?.end();
    rmSync(this.#above, { recursive: true, force: true });
  }
}

const isRoot = process.getuid?.() === 0;

function enter(pid: number): string[] {
  return ["nsenter", "--target", String(pid), ...(isRoot ? [] : ["--user", "--preserve-credentials"]), "--net", "--"];
}

/** Lasts until its input is closed, as it is when this process ends. Null, and loudly so, if there can be none. */
async function ownNetwork(): Promise<ChildProcess | null> {
  const begin = "ip link set lo up && echo ready && exec cat";
  const child = spawn("unshare", [...(isRoot ? [] : ["--map-root-user"]), "--net", "sh", "-c", begin]);
  let said = "";
  const isReady = await new Promise<boolean>((resolve) => {
    child.stdout.once("data", () => resolve(true));
    child.stderr.on("data", (text) => {
      said += text;
    });
    child.once("error", (error) => {
      said += error.message;
      resolve(false);
    });
    child.once("close", () => resolve(false));
  });
  if (isReady) return child;
  const why = `\n!!! No network of its own for the commands of README (${said.trim()}): they use this machine's ports, which must be free !!!\n`;
  process.stderr.write(why);
  return null;
}

/** What differs from the last commit, be it changed, new or gone. */
async function changedFiles(): Promise<string[]> {
  const changed = await run("git", ["diff", "--name-only", "--no-renames", "-z", "HEAD"], { cwd: root });
  const fresh = await run("git", ["ls-files", "--others", "--exclude-standard", "-z"], { cwd: root });
  return `${changed.stdout}${fresh.stdout}`.split("\0").filter((name) => name !== "");
}

/** Without what jest, npm and the one who runs the tests have put in. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(BALSA_|JEST_|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$|npm_(command|execpath|lifecycle|node|package)|npm_config_local_prefix$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
