import { Random } from "../../../../src/sim/base/random.ts";
import type { ChaosPlan, ChaosStep } from "../types.ts";

/** How long faults hold and rests last, in ms: longer than an election timeout, short enough for many of them. */
const holdMs = { least: 1_000, most: 3_000 };
const restMs = { least: 500, most: 1_500 };
const operationsPerSecondMin = 20;

/** Every fault once, in an order drawn from the seed. */
export function everyFaultOnce({ seed, faults }: { readonly seed: number; readonly faults: readonly string[] }): ChaosPlan {
  const random = new Random(seed, "plan");
  return planOf(
    seed,
    random.shuffled(faults).map((fault) => step(fault, random)),
  );
}

/** So many faults one after the other, drawn from the seed; the same one may come again, though not twice in a row. */
export function randomPlan(options: {
  readonly seed: number;
  readonly faults: readonly string[];
  readonly steps: number;
}): ChaosPlan {
  const random = new Random(options.seed, "plan");
  const steps: ChaosStep[] = [];
  while (steps.length < options.steps) {
    const others = options.faults.filter((fault) => fault !== steps.at(-1)?.fault);
    steps.push(step(random.pick(others.length > 0 ? others : options.faults), random));
  }
  return planOf(options.seed, steps);
}

function step(fault: string, random: Random): ChaosStep {
  return { fault, holdMs: random.between(holdMs.least, holdMs.most), restMs: random.between(restMs.least, restMs.most) };
}

/** What a workload does at the very least in so many ms: far less than it can, far more than a dead one. */
export function operationsIn(ms: number): number {
  return Math.floor((ms / 1_000) * operationsPerSecondMin);
}

function planOf(seed: number, steps: readonly ChaosStep[]): ChaosPlan {
  const lastsMs = steps.reduce((sum, step) => sum + step.holdMs + step.restMs, 0);
  return { seed, steps, operationsMin: operationsIn(lastsMs), faultsMin: steps.length };
}
