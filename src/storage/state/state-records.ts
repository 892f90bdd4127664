import { crc32 } from "node:zlib";
import type { Index, Members, Millis, SnapshotMeta, Term } from "../../core/types.ts";
import { readUint64, writeUint64 } from "../../format/entry-codec.ts";
import { checkSeal, checksumBytes, numberKey, prefixes, seal } from "../files/records.ts";

/** The first key of the machine's records, and the first key after all of them. */
export const dataRange = { start: Buffer.of(prefixes.data), end: Buffer.of(prefixes.data + 1) } as const;
export const writeRange = { start: Buffer.of(prefixes.write), end: Buffer.of(prefixes.write + 1) } as const;
export const lastWriteKey = Buffer.of(prefixes.last);

export function dataKey(key: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(1 + key.length);
  bytes[0] = prefixes.data;
  bytes.set(key, 1);
  return bytes;
}

/** The machine's own key. Shares memory with `key`. */
export function machineKey(key: Buffer): Buffer {
  return key.subarray(1);
}

/** @param keyChecksum of the key alone, from whoever has it already */
export function encodeData(key: Buffer, value: Uint8Array, keyChecksum?: number): Buffer {
  const bytes = Buffer.allocUnsafe(checksumBytes + value.length);
  bytes.set(value, checksumBytes);
  seal(key, bytes, keyChecksum);
  return bytes;
}

/** The checksum of a record that `encodeData` has made. */
export function checksumOfData(bytes: Buffer): number {
  return bytes.readUInt32BE(0);
}

/**
 * The machine's value and the record's checksum. The value shares memory with `bytes`.
 * @throws RecordDamaged
 */
export function decodeData(key: Buffer, bytes: Buffer): { value: Buffer; checksum: number } {
  const checksum = checkSeal(key, bytes, checksumBytes);
  return { value: bytes.subarray(checksumBytes), checksum };
}

/** The checksum that the record of this value has, or had. */
export function dataChecksum(key: Buffer, value: Uint8Array, keyChecksum = crc32(key)): number {
  return crc32(value, keyChecksum);
}

/** Records as they go from one node to another: u32 bytes of the key, u32 bytes of the value, the key, the value. */
const lengthsBytes = 8;

export function packedLength(key: Uint8Array, value: Uint8Array): number {
  return lengthsBytes + key.length + value.length;
}

export function packRecords(records: readonly (readonly [key: Uint8Array, value: Uint8Array])[]): Buffer {
  let length = 0;
  for (const [key, value] of records) length += packedLength(key, value);
  const bytes = Buffer.allocUnsafe(length);
  let offset = 0;
  for (const [key, value] of records) {
    bytes.writeUInt32BE(key.length, offset);
    bytes.writeUInt32BE(value.length, offset + 4);
    bytes.set(key, offset + lengthsBytes);
    bytes.set(value, offset + lengthsBytes + key.length);
    offset += packedLength(key, value);
  }
  return bytes;
}

/** Null if the bytes are not what `packRecords` makes. Keys and values share memory with `packed`. */
export function unpackRecords(packed: Uint8Array): [key: Buffer, value: Buffer][] | null {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const records: [Buffer, Buffer][] = [];
  for (let offset = 0; offset < bytes.length; ) {
    if (bytes.length - offset < lengthsBytes) return null;
    const valueAt = offset + lengthsBytes + bytes.readUInt32BE(offset);
    const end = valueAt + bytes.readUInt32BE(offset + 4);
    if (end > bytes.length) return null;
    records.push([bytes.subarray(offset + lengthsBytes, valueAt), bytes.subarray(valueAt, end)]);
    offset = end;
  }
  return records;
}

/** What a write to a state says of itself, and of everything in the state once it is done. */
export interface WriteRecord {
  /** Counts the writes from 1 on; 0 stands for the empty state. */
  readonly number: number;
  /** Checksum of the record of the write before it. */
  readonly previous: number;
  readonly appliedIndex: Index;
  /** Of the entry at the applied index. */
  readonly term: Term;
  readonly time: Millis;
  /** The entry that named the members, and the checksum of the record that holds them; 0 if there is none. */
  readonly membersIndex: Index;
  readonly membersChecksum: number;
  /** Number of the machine's records, and the bytes of their keys and values. */
  readonly count: number;
  readonly bytes: number;
  /** Sum over the machine's records, in any order: two halves of 32 bits. */
  readonly digest: readonly [number, number];
  /** Bytes of keys and values that all writes together have put so far. */
  readonly bytesWritten: number;
  /** The first write whose record is still kept. */
  readonly firstKept: number;
}

/*
 * A write record:
 *     offset 0   u32  checksum
 *            4   u32  checksum of the write record before it
 *            8   u64  applied index
 *           16   u64  term of the entry there
 *           24   u64  time of the entry there
 *           32   u64  index of the entry that named the members
 *           40   u32  checksum of the members' record, 0 if there is none
 *           44   u32  digest, first half
 *           48   u32  digest, second half
 *           52   u64  number of the machine's records
 *           60   u64  bytes of their keys and values
 *           68   u64  bytes written so far
 *           76   u64  first write whose record is kept
 *           84   u64  number of this write
 */
export const writeRecordBytes = 92;

export function writeKey(number: number): Buffer {
  return numberKey(prefixes.write, number);
}

/** No write has it: they are numbered from 1. */
export const unusedKey = writeKey(0);

export function encodeWrite(key: Buffer, record: WriteRecord): { value: Buffer; checksum: number } {
  const value = Buffer.allocUnsafe(writeRecordBytes);
  value.writeUInt32BE(record.previous, 4);
  writeUint64(value, record.appliedIndex, 8);
  writeUint64(value, record.term, 16);
  writeUint64(value, record.time, 24);
  writeUint64(value, record.membersIndex, 32);
  value.writeUInt32BE(record.membersChecksum, 40);
  value.writeUInt32BE(record.digest[0], 44);
  value.writeUInt32BE(record.digest[1], 48);
  writeUint64(value, record.count, 52);
  writeUint64(value, record.bytes, 60);
  writeUint64(value, record.bytesWritten, 68);
  writeUint64(value, record.firstKept, 76);
  writeUint64(value, record.number, 84);
  return { value, checksum: seal(key, value) };
}

/** @throws RecordDamaged, EntryDamaged */
export function decodeWrite(key: Buffer, value: Buffer): { record: WriteRecord; checksum: number } {
  const checksum = checkSeal(key, value, writeRecordBytes);
  const record: WriteRecord = {
    number: readUint64(value, 84),
    previous: value.readUInt32BE(4),
    appliedIndex: readUint64(value, 8),
    term: readUint64(value, 16),
    time: readUint64(value, 24),
    membersIndex: readUint64(value, 32),
    membersChecksum: value.readUInt32BE(40),
    count: readUint64(value, 52),
    bytes: readUint64(value, 60),
    digest: [value.readUInt32BE(44), value.readUInt32BE(48)],
    bytesWritten: readUint64(value, 68),
    firstKept: readUint64(value, 76),
  };
  return { record, checksum };
}

export const membersKey = Buffer.of(prefixes.members);
export const stagedKey = Buffer.of(prefixes.staged);

/** Members, or what a snapshot says of itself: a checksum, and JSON in UTF-8. */
export function encodeJson(key: Buffer, content: Members | SnapshotMeta): { value: Buffer; checksum: number } {
  const value = Buffer.concat([Buffer.alloc(checksumBytes), Buffer.from(JSON.stringify(content))]);
  return { value, checksum: seal(key, value) };
}

/** @throws RecordDamaged */
export function decodeMembers(value: Buffer): { members: Members; checksum: number } {
  const checksum = checkSeal(membersKey, value, checksumBytes);
  return { members: JSON.parse(value.toString("utf8", checksumBytes)), checksum };
}

/** @throws RecordDamaged */
export function decodeMeta(value: Buffer): SnapshotMeta {
  checkSeal(stagedKey, value, checksumBytes);
  return JSON.parse(value.toString("utf8", checksumBytes));
}
