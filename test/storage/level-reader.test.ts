import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../src/storage/files/database.ts";
import type { LevelDatabase } from "../../src/storage/files/level-database.ts";
import type { KeyRange } from "../../src/storage/level-format/level-entries.ts";
import { checkLevelFiles } from "../../src/storage/level-format/level-files.ts";
import { LevelReader } from "../../src/storage/level-format/level-reader.ts";
import { everyKey, type RecordSource, recordsOf } from "../../src/storage/level-format/record-source.ts";
import { imageOf } from "./image.ts";
import { chance, memoryDirectory, removeTemporaryDirectories } from "./support.ts";

// A database is read from its files as LevelDB would find it, and is not changed.

afterAll(removeTemporaryDirectories);

const options = { mayCreate: true, writeBufferBytes: 64 * 1024, cacheBytes: 64 * 1024 };

async function lived(directory: string, life: (database: LevelDatabase) => Promise<void>): Promise<void> {
  const database = await openDatabase(directory, options);
  await life(database);
  await database.close();
}

/** Every record of a range, short. */
async function everythingIn(source: RecordSource, range: KeyRange = everyKey): Promise<string[]> {
  const lines: string[] = [];
  for await (const chunk of source.chunks(range)) {
    for (const [key, value] of chunk) {
      lines.push(`${key.toString("hex")} ${value.length} ${createHash("sha256").update(value).digest("hex")}`);
    }
  }
  return lines;
}

async function expectSame(directory: string, ranges: readonly KeyRange[], keys: readonly Buffer[]): Promise<void> {
  const before = imageOf(directory);
  await checkLevelFiles(directory);
  const reader = await LevelReader.open(directory);
  const read: string[][] = [];
  for (const range of ranges) read.push(await everythingIn(reader, range));
  const got = await Promise.all(keys.map((key) => reader.get(key)));
  expect(imageOf(directory)).toEqual(before);
  await lived(directory, async (database) => {
    const source = recordsOf(database);
    for (const [place, range] of ranges.entries()) expect(read[place]).toEqual(await everythingIn(source, range));
    expect(got).toEqual(await Promise.all(keys.map((key) => source.get(key))));
  });
}

/** Few enough keys that most are written over, or deleted, again and again. */
function keyOf(number: number): Buffer {
  return Buffer.concat([
    Buffer.of(number % 3 === 0 ? 0x64 : 0x6a),
    Buffer.from(`key ${number % 7} `),
    Buffer.of(number >> 8, number & 255),
  ]);
}

test.each([1, 2, 3, 4])(
  "whatever was written, over and over, deleted and merged: seed %i",
  async (seed) => {
    const directory = join(memoryDirectory(), "database");
    const next = chance(seed);
    const ranges = [
      everyKey,
      { start: Buffer.of(0x64), end: Buffer.of(0x65) },
      { start: Buffer.of(0x6a), end: Buffer.of(0x6b) },
      { start: Buffer.from("key"), end: Buffer.from("key") },
      { start: keyOf(30), end: keyOf(1_999) },
      { start: Buffer.of(0x70), end: Buffer.of(0x80) },
    ];
    const keys = [0, 1, 2, 500, 1_000, 1_999, 9_999].map(keyOf);
    let tablesMost = 0;
    for (let life = 0; life < 6; life += 1) {
      await lived(directory, async (database) => {
        const writes = Math.floor(next() * 1_500);
        for (let write = 0; write < writes; write += 1) {
          const batch = database.batch();
          for (let count = Math.floor(next() * 5); count > 0; count -= 1) {
            const key = keyOf(Math.floor(next() * 2_000));
            if (next() < 0.3) batch.del(key);
            else batch.put(key, Buffer.alloc(Math.floor(next() * next() * 6_000), write));
          }
          await batch.write();
        }
        if (next() < 0.3) await database.compact(keyOf(0), keyOf(1_000));
      });
      await expectSame(directory, ranges, keys);
      tablesMost = Math.max(tablesMost, readdirSync(directory).filter((name) => name.endsWith(".ldb")).length);
    }
    expect(tablesMost).toBeGreaterThan(2);
  },
  30_000,
);

test("values larger than a block, and than the memory that LevelDB gathers them in", async () => {
  const directory = join(memoryDirectory(), "database");
  await lived(directory, async (database) => {
    for (let number = 0; number < 12; number += 1)
      await database.put(keyOf(number), Buffer.alloc(1_000_000 >> (number % 4), number));
    await database.put(keyOf(12), Buffer.alloc(0));
  });
  await expectSame(directory, [everyKey], [keyOf(3), keyOf(12)]);
});

test("a database in which nothing was ever written, and one in which nothing is left", async () => {
  for (const isUsed of [false, true]) {
    const directory = join(memoryDirectory(), "database");
    await lived(directory, async (database) => {
      for (let number = 0; isUsed && number < 1_000; number += 1) await database.put(keyOf(number), Buffer.alloc(1_000));
      for (let number = 0; isUsed && number < 1_000; number += 1) await database.del(keyOf(number));
    });
    expect(await everythingIn(await LevelReader.open(directory))).toEqual([]);
    await expectSame(directory, [everyKey], [keyOf(1)]);
  }
});
