#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError, Option } from "commander";
import { errorText } from "../terminal/error-text.ts";
import { exitCodes } from "../terminal/exit-codes.ts";
import { isInstalled } from "../tools/bench/load/h2load.ts";
import { type BenchOptions, benchProblems, type CaseName, caseNames, caseTitles } from "../tools/bench/measure/options.ts";
import { Processes } from "../tools/bench/measure/processes.ts";
import { reportJson, reportText, type Setting } from "../tools/bench/measure/report.ts";
import { runBench } from "../tools/bench/run.ts";

/** `npm run bench`: measures a cluster on this machine. docs/benchmarks.md tells how to read the figures. */

interface Flags {
  readonly case?: CaseName[];
  readonly nodes: number;
  readonly against?: "etcd";
  readonly cpus?: string;
  readonly json: boolean;
  readonly rounds: number;
  readonly roundSeconds: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly failovers: number;
  readonly entries: number;
  readonly writes: number;
  readonly keys: number;
  readonly stateBytes: number;
  readonly dir: string;
  readonly profile?: string;
}

/** The number by which Linux knows a file system in memory. */
const tmpfs = 0x01021994;

await command()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage))
  .parseAsync();

function command(): Command {
  const list = caseNames.map((name) => `  ${name.padEnd(15)}${caseTitles[name]}`).join("\n");
  return new Command("bench")
    .description(`Measures a cluster on this machine. Cases:\n${list}`)
    .addOption(new Option("--case <names...>", "run only these cases").choices(caseNames))
    .option("--nodes <count>", "how many nodes, from 3 to 9", wholeNumber, 5)
    .addOption(new Option("--against <other>", "measure this system too, by the same load").choices(["etcd"]))
    .option("--cpus <list>", 'run everything on these processors only, as "0,1" (needs taskset)')
    .option("--json", "print the figures as JSON", false)
    .option("--rounds <count>", "measured rounds, of which the median is quoted", wholeNumber, 5)
    .option("--round-seconds <seconds>", "how long each round lasts", wholeNumber, 4)
    .option("--warm-up-seconds <seconds>", "how long the load runs before the first round", wholeNumber, 4)
    .option("--seconds <seconds>", "how long the load of the case elections lasts", wholeNumber, 60)
    .option("--failovers <count>", "how often the leader is killed", wholeNumber, 20)
    .option("--entries <count>", "entries written by the case memory", wholeNumber, 1_000_000)
    .option("--writes <count>", "writes made by the case endurance, which runs only if it is named", wholeNumber, 10_000_000)
    .option("--keys <count>", "keys that the case endurance writes to", wholeNumber, 10_000)
    .option(
      "--state-bytes <bytes>",
      "state of each node in the case restart, which runs only if it is named",
      wholeNumber,
      1_000_000_000,
    )
    .option("--dir <directory>", "where the nodes keep their data meanwhile", tmpdir())
    .option("--profile <directory>", "leave a processor profile of every node there")
    .action(async (flags: Flags) => {
      process.exitCode = await bench(optionsOf(flags));
    });
}

function optionsOf(flags: Flags): BenchOptions {
  return {
    nodes: flags.nodes,
    cases: flags.case ?? null,
    againstEtcd: flags.against === "etcd",
    cpus: flags.cpus ?? null,
    json: flags.json,
    rounds: flags.rounds,
    roundMs: flags.roundSeconds * 1_000,
    warmUpMs: flags.warmUpSeconds * 1_000,
    electionsMs: flags.seconds * 1_000,
    failovers: flags.failovers,
    entries: flags.entries,
    writes: flags.writes,
    keys: flags.keys,
    stateBytes: flags.stateBytes,
    directory: flags.dir,
    profileDirectory: flags.profile ?? null,
  };
}

async function bench(options: BenchOptions): Promise<number> {
  const progress = (line: string) => console.error(line);
  const problems = [...benchProblems(options), ...missingPrograms(options)];
  for (const problem of problems) progress(problem);
  if (problems.length > 0) return exitCodes.usage;
  if (options.cpus !== null) pin(options.cpus);
  const processes = new Processes();
  process.on("exit", () => processes.killAll());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(exitCodes.failed));
  mkdirSync(options.directory, { recursive: true });
  try {
    const nodeScript = fileURLToPath(new URL("server.js", import.meta.url));
    const measurements = await runBench(options, { processes, nodeScript, progress });
    console.log((options.json ? reportJson : reportText)(await settingOf(options), measurements));
    return exitCodes.done;
  } catch (error) {
    progress(errorText(error));
    return exitCodes.failed;
  }
}

function missingPrograms({ againstEtcd, cpus }: BenchOptions): string[] {
  const problems: string[] = [];
  if (againstEtcd && !isInstalled("etcd")) problems.push("--against etcd needs the program etcd (on Debian: package etcd-server).");
  if (cpus !== null && !isInstalled("taskset")) problems.push("--cpus needs the program taskset (on Debian: package util-linux).");
  return problems;
}

/** All threads of this process, and so every process that it starts. */
function pin(cpus: string): void {
  const { status, stderr } = spawnSync("taskset", ["-a", "-c", "-p", cpus, String(process.pid)]);
  if (status !== 0) throw new Error(`taskset refused --cpus ${cpus}: ${stderr}`);
}

async function settingOf({ nodes, cpus, directory }: BenchOptions): Promise<Setting> {
  const notes: string[] = [];
  if ((await statfs(directory)).type === tmpfs) {
    notes.push(`${directory} is in memory, where a synced write costs nothing: name a directory on a disk with --dir.`);
  }
  return { cores: cpus === null ? availableParallelism() : countCpus(cpus), nodes, nodeVersion: process.version, notes };
}

/** "0,2-3" are three. */
function countCpus(list: string): number {
  return list.split(",").reduce((sum, part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return sum + last - first + 1;
  }, 0);
}

function wholeNumber(text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}
