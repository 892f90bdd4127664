import { setTimeout as pause } from "node:timers/promises";
import { errorText } from "../../../../src/terminal/error-text.ts";
import type { CommandCaller } from "../../../support/command-caller.ts";
import { NodeCaller } from "../../../support/node-caller.ts";
import { until } from "../../../support/until.ts";
import { each } from "../each.ts";
import { judgeCoverage } from "../judge/coverage-verdict.ts";
import { figuresOf } from "../judge/figures.ts";
import { Mishaps } from "../judge/mishaps.ts";
import { type Promises, promises } from "../judge/promises.ts";
import { judgeHealing, judgePromptness } from "../judge/promptness-verdict.ts";
import { judge } from "../judge/verdict.ts";
import type { Violation } from "../judge/violations.ts";
import type { ChaosReport } from "../report/report.ts";
import type { ChaosCluster, ChaosPlan, Fault } from "../types.ts";
import type { Life } from "../witnesses/lives.ts";
import { Notes, prefixes } from "../witnesses/notes.ts";
import { Observer } from "../witnesses/observer.ts";
import { SessionCaller } from "../witnesses/session-caller.ts";
import { ChaosWatchers, type WatchNote } from "../witnesses/watchers.ts";
import { ChaosWorkload, type ChaosWorkloadOptions, chaosWorkloadDefaults } from "../witnesses/workload.ts";
import { FinalReading } from "./final-reading.ts";
import { Player } from "./player.ts";

export interface ChaosOptions {
  /** Programs that use the client library, beside one caller for each node. */
  readonly sessions: number;
  readonly workload: ChaosWorkloadOptions;
  /** A call to one node is given up after so long, in ms. */
  readonly nodeTimeoutMs: number;
  /** A program gives up a call, retries included, after so long, in ms. */
  readonly requestTimeoutMs: number;
  /** A cluster that serves no write in so long after a healing is given up, in ms. */
  readonly stuckAfterMs: number;
  /** No step of the plan begins later than this, in ms since the run began, whatever steps are left. */
  readonly playMs: number;
  /** How soon the cluster has to be back, and how seldom its clients may wait. */
  readonly promises: Promises;
}

export const chaosDefaults: ChaosOptions = {
  sessions: 4,
  workload: chaosWorkloadDefaults,
  nodeTimeoutMs: 2_000,
  requestTimeoutMs: 6_000,
  stuckAfterMs: 30_000,
  playMs: Number.POSITIVE_INFINITY,
  promises,
};

export interface ChaosPorts<Cluster extends ChaosCluster> {
  /** Runs and is well. The caller made it and removes it. */
  readonly cluster: Cluster;
  /** The faults that the plan may name. */
  readonly faults: readonly Fault<Cluster>[];
}

/** Calm before the first fault, in ms: the clients have connections and sessions by then. */
const warmUpMs = 1_500;
/** What is watched, each by a program of its own. */
const watched = ["", prefixes.shared, prefixes.kept];

/**
 * Has clients and watchers work with a cluster, plays the plan, which heals all that it did, reads everything once more
 * and judges. Whatever goes wrong, in the cluster or in the run itself, is in the report.
 */
export async function runChaos<Cluster extends ChaosCluster>(
  plan: ChaosPlan,
  options: ChaosOptions,
  { cluster, faults }: ChaosPorts<Cluster>,
): Promise<ChaosReport> {
  const startedAt = new Date().toISOString();
  const notes = new Notes(performance.now());
  const mishaps = new Mishaps();
  const now = () => notes.now();
  const observer = new Observer({ cluster, now });
  const lives = observer.lives.all;
  const player = new Player(options, { cluster, faults, notes });
  const run = { cluster, notes, mishaps, options, lives };
  const end = await mishaps.orElse("broken run", "The run broke off", () => underLoad(run, () => player.play(plan)), {
    violations: [],
    watches: [],
    clients: 0,
    repeats: 0,
  });
  await mishaps.orElse("broken run", "Nobody asked the nodes any more how they are", () => observer.stop(), undefined);
  const { requests, operations } = notes;
  const { strikes } = player;
  const { clients, repeats, watches } = end;
  const doings = { plan, clients, repeats, requests, operations, strikes, watches };
  const figures = figuresOf(requests, strikes);
  const violations = [
    ...end.violations,
    ...mishaps.violations,
    ...judgeHealing({ requests, strikes, lives }, options.promises),
    ...judgePromptness(figures, options.promises),
    ...judgeCoverage(doings),
  ];
  const logs = await cluster.logs();
  return { ...doings, startedAt, spanMs: notes.now(), leading: observer.leaders.leading, figures, violations, logs };
}

interface Run {
  readonly cluster: ChaosCluster;
  readonly notes: Notes;
  readonly mishaps: Mishaps;
  readonly options: ChaosOptions;
  /** The processes of the nodes, as far as they have been seen by now. */
  readonly lives: readonly Life[];
}

/** Plays while clients and watchers work, and judges what they saw. All that they hold open is closed, whatever fails. */
async function underLoad(run: Run, play: () => Promise<void>): Promise<End> {
  const { cluster, notes, mishaps, options } = run;
  await cluster.leader();
  const from = 1 + Math.max(...(await cluster.statuses()).map(({ lastIndex }) => lastIndex));
  const watchers = new ChaosWatchers({ prefixes: watched, from }, { endpoints: cluster.endpoints(), now: () => notes.now() });
  const callers = callersOf(cluster, options);
  const workload = new ChaosWorkload(options.workload, { notes, callers });
  try {
    await pause(warmUpMs);
    await mishaps.orElse("broken run", "The plan was not played to its end", play, undefined);
    await allServed(callers, notes, options.stuckAfterMs);
    for (const failure of await workload.stop()) mishaps.add("broken run", `A client ended early: ${errorText(failure)}`);
    await mishaps.orElse("broken run", "A client could not be closed", () => each(callers, (caller) => caller.close()), []);
    const repeats = callers.reduce((sum, caller) => sum + caller.repeats, 0);
    return { ...(await endOf(run, watchers)), clients: callers.length, repeats };
  } finally {
    await workload.stop();
    await Promise.allSettled([...callers.map((caller) => caller.close()), watchers.close()]);
  }
}

/** Goes on until every client was served once more after all that struck; one that never is, is found by the judge. */
async function allServed(callers: readonly CommandCaller[], { requests }: Notes, withinMs: number): Promise<void> {
  const before = requests.length;
  const areServed = (): true | undefined => {
    const served = requests.slice(before).filter(({ result }) => result === "ok");
    return new Set(served.map(({ client }) => client)).size === callers.length ? true : undefined;
  };
  await until("every client is served", withinMs, areServed).catch(() => undefined);
}

/** One caller for each place, and programs that find their way. */
function callersOf(cluster: ChaosCluster, { sessions, nodeTimeoutMs, requestTimeoutMs }: ChaosOptions): CommandCaller[] {
  const endpoints = cluster.endpoints();
  return [
    ...cluster.ids.map((nodeId) => new NodeCaller({ nodeId, endpoint: cluster.endpoint(nodeId), timeoutMs: nodeTimeoutMs })),
    ...Array.from({ length: sessions }, (_, place) => {
      return new SessionCaller({ number: place + 1, endpoints, timeoutMs: requestTimeoutMs });
    }),
  ];
}

interface End {
  readonly violations: readonly Violation[];
  readonly watches: readonly WatchNote[];
  readonly clients: number;
  readonly repeats: number;
}

/**
 * Reads everything once more and judges. A node that does not come back is a violation, and what the others serve is
 * judged all the same: whoever lies often falls over the truth later.
 */
async function endOf(
  { cluster, notes, mishaps, lives }: Run,
  watchers: ChaosWatchers,
): Promise<Pick<End, "violations" | "watches">> {
  const reading = new FinalReading(cluster);
  const orElse = <T>(what: string, ask: () => Promise<T>, otherwise: T) =>
    mishaps.orElse("not back", `${what} at the end`, ask, otherwise);
  try {
    const isSettled = await orElse("Not all nodes were well", () => cluster.settled().then(() => true), false);
    const final = await orElse("Nothing could be read", () => reading.read(notes), null);
    const last = notes.requests.reduce((most, { revision }) => Math.max(most, revision ?? 0), 0);
    const watches = await orElse("The watchers broke", () => watchers.drain(last), []);
    const states = isSettled ? await orElse("The nodes' states could not be read", () => reading.states(), []) : [];
    const { operations } = notes;
    const kept = final === null ? new Map() : notes.kept;
    const evidence = { operations, kept, final: final ?? new Map(), states, watches, lives, places: cluster.ids.length };
    return { violations: judge(evidence), watches };
  } finally {
    await reading.close();
  }
}
