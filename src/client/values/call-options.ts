import { setTimeout as sleep } from "node:timers/promises";
import { optionsArgument, wrongType } from "./arguments.ts";
import { type BalsaError, clientError } from "./balsa-error.ts";

/** What every call may be told. */
export interface CallOptions {
  /** Gives the call up. A write that has left by then may yet take effect: `mayHaveHappened` says so. */
  readonly signal?: AbortSignal | undefined;
  /** Total time limit of the call, retries included, in ms. @default the client's `requestTimeoutMs` */
  readonly timeoutMs?: number | undefined;
}

/** The same, checked and complete. */
export interface Bounds {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | null;
}

/** Longer timers overflow in Node and would fire at once. */
const timerMsMax = 2 ** 31 - 1;

/** @param usualMs the time limit of a call that names none @throws TypeError */
export function boundsArgument(given: CallOptions | undefined, usualMs: number): Bounds {
  const { signal, timeoutMs } = optionsArgument("options", given);
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw wrongType("options.signal", "an AbortSignal", signal);
  if (timeoutMs === undefined) return { timeoutMs: usualMs, signal: signal ?? null };
  if (typeof timeoutMs !== "number") throw wrongType("options.timeoutMs", "a number of ms", timeoutMs);
  if (!(timeoutMs > 0)) throw new TypeError(`options.timeoutMs must be more than 0, not ${timeoutMs}.`);
  return { timeoutMs: Math.min(timeoutMs, timerMsMax), signal: signal ?? null };
}

/** @throws BalsaError as soon as the signal aborts */
export async function pause(ms: number, signal: AbortSignal | null): Promise<void> {
  try {
    await sleep(ms, undefined, signal === null ? {} : { signal });
  } catch {
    if (signal !== null) throw aborted(signal, false);
  }
}

/** The error of a call that was given up by its signal. @param midway it may have left, and may change something */
export function aborted(signal: AbortSignal, midway: boolean): BalsaError {
  return clientError(midway ? "ABORTED_MIDWAY" : "ABORTED", {}, "", signal.reason);
}

/** Calls back once when the signal aborts; never if it has done so already. @returns ends that */
export function whenAborted(signal: AbortSignal | null, callback: (signal: AbortSignal) => void): () => void {
  if (signal === null) return () => undefined;
  const listener = (): void => callback(signal);
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}
