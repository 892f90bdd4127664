import type { FaultKind } from "../../src/sim/faults/fault-plan.ts";
import { drawScenario, type Scenario } from "../../src/sim/scenario.ts";
import { shrink } from "../../src/sim/shrink.ts";
import { type Result, World } from "../../src/sim/world.ts";

const quiet: Result = new World(drawScenario({ seed: 1, nodes: 1, seconds: 1, faults: null, isQuiet: true })).run();

/** A world of forty faults of which one each second is a crash, and all others are pauses. */
function crowded(): Scenario {
  const scenario = drawScenario({ seed: 1, nodes: 5, seconds: 10, faults: null, isQuiet: false });
  const faults = Array.from({ length: 40 }, (_, place) => ({
    number: place + 1,
    at: place * 250,
    kind: (place % 4 === 0 ? "crash" : "pause") satisfies FaultKind as FaultKind,
  }));
  return { ...scenario, faults: { faults, lastingMsMax: 100 }, workload: { ...scenario.workload, clients: 8 } };
}

/** Fails when the second crash comes, if there are two clients at least. */
function needsTwoCrashes({ faults, workload, seconds }: Scenario): Result {
  const crashes = (faults?.faults ?? []).filter(({ kind, at }) => kind === "crash" && at < seconds * 1_000);
  const second = crashes[1];
  if (second === undefined || workload.clients < 2) return quiet;
  return { ...quiet, failure: "broken", seconds: second.at / 1_000 + 0.01 };
}

test("nothing is left that the failure does not need", () => {
  const before = crowded();
  const { scenario, result } = shrink(before, needsTwoCrashes(before), needsTwoCrashes);
  expect(scenario.faults?.faults.map(({ kind, number }) => [kind, number])).toEqual([
    ["crash", 1],
    ["crash", 5],
  ]);
  expect(scenario.workload.clients).toBe(2);
  expect(scenario.seconds).toBe(1.01);
  expect(result.failure).toBe("broken");
});

test("no more worlds are tried than allowed, and the smallest so far is kept", () => {
  const before = crowded();
  let runs = 0;
  const found = shrink(
    before,
    needsTwoCrashes(before),
    (scenario) => {
      runs += 1;
      return needsTwoCrashes(scenario);
    },
    5,
  );
  expect([runs, found.runs]).toEqual([5, 5]);
  expect(needsTwoCrashes(found.scenario).failure).toBe("broken");
});

test("a world that fails only as it is stays as it is", () => {
  const before = crowded();
  const failed = { ...quiet, failure: "broken", seconds: before.seconds };
  const { scenario } = shrink(before, failed, () => quiet);
  expect(scenario).toEqual(before);
});
