import { Unpacker } from "./level-varint.ts";

/*
 * What LevelDB's files say of keys. In a .log each record is a batch:
 *
 *     u64  sequence of its first entry    (little-endian)
 *     u32  number of entries              (little-endian)
 *     ...  u8 kind: 0 deletion, 1 value; key; value of a value
 *
 * In a block of a table each entry leaves out what its key has in common with the one before, and its key ends with
 * kind and sequence in eight bytes. Behind the entries come offsets at which keys are whole, and how many there are.
 */
const batchHeaderBytes = 12;
const keyTrailerBytes = 8;
const deletion = 0;
const put = 1;

/** One version of a key: of those of one key, the one with the highest sequence is in force. */
export interface LevelEntry {
  readonly key: Buffer;
  readonly sequence: bigint;
  /** Null if the key is deleted from then on. Shares memory with the file. */
  readonly value: Buffer | null;
}

/** Keys from `start` on and before `end`. */
export interface KeyRange {
  readonly start: Buffer;
  readonly end: Buffer;
}

export function isIn({ start, end }: KeyRange, key: Buffer): boolean {
  return Buffer.compare(key, start) >= 0 && Buffer.compare(key, end) < 0;
}

/** @throws RangeError if it is not what LevelDB writes */
export function* batchEntries(record: Buffer): Generator<LevelEntry> {
  if (record.length < batchHeaderBytes) throw new RangeError("a batch is cut short");
  const first = record.readBigUInt64LE(0);
  const count = record.readUInt32LE(8);
  const fields = new Unpacker(record, batchHeaderBytes);
  for (let place = 0; place < count; place += 1) {
    const kind = fields.number();
    if (kind !== put && kind !== deletion) throw new RangeError(`a batch has an entry of an unknown kind ${kind}`);
    const key = fields.bytes(fields.number());
    const value = kind === put ? fields.bytes(fields.number()) : null;
    yield { key, sequence: first + BigInt(place), value };
  }
  if (!fields.isAtEnd) throw new RangeError("a batch goes on behind its last entry");
}

/**
 * The entries of a block, in order, with whole keys.
 * @param bytes all of the block but its compression and checksum
 * @throws RangeError
 */
export function* blockEntries(bytes: Buffer): Generator<[key: Buffer, value: Buffer]> {
  const restarts = bytes.length < 4 ? 0 : bytes.readUInt32LE(bytes.length - 4);
  const entries = new Unpacker(bytes, 0, bytes.length - 4 - restarts * 4);
  let key: Buffer = Buffer.alloc(0);
  while (!entries.isAtEnd) {
    const shared = entries.number();
    const ownBytes = entries.number();
    const valueBytes = entries.number();
    if (shared > key.length) throw new RangeError("a key shares more than there is");
    const own = entries.bytes(ownBytes);
    key = shared === 0 ? own : Buffer.concat([key.subarray(0, shared), own]);
    yield [key, entries.bytes(valueBytes)];
  }
}

/** Takes a table's key apart. @throws RangeError */
export function entryOf(key: Buffer, value: Buffer): LevelEntry {
  const { key: own, sequence, isDeletion } = keyOf(key);
  return { key: own, sequence, value: isDeletion ? null : value };
}

/** The key as its writer knows it. @throws RangeError */
export function userKey(key: Buffer): Buffer {
  if (key.length < keyTrailerBytes) throw new RangeError("a key is cut short");
  return key.subarray(0, key.length - keyTrailerBytes);
}

function keyOf(key: Buffer): { key: Buffer; sequence: bigint; isDeletion: boolean } {
  const own = userKey(key);
  const trailer = key.readBigUInt64LE(own.length);
  const kind = Number(trailer & 0xffn);
  if (kind !== put && kind !== deletion) throw new RangeError(`a key is of an unknown kind ${kind}`);
  return { key: own, sequence: trailer >> 8n, isDeletion: kind === deletion };
}

/** By key, and the newest version of a key first. */
export function inOrder(a: LevelEntry, b: LevelEntry): number {
  return Buffer.compare(a.key, b.key) || (a.sequence > b.sequence ? -1 : a.sequence < b.sequence ? 1 : 0);
}
