import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DataDirectory } from "../../src/storage/directory/open.ts";
import { openDatabase } from "../../src/storage/files/database.ts";
import { writeIdentity } from "../../src/storage/files/identity.ts";
import type { LevelDatabase } from "../../src/storage/files/level-database.ts";
import { recordsOf } from "../../src/storage/level-format/record-source.ts";
import { type Scrubbed, Scrubber } from "../../src/storage/scrub/scrubber.ts";
import { LevelState } from "../../src/storage/state/level-state.ts";
import { readContent } from "../../src/storage/state/state-content.ts";
import { dataKey, encodeData, lastWriteKey } from "../../src/storage/state/state-records.ts";
import { StateView } from "../../src/storage/state/state-view.ts";
import { baseAt, ending } from "./log-contract.ts";
import {
  clock,
  closeAll,
  openIn,
  removeTemporaryDirectories,
  settled,
  storeOf,
  storing,
  temporaryDirectory,
  writing,
} from "./support.ts";

afterEach(removeTemporaryDirectories);

const values = ["first", "second", "third", "fourth"].map((word) => word.repeat(2_000));

/** A directory with so much in it that it has tables, closed. */
async function usedDirectory(): Promise<string> {
  const directory = temporaryDirectory();
  const data = await openIn(directory);
  for (const [place, value] of values.entries()) await write(data, place + 1, value);
  await closeAll(data);
  for (const part of ["log", "state"]) await change(directory, part, (database) => database.compact(Buffer.of(0), Buffer.of(255)));
  return directory;
}

async function write(data: DataDirectory, index: number, value: string): Promise<void> {
  await storing(data.log, storeOf(1, index, [value], 1));
  await writing(data.state, [{ key: Buffer.from(`key ${index}`), value: Buffer.from(value), before: undefined }], index);
}

/** Changes a closed database behind the storage's back. */
async function change(directory: string, part: string, how: (database: LevelDatabase) => Promise<void>): Promise<void> {
  const options = { mayCreate: false, writeBufferBytes: 65_536, cacheBytes: 65_536 };
  const database = await openDatabase(join(directory, part), options);
  await how(database);
  await database.close();
}

/** A state together with its database. */
async function openStateIn(directory: string, openView = StateView.open): Promise<{ state: LevelState; database: LevelDatabase }> {
  const path = join(directory, "state");
  const database = await openDatabase(path, { mayCreate: false, writeBufferBytes: 65_536, cacheBytes: 65_536 });
  const content = await readContent(recordsOf(database), 16 * 1024 * 1024);
  return {
    state: new LevelState(path, content, { database, flush: () => Promise.resolve(), openView: () => openView(path) }),
    database,
  };
}

function tablesIn(directory: string, part: string): string[] {
  const names = readdirSync(join(directory, part)).filter((name) => name.endsWith(".ldb"));
  return names.map((name) => join(directory, part, name));
}

function manifestBytes(directory: string, part: string): number {
  const [name = ""] = readdirSync(join(directory, part)).filter((file) => file.startsWith("MANIFEST"));
  return statSync(join(directory, part, name)).size;
}

/** Changes one bit in place, as a disk does: the file stays the one that the process has open. */
function flip(path: string, place: number): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  writeFileSync(path, bytes, { flag: "r+" });
}

/** What a whole round over a part reads, or says. */
function scrubbed(part: Scrubbed): Promise<number | string> {
  return ended(part.scrub());
}

async function ended(steps: AsyncGenerator<number, void>): Promise<number | string> {
  let bytes = 0;
  try {
    for await (const step of steps) bytes += step;
    return bytes;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

test("sound records are read twice, in their files and one by one, and nothing is changed by it", async () => {
  const data = await openIn(await usedDirectory());
  for (const part of [data.state, data.log]) {
    const bytes = await scrubbed(part);
    expect(bytes).toBeGreaterThan(2 * values.join("").length);
    expect(await scrubbed(part)).toBe(bytes);
  }
  await write(data, 5, "fifth");
  await closeAll(data);
});

test("a new directory has nothing to verify", async () => {
  const data = await openIn(temporaryDirectory());
  expect(await scrubbed(data.state)).toBe(0);
  expect(await scrubbed(data.log)).toBe(0);
  await closeAll(data);
});

test.each(["state", "log"] as const)(
  "a bit that flips in a table of the %s under a running node is found, wherever it is",
  async (part) => {
    const directory = await usedDirectory();
    const data = await openIn(directory);
    const [table = ""] = tablesIn(directory, part);
    const size = readFileSync(table).length;
    for (const place of [3, Math.floor(size / 2), size - 60, size - 20, size - 2]) {
      flip(table, place);
      expect(await scrubbed(data[part])).toMatch(part === "log" ? /^LogDamaged: / : /^StateDamaged: /);
      flip(table, place);
    }
    expect(await scrubbed(data[part])).toBeGreaterThan(0);
    await closeAll(data);
  },
);

test("a bit that flips in what LevelDB has in no table yet is found", async () => {
  const directory = await usedDirectory();
  const data = await openIn(directory);
  await write(data, 5, "fifth");
  await write(data, 6, "sixth");
  for (const part of ["state", "log"] as const) {
    const names = readdirSync(join(directory, part)).filter((name) => /^\d+\.log$/.test(name));
    const path = join(directory, part, names.sort().at(-1) ?? "");
    flip(path, 20);
    expect(await scrubbed(data[part])).toMatch(/Damaged: .* it is damaged at byte 0/);
    flip(path, 20);
    expect(await scrubbed(data[part])).toBeGreaterThan(0);
  }
  await closeAll(data);
});

test("a table that is deleted under a running node is missed", async () => {
  const directory = await usedDirectory();
  const data = await openIn(directory);
  const [table = ""] = tablesIn(directory, "state");
  rmSync(table);
  expect(await scrubbed(data.state)).toMatch(/^StateDamaged: .*ENOENT/);
  await closeAll(data);
});

test("tables that LevelDB merges during a round are not missed", async () => {
  const directory = await usedDirectory();
  for (const index of [5, 6]) {
    const data = await openIn(directory);
    await write(data, index, "more");
    await closeAll(data);
  }
  const { state, database } = await openStateIn(directory);
  const before = tablesIn(directory, "state");
  const steps = state.scrub();
  await steps.next();
  await database.compact(Buffer.of(0), Buffer.of(255));
  expect([before.length, tablesIn(directory, "state").length]).toEqual([3, 1]);
  // Two tables and the .log are gone. The list of them is read again for the first one, and counts; then come the records.
  const rest: number[] = [];
  for await (const bytes of steps) rest.push(bytes);
  expect(rest).toEqual([manifestBytes(directory, "state"), expect.any(Number)]);
  await settled((done) => state.close(done));
});

test.each<[what: string, how: (database: LevelDatabase) => Promise<void>, why: RegExp]>([
  ["is lost", (database) => database.del(dataKey(Buffer.from("key 2"))), /it has 3 records instead of 4/],
  [
    "has another value, with a checksum that fits it",
    (database) =>
      database.put(
        dataKey(Buffer.from("key 2")),
        encodeData(dataKey(Buffer.from("key 2")), Buffer.from(values[1] ?? "", "latin1").fill("x")),
      ),
    /its digest is [0-9a-f]{16} instead of [0-9a-f]{16}/,
  ],
  ["is damaged", (database) => database.put(dataKey(Buffer.from("key 2")), Buffer.from("damaged")), /fails its checksum/],
])("a record of the state that %s is found, although every file is sound", async (_what, how, why) => {
  const directory = await usedDirectory();
  await change(directory, "state", how);
  const data = await openIn(directory);
  const said = await scrubbed(data.state);
  expect(said).toMatch(/^StateDamaged: /);
  expect(said).toMatch(why);
  await closeAll(data);
});

test("a state that forgets its last write while it is open is found", async () => {
  const { state, database } = await openStateIn(await usedDirectory());
  expect(await scrubbed(state)).toBeGreaterThan(0);
  await database.del(lastWriteKey);
  expect(await scrubbed(state)).toMatch(/it does not say which write was the last/);
  await settled((done) => state.close(done));
});

test("the digest is that of one moment, however much is written while the records are read", async () => {
  const data = await openIn(await usedDirectory());
  let index = values.length;
  for await (const _bytes of data.state.scrub()) {
    index += 1;
    await write(data, index, `written during the round ${index}`);
  }
  expect(index).toBeGreaterThan(values.length);
  expect(await scrubbed(data.state)).toBeGreaterThan(0);
  await closeAll(data);
});

test("stores that are dropped while the log is read are not missed", async () => {
  const data = await openIn(await usedDirectory());
  let drops = 0;
  for await (const _bytes of data.log.scrub()) {
    if (drops < 3) await storing(data.log, { ...ending(4, 1), base: baseAt(++drops, 1) });
  }
  expect(drops).toBeGreaterThan(1);
  expect(await scrubbed(data.log)).toBeGreaterThan(0);
  await closeAll(data);
});

test("a directory that is closed in the middle of a round cuts the round short, and is not taken for damaged", async () => {
  const data = await openIn(await usedDirectory());
  const rounds = [data.state, data.log].map((part) => part.scrub());
  for (const steps of rounds) await steps.next();
  await closeAll(data);
  for (const steps of rounds) expect(await ended(steps)).toMatch(/^RoundCutShort: /);
});

test.each(["Too many open files", "Too many open files in system", "Cannot allocate memory", "No file descriptors available"])(
  "%s: what LevelDB says so of cuts the round short, and is not taken for damage",
  async (words) => {
    const directory = await usedDirectory();
    let says = words;
    // LevelDB gives it the same code as a damaged disk.
    const openView = () =>
      Promise.reject(Object.assign(new Error(`IO error: ${directory}/state/000005.ldb: ${says}`), { code: "LEVEL_IO_ERROR" }));
    const { state } = await openStateIn(directory, openView);
    expect(await scrubbed(state)).toMatch(new RegExp(`^RoundCutShort: .*${words}$`));
    says = "Input/output error";
    expect(await scrubbed(state)).toMatch(/^StateDamaged: /);
    await settled((done) => state.close(done));
  },
);

test.each(["log", "state"] as const)("no step of the %s is larger than 256 KiB and one record, in tables or not", async (part) => {
  const directory = temporaryDirectory();
  const data = await openIn(directory);
  const value = "x".repeat(60_000);
  for (let index = 1; index <= 30; index++) await write(data, index, value);
  const stepsOf = async (opened: DataDirectory) => {
    const steps: number[] = [];
    for await (const bytes of opened[part].scrub()) steps.push(bytes);
    return steps;
  };
  const before = await stepsOf(data);
  await closeAll(data);
  await change(directory, part, (database) => database.compact(Buffer.of(0), Buffer.of(255)));
  const again = await openIn(directory);
  for (const steps of [before, await stepsOf(again)]) {
    expect(Math.max(...steps)).toBeLessThan(256 * 1024 + 70_000);
    expect(steps.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(2 * 30 * value.length);
  }
  await closeAll(again);
});

test("the files beside the databases are read too, and what is wrong with them is said as at a start", async () => {
  const directory = await usedDirectory();
  const data = await openIn(directory);
  const files = data.smallFiles;
  expect(await scrubbed(files)).toBeGreaterThan(1_000);
  const [identity, mark] = [join(directory, "identity.json"), join(directory, "log.mark")];
  const found = { [identity]: readFileSync(identity), [mark]: readFileSync(mark) };
  flip(identity, 40);
  expect(await scrubbed(files)).toMatch(/^(IdentityDamaged|UnknownFormatVersion): /);
  await writeIdentity(directory, { ...data.identity, diskId: "another disk" });
  expect(await scrubbed(files)).toMatch(/^IdentityDamaged: /);
  rmSync(identity);
  expect(await scrubbed(files)).toMatch(/^IdentityMissing: /);
  writeFileSync(identity, found[identity] ?? "");
  flip(mark, 20);
  expect(await scrubbed(files)).toBeGreaterThan(1_000);
  flip(mark, 512 + 20);
  expect(await scrubbed(files)).toMatch(/^LogDamaged: .*log.mark fails its checksums/);
  rmSync(mark);
  expect(await scrubbed(files)).toMatch(/^LogMissing: /);
  await closeAll(data);
});

test("damage is told once, and ends the rounds", async () => {
  const directory = await usedDirectory();
  await change(directory, "state", (database) => database.del(dataKey(Buffer.from("key 1"))));
  const data = await openIn(directory);
  const damages: Error[] = [];
  await new Promise<void>((resolve) => {
    const onDamaged = (error: Error) => {
      damages.push(error);
      resolve();
    };
    const ports = { clock, parts: [data.state], onRound: () => undefined, onCutShort: () => undefined, onDamaged };
    new Scrubber({ scrubBytesPerSecondMax: 1_000_000_000, scrubPeriodMs: 1 }, ports).start();
  });
  expect(damages).toMatchObject([{ name: "StateDamaged" }]);
  await closeAll(data);
});
