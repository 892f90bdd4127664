import { isWrite, type Request } from "./notes.ts";
import type { Strike } from "./strikes.ts";

/** What a run came to in numbers. Times are in ms; null where there was nothing to measure. */
export interface Figures {
  /** Share of the clients' time in which they were served. */
  readonly availability: number | null;
  /** The same, of clients that could reach a majority, from the first second of each partition on. */
  readonly majorityAvailability: number | null;
  /** From the acknowledgement before each kill -9 of a leader to the next one. */
  readonly killPausesMs: readonly number[];
  /** From each healing to the acknowledgement of a write that was asked for after it; null for one that never came. */
  readonly backAfterMs: readonly (number | null)[];
}

/** A call that took longer has not been served in time, whatever came of it. */
export const servedWithinMs = 1_000;
/** A partition is given so long until the others have a leader. */
const graceMs = 1_000;
/** The fault from whose strike to the next write is measured. */
const leaderKill = "kill the leader";

export function figuresOf(requests: readonly Request[], strikes: readonly Strike[]): Figures {
  const partitions = strikes.filter(({ majority, struck }) => majority !== null && struck !== null);
  const calm = partitions.map(({ struckAt, healingAt, majority }) => ({ from: struckAt + graceMs, to: healingAt, majority }));
  const kills = strikes.filter(({ fault, struck }) => fault === leaderKill && struck !== null);
  return {
    availability: availabilityOf(requests, [{ from: 0, to: Number.POSITIVE_INFINITY, majority: null }]),
    majorityAvailability: availabilityOf(requests, calm),
    killPausesMs: kills.map((strike) => writePauseMs(requests, strike)),
    backAfterMs: strikes.filter(({ struck }) => struck !== null).map(({ healedAt }) => servedAfterMs(requests, healedAt)),
  };
}

/** A stretch of time, and the nodes whose clients count in it; null: all clients. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly majority: readonly number[] | null;
}

/**
 * Share of the clients' time in which they were served. A client's time belongs to the call that it is in, and its
 * pauses to the call before: so a client that hangs counts as much as one that makes fifty calls meanwhile.
 */
export function availabilityOf(requests: readonly Request[], windows: readonly Window[]): number | null {
  let [served, all] = [0, 0];
  for (const { request, from, to } of spansOf(requests)) {
    for (const window of windows) {
      if (window.majority !== null && request.nodeId !== null && !window.majority.includes(request.nodeId)) continue;
      const length = Math.min(to, window.to) - Math.max(from, window.from);
      if (length <= 0) continue;
      all += length;
      if (isServed(request)) served += length;
    }
  }
  return all === 0 ? null : served / all;
}

function isServed({ result, invokedAt, endedAt }: Request): boolean {
  return result === "ok" && endedAt - invokedAt <= servedWithinMs;
}

/** From when to when a client's time belongs to each of its calls: until it makes the next one. */
export function spansOf(requests: readonly Request[]): { request: Request; from: number; to: number }[] {
  const spans: { request: Request; from: number; to: number }[] = [];
  const last = new Map<number, { request: Request; from: number; to: number }>();
  for (const request of requests) {
    const before = last.get(request.client);
    if (before !== undefined) before.to = request.invokedAt;
    const span = { request, from: request.invokedAt, to: request.endedAt };
    last.set(request.client, span);
    spans.push(span);
  }
  return spans;
}

/** The longest time without an acknowledged write that began or ended while the fault was in force. */
export function writePauseMs(requests: readonly Request[], { beganAt, healingAt }: Strike): number {
  const acknowledged = acknowledgements(requests);
  const before = acknowledged.filter((at) => at < beganAt).at(-1) ?? beganAt;
  const during = acknowledged.filter((at) => at >= beganAt && at <= healingAt);
  const marks = [before, ...during, ...(during.length === 0 ? [healingAt] : [])];
  return Math.max(...marks.slice(1).map((at, place) => at - (marks[place] ?? at)));
}

function acknowledgements(requests: readonly Request[]): number[] {
  return requests.flatMap((request) => (isWrite(request) && request.result === "ok" ? [request.endedAt] : []));
}

/** Until a write was acknowledged that was asked for after this moment. */
export function servedAfterMs(requests: readonly Request[], moment: number): number | null {
  const first = requests.find((request) => isWrite(request) && request.result === "ok" && request.invokedAt >= moment);
  return first === undefined ? null : first.endedAt - moment;
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
