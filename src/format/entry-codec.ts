import { crc32 } from "node:zlib";
import type { Entry, EntryKind } from "../core/types.ts";

/**
 * One entry as bytes: the same on the wire and in the log, so that nothing is converted on the way.
 *
 *     offset 0   u32  length of the whole, in bytes
 *            4   u32  CRC-32 of all that follows
 *            8   u64  index
 *           16   u64  term
 *           24   u64  time of the log's clock, in ms
 *           32   u8   kind: 0 no-op, 1 command, 2 members
 *           33   ...  data
 *
 * All numbers are big-endian.
 */
export const entryHeaderBytes = 33;

const kinds: readonly EntryKind[] = ["noop", "command", "members"];

/** The entries one after the other in one buffer. */
export function encodeEntries(entries: readonly Entry[]): Buffer {
  let length = 0;
  for (const entry of entries) length += encodedLength(entry);
  const bytes = Buffer.allocUnsafe(length);
  let offset = 0;
  for (const entry of entries) offset = writeEntry(bytes, offset, entry);
  return bytes;
}

export function encodedLength(entry: Entry): number {
  return entryHeaderBytes + entry.data.length;
}

/** Writes one entry at `offset`, which must have room for it. Returns where the next one starts. */
export function writeEntry(bytes: Buffer, offset: number, entry: Entry): number {
  const next = offset + encodedLength(entry);
  bytes.writeUInt32BE(next - offset, offset);
  writeUint64(bytes, entry.index, offset + 8);
  writeUint64(bytes, entry.term, offset + 16);
  writeUint64(bytes, entry.time, offset + 24);
  bytes[offset + 32] = kinds.indexOf(entry.kind);
  bytes.set(entry.data, offset + entryHeaderBytes);
  bytes.writeUInt32BE(crc32(bytes.subarray(offset + 8, next)), offset + 4);
  return next;
}

/**
 * Reads one entry at `offset`. Its data shares memory with `bytes`.
 * @throws EntryDamaged if it is cut short, its checksum fails or a number is out of range
 */
export function decodeEntry(bytes: Uint8Array, offset = 0): { entry: Entry; next: number } {
  const view = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length - offset < entryHeaderBytes) throw new EntryDamaged("is cut short");
  const length = view.readUInt32BE(offset);
  if (length < entryHeaderBytes || offset + length > view.length) throw new EntryDamaged("has a wrong length");
  const next = offset + length;
  if (crc32(view.subarray(offset + 8, next)) !== view.readUInt32BE(offset + 4)) throw new EntryDamaged("fails its checksum");
  const kind = kinds[view[offset + 32] ?? -1];
  if (kind === undefined) throw new EntryDamaged("is of an unknown kind");
  const index = readUint64(view, offset + 8);
  const term = readUint64(view, offset + 16);
  const time = readUint64(view, offset + 24);
  const data = view.subarray(offset + entryHeaderBytes, next);
  const entry: Entry = { index, term, kind, time, data };
  return { entry, next };
}

/** Writes a safe integer as 8 big-endian bytes. */
export function writeUint64(bytes: Buffer, value: number, offset: number): void {
  bytes.writeUInt32BE(Math.floor(value / 0x1_0000_0000), offset);
  bytes.writeUInt32BE(value >>> 0, offset + 4);
}

/** @throws EntryDamaged if the value is not a safe integer */
export function readUint64(bytes: Buffer, offset: number): number {
  const value = bytes.readUInt32BE(offset) * 0x1_0000_0000 + bytes.readUInt32BE(offset + 4);
  if (!Number.isSafeInteger(value)) throw new EntryDamaged("has a number beyond 2^53 - 1");
  return value;
}

export class EntryDamaged extends Error {
  constructor(what: string) {
    super(`a log entry ${what}`);
    this.name = "EntryDamaged";
  }
}
