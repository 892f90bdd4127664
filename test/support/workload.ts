import { setTimeout as pause } from "node:timers/promises";
import type { Op, Operation, Outcome } from "../../src/sim/checks/history.ts";

/** What a client of the workload can do: the shape of the service, whoever stands behind it. */
export interface Caller {
  /** What came of the operation. Never rejects: an error is `refused` or `unknown`. */
  call(key: string, op: Op): Promise<Outcome>;
}

export interface WorkloadOptions {
  /** Keys that all clients share. */
  readonly keys: number;
  /** Pause of each client between two operations, in ms: the load need not be high, only never end. */
  readonly pauseMs: number;
}

const failurePauseMs = 50;

/**
 * Clients that write, compare and read the same few keys, each value used once, and write down what they saw. Each of
 * them also leaves keys of its own behind, written once: those that were acknowledged must be found at the end.
 */
export class Workload {
  readonly #options: WorkloadOptions;
  readonly #callers: readonly Caller[];
  readonly #history: Operation[] = [];
  readonly #kept = new Map<string, string>();
  readonly #loops: Promise<void>[];
  #isStopping = false;

  /** Starts one client per caller. */
  constructor(options: WorkloadOptions, callers: readonly Caller[]) {
    this.#options = options;
    this.#callers = callers;
    this.#loops = callers.map((caller, client) => this.#run(caller, client));
  }

  /** What has been seen so far. */
  get history(): readonly Operation[] {
    return this.#history;
  }

  /** Keys that were written once, and acknowledged, with their values. */
  get kept(): ReadonlyMap<string, string> {
    return this.#kept;
  }

  /** How many operations of this kind have succeeded. */
  count(type: Outcome["type"]): number {
    return this.#history.filter(({ outcome }) => outcome.type === type).length;
  }

  /** Lets the operations under way end, and starts no more. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#loops);
  }

  /** Writes down one operation. Also for tests that call on their own. */
  async record(client: number, key: string, op: Op): Promise<Outcome> {
    const caller = this.#callers[client];
    if (caller === undefined) throw new Error(`There is no client ${client}.`);
    const invokedAt = performance.now();
    const outcome = await caller.call(key, op);
    this.#history.push({ client, key, op, invokedAt, returnedAt: outcome.type === "unknown" ? null : performance.now(), outcome });
    return outcome;
  }

  async #run(caller: Caller, client: number): Promise<void> {
    const chance = sequence(client + 1);
    let seen: string | null = null;
    for (let turn = 0; !this.#isStopping; turn += 1) {
      const value = `${client}.${turn}`;
      const key = `shared/${chance() % this.#options.keys}`;
      const outcome = await this.record(client, key, choose(chance() % 8, value, seen));
      if (outcome.type === "read") seen = outcome.value;
      if (outcome.type === "conflict") seen = outcome.found;
      if (turn % 4 === 0) await this.#keep(caller, `kept/${value}`, value);
      // A node that is down answers at once; asking it all the time would only fill the history with doubt.
      await pause(outcome.type === "refused" || outcome.type === "unknown" ? failurePauseMs : this.#options.pauseMs);
    }
  }

  async #keep(caller: Caller, key: string, value: string): Promise<void> {
    const outcome = await caller.call(key, { type: "set", value });
    if (outcome.type === "written") this.#kept.set(key, value);
  }
}

/** Four reads, three writes and a comparison among eight. */
function choose(die: number, value: string, seen: string | null): Op {
  if (die < 4) return { type: "read" };
  if (die < 7) return { type: "set", value };
  return { type: "cas", expected: seen, value };
}

/** The same numbers in every run, other ones for every seed. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state >>> 8;
  };
}
