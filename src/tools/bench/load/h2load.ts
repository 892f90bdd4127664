import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Processes, RunningProcess } from "../measure/processes.ts";
import { percentile } from "../measure/statistics.ts";
import type { Operation } from "../measure/subject.ts";
import type { LoadResult } from "./closed-loop.ts";
import { grpcFrame, parseH2loadLog, parseH2loadOutput } from "./h2load-output.ts";

/** How the requests are spread: connections, and open requests on each. */
export interface Spread {
  readonly connections: number;
  readonly requestsEach: number;
}

/** Whether a program of this name can be run. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
}

/** The load of h2load, a client in C++, so that a client's own cost stays small. It sends the same request over and over. */
export class H2load {
  readonly #directory: string;
  readonly #processes: Processes;

  /** @param directory for the files that it reads and writes */
  constructor(options: { directory: string }, ports: { processes: Processes }) {
    this.#directory = options.directory;
    this.#processes = ports.processes;
  }

  /** @param answerBytes length of a good answer's message; an error has none, and h2load cannot tell the two apart */
  async run(operation: Operation, address: string, spread: Spread, ms: number, answerBytes: number): Promise<LoadResult> {
    const files = this.#files();
    writeFileSync(files.body, grpcFrame(operation.request(0)));
    const args = [
      ...["-D", `${Math.ceil(ms / 1_000)}`, "-c", `${spread.connections}`, "-m", `${spread.requestsEach}`],
      ...["-d", files.body, "-H", "content-type: application/grpc", "-H", "te: trailers", `--log-file=${files.log}`],
      `http://${address}${operation.path}`,
    ];
    const startedAt = performance.now();
    const process = this.#processes.start({ program: "h2load", args, logFile: files.output, isTethered: false, environment: {} });
    const cpuMs = await cpuUntilEnd(process);
    const clientCores = cpuMs / (performance.now() - startedAt);
    const summary = parseH2loadOutput(readFileSync(files.output, "utf8"));
    const latencies = parseH2loadLog(readFileSync(files.log, "utf8"));
    for (const path of Object.values(files)) rmSync(path, { force: true });
    // Answers to requests sent before the time began or ended may be missing from one of the two counts.
    const isShort = summary.dataBytes < 0.95 * summary.requests * (5 + answerBytes);
    const failures = isShort ? Math.max(1, summary.failed) : summary.failed;
    return {
      perSecond: summary.perSecond,
      p50Ms: latencies.length === 0 ? 0 : percentile(latencies, 0.5),
      p99Ms: latencies.length === 0 ? 0 : percentile(latencies, 0.99),
      clientCores,
      failures,
      firstFailure: failures === 0 ? null : `h2load got ${summary.dataBytes} bytes of answers for ${summary.requests} requests`,
    };
  }

  #files(): { body: string; log: string; output: string } {
    const path = (name: string) => join(this.#directory, `h2load-${name}`);
    return { body: path("body"), log: path("log"), output: path("output") };
  }
}

const sampleMs = 50;

/** Processor time that a process has used when it was last seen. */
async function cpuUntilEnd(process: RunningProcess): Promise<number> {
  let cpuMs = 0;
  const timer = setInterval(() => {
    cpuMs = process.usage()?.cpuMs ?? cpuMs;
  }, sampleMs);
  await process.ended;
  clearInterval(timer);
  return cpuMs;
}
