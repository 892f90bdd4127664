import type { Millis } from "../core/types.ts";
import type { At, ReadonlyRecords, Records, SessionId } from "./machine.ts";
import {
  answersKey,
  countKey,
  decodeClient,
  decodeCount,
  decodeLife,
  encodeClient,
  encodeCount,
  encodeLife,
  type Life,
  lifeKey,
  ownerKey,
} from "./session-records.ts";

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

/** Whose the session is, if its record is there and says so. */
export function ownerOf(session: SessionId, records: ReadonlyRecords): string | null {
  const record = records.get(lifeKey(session));
  return record === undefined ? null : (decodeClient(decodeLife(record))?.owner ?? null);
}

/** Whom a session is opened for, and how many it may have. */
export interface Owner {
  readonly owner: string;
  readonly ownerMax: number;
  readonly name: string;
}

/** Why a session is not opened: there are as many as there may be, in all or of this owner. */
export type NotBegun = "tooManySessions" | "tooManyOfOwner";

/** @param by null: it counts for nobody */
export function begin(at: At, timeoutMs: Millis, by: Owner | null, sessionsMax: number, records: Records): NotBegun | null {
  const { index, time } = at;
  const count = decodeCount(records.get(countKey));
  if (count >= sessionsMax) return "tooManySessions";
  if (by !== null) {
    const key = ownerKey(by.owner);
    const ofOwner = decodeCount(records.get(key));
    if (ofOwner >= by.ownerMax) return "tooManyOfOwner";
    records.put(key, encodeCount(ofOwner + 1));
  }
  records.put(countKey, encodeCount(count + 1));
  const client = by === null ? noClient : encodeClient({ openedAt: time, owner: by.owner, name: by.name });
  records.put(lifeKey(index), encodeLife({ timeoutMs, expiresAt: expiryOf(timeoutMs, time), client }));
  return null;
}

/** A sign of life. */
export function renew({ time }: At, session: SessionId, life: Life, records: Records): void {
  const { timeoutMs, expiresAt } = life;
  // As long as it lives for another timeout as it is, the record need not be written again.
  if (expiresAt - time < timeoutMs) records.put(lifeKey(session), encodeLife({ ...life, expiresAt: expiryOf(timeoutMs, time) }));
}

/** Deletes the records of a session that are there. */
export function end(session: SessionId, records: Records): void {
  const owner = ownerOf(session, records);
  if (owner !== null) {
    const key = ownerKey(owner);
    const left = decodeCount(records.get(key)) - 1;
    if (left > 0) records.put(key, encodeCount(left));
    else records.delete(key);
  }
  records.put(countKey, encodeCount(decodeCount(records.get(countKey)) - 1));
  records.delete(lifeKey(session));
  const answers = answersKey(session);
  if (records.get(answers) !== undefined) records.delete(answers);
}

const noClient = new Uint8Array(0);

/** A session gets an eighth more than its timeout, so that it is renewed at most eight times in it, however busy it is. */
function expiryOf(timeoutMs: Millis, time: Millis): Millis {
  return time + timeoutMs + Math.floor(timeoutMs / 8);
}
