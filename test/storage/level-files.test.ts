import { crc32c, unmask } from "../../src/storage/files/crc32c.ts";
import { readLevelRecords } from "../../src/storage/level-format/level-records.ts";

const blockBytes = 32 * 1024;

test("the checksum is CRC-32C", () => {
  // The vectors of RFC 3720, appendix B.4.
  const vectors: [Buffer, number][] = [
    [Buffer.from("123456789"), 0xe3069283],
    [Buffer.alloc(32, 0), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, place) => place)), 0x46dd794e],
  ];
  for (const [bytes, checksum] of vectors) expect(crc32c(bytes, 0, bytes.length)).toBe(checksum);
  expect(crc32c(Buffer.from("xx123456789x"), 2, 11)).toBe(0xe3069283);
});

test("records are read whole, in one fragment or over several blocks", () => {
  const records = [Buffer.from("small"), Buffer.alloc(100_000, "large"), Buffer.alloc(0), Buffer.from("last")];
  expect(readLevelRecords(written(records))).toEqual({ records, brokenAt: null, goesOn: false });
});

test("a record that the end of the file cuts off is left out, and is no damage", () => {
  const bytes = written([Buffer.from("first"), Buffer.from("second")]);
  for (let length = 12; length < bytes.length; length++) {
    const found = readLevelRecords(bytes.subarray(0, length));
    expect(found).toEqual({ records: [Buffer.from("first")], brokenAt: null, goesOn: false });
  }
});

test("zeros after the last record may be a write that a power failure cut short", () => {
  const bytes = Buffer.concat([written([Buffer.from("first")]), Buffer.alloc(50_000)]);
  expect(readLevelRecords(bytes)).toMatchObject({ records: [Buffer.from("first")], goesOn: false });
});

test("a broken record before a whole one is damage", () => {
  const records = Array.from({ length: 400 }, (_, number) => Buffer.alloc(500, String(number)));
  const bytes = written(records);
  for (const at of [0, 4, 6, 100, 20_000, blockBytes + 3, bytes.length - 40_000]) {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 4, at);
    expect({ at, goesOn: readLevelRecords(damaged).goesOn }).toEqual({ at, goesOn: true });
  }
});

test("the first part of a torn record that spans blocks may be broken while later parts are whole", () => {
  const torn = written([Buffer.from("first"), Buffer.alloc(100_000, "large")]);
  torn.fill(0, 500, 1_000);
  expect(readLevelRecords(torn)).toMatchObject({ records: [Buffer.from("first")], brokenAt: 12, goesOn: false });
});

/** Records as LevelDB writes them. */
function written(records: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [];
  let offset = 0;
  const append = (bytes: Buffer) => {
    parts.push(bytes);
    offset += bytes.length;
  };
  for (const record of records) {
    let from = 0;
    do {
      const room = blockBytes - (offset % blockBytes);
      if (room < 7) append(Buffer.alloc(room));
      const to = Math.min(record.length, from + blockBytes - (offset % blockBytes) - 7);
      append(fragment(record.subarray(from, to), from === 0, to === record.length));
      from = to;
    } while (from < record.length);
  }
  return Buffer.concat(parts);
}

function fragment(data: Buffer, isFirst: boolean, isLast: boolean): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(7), data]);
  bytes.writeUInt16LE(data.length, 4);
  bytes.writeUInt8(isFirst ? (isLast ? 1 : 2) : isLast ? 4 : 3, 6);
  const checksum = crc32c(bytes, 6, bytes.length);
  const masked = (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
  expect(unmask(masked)).toBe(checksum);
  bytes.writeUInt32LE(masked, 0);
  return bytes;
}
