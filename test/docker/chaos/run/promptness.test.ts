import { median } from "../judge/figures.ts";
import { promises } from "../judge/promises.ts";
import type { ChaosStep } from "../types.ts";
import { playInDocker } from "./suite.ts";

// How long clients notice a fault, in containers: the figures that docs/guarantees.md gives. These runs are made of nothing
// else, and held to them on any machine.

jest.setTimeout(10 * 60_000);

const kill: ChaosStep = { fault: "kill the leader", holdMs: 1_500, restMs: 500 };
const partition: ChaosStep = { fault: "partition with the leader in the minority", holdMs: 5_000, restMs: 500 };

test("after kill -9 of the leader writes flow again within a second at the median", async () => {
  const steps = Array.from({ length: 7 }, () => kill);
  const { figures } = await playInDocker({ seed: 1, steps, operationsMin: 500, faultsMin: steps.length }, { promises });
  expect(figures.killPausesMs).toHaveLength(steps.length);
  expect(median(figures.killPausesMs)).toBeLessThanOrEqual(promises.killPauseMedianMaxMs);
});

test("after the first second of a partition, clients that reach the majority are served 99 % of their time", async () => {
  const steps = Array.from({ length: 4 }, () => partition);
  const { figures } = await playInDocker({ seed: 1, steps, operationsMin: 500, faultsMin: steps.length }, { promises });
  expect(figures.majorityAvailability).toBeGreaterThanOrEqual(promises.majorityAvailabilityMin);
});
