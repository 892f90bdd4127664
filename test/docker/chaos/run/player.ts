import { setTimeout as pause } from "node:timers/promises";
import { Random } from "../../../../src/sim/base/random.ts";
import { errorText } from "../../../../src/terminal/error-text.ts";
import { until } from "../../../support/until.ts";
import { servedAfterMs } from "../judge/figures.ts";
import { CannotStrike, type Strike } from "../strikes.ts";
import { NotUndone } from "../struck.ts";
import type { ChaosCluster, ChaosPlan, ChaosStep, Fault, Struck } from "../types.ts";
import type { Notes } from "../witnesses/notes.ts";

export interface PlayerOptions {
  /** No step begins later than this, in ms since the run began. */
  readonly playMs: number;
  /** A cluster that serves no write in so long after a healing is given up, in ms. */
  readonly stuckAfterMs: number;
}

export interface PlayerPorts<Cluster extends ChaosCluster> {
  readonly cluster: Cluster;
  readonly faults: readonly Fault<Cluster>[];
  readonly notes: Notes;
}

/** Plays a plan: strikes, holds, heals, waits for a served write, rests. */
export class Player<Cluster extends ChaosCluster> {
  readonly strikes: Strike[] = [];
  readonly #options: PlayerOptions;
  readonly #ports: PlayerPorts<Cluster>;

  constructor(options: PlayerOptions, ports: PlayerPorts<Cluster>) {
    this.#options = options;
    this.#ports = ports;
  }

  /**
   * Ends early where a fault that struck could not be undone or the cluster does not come back: the strikes tell.
   * @throws NotUndone or Error where one that did not strike left its harm
   */
  async play({ seed, steps }: ChaosPlan): Promise<void> {
    const random = new Random(seed, "faults");
    for (const step of steps) {
      if (this.#ports.notes.now() > this.#options.playMs) return;
      const strike = await this.#step(step, random);
      this.strikes.push(strike);
      const traces = strike.struck === null ? await this.#traces() : null;
      if (traces !== null) throw new Error(`"${strike.fault}" did not strike. ${traces}`);
      if (strike.struck !== null && (strike.failure !== null || !(await this.#isBack(strike)))) return;
      await pause(step.restMs);
    }
  }

  async #step({ fault: name, holdMs }: ChaosStep, random: Random): Promise<Strike> {
    const { cluster, faults, notes } = this.#ports;
    const fault = faults.find((each) => each.name === name);
    if (fault === undefined) throw new RangeError(`The plan names a fault that there is none of: ${name}.`);
    const beganAt = notes.now();
    let struck: Struck;
    try {
      struck = await fault.strike(cluster, random);
    } catch (error) {
      const at = notes.now();
      const times = { beganAt, struckAt: at, healingAt: at, healedAt: at, wholeAt: at };
      const missed = {
        fault: name,
        struck: null,
        failure: errorText(error),
        cannot: error instanceof CannotStrike,
        majority: null,
        ...times,
      };
      if (!(error instanceof NotUndone)) return missed;
      this.strikes.push(missed);
      throw error;
    }
    const struckAt = notes.now();
    await pause(holdMs);
    const healingAt = notes.now();
    const unhealed = await struck.heal().then(() => null, errorText);
    const healedAt = notes.now();
    const wholeAt = (await this.#isWhole()) ? notes.now() : null;
    const failure = unhealed ?? (wholeAt === null ? null : await this.#traces());
    const { what, evidence, majority = null } = struck;
    return {
      fault: name,
      struck: { what, evidence },
      failure,
      cannot: false,
      majority,
      beganAt,
      struckAt,
      healingAt,
      healedAt,
      wholeAt,
    };
  }

  #isWhole(): Promise<boolean> {
    const { cluster } = this.#ports;
    const allAnswer = async () => ((await cluster.statuses()).length === cluster.ids.length ? true : undefined);
    return until("every node answers", this.#options.stuckAfterMs, allAnswer).catch(() => false);
  }

  /** What a fault has left behind; null if nothing. */
  async #traces(): Promise<string | null> {
    const traces = await this.#ports.cluster.traces().catch((error: unknown) => [errorText(error)]);
    return traces.length === 0 ? null : `It left traces: ${traces.join(" ")}`;
  }

  async #isBack({ healedAt }: Strike): Promise<boolean> {
    const { notes } = this.#ports;
    const isServed = () => (servedAfterMs(notes.requests, healedAt) === null ? undefined : true);
    return until("a write is served", this.#options.stuckAfterMs, isServed).catch(() => false);
  }
}
