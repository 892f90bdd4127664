import { allFaults } from "../faults/all.ts";
import { chaosWorkloadDefaults } from "../witnesses/workload.ts";
import { operationsIn, randomPlan } from "./plan.ts";
import { playInDocker } from "./suite.ts";

// Random compositions of faults, drawn from a seed: for as long as CHAOS_MINUTES says, else for a moment.

const minutes = Number(process.env.CHAOS_MINUTES ?? 0.5);
const seed = Number(process.env.CHAOS_SEED ?? 1);

/** The shortest that a fault with its hold, its healing and its rest takes, in ms: so many are planned. */
const shortestStepMs = 2_500;
/** What one takes on average, and the longest of all, at the most, in ms: so many must be played, or the cluster stands still. */
const averageStepMs = 7_500;
const longestStepMs = 40_000;
/** A long run notes as much as a judge can hold in memory: its clients take more time. */
const longRunMinutes = 10;

jest.setTimeout(minutes * 60_000 + 15 * 60_000);

test("random compositions of faults: no acknowledged write is lost, no order is broken, and the cluster comes back each time", async () => {
  const ms = minutes * 60_000;
  const steps = Math.max(3, Math.ceil(ms / shortestStepMs));
  const plan = randomPlan({ seed, faults: allFaults.map(({ name }) => name), steps });
  const faultsMin = Math.max(1, Math.floor((ms - longestStepMs) / averageStepMs));
  const workload = minutes > longRunMinutes ? { ...chaosWorkloadDefaults, pauseMs: 40 } : chaosWorkloadDefaults;
  await playInDocker({ ...plan, faultsMin, operationsMin: operationsIn(ms) }, { playMs: ms, workload: { ...workload, seed } });
});
