import { crc32c, unmask } from "./crc32c.ts";
import { Unpacker } from "./level-varint.ts";
import type { Steps } from "./steps.ts";

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
  const footerAt = bytes.length - footerBytes;
  if (footerAt < 0) throw new RangeError("it is too short");
  if (bytes.readBigUInt64LE(bytes.length - 8) !== magic) throw new RangeError("its last bytes are damaged");
  const footer = new Unpacker(bytes, footerAt, bytes.length - 8);
  const filterNames = readHandle(footer);
  const index = readHandle(footer);
  while (!footer.isAtEnd) if (footer.number() !== 0) throw new RangeError("its footer is damaged");
  const structure = [filterNames, index];
  let covered = 0;
  for (const handle of structure) covered += checkBlock(bytes, handle, footerAt);
  yield covered + footerBytes;
  for (const handle of structure.flatMap((block) => handlesIn(bytes, block))) {
    const blockBytes = checkBlock(bytes, handle, footerAt);
    covered += blockBytes;
    yield blockBytes;
  }
  if (covered !== footerAt) throw new RangeError("its blocks do not fill it");
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

/** The blocks that an index block names. Its keys do not matter here. */
function handlesIn(bytes: Buffer, { offset, size }: Handle): Handle[] {
  const end = offset + size;
  if (bytes[end] !== 0) throw new RangeError("it is compressed, which this program never asks for");
  const restarts = size < 4 ? 0 : bytes.readUInt32LE(end - 4);
  const entries = new Unpacker(bytes, offset, end - 4 - restarts * 4);
  const handles: Handle[] = [];
  while (!entries.isAtEnd) {
    entries.number();
    const keyBytes = entries.number();
    const valueBytes = entries.number();
    entries.bytes(keyBytes);
    handles.push(readHandle(new Unpacker(entries.bytes(valueBytes))));
  }
  return handles;
}

function readHandle(packed: Unpacker): Handle {
  const offset = packed.number();
  return { offset, size: packed.number() };
}
