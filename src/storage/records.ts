import { crc32 } from "node:zlib";
import type { Entry, HardState, Index, Term } from "../core/types.ts";
import { decodeEntry, encodedLength, readUint64, writeEntry, writeUint64 } from "../node/entry-codec.ts";

/**
 * Every key and record of a data directory. Nothing else in this folder knows an offset.
 *
 *     log/      "s" + u64 number         one store: hard state and entries            (StoreRecord)
 *     state/    "d" + the machine's key  one record of the machine
 *               "j" + u64 number         one write: names the write before it         (WriteRecord)
 *               "m"                      a second copy of the last write's record
 *     log.mark  two slots                where the log ended                          (LogTail)
 *
 * Numbers are big-endian, so that keys sort as numbers do. Each value starts with a CRC-32 over its key and the
 * rest of it: a record that is read under another key than its own is damaged too.
 */
const prefixes = { store: 0x73, data: 0x64, write: 0x6a, last: 0x6d } as const;

const checksumBytes = 4;
const numberKeyBytes = 9;

/** What a damaged record is called; the reader of the record says where it lies. */
export class RecordDamaged extends Error {
  constructor(what: string) {
    super(what);
    this.name = "RecordDamaged";
  }
}

// --- log/ ---------------------------------------------------------------------------------------------------

/** Where the log ends, and what the last store said. The same in the last store record and in log.mark. */
export interface LogTail {
  /** Number of the last store; 0 before the first. Numbers have no gap. */
  readonly number: number;
  readonly hardState: HardState;
  readonly lastIndex: Index;
  readonly lastTerm: Term;
  /** Checksum of the last store record, which the next one names. */
  readonly checksum: number;
}

export const emptyTail: LogTail = {
  number: 0,
  hardState: { term: 0, votedFor: null },
  lastIndex: 0,
  lastTerm: 0,
  checksum: 0,
};

export function storeKey(number: number): Buffer {
  return numberKey(prefixes.store, number);
}

/** The number in a store's key. */
export function storeNumber(key: Buffer): number {
  return numberOf(key, prefixes.store);
}

/*
 * A store record:
 *     offset 0   u32  checksum
 *            4   u32  checksum of the store record before it, 0 for the first
 *            8   u64  term          \
 *           16   u64  voted for, 0 for none   the hard state from now on
 *           24   u64  last index    \
 *           32   u64  last term     / of the log from now on
 *           40   u32  number of entries, which replace everything from the first one's index on
 *           44   ...  entries, as the entry codec writes them
 */
const storeHeaderBytes = 44;

export interface StoreRecord {
  readonly tail: LogTail;
  readonly previous: number;
  readonly entries: readonly Entry[];
}

/** Makes the record that follows `before`, and the tail of the log once it is written. */
export function encodeStore(before: LogTail, after: Omit<LogTail, "number" | "checksum">, entries: readonly Entry[]) {
  let length = storeHeaderBytes;
  for (const entry of entries) length += encodedLength(entry);
  const number = before.number + 1;
  const key = storeKey(number);
  const value = Buffer.allocUnsafe(length);
  value.writeUInt32BE(before.checksum, 4);
  writeState(value, 8, after);
  value.writeUInt32BE(entries.length, 40);
  let offset = storeHeaderBytes;
  for (const entry of entries) offset = writeEntry(value, offset, entry);
  const checksum = seal(key, value);
  const tail: LogTail = { ...after, number, checksum };
  return { key, value, tail };
}

/** @throws RecordDamaged, EntryDamaged */
export function decodeStore(key: Buffer, value: Buffer): StoreRecord {
  const checksum = checkSeal(key, value, storeHeaderBytes);
  const entries: Entry[] = [];
  let offset = storeHeaderBytes;
  for (let left = value.readUInt32BE(40); left > 0; left--) {
    const { entry, next } = decodeEntry(value, offset);
    entries.push(entry);
    offset = next;
  }
  if (offset !== value.length) throw new RecordDamaged("has bytes after its last entry");
  return { tail: { ...readState(value, 8), number: storeNumber(key), checksum }, previous: value.readUInt32BE(4), entries };
}

/*
 * A slot of log.mark:
 *     offset 0   u32  checksum over what follows
 *            4   u32  checksum of the last store record
 *            8   u64  number of the last store
 *           16   ...  term, voted for, last index, last term, as in a store record
 */
export const markBytes = 48;

export function encodeMark(tail: LogTail): Buffer {
  const value = Buffer.alloc(markBytes);
  value.writeUInt32BE(tail.checksum, 4);
  writeUint64(value, tail.number, 8);
  writeState(value, 16, tail);
  seal(Buffer.alloc(0), value);
  return value;
}

/** @throws RecordDamaged */
export function decodeMark(value: Buffer): LogTail {
  checkSeal(Buffer.alloc(0), value, markBytes);
  return { ...readState(value, 16), number: readUint64(value, 8), checksum: value.readUInt32BE(4) };
}

function writeState(value: Buffer, offset: number, state: Omit<LogTail, "number" | "checksum">): void {
  writeUint64(value, state.hardState.term, offset);
  writeUint64(value, state.hardState.votedFor ?? 0, offset + 8);
  writeUint64(value, state.lastIndex, offset + 16);
  writeUint64(value, state.lastTerm, offset + 24);
}

function readState(value: Buffer, offset: number) {
  const votedFor = readUint64(value, offset + 8);
  const hardState: HardState = { term: readUint64(value, offset), votedFor: votedFor === 0 ? null : votedFor };
  return { hardState, lastIndex: readUint64(value, offset + 16), lastTerm: readUint64(value, offset + 24) };
}

// --- state/ -------------------------------------------------------------------------------------------------

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

export function encodeData(key: Buffer, value: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(checksumBytes + value.length);
  bytes.set(value, checksumBytes);
  seal(key, bytes);
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
export function dataChecksum(key: Buffer, value: Uint8Array): number {
  return crc32(value, crc32(key));
}

/** What a write to `state/` says of itself, and of everything in `state/` once it is done. */
export interface WriteRecord {
  /** Counts the writes from 1 on; 0 stands for the empty state. */
  readonly number: number;
  /** Checksum of the record of the write before it. */
  readonly previous: number;
  readonly appliedIndex: Index;
  /** Number of the machine's records. */
  readonly count: number;
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
 *           16   u64  number of the machine's records
 *           24   u32  digest, first half
 *           28   u32  digest, second half
 *           32   u64  bytes written so far
 *           40   u64  first write whose record is kept
 *           48   u64  number of this write
 */
export const writeRecordBytes = 56;

export function writeKey(number: number): Buffer {
  return numberKey(prefixes.write, number);
}

export function encodeWrite(key: Buffer, record: WriteRecord): { value: Buffer; checksum: number } {
  const value = Buffer.allocUnsafe(writeRecordBytes);
  value.writeUInt32BE(record.previous, 4);
  writeUint64(value, record.appliedIndex, 8);
  writeUint64(value, record.count, 16);
  value.writeUInt32BE(record.digest[0], 24);
  value.writeUInt32BE(record.digest[1], 28);
  writeUint64(value, record.bytesWritten, 32);
  writeUint64(value, record.firstKept, 40);
  writeUint64(value, record.number, 48);
  return { value, checksum: seal(key, value) };
}

/** @throws RecordDamaged, EntryDamaged */
export function decodeWrite(key: Buffer, value: Buffer): { record: WriteRecord; checksum: number } {
  const checksum = checkSeal(key, value, writeRecordBytes);
  const record: WriteRecord = {
    number: readUint64(value, 48),
    previous: value.readUInt32BE(4),
    appliedIndex: readUint64(value, 8),
    count: readUint64(value, 16),
    digest: [value.readUInt32BE(24), value.readUInt32BE(28)],
    bytesWritten: readUint64(value, 32),
    firstKept: readUint64(value, 40),
  };
  return { record, checksum };
}

// --- both ---------------------------------------------------------------------------------------------------

function numberKey(prefix: number, number: number): Buffer {
  const key = Buffer.allocUnsafe(numberKeyBytes);
  key[0] = prefix;
  writeUint64(key, number, 1);
  return key;
}

function numberOf(key: Buffer, prefix: number): number {
  if (key.length !== numberKeyBytes || key[0] !== prefix) throw new RecordDamaged("has a key of no known kind");
  return readUint64(key, 1);
}

function seal(key: Buffer, value: Buffer): number {
  const checksum = crc32(value.subarray(checksumBytes), crc32(key));
  value.writeUInt32BE(checksum, 0);
  return checksum;
}

function checkSeal(key: Buffer, value: Buffer, bytesMin: number): number {
  if (value.length < bytesMin) throw new RecordDamaged("is cut short");
  const checksum = crc32(value.subarray(checksumBytes), crc32(key));
  if (checksum !== value.readUInt32BE(0)) throw new RecordDamaged("fails its checksum");
  return checksum;
}
