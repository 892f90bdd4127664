import type { Strike } from "../strikes.ts";
import { isWrite, type Request } from "../witnesses/notes.ts";

/** What a run came to in numbers. Times are in ms; null where there was nothing to measure. */
export interface Figures {
  /** Share of the clients' time in which they were served. */
  readonly availability: number | null;
  /** The same, of clients that could reach a majority, from the first second of each partition on. */
  readonly majorityAvailability: number | null;
  /** Of so much time of theirs, all clients together. */
  readonly majorityClientMs: number;
  /** The longest time between two acknowledged writes around each kill -9 of a leader; infinite if there was none after it. */
  readonly killPausesMs: readonly number[];
  /** The same of what operators do to a cluster that works, its undoing included. */
  readonly operationPauses: readonly { readonly fault: string; readonly pauseMs: number }[];
  /** From each healing to the acknowledgement of a write that was asked for after it; null for one that never came. */
  readonly backAfterMs: readonly (number | null)[];
}

/** A call that took longer has not been served in time, whatever came of it. */
export const servedWithinMs = 1_000;
/** A partition is given so long until the others have a leader. */
const graceMs = 1_000;
/** The faults around which pauses of writes are measured. */
export const leaderKill = "kill the leader";
export const operations = ["rolling restart", "rolling upgrade", "a node joins and leaves"];

export function figuresOf(requests: readonly Request[], strikes: readonly Strike[]): Figures {
  const seen = strikes.filter(({ struck }) => struck !== null);
  const partitions = seen.filter(({ majority }) => majority !== null);
  const calm = partitions.map(({ struckAt, healingAt, majority }) => ({ from: struckAt + graceMs, to: healingAt, majority }));
  const kills = seen.filter(({ fault }) => fault === leaderKill);
  const inMajority = timeOf(requests, calm);
  const works = seen.filter(({ fault }) => operations.includes(fault));
  return {
    availability: availabilityOf(requests, [{ from: 0, to: Number.POSITIVE_INFINITY, majority: null }]),
    majorityAvailability: shareOf(inMajority),
    majorityClientMs: inMajority.allMs,
    killPausesMs: kills.map(({ beganAt, healingAt }) => writePauseMs(requests, { from: beganAt, to: healingAt })),
    operationPauses: works.map(({ fault, beganAt, healedAt }) => {
      return { fault, pauseMs: writePauseMs(requests, { from: beganAt, to: healedAt }) };
    }),
    backAfterMs: seen.map(({ healedAt }) => servedAfterMs(requests, healedAt)),
  };
}

/** A stretch of time, and the nodes whose clients count in it; null: all clients. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly majority: readonly number[] | null;
}

/** The time of clients, and how much of it they were served in. */
interface ClientTime {
  readonly servedMs: number;
  readonly allMs: number;
}

function shareOf({ servedMs, allMs }: ClientTime): number | null {
  return allMs === 0 ? null : servedMs / allMs;
}

/** Share of the clients' time in these stretches in which they were served. */
export function availabilityOf(requests: readonly Request[], windows: readonly Window[]): number | null {
  return shareOf(timeOf(requests, windows));
}

/**
 * The clients' time in these stretches. It belongs to the call that a client is in, and its pauses to the call before: so a
 * client that hangs counts as much as one that makes fifty calls meanwhile.
 */
function timeOf(requests: readonly Request[], windows: readonly Window[]): ClientTime {
  let [servedMs, allMs] = [0, 0];
  for (const spans of spansOf(requests).values()) {
    for (const window of windows) {
      const nodeId = spans[0]?.request.nodeId ?? null;
      if (window.majority !== null && nodeId !== null && !window.majority.includes(nodeId)) continue;
      for (let place = firstPlace(spans, ({ to }) => to > window.from); place < spans.length; place += 1) {
        const span = spans[place];
        if (span === undefined || span.from >= window.to) break;
        const length = Math.min(span.to, window.to) - Math.max(span.from, window.from);
        allMs += length;
        if (isServed(span.request)) servedMs += length;
      }
    }
  }
  return { servedMs, allMs };
}

function isServed({ result, invokedAt, endedAt }: Request): boolean {
  return result === "ok" && endedAt - invokedAt <= servedWithinMs;
}

interface Span {
  readonly request: Request;
  readonly from: number;
  to: number;
}

/** From when to when each client's time belongs to each of its calls: until it makes the next one. */
function spansOf(requests: readonly Request[]): Map<number, Span[]> {
  const all = new Map<number, Span[]>();
  for (const request of requests) {
    const spans = all.get(request.client) ?? [];
    if (spans.length === 0) all.set(request.client, spans);
    const before = spans.at(-1);
    if (before !== undefined) before.to = request.invokedAt;
    spans.push({ request, from: request.invokedAt, to: request.endedAt });
  }
  return all;
}

/** The first place from which on this holds, as it does for all that follow such a one. */
function firstPlace<T>(sorted: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = sorted[middle];
    if (item !== undefined && holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The longest time between two acknowledged writes in this stretch: from the last one before it to the first one after
 * it, so that a silence counts in full however the stretch was chosen. Infinite if none ever came after it.
 * @param requests in the order of their ends
 */
export function writePauseMs(requests: readonly Request[], { from, to }: Omit<Window, "majority">): number {
  const first = firstPlace(requests, ({ endedAt }) => endedAt >= from);
  let before = first - 1;
  while (before >= 0 && !isAcknowledgedWrite(requests[before])) before -= 1;
  let last = requests[before]?.endedAt ?? from;
  let longest = 0;
  for (let place = first; place < requests.length; place += 1) {
    const request = requests[place];
    if (request === undefined || !isAcknowledgedWrite(request)) continue;
    longest = Math.max(longest, request.endedAt - last);
    last = request.endedAt;
    if (last > to) return longest;
  }
  return Number.POSITIVE_INFINITY;
}

/** Until a write was acknowledged that was asked for after this moment. @param requests in the order of their ends */
export function servedAfterMs(requests: readonly Request[], moment: number): number | null {
  for (let place = firstPlace(requests, ({ endedAt }) => endedAt >= moment); place < requests.length; place += 1) {
    const request = requests[place];
    if (request !== undefined && isAcknowledgedWrite(request) && request.invokedAt >= moment) return request.endedAt - moment;
  }
  return null;
}

function isAcknowledgedWrite(request: Request | undefined): boolean {
  return request !== undefined && isWrite(request) && request.result === "ok";
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
