import { everyFaultOnce, randomPlan } from "./plan.ts";

// What a run does is drawn from its seed, so that a failure can be played again.

const faults = ["kill the leader", "pause a follower", "wipe a disk", "set a clock back"];

test("equal seeds give equal plans, and other seeds other ones", () => {
  expect(randomPlan({ seed: 7, faults, steps: 50 })).toEqual(randomPlan({ seed: 7, faults, steps: 50 }));
  expect(randomPlan({ seed: 7, faults, steps: 50 }).steps).not.toEqual(randomPlan({ seed: 8, faults, steps: 50 }).steps);
  expect(everyFaultOnce({ seed: 7, faults })).toEqual(everyFaultOnce({ seed: 7, faults }));
});

test("a plan of every fault names each of them once, and demands that all strike", () => {
  const { steps, faultsMin } = everyFaultOnce({ seed: 3, faults });
  expect(steps.map(({ fault }) => fault).sort()).toEqual([...faults].sort());
  expect(faultsMin).toBe(faults.length);
});

test("a random plan comes to every fault in time, and to none twice in a row", () => {
  const { steps } = randomPlan({ seed: 1, faults, steps: 100 });
  expect(steps).toHaveLength(100);
  expect(new Set(steps.map(({ fault }) => fault)).size).toBe(faults.length);
  for (const [place, { fault }] of steps.entries()) expect(fault).not.toBe(steps[place + 1]?.fault);
});

test("a fault holds for longer than an election timeout, and for 3 seconds at most", () => {
  for (const { holdMs, restMs } of randomPlan({ seed: 2, faults, steps: 200 }).steps) {
    expect(holdMs).toBeGreaterThanOrEqual(1_000);
    expect(holdMs).toBeLessThanOrEqual(3_000);
    expect(restMs).toBeGreaterThanOrEqual(500);
  }
});

test("a plan demands operations for as long as it lasts", () => {
  const short = randomPlan({ seed: 4, faults, steps: 5 });
  const long = randomPlan({ seed: 4, faults, steps: 50 });
  expect(short.operationsMin).toBeGreaterThanOrEqual(5 * 1.5 * 20);
  expect(long.operationsMin).toBeGreaterThan(5 * short.operationsMin);
});
