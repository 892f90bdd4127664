import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Scenario } from "../../sim/scenario.ts";
import { shrink } from "../../sim/shrink.ts";
import { type Result, World } from "../../sim/world.ts";

/** What is left of a failure. */
export interface Remains {
  readonly folder: string;
  /** A few sentences: what failed, how small it could be made, how to see it again. */
  readonly report: string;
}

/**
 * Leaves a folder with all that is needed to understand a failure: the seed and how to replay it, the trace in words,
 * and the smallest world that still fails, with its own trace.
 * @param command the arguments by which `npm run sim` lives through the same world
 */
export function leaveRemains(parent: string, scenario: Scenario, failed: Result, command: string): Remains {
  const folder = join(parent, `seed-${scenario.seed}`);
  mkdirSync(folder, { recursive: true });
  runTraced(scenario, join(folder, "trace.txt"));
  const smallest = shrink(scenario, failed, (smaller) => new World(smaller).run());
  const file = join(folder, "smallest.json");
  writeFileSync(file, `${JSON.stringify(smallest.scenario, null, 2)}\n`);
  runTraced(smallest.scenario, join(folder, "smallest-trace.txt"));
  const { result } = smallest;
  const report = [
    `Seed ${scenario.seed} failed after ${failed.seconds.toFixed(3)} virtual seconds: ${failed.failure}`,
    `To see it again: npm run sim -- ${command} --trace trace.txt`,
    `The smallest of ${smallest.runs} worlds like it: ${size(smallest.scenario)} (it was ${size(scenario)}).`,
    `It failed after ${result.seconds.toFixed(3)} virtual seconds: ${result.failure}`,
    `To see it again: npm run sim -- --scenario ${file} --trace trace.txt`,
  ].join("\n");
  writeFileSync(join(folder, "report.txt"), `${report}\n`);
  return { folder, report };
}

/** A world that was kept. @throws Error if the file is none */
export function readScenario(file: string): Scenario {
  const scenario: Scenario = JSON.parse(readFileSync(file, "utf8"));
  if (!Number.isSafeInteger(scenario.seed) || scenario.core === undefined) throw new RangeError(`${file} holds no world.`);
  return scenario;
}

/** Lives through the world once more and writes every line of it. */
export function runTraced(scenario: Scenario, traceFile: string): Result {
  const file = openSync(traceFile, "w");
  try {
    return new World(scenario, (line) => writeSync(file, `${line}\n`)).run();
  } finally {
    closeSync(file);
  }
}

function size({ faults, workload, nodes, seconds }: Scenario): string {
  const planned = faults?.faults.filter(({ at }) => at < seconds * 1_000).length ?? 0;
  return `${count(planned, "fault")}, ${count(workload.clients, "client")}, ${count(nodes, "node")}, ${seconds.toFixed(3)} s`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
