import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, isFree } from "../support/free-ports.ts";
import { until } from "../support/until.ts";

const root = join(__dirname, "../..");
const nodes = 5;

/** A cluster of real processes with its page, as `npm start` has it. */
export class LiveCluster {
  readonly #data = mkdtempSync(join(tmpdir(), "balsa-page-"));
  #process: ChildProcess | null = null;
  #printed = "";

  /** Resolves to the address of the page, with the token. */
  async open(): Promise<string> {
    const base = await freeBase();
    const [page = 0] = await freePorts(1);
    const args = ["--nodes", nodes, "--port", base, "--dashboard", page, "--data", this.#data, "--log", "warn"].map(String);
    const child = spawn(process.execPath, [join(root, "dist/main/cluster.js"), ...args], { cwd: root });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#printed += text;
      });
    }
    return until(
      () => `the address of the page is printed, after:\n${this.#printed}`,
      60_000,
      () => {
        if (child.exitCode !== null) throw new Error(`The cluster has ended:\n${this.#printed}`);
        return /http:\/\/\S+#token=\S+/.exec(this.#printed)?.[0];
      },
    );
  }

  async close(): Promise<void> {
    const child = this.#process;
    if (child !== null && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGINT");
      await ended;
    }
    rmSync(this.#data, { recursive: true, force: true });
  }
}

/** A number of which the ports that follow are free: those of clients and those of peers. */
async function freeBase(): Promise<number> {
  return until("enough ports in a row are free", 10_000, async () => {
    const [base = 0] = await freePorts(1);
    const wanted = Array.from({ length: nodes }, (_, place) => [base + 1 + place, base + 101 + place]).flat();
    const free = await Promise.all(wanted.map(isFree));
    return free.every((is) => is) ? base : undefined;
  });
}
