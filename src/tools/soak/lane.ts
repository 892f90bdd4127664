import { performance } from "node:perf_hooks";
import type { FaultKind } from "../../sim/faults/fault-plan.ts";
import { drawScenario } from "../../sim/scenario.ts";
import { World } from "../../sim/world.ts";
import { leaveRemains } from "./folder.ts";

export interface LaneOptions {
  readonly minutes: number;
  /** The first seed of this lane; each next one is `seedStep` higher. */
  readonly seed: number;
  readonly seedStep: number;
  /** Virtual seconds of faults in each world. */
  readonly seconds: number;
  readonly nodes: number | null;
  readonly faults: readonly FaultKind[] | null;
  /** Where failures leave their folders. */
  readonly folder: string;
  /** Number of failures that end the lane. */
  readonly failuresMax: number;
}

/** What a lane has to tell: how far it has come, and each failure. */
export type LaneNews =
  | { readonly type: "progress"; readonly worlds: number; readonly seconds: number }
  | { readonly type: "failure"; readonly report: string; readonly folder: string };

/** How often a lane says how far it has come, in ms. */
const progressMs = 2_000;

/** Lives through one fresh world after the other until the time is over. */
export function soak(options: LaneOptions, tell: (news: LaneNews) => void): void {
  const startedAt = performance.now();
  const { seconds, nodes, faults } = options;
  let toldAt = startedAt;
  let since = { worlds: 0, seconds: 0 };
  let failures = 0;
  const report = (): void => {
    tell({ type: "progress", ...since });
    since = { worlds: 0, seconds: 0 };
    toldAt = performance.now();
  };
  for (let seed = options.seed; performance.now() - startedAt < options.minutes * 60_000; seed += options.seedStep) {
    const scenario = drawScenario({ seed, nodes, seconds, faults, isQuiet: false });
    const result = new World(scenario).run();
    since = { worlds: since.worlds + 1, seconds: since.seconds + result.seconds };
    if (result.failure !== null) {
      tell({ type: "failure", ...leaveRemains(options.folder, scenario, result, replayArguments(options, seed)) });
      failures += 1;
      if (failures >= options.failuresMax) break;
    }
    if (performance.now() - toldAt > progressMs) report();
  }
  report();
}

function replayArguments({ seconds, nodes, faults }: LaneOptions, seed: number): string {
  return [
    `--seed ${seed}`,
    `--seconds ${seconds}`,
    ...(nodes === null ? [] : [`--nodes ${nodes}`]),
    ...(faults === null ? [] : [`--faults ${faults.join(",")}`]),
  ].join(" ");
}
