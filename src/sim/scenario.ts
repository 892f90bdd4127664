import { type Options, optionDefaults } from "../core/options.ts";
import { type SessionLimits, sessionLimits } from "../machine/sessions.ts";
import { type NodeOptions, nodeOptionDefaults } from "../node/ports/options.ts";
import { Random } from "./base/random.ts";
import type { DriveOptions } from "./disks/drive.ts";
import { type FaultKind, type FaultPlan, faultKinds, laterKinds, planFaults } from "./faults/fault-plan.ts";
import type { RequestMix } from "./load/client-requests.ts";
import type { WorkloadOptions } from "./load/workload.ts";
import { fairWeather, type NetworkOptions } from "./net/network.ts";

/** What is given from outside; all else follows from the seed. */
export interface Given {
  readonly seed: number;
  /** How many nodes; drawn if null. */
  readonly nodes: number | null;
  /** Virtual seconds with clients and faults; healing comes after them. */
  readonly seconds: number;
  /** The only kinds of fault; drawn if null. */
  readonly faults: readonly FaultKind[] | null;
  /** No faults, few clients, default options: what an idle day looks like. */
  readonly isQuiet: boolean;
}

/** One world to be: everything that can differ between two runs. */
export interface Scenario {
  readonly seed: number;
  readonly nodes: number;
  readonly seconds: number;
  readonly core: Omit<Options, "id" | "seed">;
  readonly node: Omit<NodeOptions, "core">;
  readonly network: NetworkOptions;
  readonly drive: DriveOptions;
  readonly clockRateMin: number;
  readonly clockRateMax: number;
  readonly turnMsMax: number;
  readonly workload: WorkloadOptions;
  readonly requests: RequestMix;
  readonly watchers: number;
  readonly sessions: SessionLimits;
  /** Null: none. */
  readonly faults: FaultPlan | null;
  /** Before all is healed, only a majority is, and must do its work without the others. */
  readonly healsMajorityFirst: boolean;
}

/**
 * Draws a world. Each run has only some kinds of fault, more or less of each, and limits that are now wide and now
 * so tight that they are always met: what is rare when everything is mixed happens often in some of them.
 */
export function drawScenario(given: Given): Scenario {
  return given.isQuiet ? quietScenario(given) : faultyScenario(given, new Random(given.seed, "scenario"));
}

function quietScenario({ seed, nodes, seconds }: Given): Scenario {
  return {
    seed,
    nodes: nodes ?? 5,
    seconds,
    core: optionDefaults,
    node: nodeOptionDefaults,
    network: { delayMsMin: 0.2, delayMsMax: 2, isOrdered: true, holdsWhenCut: false, climate: fairWeather },
    drive: { writeMsMin: 0.2, writeMsMax: 5, readMsMax: 0.2 },
    clockRateMin: 1,
    clockRateMax: 1,
    turnMsMax: 0.05,
    workload: {
      clients: 1,
      pauseMs: 500,
      outstandingMax: 4,
      timeoutMsMin: 2_000,
      timeoutMsMax: 2_000,
      answerLoss: 0,
      favour: 0,
      sessionClients: 0,
      session: { timeoutMs: 10_000, keepsAlive: true, ownerMax: 1_000 },
    },
    requests: { keys: ["a", "b", "c", "d"], paddingMax: 0 },
    watchers: 1,
    sessions: sessionLimits,
    faults: null,
    healsMajorityFirst: false,
  };
}

/** How many worlds have one of the kinds of fault that came later. */
const laterShare = 0.2;

function faultyScenario(given: Given, random: Random): Scenario {
  const { seed, nodes, seconds } = given;
  const delayMsMin = random.pick([0.05, 0.5, 2]);
  return {
    seed,
    nodes: nodes ?? random.pick([1, 3, 3, 3, 3, 5, 5, 5, 5, 4]),
    seconds,
    core: { ...drawCore(random), newcomerPatienceMs: new Random(seed, "patience").pick([optionDefaults.newcomerPatienceMs, 600]) },
    // By a chance of their own, so that all else that a seed brings is as it was.
    node: { ...drawNode(random), ...drawComparing(new Random(seed, "digests")) },
    network: {
      delayMsMin,
      delayMsMax: delayMsMin + random.pick([1, 5, 20, 100]),
      isOrdered: random.chance(0.5),
      holdsWhenCut: random.chance(0.4),
      climate: { loss: random.pick([0, 0, 0, 0.02]), duplication: random.pick([0, 0, 0.02, 0.2]), slowness: 1 },
    },
    drive: { writeMsMin: random.pick([0.05, 0.5, 3]), writeMsMax: random.pick([5, 20, 80]), readMsMax: random.pick([0, 0.5, 5]) },
    clockRateMin: random.pick([1, 0.9, 0.7]),
    clockRateMax: random.pick([1, 1.1, 1.4]),
    turnMsMax: random.pick([0, 0.05, 1]),
    workload: {
      clients: random.between(2, 8),
      pauseMs: random.pick([20, 60, 200]),
      outstandingMax: random.pick([1, 3, 20]),
      timeoutMsMin: random.pick([100, 500, 2_000]),
      timeoutMsMax: random.pick([2_000, 4_000]),
      answerLoss: random.pick([0, 0.03]),
      favour: random.pick([0, 0.5, 0.95]),
      sessionClients: random.between(0, 4),
      session: drawSession(random),
    },
    requests: { keys: ["a", "b", "c", "d", "e", "f"].slice(0, random.between(1, 6)), paddingMax: random.pick([0, 0, 50, 2_000]) },
    watchers: random.between(0, 3),
    sessions: {
      sessionsMax: random.pick([sessionLimits.sessionsMax, 3]),
      answersMax: random.pick([sessionLimits.answersMax, 3]),
      answersBytesMax: random.pick([sessionLimits.answersBytesMax, 100]),
      sessionTimeoutMinMs: 100,
      sessionTimeoutMaxMs: 60_000,
    },
    faults: drawFaults(random, given),
    healsMajorityFirst: random.chance(0.3),
  };
}

/** Short ones may be few for each owner, as those that were forgotten end soon. */
function drawSession(random: Random): Scenario["workload"]["session"] {
  const timeoutMs = random.pick([300, 1_000, 10_000]);
  return { timeoutMs, keepsAlive: random.chance(0.5), ownerMax: timeoutMs === 10_000 ? 1_000 : 2 };
}

function drawCore(random: Random): Scenario["core"] {
  return {
    ...optionDefaults,
    appendBytesMax: random.pick([optionDefaults.appendBytesMax, optionDefaults.appendBytesMax, 2_000, 1]),
    appendEntriesMax: random.pick([optionDefaults.appendEntriesMax, 16, 3, 1]),
    inflightMessagesMax: random.pick([optionDefaults.inflightMessagesMax, 8, 2, 1]),
    inflightBytesMax: random.pick([optionDefaults.inflightBytesMax, optionDefaults.inflightBytesMax, 500]),
    uncommittedBytesMax: random.pick([optionDefaults.uncommittedBytesMax, optionDefaults.uncommittedBytesMax, 2_000]),
    pendingReadsMax: random.pick([optionDefaults.pendingReadsMax, optionDefaults.pendingReadsMax, 2]),
    diskStallMs: random.pick([optionDefaults.diskStallMs, 300]),
    logTailEntriesMax: random.pick([optionDefaults.logTailEntriesMax, 100, 10, 1]),
    logTailBytesMax: random.pick([optionDefaults.logTailBytesMax, optionDefaults.logTailBytesMax, 500]),
    snapshotRetryMs: random.pick([optionDefaults.snapshotRetryMs, 100]),
    removedTellMs: random.pick([optionDefaults.removedTellMs, 500]),
  };
}

function drawNode(random: Random): Scenario["node"] {
  return {
    ...nodeOptionDefaults,
    applyEntriesMax: random.pick([nodeOptionDefaults.applyEntriesMax, 5, 1]),
    applyBytesMax: random.pick([nodeOptionDefaults.applyBytesMax, 100]),
    recordCacheBytesMax: random.pick([nodeOptionDefaults.recordCacheBytesMax, 600, 1]),
    pendingMax: random.pick([nodeOptionDefaults.pendingMax, nodeOptionDefaults.pendingMax, 3]),
    leaderWaitMs: random.pick([nodeOptionDefaults.leaderWaitMs, 500]),
    changeWaitMs: random.pick([nodeOptionDefaults.changeWaitMs, 100]),
    leaveMs: random.pick([nodeOptionDefaults.leaveMs, 200]),
    compactEntries: random.pick([nodeOptionDefaults.compactEntries, 50, 10, 2]),
    compactBytes: random.pick([nodeOptionDefaults.compactBytes, nodeOptionDefaults.compactBytes, 500]),
    compactHoldBytesMax: random.pick([nodeOptionDefaults.compactHoldBytesMax, 1_000, 1]),
    snapshotStreamsMax: random.pick([nodeOptionDefaults.snapshotStreamsMax, 1]),
    snapshotChunkBytes: random.pick([nodeOptionDefaults.snapshotChunkBytes, 200, 1]),
    snapshotBackOffMs: random.pick([nodeOptionDefaults.snapshotBackOffMs, 20]),
    snapshotPatienceMs: random.pick([nodeOptionDefaults.snapshotPatienceMs, 300]),
    snapshotKeepMs: random.pick([nodeOptionDefaults.snapshotKeepMs, 500]),
    housekeepingIntervalMs: random.pick([nodeOptionDefaults.housekeepingIntervalMs, 100]),
    changeHistoryBytesMax: random.pick([nodeOptionDefaults.changeHistoryBytesMax, 2_000]),
    changeHistoryEntriesMax: random.pick([nodeOptionDefaults.changeHistoryEntriesMax, 20]),
    watchLeaderlessMs: random.pick([nodeOptionDefaults.watchLeaderlessMs, 500]),
  };
}

function drawComparing(random: Random): Pick<Scenario["node"], "compareMs" | "compareEntries"> {
  return {
    compareMs: random.pick([nodeOptionDefaults.compareMs, 300, 50]),
    compareEntries: random.pick([nodeOptionDefaults.compareEntries, 20, 3]),
  };
}

function drawFaults(random: Random, { faults: given, seed, seconds }: Given): FaultPlan {
  const share = random.pick([0.3, 0.5, 0.8]);
  const firstKinds = faultKinds.filter((kind) => !laterKinds.includes(kind));
  const kinds = firstKinds.filter(() => random.chance(share));
  const later = new Random(seed, "later kinds");
  const options = {
    kinds: given ?? [
      ...(kinds.length === 0 ? [random.pick(firstKinds)] : kinds),
      ...laterKinds.filter(() => later.chance(laterShare)),
    ],
    pauseMsMax: random.pick([1_000, 4_000, 15_000]),
    lastingMsMax: random.pick([200, 800, 3_000]),
  };
  return planFaults(options, seconds * 1_000, random);
}
