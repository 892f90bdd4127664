import type { Millis } from "../core/types.ts";
import { ByteReader, ByteWriter, writeUint64 } from "./bytes.ts";
import type { SessionId } from "./machine.ts";

/**
 * The records of sessions. All begin with a byte that no record of the machine inside may begin with.
 *
 *     key    0, "c"                value  u32 number of sessions
 *     key    0, "l", u64 session   value  u32 timeout in ms, u64 time at which it expires, by the log's clock; then, of a session
 *                                         that has an owner, u64 time at which it was opened, u8 length and owner, name
 *     key    0, "o", owner         value  u32 number of its sessions
 *     key    0, "a", u64 session   value  its answers; see session-answers.ts
 *
 * All numbers are big-endian. The life of a session stands by itself: it changes less often than its answers, and
 * whoever looks for expired sessions need not read those. A session without answers has no record of them.
 */
const nameSpace = 0;
const keyBytes = 10;

/** Whether the record is one of these. */
export function isSessionRecord(recordKey: Uint8Array): boolean {
  return recordKey[0] === nameSpace;
}

export const countKey = Buffer.from([nameSpace, "c".charCodeAt(0)]);
const lifePrefix = Buffer.from([nameSpace, "l".charCodeAt(0)]);
const ownerPrefix = Buffer.from([nameSpace, "o".charCodeAt(0)]);
/** The lives of all sessions. */
export const lifeRange = { start: lifePrefix, end: Buffer.from([nameSpace, "l".charCodeAt(0) + 1]) };

export function lifeKey(session: SessionId): Buffer {
  return keyOf("l", session);
}

export function answersKey(session: SessionId): Buffer {
  return keyOf("a", session);
}

/** How many sessions an owner has; there is none of an owner that has none. */
export function ownerKey(owner: string): Buffer {
  return Buffer.concat([ownerPrefix, Buffer.from(owner)]);
}

export function sessionOfLifeKey(key: Uint8Array): SessionId {
  return new ByteReader(key.subarray(lifePrefix.length)).u64();
}

function keyOf(letter: string, session: SessionId): Buffer {
  const key = Buffer.allocUnsafe(keyBytes);
  key[0] = nameSpace;
  key[1] = letter.charCodeAt(0);
  writeUint64(key, session, 2);
  return key;
}

export function encodeCount(count: number): Buffer {
  const writer = new ByteWriter();
  writer.u32(count);
  return writer.finish();
}

export function decodeCount(record: Uint8Array | undefined): number {
  return record === undefined ? 0 : new ByteReader(record).u32();
}

export interface Life {
  readonly timeoutMs: Millis;
  /** By the log's clock; from this very moment on there is no session. */
  readonly expiresAt: Millis;
  /** Whose it is, as in the record: few who look at a life want to know. Empty if it has no owner. */
  readonly client: Uint8Array;
}

/** Whose a session is, and since when. */
export interface SessionClient {
  readonly openedAt: Millis;
  readonly owner: string;
  readonly name: string;
}

export function encodeLife({ timeoutMs, expiresAt, client }: Life): Buffer {
  const writer = new ByteWriter();
  writer.u32(timeoutMs);
  writer.u64(expiresAt);
  writer.bytes(client);
  return writer.finish();
}

export function decodeLife(record: Uint8Array): Life {
  const reader = new ByteReader(record);
  return { timeoutMs: reader.u32(), expiresAt: reader.u64(), client: reader.bytes(reader.remaining) };
}

export function encodeClient({ openedAt, owner, name }: SessionClient): Buffer {
  const writer = new ByteWriter();
  writer.u64(openedAt);
  writer.u8(Buffer.byteLength(owner));
  writer.text(owner);
  writer.text(name);
  return writer.finish();
}

/** Null of a session that has no owner. */
export function decodeClient({ client }: Life): SessionClient | null {
  if (client.length === 0) return null;
  const reader = new ByteReader(client);
  return { openedAt: reader.u64(), owner: reader.text(reader.u8()), name: reader.text(reader.remaining) };
}
