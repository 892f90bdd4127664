import { setTimeout as pause } from "node:timers/promises";
import { Random } from "../../../../src/sim/base/random.ts";
import type { Op, Operation, Outcome } from "../../../../src/sim/checks/history.ts";
import { type Answer, type CommandCaller, commandOf, outcomesOf, type Part } from "../../../support/command-caller.ts";
import { type Notes, prefixes, type Request, type RequestKind, requestKinds } from "./notes.ts";

export interface ChaosWorkloadOptions {
  readonly seed: number;
  /** Keys that all clients write and read at the same time. */
  readonly keys: number;
  /** Pairs of keys that are only ever written together, by batches. */
  readonly pairs: number;
  /** All go over to new keys so often, in ms: a judge has an easier life with many short histories than with one long one. */
  readonly epochMs: number;
  /** Pause of each client between two calls, in ms: the load need not be high, only never end. */
  readonly pauseMs: number;
  /** The same after a failure, in ms: whoever is down should not fill the history with doubt. */
  readonly failurePauseMs: number;
}

export const chaosWorkloadDefaults: ChaosWorkloadOptions = {
  seed: 1,
  keys: 5,
  pairs: 2,
  epochMs: 8_000,
  pauseMs: 15,
  failurePauseMs: 100,
};

/** How often each kind of call is made, among 20. */
const shares: Readonly<Record<RequestKind, number>> = {
  set: 5,
  delete: 1,
  "compare-and-set": 4,
  batch: 3,
  read: 5,
  scan: 2,
};
const kinds = requestKinds.flatMap((kind) => Array.from({ length: shares[kind] }, () => kind));

/** After so many calls a client leaves a key of its own behind, written once. */
const keptEvery = 4;

/** The part of all calls that is of this kind; those by which a client leaves a key behind are not counted. */
export function partOf(kind: RequestKind): number {
  return (shares[kind] / kinds.length) * (1 - 1 / keptEvery);
}

/**
 * Clients that call the same few keys at the same time, each value used once, and write down what they saw. Each also
 * leaves keys of its own behind, written once: those that were acknowledged must be found at the end.
 */
export class ChaosWorkload {
  readonly #options: ChaosWorkloadOptions;
  readonly #notes: Notes;
  readonly #loops: Promise<void>[];
  #isStopping = false;

  /** Starts one client per caller. */
  constructor(options: ChaosWorkloadOptions, ports: { readonly notes: Notes; readonly callers: readonly CommandCaller[] }) {
    this.#options = options;
    this.#notes = ports.notes;
    this.#loops = ports.callers.map((caller, client) => this.#run(caller, client));
    // Whoever stops the workload is told of its failure, and nobody before.
    for (const loop of this.#loops) loop.catch(() => undefined);
  }

  /** Lets the calls under way end, and makes no more. @returns what clients failed with that ended before */
  async stop(): Promise<unknown[]> {
    this.#isStopping = true;
    const ends = await Promise.allSettled(this.#loops);
    return ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  }

  async #run(caller: CommandCaller, client: number): Promise<void> {
    const { seed, pauseMs, failurePauseMs } = this.#options;
    const one = new OneClient(caller, client, new Random(seed, `client ${client}`), this.#notes, this.#options);
    for (let turn = 0; !this.#isStopping; turn += 1) {
      const request = turn % keptEvery === 0 ? await one.keep(`${client}.${turn}`) : await one.act(`${client}.${turn}`);
      await pause(request.result === "ok" ? pauseMs : failurePauseMs);
    }
  }
}

class OneClient {
  readonly #caller: CommandCaller;
  readonly #client: number;
  readonly #random: Random;
  readonly #notes: Notes;
  readonly #options: ChaosWorkloadOptions;
  /** What each key was last seen to be: something for a compare-and-set to expect. */
  readonly #seen = new Map<string, string | null>();

  constructor(caller: CommandCaller, client: number, random: Random, notes: Notes, options: ChaosWorkloadOptions) {
    this.#caller = caller;
    this.#client = client;
    this.#random = random;
    this.#notes = notes;
    this.#options = options;
  }

  /** Writes a key that nobody else ever writes, half of the time only if it is not there, as it never is. */
  async keep(value: string): Promise<Request> {
    const key = `${prefixes.kept}${value}`;
    const op: Op = this.#random.chance(0.5) ? { type: "set", value } : { type: "cas", expected: null, value };
    const request = await this.#submit(op.type === "set" ? "set" : "compare-and-set", [{ key, op }]);
    this.#notes.kept.set(key, { value, request });
    return request;
  }

  act(value: string): Promise<Request> {
    const epoch = Math.floor(this.#notes.now() / this.#options.epochMs);
    const shared = `${prefixes.shared}${epoch}/`;
    const place = this.#random.below(this.#options.keys);
    const key = `${shared}${place}`;
    const pair = `${prefixes.pair}${epoch}.${this.#random.below(this.#options.pairs)}/`;
    const kind = this.#random.pick(kinds);
    switch (kind) {
      case "set":
        return this.#submit(kind, [{ key, op: { type: "set", value } }]);
      case "delete":
        return this.#submit(kind, [{ key, op: { type: "delete" } }]);
      case "compare-and-set":
        return this.#submit(kind, [{ key, op: { type: "cas", expected: this.#seen.get(key) ?? null, value } }]);
      case "batch":
        if (this.#random.chance(0.5)) return this.#submit(kind, pairOf(pair, value));
        return this.#submit(kind, [
          { key, op: { type: "cas", expected: this.#seen.get(key) ?? null, value } },
          { key: `${shared}${(place + 1) % this.#options.keys}`, op: { type: "set", value: `${value}b` } },
        ]);
      case "read":
        return this.#read(key);
      case "scan":
        if (this.#random.chance(0.5)) return this.#scan(pair, [`${pair}a`, `${pair}b`]);
        return this.#scan(
          shared,
          Array.from({ length: this.#options.keys }, (_, each) => `${shared}${each}`),
        );
      default:
        return kind satisfies never;
    }
  }

  async #submit(kind: RequestKind, parts: readonly Part[]): Promise<Request> {
    const invokedAt = this.#notes.now();
    const answer = await this.#caller.submit(parts.map(commandOf));
    const outcomes = outcomesOf(parts, answer);
    const noted = parts.map((part, place) => ({ ...part, outcome: outcomes[place] ?? { type: "unknown" as const } }));
    for (const { key, op, outcome } of noted) this.#learn(key, op, outcome);
    return this.#note(kind, invokedAt, answer, noted, answer.type === "ok" ? answer.value.revision : null);
  }

  async #read(key: string): Promise<Request> {
    const invokedAt = this.#notes.now();
    const answer = await this.#caller.read(key);
    const outcome: Outcome = answer.type === "ok" ? { type: "read", value: answer.value } : { type: "refused" };
    this.#learn(key, { type: "read" }, outcome);
    return this.#note("read", invokedAt, answer, [{ key, op: { type: "read" }, outcome }], null);
  }

  /** One page, and so one moment: a key that is not in it was not there. */
  async #scan(prefix: string, keys: readonly string[]): Promise<Request> {
    const invokedAt = this.#notes.now();
    const answer = await this.#caller.scan(prefix);
    const found = new Map(answer.type === "ok" ? answer.value.map(({ key, value }) => [key, String(value)]) : []);
    const parts = keys.map((key) => {
      const outcome: Outcome = answer.type === "ok" ? { type: "read", value: found.get(key) ?? null } : { type: "refused" };
      return { key, op: { type: "read" } as const, outcome };
    });
    return this.#note("scan", invokedAt, answer, parts, null);
  }

  #learn(key: string, op: Op, outcome: Outcome): void {
    if (outcome.type === "read") this.#seen.set(key, outcome.value);
    if (outcome.type === "conflict") this.#seen.set(key, outcome.found);
    if (outcome.type === "swapped" || outcome.type === "written") this.#seen.set(key, "value" in op ? op.value : null);
  }

  #note(
    kind: RequestKind,
    invokedAt: number,
    answer: Answer<unknown>,
    parts: readonly Pick<Operation, "key" | "op" | "outcome">[],
    revision: number | null,
  ): Request {
    const { via, nodeId } = this.#caller;
    // A read that was not answered has changed nothing.
    const result = answer.type === "maybe" && (kind === "read" || kind === "scan") ? "fail" : answer.type;
    const reason = answer.type === "ok" ? null : answer.reason;
    const endedAt = this.#notes.now();
    return this.#notes.add({ client: this.#client, kind, via, nodeId, invokedAt, endedAt, result, reason, revision }, parts);
  }
}

/** Both keys of a pair get the same value, so that whoever sees two values has seen half a batch. */
function pairOf(pair: string, value: string): Part[] {
  return [
    { key: `${pair}a`, op: { type: "set", value } },
    { key: `${pair}b`, op: { type: "set", value } },
  ];
}
