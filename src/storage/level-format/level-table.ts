import { crc32c, unmask } from "../files/crc32c.ts";
import type { Steps } from "../files/steps.ts";
import { blockEntries, entryOf, type KeyRange, type LevelEntry, userKey } from "./level-entries.ts";
import { Unpacker } from "./level-varint.ts";

/*
 * A table of LevelDB: data blocks, a filter block, a block that names the filter, a block that names the data
 * blocks, and a footer of 48 bytes that names these two. Behind each block come
 *
 *     u8   compression: 0 none
 *     u32  masked CRC-32C over block and compression (little-endian)
 */
const footerBytes = 48;
const magic = 0xdb4775248b80fb57n;
const trailerBytes = 5;

interface Handle {
  readonly offset: number;
  readonly size: number;
}

/**
 * Checks every byte of a table that was written without compression, a block at a time.
 * @throws RangeError that says what is wrong
 */
export function* checkTable(bytes: Buffer): Steps {
  const { footerAt, filterNames, index } = readFooter(bytes);
  const structure = [filterNames, index];
  let covered = 0;
  for (const handle of structure) covered += checkBlock(bytes, handle, footerAt);
  yield covered + footerBytes;
  for (const { handle } of structure.flatMap((block) => blocksIn(bytes, block))) {
    const blockBytes = checkBlock(bytes, handle, footerAt);
    covered += blockBytes;
    yield blockBytes;
  }
  if (covered !== footerAt) throw new RangeError("its blocks do not fill it");
}

/**
 * The entries of a whole table that was checked, in order, those of the range alone.
 * @throws RangeError
 */
export function* tableEntries(bytes: Buffer, range: KeyRange): Generator<LevelEntry> {
  for (const { lastKey, handle } of blocksIn(bytes, readFooter(bytes).index)) {
    if (Buffer.compare(userKey(lastKey), range.start) < 0) continue;
    for (const [key, value] of blockEntries(contentOf(bytes, handle))) {
      const entry = entryOf(key, value);
      if (Buffer.compare(entry.key, range.end) >= 0) return;
      if (Buffer.compare(entry.key, range.start) >= 0) yield entry;
    }
  }
}

function readFooter(bytes: Buffer): { footerAt: number; filterNames: Handle; index: Handle } {
  const footerAt = bytes.length - footerBytes;
  if (footerAt < 0) throw new RangeError("it is too short");
  if (bytes.readBigUInt64LE(bytes.length - 8) !== magic) throw new RangeError("its last bytes are damaged");
  const footer = new Unpacker(bytes, footerAt, bytes.length - 8);
  const filterNames = readHandle(footer);
  const index = readHandle(footer);
  while (!footer.isAtEnd) if (footer.number() !== 0) throw new RangeError("its footer is damaged");
  return { footerAt, filterNames, index };
}

/** How many bytes of the table it takes. */
function checkBlock(bytes: Buffer, { offset, size }: Handle, limit: number): number {
  const end = offset + size;
  if (end + trailerBytes > limit) throw new RangeError(`the block at byte ${offset} reaches beyond the end`);
  if (crc32c(bytes, offset, end + 1) !== unmask(bytes.readUInt32LE(end + 1))) {
    throw new RangeError(`the block at byte ${offset} fails its checksum`);
  }
  return size + trailerBytes;
}

/** The blocks that an index block names, each with a key that is not before its last one. */
function blocksIn(bytes: Buffer, index: Handle): { lastKey: Buffer; handle: Handle }[] {
  return [...blockEntries(contentOf(bytes, index))].map(([lastKey, packed]) => ({
    lastKey,
    handle: readHandle(new Unpacker(packed)),
  }));
}

function contentOf(bytes: Buffer, { offset, size }: Handle): Buffer {
  if (bytes[offset + size] !== 0) throw new RangeError("it is compressed, which this program never asks for");
  return bytes.subarray(offset, offset + size);
}

function readHandle(packed: Unpacker): Handle {
  const offset = packed.number();
  return { offset, size: packed.number() };
}
