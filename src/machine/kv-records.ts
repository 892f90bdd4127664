import { ByteReader, type ByteWriter } from "./bytes.ts";

/**
 * The records of the key-value map, one for each key.
 *
 *     key     "k", UTF-8 of the user's key: so records are in the order of their keys' bytes
 *     value   u64 revision (big-endian), content
 *     content u8 kind (0 data, 1 text), bytes
 */

/** What a user keeps under a key. Text comes back as text, data as data. */
export type Value = string | Uint8Array;

/** A value as bytes, kind included. Two values are equal if their contents are. */
export type Content = Uint8Array;

/** The map's records begin with this byte, so that a machine may keep others beside them. */
const nameSpace = "k".charCodeAt(0);
const revisionBytes = 8;
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

export function encodeRecord(revision: number, content: Content): Buffer {
  const record = Buffer.allocUnsafe(revisionBytes + content.length);
  record.writeUInt32BE(Math.floor(revision / 0x1_0000_0000), 0);
  record.writeUInt32BE(revision >>> 0, 4);
  record.set(content, revisionBytes);
  return record;
}

/** @throws Malformed if this is no record */
export function revisionOfRecord(record: Uint8Array): number {
  return new ByteReader(record).u64();
}

/** A view of the record. */
export function contentOfRecord(record: Uint8Array): Content {
  return record.subarray(revisionBytes);
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
