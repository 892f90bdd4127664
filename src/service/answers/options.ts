import { count, defaultsOf, millis, numberProblems, type OptionsOf, type OptionTable } from "../../declared/options.ts";
import { sessionLimits } from "../../machine/sessions.ts";

/** The format of a command leaves two bytes for the length of a key and for the number of commands. */
const formatMax = 65_535;
/** Time-out of the sessions that clients of this version open by default, in ms: what they ask for must be had. */
const usualTimeoutMs = 10_000;

/** Limits of what clients may ask for. */
export const serviceOptionTable = {
  keyBytesMax: count(4 * 1024, "bytes", "Longest key, as UTF-8.", { max: formatMax }),
  valueBytesMax: count(1024 * 1024, "bytes", "Largest value."),
  batchCommandsMax: count(128, "commands", "Most commands in one request.", { max: formatMax }),
  batchBytesMax: count(1024 * 1024, "bytes", "Most bytes of keys and values in a request of several commands."),
  requestTimeoutMs: millis(10_000, "Longest time a request may take; a client may ask for a shorter one."),
  streamItemsMax: count(
    1_024,
    "items",
    "Largest number of unanswered items on one client stream; at this limit the node stops reading it.",
  ),
  messageItemsMax: count(4_096, "items", "Most items in one message of a client's stream; those beyond are refused."),
  waitingReadsMax: count(65_536, "reads", "Most reads waiting at one node; further ones are refused."),
  readKeysMax: count(64, "keys", "Most keys that are read from the disk at a time."),
  scanLimitDefault: count(100, "keys", "Keys in a page of a scan that names no limit."),
  scanLimitMax: count(1_000, "keys", "Most keys in a page of a scan."),
  scanBytesMax: count(1024 * 1024, "bytes", "Most bytes in a page of a scan; a page always has room for one key."),
  watchProgressMs: millis(1_000, "Interval between progress messages on a watch without changes."),
  sessionTimeoutMs: millis(10_000, "Session time-out used when the client asks for none.", {
    min: sessionLimits.sessionTimeoutMinMs,
  }),
  sessionTimeoutMaxMs: millis(300_000, "Longest time-out of a session that a client may ask for.", {
    min: usualTimeoutMs,
    max: sessionLimits.sessionTimeoutMaxMs,
  }),
  sessionsPerClientMax: count(
    1_000,
    "sessions",
    "Most sessions opened from one address (of IPv6, from one network of 64 bits). Use the same value on all nodes.",
    { max: sessionLimits.sessionsMax },
  ),
  callsPerConnectionMax: count(1_024, "calls", "Most calls under way on one client's connection; further ones wait there."),
  observersMax: count(8, "observers", "Most observers that watch one node, such as dashboards; further ones are refused."),
  observerMessagesMax: count(
    4_000,
    "messages",
    "Most single messages in a second that an observer may ask to be told of; all others are counted.",
  ),
  observerUnreadBytesMax: count(
    64 * 1024,
    "bytes",
    "Most bytes that an observer has not read; at this limit it is told less, and how much is missing.",
    { min: 4 * 1024 },
  ),
  observedEntriesMax: count(256, "entries", "Most entries of the log in one answer to an observer."),
  clientMessageBytesMax: count(
    1024 * 1024,
    "bytes",
    "Most bytes of results in one message of a client's stream; a single larger one goes alone.",
  ),
} as const satisfies OptionTable;

export type ServiceOptions = OptionsOf<typeof serviceOptionTable>;

export const serviceOptionDefaults = defaultsOf(serviceOptionTable);

/** Every reason why these options cannot be used, one sentence each; empty if they can. */
export function serviceOptionProblems(options: ServiceOptions): string[] {
  const problems = numberProblems(serviceOptionTable, options);
  const { scanLimitDefault, scanLimitMax, sessionTimeoutMs, sessionTimeoutMaxMs } = options;
  if (scanLimitDefault > scanLimitMax) {
    problems.push(`scanLimitDefault (${scanLimitDefault}) must be at most scanLimitMax (${scanLimitMax}).`);
  }
  if (sessionTimeoutMs > sessionTimeoutMaxMs) {
    problems.push(`sessionTimeoutMs (${sessionTimeoutMs}) must be at most sessionTimeoutMaxMs (${sessionTimeoutMaxMs}).`);
  }
  return problems;
}

/** The largest message that a client may send under these limits, in bytes, with room for the frame around keys and values. */
export function requestBytesMax(options: ServiceOptions): number {
  const oneCommand = options.keyBytesMax + 2 * options.valueBytesMax;
  const frameBytes = 64 * 1024;
  return Math.max(4 * 1024 * 1024, oneCommand + frameBytes, options.batchBytesMax + options.batchCommandsMax * 64 + frameBytes);
}
