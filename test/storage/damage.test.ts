import { closeSync, openSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { copySample, makeSample, outcomeOf, type Sample, sizeOf } from "./sample.ts";
import {
  closing,
  getting,
  memoryDirectory,
  openMachineIn,
  removeTemporaryDirectories,
  scanning,
  temporaryDirectory,
  writing,
} from "./support.ts";

// Every file of a data directory, damaged at many places in three ways. A log must come back as it was or not at
// all; a state may come back older, for the log brings it up again, and never different.

let sample: Sample;
beforeAll(async () => {
  sample = await makeSample(join(memoryDirectory(), "data"));
}, 60_000);
afterAll(removeTemporaryDirectories);

/** What may come of damage, by file: the first pattern that fits counts. */
const allowed: readonly [file: RegExp, outcomes: RegExp][] = [
  [/^identity\.json$/, /^(IdentityDamaged|IdentityMissing|UnknownFormatVersion)$/],
  [/^log\.mark$/, /^(LogDamaged|LogMissing|identical)$/],
  [/\/(LOCK|LOG|LOG\.old)$/, /^identical$/],
  // Every byte of a table is under a checksum, and the end of a closed log is under the mark.
  [/^log\/\d+\.(ldb|log)$/, /^LogDamaged$/],
  [/^log\//, /^(LogDamaged|identical)$/],
  [/^state\/\d+\.ldb$/, /^StateDamaged$/],
  // An older state that lacks what the log has dropped cannot be brought up again.
  [/^state\//, /^(StateDamaged|StateMissing|identical|older state)$/],
];

/**
 * Damages a copy, and opens it twice: the first start must not make the damage pass for something else, nor may LevelDB, which
 * has it from then on, know of anything else than was read before.
 */
async function outcomesOf(file: string, damage: (path: string) => void): Promise<string[]> {
  const directory = join(memoryDirectory(), "data");
  copySample(sample, directory, file);
  damage(join(directory, file));
  const outcomes = [await outcomeOf(sample, directory), await outcomeOf(sample, directory)];
  rmSync(directory, { recursive: true });
  return outcomes;
}

async function expectAllowed(file: string, what: string, damage: (path: string) => void): Promise<void> {
  const outcomes = allowed.find(([pattern]) => pattern.test(file))?.[1] ?? /never/;
  for (const outcome of await outcomesOf(file, damage)) {
    expect(`${what} ${file}: ${outcomes.test(outcome) ? "allowed" : outcome}`).toBe(`${what} ${file}: allowed`);
  }
}

/** So many places from the first byte to the last, more of them towards the end, where files are the most particular. */
function placesIn(size: number, count: number): number[] {
  const places = new Set<number>();
  for (let place = 0; place < count; place++) places.add(Math.floor((size * (place + 0.5)) / count));
  for (let back = 1; back < size; back *= 2.5) places.add(Math.floor(size - back));
  return [...places].filter((place) => place >= 0 && place < size);
}

test("the sample is like a real directory", async () => {
  const count = (pattern: RegExp) => sample.files.filter((file) => pattern.test(file)).length;
  expect({ tables: count(/^log\/.*ldb$/) >= 1, logs: count(/^log\/.*\.log$/) }).toEqual({ tables: true, logs: 1 });
  expect({ tables: count(/^state\/.*ldb$/) >= 2, logs: count(/^state\/.*\.log$/) }).toEqual({ tables: true, logs: 1 });
  for (const file of sample.files.filter((name) => /(ldb|\d\.log)$/.test(name)))
    expect(sizeOf(sample, file)).toBeGreaterThan(10_000);
  expect(await outcomesOf("none", () => {})).toEqual(["identical", "identical"]);
});

test("a file that is gone is missed, or was of no use", async () => {
  for (const file of sample.files) await expectAllowed(file, "deleting", (path) => rmSync(path));
}, 60_000);

test("rule 48: a changed byte is found, or changes nothing", async () => {
  for (const file of sample.files) {
    for (const place of placesIn(sizeOf(sample, file), 10)) {
      await expectAllowed(file, `flipping byte ${place} of`, (path) => {
        const bytes = readFileSync(path);
        bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << (place % 8)), place);
        writeFileSync(path, bytes);
      });
    }
  }
}, 120_000);

test("rule 48: a cut is found in the log at whatever length, and leaves an older state at most", async () => {
  for (const file of sample.files) {
    for (const length of placesIn(sizeOf(sample, file), 5)) {
      await expectAllowed(file, `cutting at ${length}`, (path) => truncateSync(path, length));
    }
  }
}, 120_000);

test("a damaged directory is left as it was found, for somebody may yet want to save what is in it", async () => {
  const middles = sample.files.filter((file) => /\.(log|ldb)$/.test(file));
  for (const file of middles) {
    const directory = join(memoryDirectory(), "data");
    copySample(sample, directory, file);
    const bytes = readFileSync(join(directory, file));
    // Far enough from the end that whole records come after it.
    const middle = Math.floor(bytes.length / 4);
    bytes.fill(0x55, middle, middle + 8);
    writeFileSync(join(directory, file), bytes);
    expect(await outcomeOf(sample, directory)).toMatch(/^(Log|State)Damaged$/);
    const part = dirname(file);
    const databaseFiles = (names: readonly string[]) => names.filter((name) => !/LOG|LOCK/.test(name)).sort();
    const before = sample.files.filter((name) => dirname(name) === part).map((name) => basename(name));
    expect(databaseFiles(readdirSync(join(directory, part)))).toEqual(databaseFiles(before));
    expect(readFileSync(join(directory, file)).equals(bytes)).toBe(true);
  }
}, 60_000);

test("a byte that changes while a node is running is found at the read", async () => {
  const directory = temporaryDirectory();
  const names = Array.from({ length: 200 }, (_, number) => `key ${1_000 + number}`);
  const before = await openMachineIn(directory, "state", true);
  const changes = names.map((name) => ({ key: Buffer.from(name), value: Buffer.from(`value of ${name}`), before: undefined }));
  await writing(before, changes, 1);
  await closing(before);
  // The next start turns the .log into a table.
  const state = await openMachineIn(directory);
  const table = readdirSync(join(directory, "state")).find((file) => file.endsWith(".ldb")) ?? "";
  const file = openSync(join(directory, "state", table), "r+");
  writeSync(file, "VALUE", readFileSync(join(directory, "state", table)).indexOf("value of key 1100"));
  closeSync(file);
  await expect(getting(state, ["key 1099", "key 1100"])).rejects.toMatchObject({ name: "StateDamaged" });
  await expect(scanning(state)).rejects.toMatchObject({ name: "StateDamaged" });
  expect(await getting(state, ["key 1099"])).toEqual(["value of key 1099"]);
  await closing(state);
});
