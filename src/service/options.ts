import type { Millis } from "../core/types.ts";
import { sessionLimits } from "../machine/sessions.ts";

/** Limits of what clients may ask for. Every limit has a name and a default. */
export interface ServiceOptions {
  /** Longest key, in bytes of UTF-8. */
  readonly keyBytesMax: number;
  /** Largest value, in bytes. */
  readonly valueBytesMax: number;
  /** Most commands in one request. */
  readonly batchCommandsMax: number;
  /** Most bytes of a request of several commands, as it goes to the log. A single command has the limits of its key and values. */
  readonly batchBytesMax: number;
  /** A request whose call has no earlier deadline is given up after so long, in ms. */
  readonly requestTimeoutMs: number;
  /** A stream with so many unanswered items is not read on until some are answered. */
  readonly streamItemsMax: number;
  /** Most items in one message of a stream; those beyond are refused. */
  readonly messageItemsMax: number;
  /** Most reads that wait at this node; further ones are refused. */
  readonly waitingReadsMax: number;
  /** Most keys that are read from the disk in one go. */
  readonly readKeysMax: number;
  /** Keys in a page of a scan that names no limit. */
  readonly scanLimitDefault: number;
  /** Most keys in a page of a scan; a scan that wants more gets so many. */
  readonly scanLimitMax: number;
  /** A page of a scan ends before it grows beyond so many bytes, but holds at least one key. */
  readonly scanBytesMax: number;
  /** Results of a stream are put in one message up to so many bytes; a single larger result goes alone. */
  readonly messageBytesMax: number;
  /** A watcher whose keys do not change is told so often how far it is, in ms. */
  readonly watchProgressMs: Millis;
  /** A session for which no time-out is asked expires when nothing is heard of its client for so long, in ms. */
  readonly sessionTimeoutMs: Millis;
  /** Most calls under way on one connection; a client's further calls wait there until some are done. */
  readonly callsPerConnectionMax: number;
}

export const serviceOptionDefaults: ServiceOptions = {
  keyBytesMax: 4 * 1024,
  valueBytesMax: 1024 * 1024,
  batchCommandsMax: 128,
  batchBytesMax: 1024 * 1024,
  requestTimeoutMs: 10_000,
  streamItemsMax: 1_024,
  messageItemsMax: 4_096,
  waitingReadsMax: 65_536,
  readKeysMax: 1_024,
  scanLimitDefault: 100,
  scanLimitMax: 1_000,
  scanBytesMax: 1024 * 1024,
  messageBytesMax: 1024 * 1024,
  watchProgressMs: 1_000,
  sessionTimeoutMs: 10_000,
  callsPerConnectionMax: 1_024,
};

/** The format of a command leaves two bytes for the length of a key and for the number of commands. */
const formatMax = 65_535;

/** Every reason why these options cannot be used, one sentence each; empty if they can. */
export function serviceOptionProblems(options: ServiceOptions): string[] {
  const problems: string[] = [];
  for (const name of Object.keys(serviceOptionDefaults) as (keyof ServiceOptions)[]) {
    const value = options[name];
    if (!Number.isSafeInteger(value) || value < 1) problems.push(`${name} must be a whole number from 1 on, not ${value}.`);
  }
  for (const name of ["keyBytesMax", "batchCommandsMax"] as const) {
    if (options[name] > formatMax) problems.push(`${name} (${options[name]}) must be at most ${formatMax}.`);
  }
  if (options.scanLimitDefault > options.scanLimitMax) {
    problems.push(`scanLimitDefault (${options.scanLimitDefault}) must be at most scanLimitMax (${options.scanLimitMax}).`);
  }
  const { sessionTimeoutMinMs: min, sessionTimeoutMaxMs: max } = sessionLimits;
  if (options.sessionTimeoutMs < min || options.sessionTimeoutMs > max) {
    problems.push(`sessionTimeoutMs (${options.sessionTimeoutMs}) must be from ${min} to ${max}, as for all sessions.`);
  }
  return problems;
}

/** The largest message that a client may send under these limits, in bytes, with room for the frame around keys and values. */
export function requestBytesMax(options: ServiceOptions): number {
  const oneCommand = options.keyBytesMax + 2 * options.valueBytesMax;
  const frameBytes = 64 * 1024;
  return Math.max(4 * 1024 * 1024, oneCommand + frameBytes, options.batchBytesMax + options.batchCommandsMax * 64 + frameBytes);
}
