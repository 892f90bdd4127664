import { optionDefaults } from "../core/options.ts";
import { nodeOptionDefaults } from "../node/ports/options.ts";
import type { PlannedFault } from "./faults/fault-plan.ts";
import { fairWeather } from "./net/network.ts";
import type { Scenario } from "./scenario.ts";
import type { Result } from "./world.ts";

/** The smallest world found that fails. */
export interface Shrunk {
  readonly scenario: Scenario;
  readonly result: Result;
  /** How many worlds were tried on the way. */
  readonly runs: number;
}

/** Most worlds that are tried. */
export const shrinkRunsMax = 400;

/**
 * Makes a world that fails smaller as long as it still fails, in whatever way: less time, fewer faults, fewer clients,
 * milder circumstances. A smaller world is another world, so that not every step down leads on; hence a bound.
 */
export function shrink(scenario: Scenario, failed: Result, run: (scenario: Scenario) => Result, runsMax = shrinkRunsMax): Shrunk {
  const search = new Search(scenario, failed, run, runsMax);
  let runsBefore = -1;
  // A simpler world may need fewer faults than were left, and the other way round.
  while (search.hasImproved && search.runs < runsMax && runsBefore < search.runs) {
    search.hasImproved = false;
    runsBefore = search.runs;
    search.cutTime();
    search.cutFaults();
    search.cutClients();
    search.simplify();
  }
  return search;
}

class Search implements Shrunk {
  scenario: Scenario;
  result: Result;
  runs = 0;
  hasImproved = true;
  readonly #run: (scenario: Scenario) => Result;
  readonly #runsMax: number;

  constructor(scenario: Scenario, result: Result, run: (scenario: Scenario) => Result, runsMax: number) {
    this.scenario = scenario;
    this.result = result;
    this.#run = run;
    this.#runsMax = runsMax;
  }

  /** What comes after the failure has no part in it; and perhaps it comes earlier if the end does. */
  cutTime(): void {
    this.#try({ ...this.scenario, seconds: Math.min(this.scenario.seconds, this.result.seconds) });
    for (let share = 0.5; share > 0.01; share /= 2) {
      while (this.#try({ ...this.scenario, seconds: roundUp(this.scenario.seconds * (1 - share)) }));
    }
  }

  /** Delta debugging: leaves out larger and smaller parts of the schedule, until no single fault can be left out. */
  cutFaults(): void {
    this.#tryFaults(this.#faults.filter(({ at }) => at < this.scenario.seconds * 1_000));
    for (let size = this.#faults.length; size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from < this.#faults.length; ) {
        const rest = [...this.#faults.slice(0, from), ...this.#faults.slice(from + size)];
        if (!this.#tryFaults(rest)) from += size;
      }
    }
  }

  cutClients(): void {
    for (const clients of [1, 2, 3, 4, 6]) {
      const { workload } = this.scenario;
      if (clients < workload.clients && this.#try({ ...this.scenario, workload: { ...workload, clients } })) return;
    }
  }

  /** Puts one circumstance after the other back to what it mostly is. */
  simplify(): void {
    const plain: ((scenario: Scenario) => Partial<Scenario>)[] = [
      () => ({ healsMajorityFirst: false }),
      () => ({ nodes: 1 }),
      ({ nodes }) => ({ nodes: Math.min(nodes, 3) }),
      () => ({ core: optionDefaults }),
      () => ({ node: nodeOptionDefaults }),
      () => ({ clockRateMin: 1, clockRateMax: 1, turnMsMax: 0 }),
      ({ network }) => ({ network: { ...network, climate: fairWeather } }),
      ({ network }) => ({ network: { ...network, isOrdered: true, holdsWhenCut: false } }),
      ({ requests }) => ({ requests: { keys: requests.keys.slice(0, 1), paddingMax: 0 } }),
      ({ workload }) => ({ workload: { ...workload, answerLoss: 0, outstandingMax: 1 } }),
    ];
    for (const change of plain) this.#try({ ...this.scenario, ...change(this.scenario) });
  }

  get #faults(): readonly PlannedFault[] {
    return this.scenario.faults?.faults ?? [];
  }

  #tryFaults(faults: readonly PlannedFault[]): boolean {
    const { scenario } = this;
    return scenario.faults !== null && this.#try({ ...scenario, faults: { ...scenario.faults, faults } });
  }

  /** Whether this world is another one, and fails; then it takes the place of the one so far. */
  #try(scenario: Scenario): boolean {
    if (this.runs >= this.#runsMax || JSON.stringify(scenario) === JSON.stringify(this.scenario)) return false;
    this.runs += 1;
    const result = this.#run(scenario);
    if (result.failure === null) return false;
    this.scenario = scenario;
    this.result = result;
    this.hasImproved = true;
    return true;
  }
}

/** To whole milliseconds. */
function roundUp(seconds: number): number {
  return Math.ceil(seconds * 1_000) / 1_000;
}
