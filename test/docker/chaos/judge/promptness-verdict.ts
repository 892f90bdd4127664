import type { Strike } from "../strikes.ts";
import type { Life } from "../witnesses/lives.ts";
import type { Request } from "../witnesses/notes.ts";
import { type Figures, median, servedAfterMs } from "./figures.ts";
import type { Promises } from "./promises.ts";
import type { Violation } from "./violations.ts";

export interface Healings {
  readonly requests: readonly Request[];
  readonly strikes: readonly Strike[];
  readonly lives: readonly Life[];
}

/** In the rests after so many strikes each node must have served something: calls may hang for longer than one rest. */
const restsMax = 3;
/** And for so long at least beyond the time in which the cluster is back, in ms: strikes that fail leave short rests. */
const silentMaxMs = 2_000;

/** After each healing the cluster serves writes again, soon; and before long each node serves what it is asked. */
export function judgeHealing(healings: Healings, promises: Pick<Promises, "backWithinMs">): Violation[] {
  const { backWithinMs } = promises;
  return [
    ...healings.strikes.flatMap((strike) => backLate(strike, healings, backWithinMs)),
    ...neverServed(healings, backWithinMs),
  ];
}

function backLate(strike: Strike, { requests, lives }: Healings, backWithinMs: number): Violation[] {
  const { fault, struck, failure, wholeAt } = strike;
  if (struck === null) return [];
  const what = `"${fault}" (${struck.what})`;
  if (failure !== null) return [notBack(`${what} could not be undone: ${failure}`)];
  if (wholeAt === null) return [notBack(`Not all nodes answered after ${what} was healed.`)];
  const after = servedAfterMs(requests, strike.healedAt);
  if (after === null) return [notBack(`No write was served after ${what} was healed.`)];
  const late = strike.healedAt + after - startOf(strike, lives);
  if (late <= backWithinMs) return [];
  return [notBack(`After ${what} was healed a write was served after ${Math.round(late)} ms, not within ${backWithinMs}.`)];
}

/**
 * From when on the cluster has to come back: from the end of the healing on, and where that started processes, once
 * they answer, for how long a process takes to start is up to the machine. It is in the report all the same.
 */
function startOf({ healingAt, healedAt, wholeAt }: Strike, lives: readonly Life[]): number {
  const whole = wholeAt ?? healedAt;
  return lives.some(({ startedAt }) => startedAt > healingAt && startedAt <= whole) ? whole : healedAt;
}

/** Whoever asks one node and no other one must have been served once in some rests, whatever strikes in between. */
function neverServed({ requests, strikes }: Healings, backWithinMs: number): Violation[] {
  const byNode = new Map<number, Request[]>();
  for (const request of requests) {
    if (request.nodeId === null || request.result !== "ok") continue;
    const same = byNode.get(request.nodeId);
    if (same === undefined) byNode.set(request.nodeId, [request]);
    else same.push(request);
  }
  return strikes.flatMap(({ fault, struck, healedAt, wholeAt }, place) => {
    if (struck === null || wholeAt === null) return [];
    const until = Math.max(strikes[place + restsMax]?.beganAt ?? Number.POSITIVE_INFINITY, healedAt + backWithinMs + silentMaxMs);
    const silent = [...byNode].filter(([, served]) => !served.some(({ endedAt }) => endedAt >= healedAt && endedAt <= until));
    return silent.map(([nodeId]) => notBack(`Node ${nodeId} served nothing after "${fault}" (${struck.what}) was healed.`));
  });
}

function notBack(sentence: string): Violation {
  return { kind: "not back", key: null, sentence };
}

/** What is promised of partitions, kills of the leader and the work of operators. */
export function judgePromptness(figures: Figures, promises: Promises): Violation[] {
  const { majorityAvailability, majorityClientMs, killPausesMs, operationPauses } = figures;
  const sentences: string[] = [];
  const { majorityAvailabilityMin, majorityClientMsMin, killPauseMedianMaxMs, killsMin, operationPauseMaxMs } = promises;
  const isLow = majorityAvailability !== null && majorityAvailability < majorityAvailabilityMin;
  if (isLow && majorityClientMs >= majorityClientMsMin) {
    const [found, promised] = [majorityAvailability, majorityAvailabilityMin].map((share) => `${(share * 100).toFixed(2)} %`);
    sentences.push(`Clients at a majority were served for ${found} of their time in partitions, not for ${promised}.`);
  }
  const pause = killPausesMs.length < killsMin ? null : median(killPausesMs);
  if (pause !== null && pause > killPauseMedianMaxMs) {
    const found = `${Math.round(pause)} ms at the median, not ${killPauseMedianMaxMs}`;
    sentences.push(`After kill -9 of the leader nothing was written for ${found}.`);
  }
  for (const { fault, pauseMs } of operationPauses) {
    if (pauseMs <= operationPauseMaxMs) continue;
    sentences.push(`During "${fault}" nothing was written for ${Math.round(pauseMs)} ms, not at most ${operationPauseMaxMs}.`);
  }
  return sentences.map((sentence) => ({ kind: "too slow", key: null, sentence }));
}
