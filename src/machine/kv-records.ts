import { ByteReader, type ByteWriter, Malformed, writeUint64 } from "./bytes.ts";
import type { SessionId } from "./machine.ts";

/**
 * The records of the key-value map, one for each key.
 *
 *     key     "k", UTF-8 of the user's key: so records are in the order of their keys' bytes
 *     value   u64 revision, [u64 session], content
 *     content u8 kind (0 data, 1 text), bytes
 *
 * All numbers are big-endian. The highest bit of the first byte says that a session follows: the key is attached to it.
 */

/** What a user keeps under a key. Text comes back as text, data as data. */
export type Value = string | Uint8Array;

/** A value as bytes, kind included. Two values are equal if their contents are. */
export type Content = Uint8Array;

/** The map's records begin with this byte, so that a machine may keep others beside them. */
const nameSpace = "k".charCodeAt(0);
const revisionBytes = 8;
const sessionBytes = 8;
/** Revisions have 53 bits, so this one of their first byte is free. */
const attachedFlag = 0x80;
const kindData = 0;
const kindText = 1;

export function recordKey(key: string): Buffer {
  const bytes = Buffer.allocUnsafe(1 + Buffer.byteLength(key));
  bytes[0] = nameSpace;
  bytes.write(key, 1);
  return bytes;
}

/** The same, of a key that is UTF-8 bytes already. */
export function recordKeyOfBytes(key: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(1 + key.length);
  bytes[0] = nameSpace;
  bytes.set(key, 1);
  return bytes;
}

/** The same, of a key that comes next in what is being read. */
export function readRecordKey(reader: ByteReader, length: number): Buffer {
  return reader.bytesAfter(nameSpace, length);
}

export function keyOfRecord(recordKey: Uint8Array): string {
  return asBuffer(recordKey).toString("utf8", 1);
}

/** The user's key as UTF-8: a view of the record key. */
export function keyBytesOfRecord(recordKey: Uint8Array): Uint8Array {
  return recordKey.subarray(1);
}

/** The record keys of all keys that begin with `prefix`: from `start` on, up to but without `end`. */
export function recordRange(prefix: string): { start: Buffer; end: Buffer } {
  const start = recordKey(prefix);
  const end = Buffer.from(start);
  // UTF-8 has no byte 0xff, and the name space is below it: the last byte can always be counted up.
  end[end.length - 1] = (end[end.length - 1] ?? 0) + 1;
  return { start, end };
}

/** Whether this is the record of a key, and not another one that the map keeps beside them. */
export function isKeyRecord(recordKey: Uint8Array): boolean {
  return recordKey[0] === nameSpace;
}

/** @param session what the key is attached to; 0 is nothing */
export function encodeRecord(revision: number, content: Content, session: SessionId = 0): Buffer {
  const start = session === 0 ? revisionBytes : revisionBytes + sessionBytes;
  const record = Buffer.allocUnsafe(start + content.length);
  writeUint64(record, revision, 0);
  if (session !== 0) {
    writeUint64(record, session, revisionBytes);
    record[0] = (record[0] ?? 0) | attachedFlag;
  }
  record.set(content, start);
  return record;
}

/** @throws Malformed if this is no record */
export function revisionOfRecord(record: Uint8Array): number {
  const reader = new ByteReader(record);
  const high = reader.u32() & 0x7fff_ffff;
  const revision = high * 0x1_0000_0000 + reader.u32();
  if (!Number.isSafeInteger(revision)) throw new Malformed("has a number beyond 2^53 - 1");
  return revision;
}

/** The session that the key is attached to; 0 if to none. @throws Malformed if this is no record */
export function sessionOfRecord(record: Uint8Array): SessionId {
  return isAttached(record) ? new ByteReader(record.subarray(revisionBytes)).u64() : 0;
}

/** A view of the record. */
export function contentOfRecord(record: Uint8Array): Content {
  return record.subarray(isAttached(record) ? revisionBytes + sessionBytes : revisionBytes);
}

function isAttached(record: Uint8Array): boolean {
  return ((record[0] ?? 0) & attachedFlag) !== 0;
}

/** The value of a content. Data shares memory with it. */
export function valueOfContent(content: Content): Value {
  return content[0] === kindText ? asBuffer(content).toString("utf8", 1) : content.subarray(1);
}

/** @throws Malformed if this is no record */
export function decodeRecord(record: Uint8Array): { revision: number; value: Value } {
  return { revision: revisionOfRecord(record), value: valueOfContent(contentOfRecord(record)) };
}

/** Writes a value's content, after its length. */
export function writeValue(writer: ByteWriter, value: Value): void {
  const place = writer.placeholder(4);
  if (typeof value === "string") {
    writer.u8(kindText);
    writer.text(value);
  } else {
    writer.u8(kindData);
    writer.bytes(value);
  }
  writer.patchLength32(place);
}

/** Whether bytes of this kind byte are a content. */
export function isContent(content: Uint8Array): boolean {
  return content[0] === kindData || content[0] === kindText;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
