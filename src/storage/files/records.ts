import { crc32 } from "node:zlib";
import { readUint64, writeUint64 } from "../../format/entry-codec.ts";

/**
 * Every key of a data directory, and how records are sealed. What the records hold stands in store-records.ts and
 * state-records.ts; nothing else in this folder knows an offset.
 *
 *     log/      "s" + u64 number         one store: hard state and entries            (StoreRecord)
 *     state/    "c"                      the members as of the applied index, if an entry or a snapshot named them
 *               "d" + the machine's key  one record of the machine
 *               "g"                      in a state that came from another node: what was to come (SnapshotMeta)
 *               "j" + u64 number         one write: names the write before it         (WriteRecord)
 *               "m"                      a second copy of the last write's record
 *     log.mark  two slots                where the log ended                          (LogEnd)
 *
 * Numbers are big-endian, so that keys sort as numbers do. Each value starts with a CRC-32 over its key and the
 * rest of it: a record that is read under another key than its own is damaged too.
 */
export const prefixes = { store: 0x73, members: 0x63, data: 0x64, staged: 0x67, write: 0x6a, last: 0x6d } as const;

export const checksumBytes = 4;
const numberKeyBytes = 9;

/** What a damaged record is called; the reader of the record says where it lies. */
export class RecordDamaged extends Error {
  constructor(what: string) {
    super(what);
    this.name = "RecordDamaged";
  }
}

export function numberKey(prefix: number, number: number): Buffer {
  const key = Buffer.allocUnsafe(numberKeyBytes);
  key[0] = prefix;
  writeUint64(key, number, 1);
  return key;
}

/** @throws RecordDamaged if the key is not one of `prefix` and a number */
export function numberOf(key: Buffer, prefix: number): number {
  if (key.length !== numberKeyBytes || key[0] !== prefix) throw new RecordDamaged("has a key of no known kind");
  return readUint64(key, 1);
}

/**
 * Puts the checksum over the key and the rest of the value in front of the value, and returns it.
 * @param keyChecksum of the key alone, from whoever has it already
 */
export function seal(key: Buffer, value: Buffer, keyChecksum = crc32(key)): number {
  const checksum = crc32(value.subarray(checksumBytes), keyChecksum);
  value.writeUInt32BE(checksum, 0);
  return checksum;
}

/** @throws RecordDamaged */
export function checkSeal(key: Buffer, value: Buffer, bytesMin: number): number {
  if (value.length < bytesMin) throw new RecordDamaged("is cut short");
  const checksum = crc32(value.subarray(checksumBytes), crc32(key));
  if (checksum !== value.readUInt32BE(0)) throw new RecordDamaged("fails its checksum");
  return checksum;
}
