import type { Millis } from "../core/types.ts";
import type { At, ReadonlyRecords, Records, SessionId } from "./machine.ts";
import { answersKey, countKey, decodeCount, decodeLife, encodeCount, encodeLife, type Life, lifeKey } from "./session-records.ts";

/**
 * When sessions begin and end. A session expires at a moment of the log's clock that its last sign of life has set, and from that
 * moment on it counts as gone, whether or not its records have been cleared away yet.
 */

/** The session if it lives at this time; null if it has expired, was closed or never was. */
export function lifeAt(session: SessionId, time: Millis, records: ReadonlyRecords): Life | null {
  const record = records.get(lifeKey(session));
  const life = record === undefined ? null : decodeLife(record);
  return life === null || life.expiresAt <= time ? null : life;
}

/** Whether the session has expired, and its records are still there. */
export function isOverdue(session: SessionId, time: Millis, records: ReadonlyRecords): boolean {
  const record = records.get(lifeKey(session));
  return record !== undefined && decodeLife(record).expiresAt <= time;
}

/** Returns false if there are as many sessions as there may be. */
export function begin({ index, time }: At, timeoutMs: Millis, sessionsMax: number, records: Records): boolean {
  const count = decodeCount(records.get(countKey));
  if (count >= sessionsMax) return false;
  records.put(countKey, encodeCount(count + 1));
  records.put(lifeKey(index), encodeLife({ timeoutMs, expiresAt: expiryOf(timeoutMs, time) }));
  return true;
}

/** A sign of life. */
export function renew({ time }: At, session: SessionId, life: Life, records: Records): void {
  const { timeoutMs, expiresAt } = life;
  // As long as it lives for another timeout as it is, the record need not be written again.
  if (expiresAt - time < timeoutMs) records.put(lifeKey(session), encodeLife({ timeoutMs, expiresAt: expiryOf(timeoutMs, time) }));
}

/** Deletes the records of a session that are there. */
export function end(session: SessionId, records: Records): void {
  records.put(countKey, encodeCount(decodeCount(records.get(countKey)) - 1));
  records.delete(lifeKey(session));
  const answers = answersKey(session);
  if (records.get(answers) !== undefined) records.delete(answers);
}

/** A session gets an eighth more than its timeout, so that it is renewed at most eight times in it, however busy it is. */
function expiryOf(timeoutMs: Millis, time: Millis): Millis {
  return time + timeoutMs + Math.floor(timeoutMs / 8);
}
