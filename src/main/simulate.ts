import { closeSync, openSync, writeSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { addUp, listCounters } from "../sim/counters.ts";
import { type FaultKind, faultKinds } from "../sim/faults.ts";
import { drawScenario } from "../sim/scenario.ts";
import { type Result, World } from "../sim/world.ts";

/** `npm run sim`: virtual clusters under faults, one after the other, until one fails or all have passed. */

const usage = `Runs the real node in a virtual world of faults, and checks every step.

  npm run sim -- [options]

  --seed N       the first world (default 1); the same number is always the same world
  --runs M       how many worlds, each with the next seed (default 1)
  --nodes N      how many nodes; by default each seed has its own number
  --seconds S    virtual seconds of faults in each world (default 10)
  --faults A,B   only these kinds of fault; by default each seed has its own.
                 ${faultKinds.join(", ")}
  --quiet        no faults and an almost idle cluster
  --trace FILE   writes every event of the first world to this file
  --json         one line of JSON for each world, and one for all
`;

interface Arguments {
  readonly seed: number;
  readonly runs: number;
  readonly nodes: number | null;
  readonly seconds: number;
  readonly faults: readonly FaultKind[] | null;
  readonly isQuiet: boolean;
  readonly trace: string | null;
  readonly isJson: boolean;
}

function main(): number {
  const read = readArguments();
  if (typeof read === "string") {
    console.error(`${read}\n\n${usage}`);
    return 2;
  }
  const sums = { runs: 0, seconds: 0, realSeconds: 0, failed: 0 };
  const counts: [name: string, count: number][] = [];
  for (let run = 0; run < read.runs; run += 1) {
    const startedAt = performance.now();
    const result = simulate(read, read.seed + run, run === 0 ? read.trace : null);
    sums.runs += 1;
    sums.seconds += result.seconds;
    sums.realSeconds += (performance.now() - startedAt) / 1_000;
    counts.push(...listCounters(result.counters));
    if (read.isJson) console.log(JSON.stringify({ ...result, lastLines: result.failure === null ? undefined : result.lastLines }));
    if (result.failure === null) continue;
    sums.failed += 1;
    if (!read.isJson) reportFailure(result, read);
    break;
  }
  reportSums(sums, Object.fromEntries(addUp(counts)), read.isJson);
  return sums.failed === 0 ? 0 : 1;
}

function simulate({ nodes, seconds, faults, isQuiet }: Arguments, seed: number, traceFile: string | null): Result {
  const scenario = drawScenario({ seed, nodes, seconds, faults, isQuiet });
  if (traceFile === null) return new World(scenario).run();
  const file = openSync(traceFile, "w");
  try {
    return new World(scenario, (line) => writeSync(file, `${line}\n`)).run();
  } finally {
    closeSync(file);
  }
}

function reportFailure(result: Result, { nodes, seconds, faults, isQuiet }: Arguments): void {
  const replay = [
    `--seed ${result.seed}`,
    `--seconds ${seconds}`,
    ...(nodes === null ? [] : [`--nodes ${nodes}`]),
    ...(faults === null ? [] : [`--faults ${faults.join(",")}`]),
    ...(isQuiet ? ["--quiet"] : []),
  ];
  console.log(result.lastLines.join("\n"));
  console.log(`\nSeed ${result.seed} failed after ${result.seconds.toFixed(3)} virtual seconds: ${result.failure}`);
  console.log(`To see it again: npm run sim -- ${replay.join(" ")} --trace trace.txt`);
}

function reportSums(
  sums: { runs: number; seconds: number; realSeconds: number; failed: number },
  counters: Record<string, number>,
  isJson: boolean,
): void {
  const speed = sums.seconds / sums.realSeconds;
  if (isJson) {
    console.log(JSON.stringify({ ...sums, secondsPerRealSecond: speed, counters }));
    return;
  }
  console.log(
    `${sums.runs - sums.failed} of ${sums.runs} worlds held, ${sums.seconds.toFixed(0)} virtual seconds in ${sums.realSeconds.toFixed(1)}: ${speed.toFixed(0)} in one.`,
  );
  for (const [name, value] of Object.entries(counters)) console.log(`  ${name.padEnd(24)} ${value}`);
}

function readArguments(): Arguments | string {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: "string", default: "1" },
        runs: { type: "string", default: "1" },
        nodes: { type: "string" },
        seconds: { type: "string", default: "10" },
        faults: { type: "string" },
        quiet: { type: "boolean", default: false },
        trace: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    return {
      seed: wholeNumber("seed", values.seed),
      runs: wholeNumber("runs", values.runs),
      nodes: values.nodes === undefined ? null : wholeNumber("nodes", values.nodes),
      seconds: wholeNumber("seconds", values.seconds),
      faults: values.faults === undefined ? null : values.faults.split(",").map(faultKind),
      isQuiet: values.quiet,
      trace: values.trace ?? null,
      isJson: values.json,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function faultKind(text: string): FaultKind {
  const kind = faultKinds.find((known) => known === text);
  if (kind === undefined) throw new RangeError(`--faults knows no "${text}"; there are ${faultKinds.join(", ")}.`);
  return kind;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new RangeError(`--${name} must be a whole number from 1 on, not "${text}".`);
  return value;
}

process.exitCode = main();
