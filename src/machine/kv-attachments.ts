import { ByteReader, ByteWriter } from "./bytes.ts";
import type { SessionId } from "./machine.ts";

/**
 * Which keys of the map are attached to a session: one record for each session that has one or more.
 *
 *     key     "a", u64 session
 *     value   u32 number of keys, u32 bytes of their records, then each key: u16 length, UTF-8
 *
 * All numbers are big-endian. A key stands here exactly if its own record names the session, so the end of a session
 * touches no records but those it deletes.
 */

/** Most keys attached to one session, and so most records that its end may delete. Equal on all nodes, so not an option. */
export const attachedKeysMax = 1024;

/** Most bytes of all records attached to one session: they are all in memory when it ends. */
export const attachedBytesMax = 256 * 1024;

/** The record of a session that has no attached keys is not there. */
export type Attachments = Uint8Array | undefined;

const nameSpace = "a".charCodeAt(0);
const headerBytes = 8;

export function attachmentsKey(session: SessionId): Buffer {
  const writer = new ByteWriter();
  writer.u8(nameSpace);
  writer.u64(session);
  return writer.finish();
}

/** Views of the user's keys, in the order in which they were attached. */
export function attachedKeys(attachments: Attachments): Uint8Array[] {
  if (attachments === undefined) return [];
  const reader = new ByteReader(attachments);
  const keys: Uint8Array[] = [];
  const count = reader.u32();
  reader.u32();
  for (let left = count; left > 0; left -= 1) keys.push(reader.bytes(reader.u16()));
  return keys;
}

/** Whether a record of `recordBytes` may be attached as well, in place of one of `bytesBefore` if the key is there already. */
export function hasRoom(attachments: Attachments, recordBytes: number, bytesBefore: number | null): boolean {
  const { count, bytes } = totals(attachments);
  return count + (bytesBefore === null ? 1 : 0) <= attachedKeysMax && bytes + recordBytes - (bytesBefore ?? 0) <= attachedBytesMax;
}

/** @param key one that is not there yet */
export function withKey(attachments: Attachments, key: Uint8Array, recordBytes: number): Buffer {
  const { count, bytes } = totals(attachments);
  const writer = new ByteWriter();
  writer.u32(count + 1);
  writer.u32(bytes + recordBytes);
  if (attachments !== undefined) writer.bytes(attachments.subarray(headerBytes));
  writer.u16(key.length);
  writer.bytes(key);
  return writer.finish();
}

/** The record of an attached key has become longer or shorter. */
export function withBytes(attachments: Uint8Array, bytesMore: number): Buffer {
  const changed = Buffer.from(attachments);
  changed.writeUInt32BE(totals(attachments).bytes + bytesMore, 4);
  return changed;
}

/** Null: that was the last one. */
export function withoutKey(attachments: Uint8Array, key: Uint8Array, recordBytes: number): Buffer | null {
  const { count, bytes } = totals(attachments);
  if (count <= 1) return null;
  const writer = new ByteWriter();
  writer.u32(count - 1);
  writer.u32(bytes - recordBytes);
  for (const other of attachedKeys(attachments)) {
    if (Buffer.compare(other, key) === 0) continue;
    writer.u16(other.length);
    writer.bytes(other);
  }
  return writer.finish();
}

function totals(attachments: Attachments): { count: number; bytes: number } {
  if (attachments === undefined) return { count: 0, bytes: 0 };
  const reader = new ByteReader(attachments);
  return { count: reader.u32(), bytes: reader.u32() };
}
