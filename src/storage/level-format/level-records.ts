import { crc32c, unmask } from "../files/crc32c.ts";
import { atOnce, type Steps } from "../files/steps.ts";

/*
 * LevelDB's log format, of its .log and MANIFEST files: blocks of 32 KiB, each filled with fragments
 *
 *     u32  masked CRC-32C over type and data    (little-endian)
 *     u16  length of the data                   (little-endian)
 *     u8   type: 1 whole record, 2 first, 3 middle, 4 last fragment
 *     ...  data
 */
const blockBytes = 32 * 1024;
const headerBytes = 7;
const whole = 1;
const first = 2;
const middle = 3;
const last = 4;

export interface LevelRecords {
  readonly records: readonly Buffer[];
  /** Offset of the first bytes that are no fragment, or null. LevelDB drops the rest of their block in silence. */
  readonly brokenAt: number | null;
  /** Whether a whole record comes after them. If not, they may be a write that a crash cut short. */
  readonly goesOn: boolean;
}

/** Reads a whole file. A record that is cut off by the end of the file is left out, and is no damage. */
export function readLevelRecords(bytes: Buffer): LevelRecords {
  return atOnce(readLevelBlocks(bytes));
}

/** The same, a block at a time. */
export function* readLevelBlocks(bytes: Buffer): Steps<LevelRecords> {
  const records: Buffer[] = [];
  let brokenAt: number | null = null;
  let goesOn = false;
  let parts: Buffer[] = [];
  for (let offset = 0; offset + headerBytes <= bytes.length; ) {
    const blockEnd = (Math.floor(offset / blockBytes) + 1) * blockBytes;
    if (blockEnd - offset < headerBytes) {
      offset = blockEnd;
      yield blockBytes;
      continue;
    }
    const end = offset + headerBytes + bytes.readUInt16LE(offset + 4);
    if (end > bytes.length && bytes.length <= blockEnd) break;
    const type = fragmentType(bytes, offset, end, blockEnd);
    const isOrphan = (type === middle || type === last) && parts.length === 0;
    const isIntruder = (type === whole || type === first) && parts.length > 0;
    if (type === null || isIntruder || (isOrphan && brokenAt === null)) brokenAt ??= offset;
    if (type === null || isIntruder) parts = [];
    if (type !== null && !isOrphan) {
      parts.push(bytes.subarray(offset + headerBytes, end));
      if (type === whole || type === last) {
        records.push(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts));
        parts = [];
        goesOn ||= brokenAt !== null;
      }
    }
    offset = type === null ? blockEnd : end;
    if (offset === blockEnd) yield blockBytes;
  }
  yield bytes.length % blockBytes;
  return { records, brokenAt, goesOn };
}

/** Null if these bytes are no fragment. */
function fragmentType(bytes: Buffer, offset: number, end: number, blockEnd: number): number | null {
  const type = bytes[offset + 6] ?? 0;
  if (end > blockEnd || type < whole || type > last) return null;
  return crc32c(bytes, offset + 6, end) === unmask(bytes.readUInt32LE(offset)) ? type : null;
}
