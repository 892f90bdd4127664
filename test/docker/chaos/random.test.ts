import { allFaults } from "./faults/all.ts";
import { randomPlan } from "./plan.ts";
import { playInDocker } from "./suite.ts";
import { chaosWorkloadDefaults } from "./workload.ts";

// Random compositions of faults, drawn from a seed: for as long as CHAOS_MINUTES says, else for a moment.

const minutes = Number(process.env.CHAOS_MINUTES ?? 0.5);
const seed = Number(process.env.CHAOS_SEED ?? 1);

/** A fault with its hold, its healing and its rest takes about so long, in ms; it never takes less than half of it. */
const stepMs = 5_000;
/** A long run notes as much as a judge can hold in memory: its clients take more time. */
const longRunMinutes = 10;

jest.setTimeout(minutes * 60_000 + 15 * 60_000);

test("random compositions of faults: no acknowledged write is lost, no order is broken, and the cluster comes back each time", async () => {
  const most = Math.max(3, Math.ceil((minutes * 60_000 * 2) / stepMs));
  const plan = randomPlan({ seed, faults: allFaults.map(({ name }) => name), steps: most });
  // What fits in the time is played; so much less than what is planned would be a cluster that stands still.
  const faultsMin = Math.max(2, Math.floor((minutes * 60_000) / stepMs / 3));
  const workload = minutes > longRunMinutes ? { ...chaosWorkloadDefaults, pauseMs: 40 } : chaosWorkloadDefaults;
  const operationsMin = Math.floor(minutes * 60 * operationsPerSecondMin);
  await playInDocker({ ...plan, faultsMin, operationsMin }, { playMs: minutes * 60_000, workload: { ...workload, seed } });
});

/** What the clients do at the very least: far less than they can, far more than dead ones. */
const operationsPerSecondMin = 20;
