import type { Entry, HardState, Index, LogBase, Term } from "../../core/types.ts";
import { decodeEntry, encodedLength, readUint64, writeEntry, writeUint64 } from "../../format/entry-codec.ts";
import { checkSeal, numberKey, numberOf, prefixes, RecordDamaged, seal } from "../files/records.ts";

/** The last store that is no longer needed, by its number and its checksum. The chain of stores begins after it. */
export interface Anchor {
  readonly number: number;
  readonly checksum: number;
}

/** Where the log ended: what log.mark knows of the last store. */
export interface LogEnd {
  /** Number of the last store; 0 before the first. Numbers have no gap. */
  readonly number: number;
  readonly hardState: HardState;
  readonly lastIndex: Index;
  readonly lastTerm: Term;
  /** Checksum of the last store record, which the next one names. */
  readonly checksum: number;
}

/** All that holds once the last store is done. Each store record repeats it. */
export interface LogTail extends LogEnd {
  /** The last entry that was dropped. */
  readonly base: LogBase;
  readonly anchor: Anchor;
  /** The directory of the state in force. */
  readonly stateName: string;
}

export const firstStateName = "state";

export const emptyTail: LogTail = {
  number: 0,
  hardState: { term: 0, votedFor: null },
  lastIndex: 0,
  lastTerm: 0,
  checksum: 0,
  base: { index: 0, term: 0, time: 0 },
  anchor: { number: 0, checksum: 0 },
  stateName: firstStateName,
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
 *           40   u64  index         \
 *           48   u64  term           of the last entry that was dropped
 *           56   u64  time          /
 *           64   u64  number        \
 *           72   u32  checksum      / of the last store that is no longer needed
 *           76   u32  number of entries, which replace everything from the first one's index on
 *           80   u8   length of the name of the state's directory
 *           81   ...  that name
 *          ...   ...  entries, as the entry codec writes them
 */
const storeHeaderBytes = 81;

export interface StoreRecord {
  readonly tail: LogTail;
  readonly previous: number;
  readonly entries: readonly Entry[];
}

/** Makes the record that follows `before`, and the tail of the log once it is written. */
export function encodeStore(before: LogTail, after: Omit<LogTail, "number" | "checksum">, entries: readonly Entry[]) {
  const name = Buffer.from(after.stateName, "latin1");
  let length = storeHeaderBytes + name.length;
  for (const entry of entries) length += encodedLength(entry);
  const number = before.number + 1;
  const key = storeKey(number);
  const value = Buffer.allocUnsafe(length);
  value.writeUInt32BE(before.checksum, 4);
  writeState(value, 8, after);
  writeUint64(value, after.base.index, 40);
  writeUint64(value, after.base.term, 48);
  writeUint64(value, after.base.time, 56);
  writeUint64(value, after.anchor.number, 64);
  value.writeUInt32BE(after.anchor.checksum, 72);
  value.writeUInt32BE(entries.length, 76);
  value.writeUInt8(name.length, 80);
  value.set(name, storeHeaderBytes);
  let offset = storeHeaderBytes + name.length;
  for (const entry of entries) offset = writeEntry(value, offset, entry);
  const checksum = seal(key, value);
  const tail: LogTail = { ...after, number, checksum };
  return { key, value, tail };
}

/** @throws RecordDamaged, EntryDamaged */
export function decodeStore(key: Buffer, value: Buffer): StoreRecord {
  const checksum = checkSeal(key, value, storeHeaderBytes);
  let offset = storeHeaderBytes + value.readUInt8(80);
  const stateName = value.toString("latin1", storeHeaderBytes, offset);
  const entries: Entry[] = [];
  for (let left = value.readUInt32BE(76); left > 0; left--) {
    const { entry, next } = decodeEntry(value, offset);
    entries.push(entry);
    offset = next;
  }
  if (offset !== value.length) throw new RecordDamaged("has bytes after its last entry");
  const base: LogBase = { index: readUint64(value, 40), term: readUint64(value, 48), time: readUint64(value, 56) };
  const anchor: Anchor = { number: readUint64(value, 64), checksum: value.readUInt32BE(72) };
  const tail: LogTail = { ...readState(value, 8), number: storeNumber(key), checksum, base, anchor, stateName };
  return { tail, previous: value.readUInt32BE(4), entries };
}

/*
 * A slot of log.mark:
 *     offset 0   u32  checksum over what follows
 *            4   u32  checksum of the last store record
 *            8   u64  number of the last store
 *           16   ...  term, voted for, last index, last term, as in a store record
 */
export const markBytes = 48;

export function encodeMark(end: LogEnd): Buffer {
  const value = Buffer.alloc(markBytes);
  value.writeUInt32BE(end.checksum, 4);
  writeUint64(value, end.number, 8);
  writeState(value, 16, end);
  seal(Buffer.alloc(0), value);
  return value;
}

/** @throws RecordDamaged */
export function decodeMark(value: Buffer): LogEnd {
  checkSeal(Buffer.alloc(0), value, markBytes);
  return { ...readState(value, 16), number: readUint64(value, 8), checksum: value.readUInt32BE(4) };
}

function writeState(value: Buffer, offset: number, state: Pick<LogEnd, "hardState" | "lastIndex" | "lastTerm">): void {
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
