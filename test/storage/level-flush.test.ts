import { openDatabase } from "../../src/storage/files/database.ts";
import type { LevelDatabase } from "../../src/storage/files/level-database.ts";
import { readManifestIn } from "../../src/storage/level-format/level-files.ts";
import { flush, flushOf } from "../../src/storage/state/level-flush.ts";
import { recordsIn, removeTemporaryDirectories, temporaryDirectory } from "./support.ts";

let directory: string;
let database: LevelDatabase;
beforeEach(async () => {
  directory = temporaryDirectory();
  database = await openDatabase(directory, { mayCreate: true, writeBufferBytes: 65_536, cacheBytes: 65_536 });
});
afterEach(async () => {
  await database.close();
  removeTemporaryDirectories();
});

const write = async () => {};
const unused = Buffer.of(1);

test("rule 46: after a flush every record is in a table that the MANIFEST names, however few there are", async () => {
  for (let round = 1; round <= 5; round++) {
    await database.put(Buffer.from(`d ${round}`), Buffer.from("value"));
    await flushOf(directory, database, unused)();
    expect((await readManifestIn(directory)).tables.size).toBeGreaterThan(0);
  }
  expect((await recordsIn(database)).length).toBe(5);
});

test("a flush of nothing is one too", async () => {
  for (let round = 0; round < 3; round++) await flushOf(directory, database, unused)();
});

test("rule 47: a flush that LevelDB silently did not do is a failure", async () => {
  await database.put(Buffer.from("d"), Buffer.from("value"));
  await expect(flush(directory, { compact: async () => {}, write })).rejects.toThrow(
    "did not put what it has in memory into a table",
  );
});

test("rule 47: a failure that LevelDB tells only to writes is a failure of the flush", async () => {
  const compact = async () => flushOf(directory, database, unused)();
  const told = new Error("IO error: MANIFEST-000002: Input/output error");
  await expect(flush(directory, { compact, write: () => Promise.reject(told) })).rejects.toBe(told);
});
