import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { addUp, listCounters } from "../sim/counters.ts";
import { type FaultKind, faultKinds } from "../sim/faults/fault-plan.ts";
import { drawScenario, type Scenario } from "../sim/scenario.ts";
import { type Result, World } from "../sim/world.ts";
import { readScenario, runTraced } from "../tools/soak/folder.ts";
import { faultKindsOf, wholeNumber } from "./sim-arguments.ts";

/** `npm run sim`: virtual clusters under faults, one after the other, until one fails or all have passed. */

const usage = `Runs the real node in a virtual world of faults, and checks every step.

  npm run sim -- [options]

  --seed N       the first world (default 1); the same number is always the same world
  --runs M       how many worlds, each with the next seed (default 1)
  --nodes N      how many nodes; by default each seed has its own number
  --seconds S    virtual seconds of faults in each world (default 10)
  --faults A,B   only these kinds of fault; by default each seed has its own.
                 ${faultKinds.join(", ")}
  --scenario F   the one world that was kept in this file, as \`npm run soak\` leaves it
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
  /** A world from a file. */
  readonly kept: Scenario | null;
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

function simulate({ nodes, seconds, faults, isQuiet, kept }: Arguments, seed: number, traceFile: string | null): Result {
  const scenario = kept ?? drawScenario({ seed, nodes, seconds, faults, isQuiet });
  return traceFile === null ? new World(scenario).run() : runTraced(scenario, traceFile);
}

function reportFailure(result: Result, { nodes, seconds, faults, isQuiet, kept }: Arguments): void {
  const replay = [
    `--seed ${result.seed}`,
    `--seconds ${seconds}`,
    ...(nodes === null ? [] : [`--nodes ${nodes}`]),
    ...(faults === null ? [] : [`--faults ${faults.join(",")}`]),
    ...(isQuiet ? ["--quiet"] : []),
  ];
  console.log(result.lastLines.join("\n"));
  console.log(`\nSeed ${result.seed} failed after ${result.seconds.toFixed(3)} virtual seconds: ${result.failure}`);
  if (kept === null) console.log(`To see it again: npm run sim -- ${replay.join(" ")} --trace trace.txt`);
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
        scenario: { type: "string" },
        quiet: { type: "boolean", default: false },
        trace: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    const kept = values.scenario === undefined ? null : readScenario(values.scenario);
    return {
      seed: kept === null ? wholeNumber("seed", values.seed) : kept.seed,
      runs: kept === null ? wholeNumber("runs", values.runs) : 1,
      kept,
      nodes: values.nodes === undefined ? null : wholeNumber("nodes", values.nodes),
      seconds: wholeNumber("seconds", values.seconds),
      faults: values.faults === undefined ? null : faultKindsOf(values.faults),
      isQuiet: values.quiet,
      trace: values.trace ?? null,
      isJson: values.json,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

process.exitCode = main();
