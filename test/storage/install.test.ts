import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SnapshotMeta } from "../../src/core/types.ts";
import type { StagedSnapshot } from "../../src/node/ports/ports.ts";
import type { DataDirectory } from "../../src/storage/directory/open.ts";
import { verifyDataDirectory } from "../../src/storage/directory/verify.ts";
import { openDatabase } from "../../src/storage/files/database.ts";
import { storeKey } from "../../src/storage/log/store-records.ts";
import { stagedKey } from "../../src/storage/state/state-records.ts";
import { ending } from "./log-contract.ts";
import { installing, packed, staging } from "./snapshots.ts";
import {
  closeAll,
  memoryDirectory,
  openIn,
  pointAt,
  recordsIn,
  removeTemporaryDirectories,
  scanning,
  settled,
  storeOf,
  storing,
  temporaryDirectory,
  writing,
} from "./support.ts";

// What the files of a data directory look like at each moment of an installation, and what the next process makes of them.

afterEach(removeTemporaryDirectories);

const records = Array.from({ length: 3_000 }, (_, number): [string, string] => [`key ${10_000 + number}`, `${number} `.repeat(20)]);
const parts = Array.from({ length: 10 }, (_, part) => records.slice(part * 300, part * 300 + 300));
const point = pointAt(8, { term: 2, time: 70 });

/** What a node that has applied these records says of a snapshot. */
async function snapshotMeta(content: readonly [string, string][] = records, index = 8): Promise<SnapshotMeta> {
  const data = await openIn(join(memoryDirectory(), "sender"));
  await storing(data.log, storeOf(2, 1, Array(index).fill("x"), 1));
  const changes = content.map(([key, value]) => ({ key: Buffer.from(key), value: Buffer.from(value), before: undefined }));
  await settled((done) => data.state.write(changes, { ...point, index }, done));
  const meta = await new Promise<SnapshotMeta>((resolve, reject) =>
    data.state.openSnapshot((error, snapshot) => {
      if (snapshot === null) reject(error);
      else resolve(snapshot.meta);
      snapshot?.close();
    }),
  );
  await closeAll(data);
  return meta;
}

/** A node that has five entries and one record of its own. */
async function usedDirectory(parent = temporaryDirectory()): Promise<{ directory: string; data: DataDirectory }> {
  const directory = join(parent, "data");
  const data = await openIn(directory);
  await storing(data.log, storeOf(1, 1, ["a", "b", "c", "d", "e"], 1));
  await writing(data.state, [{ key: Buffer.from("old"), value: Buffer.from("1"), before: undefined }], 3);
  return { directory, data };
}

function finishing(staged: StagedSnapshot): Promise<boolean> {
  return new Promise((resolve, reject) => staged.finish((error, isWhole) => (error === null ? resolve(isWhole) : reject(error))));
}

async function install({ log, state }: DataDirectory, meta: SnapshotMeta, onStep: (step: string) => Promise<void> | void) {
  const steps = async (step: string, call: Promise<unknown>) => {
    await onStep(`while ${step}`);
    const result = await call;
    await onStep(`after ${step}`);
    return result;
  };
  const staged = (await steps("staging", staging(state, meta))) as StagedSnapshot;
  for (const part of parts)
    await steps(
      "adding",
      settled((done) => staged.add(packed(part), done)),
    );
  expect(await steps("finishing", finishing(staged))).toBe(true);
  await steps("storing", storing(log, installing(meta, staged.name, 8, 2)));
  const { index, term, time, members, membersIndex } = meta;
  await steps(
    "switching",
    settled((done) => state.switchTo(staged.name, { index, term, time, members, membersIndex }, done)),
  );
}

/** What a process that starts on a copy of the files finds, after the first start and after the second. */
async function foundIn(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (let start = 0; start < 2; start++) {
    const data = await openIn(directory);
    const { base, entries, appliedIndex } = data.restored;
    const state = await scanning(data.state);
    const isOld = base.index === 0 && entries.length === 5 && appliedIndex <= 3 && state.length <= 1;
    const isNew =
      base.index === 8 && entries.length === 0 && appliedIndex === 8 && JSON.stringify(state) === JSON.stringify(records);
    found.push(isOld ? "old" : isNew ? "new" : `something else: ${base.index} ${entries.length} ${appliedIndex} ${state.length}`);
    await closeAll(data);
  }
  return found;
}

/** The files as they are at this moment, or null if they changed meanwhile: then no moment was like that. */
function copied(directory: string, copy: string): string | null {
  const listed = () =>
    JSON.stringify(
      readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) => {
        const stats = statSync(join(directory, name), { throwIfNoEntry: false });
        return [name, stats?.size, stats?.mtimeMs];
      }),
    );
  const before = listed();
  try {
    cpSync(directory, copy, { recursive: true });
  } catch {
    return null;
  }
  return listed() === before ? copy : null;
}

test("rule 41: whatever the moment at which the process is killed, the next one finds the old state or the new one", async () => {
  const meta = await snapshotMeta();
  const copies: [string, string][] = [];
  const { directory, data } = await usedDirectory(memoryDirectory());
  await install(data, meta, async (step) => {
    // Calls under way change files at moments of their own: several looks see several moments.
    for (let look = 0; look < 4; look++) {
      const copy = copied(directory, join(memoryDirectory(), "data"));
      if (copy !== null) copies.push([step, copy]);
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  await closeAll(data);
  expect(copies.length).toBeGreaterThan(40);
  let isNewSeen = false;
  for (const [step, copy] of copies) {
    const [first, second] = await foundIn(copy);
    expect({ step, second }).toEqual({ step, second: first });
    expect({ step, first }).toEqual({ step, first: expect.stringMatching(/^(old|new)$/) });
    if (step === "after storing" || /switching/.test(step)) expect({ step, first }).toEqual({ step, first: "new" });
    if (!/storing|switching/.test(step)) expect({ step, first }).toEqual({ step, first: "old" });
    isNewSeen ||= first === "new";
  }
  expect(isNewSeen).toBe(true);
}, 120_000);

test("a state that is no longer in force is removed, at once or at the next start", async () => {
  const meta = await snapshotMeta();
  const { directory, data } = await usedDirectory();
  await install(data, meta, () => {});
  await closeAll(data);
  const name = `state-8-${meta.digest}`;
  const states = () => readdirSync(directory).filter((each) => each.startsWith("state"));
  expect(states()).toEqual([name]);
  for (const leftover of ["state", "state-5-0123456789abcdef", "state-odd"])
    cpSync(join(directory, name), join(directory, leftover), { recursive: true });
  cpSync(join(directory, name), join(directory, "state-9-0123456789abcdef"), { recursive: true });
  cpSync(join(directory, name), join(directory, "state-10-0123456789abcdef"), { recursive: true });
  await closeAll(await openIn(directory));
  // The newest one may be a snapshot that goes on coming.
  expect(states().sort()).toEqual(["state-10-0123456789abcdef", name].sort());
});

test("damage in what was staged is found when it goes on or at its end, and costs only that it is sent anew", async () => {
  const meta = await snapshotMeta();
  const { directory, data } = await usedDirectory(memoryDirectory());
  const staged = await staging(data.state, meta);
  for (const part of parts.slice(0, 9)) await settled((done) => staged.add(packed(part), done));
  await closeAll(data);
  const name = staged.name;
  const files = readdirSync(join(directory, name)).filter((file) => !/^(LOG|LOCK)/.test(file));
  let beganAnew = 0;
  for (const file of files) {
    const size = statSync(join(directory, name, file)).size;
    for (const place of [0.001, 0.2, 0.5, 0.8, 0.999].map((part) => Math.floor(size * part))) {
      const copy = join(memoryDirectory(), "data");
      cpSync(directory, copy, { recursive: true });
      const bytes = readFileSync(join(copy, name, file));
      bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << (place % 8)), place);
      writeFileSync(join(copy, name, file), bytes);
      const opened = await openIn(copy);
      let isWhole = false;
      for (let round = 0; round < 2 && !isWhole; round++) {
        const again = await staging(opened.state, meta);
        const cursor = again.cursor === null ? "" : Buffer.from(again.cursor).toString();
        if (round === 0 && cursor === "") beganAnew += 1;
        await settled((done) => again.add(packed(records.filter(([key]) => key > cursor)), done));
        isWhole = await finishing(again);
      }
      expect({ file, place, isWhole }).toEqual({ file, place, isWhole: true });
      await closeAll(opened);
      rmSync(copy, { recursive: true });
    }
  }
  expect(beganAnew).toBeGreaterThan(0);
}, 120_000);

test("a staged state under the name of another snapshot is not taken for it", async () => {
  const meta = await snapshotMeta();
  for (const isRestarted of [false, true]) {
    let { data, directory } = await usedDirectory();
    const staged = await staging(data.state, meta);
    await settled((done) => staged.add(packed(records.slice(0, 100)), done));
    if (isRestarted) await closeAll(data);
    if (isRestarted) data = await openIn(directory);
    // The same index and digest, and yet something else.
    const other = await staging(data.state, { ...meta, term: 3 });
    expect({ name: other.name === staged.name, cursor: other.cursor }).toEqual({ name: true, cursor: null });
    await closeAll(data);
  }
});

test("pieces that are no records, or out of order, are not whole in the end", async () => {
  const meta = await snapshotMeta();
  const { data } = await usedDirectory();
  for (const wrong of [Buffer.from("no records"), Buffer.from([0, 0, 0, 9, 0, 0, 0, 1, 65]), Buffer.alloc(7)]) {
    const staged = await staging(data.state, meta);
    await settled((done) => staged.add(wrong, done));
    await settled((done) => staged.add(packed(records), done));
    expect(await finishing(staged)).toBe(false);
  }
  const doubled = await staging(data.state, meta);
  for (const part of [...parts.slice(0, 5), ...parts.slice(3)]) await settled((done) => doubled.add(packed(part), done));
  // What came twice was the same both times.
  expect(await finishing(doubled)).toBe(true);
  await closeAll(data);
});

test("a state can only be switched to once it is whole, and is not dropped before it is", async () => {
  const meta = await snapshotMeta();
  const { data } = await usedDirectory();
  const staged = await staging(data.state, meta);
  expect(() => data.state.switchTo(staged.name, point, () => {})).toThrow("there is no whole state of the name");
  await closeAll(data);
});

describe("a log that was dropped up to a base", () => {
  test("needs a state that has come so far", async () => {
    const { directory, data } = await usedDirectory();
    await storing(data.log, { ...ending(5, 1), base: { index: 3, term: 1, time: 0 } });
    await closeAll(data);
    expect((await verifyDataDirectory(directory)).problems).toEqual([]);
    const saved = join(temporaryDirectory(), "state");
    cpSync(join(directory, "state"), saved, { recursive: true });
    rmSync(join(directory, "state"), { recursive: true });
    const missing = {
      name: "StateMissing",
      message: expect.stringMatching(
        /state is gone, but the log was dropped up to entry 3, .* Otherwise let the node rejoin under a new id \(balsa node rejoin\)/,
      ),
    };
    await expect(openIn(directory)).rejects.toMatchObject(missing);
    expect((await verifyDataDirectory(directory)).problems).toMatchObject([missing]);
    cpSync(saved, join(directory, "state"), { recursive: true });
    await closeAll(await openIn(directory));
  });

  test("refuses a state that is behind it", async () => {
    const { directory, data } = await usedDirectory();
    await storing(data.log, { ...ending(5, 1), base: { index: 5, term: 1, time: 0 } });
    await closeAll(data);
    const behind = {
      name: "StateMissing",
      message: expect.stringContaining("has applied entries only up to 3, but the log was dropped up to entry 5"),
    };
    await expect(openIn(directory)).rejects.toMatchObject(behind);
    expect((await verifyDataDirectory(directory)).problems).toMatchObject([behind]);
  });

  test("gives the room back to the disk, though it goes on being written", async () => {
    const { directory, data } = await usedDirectory();
    const text = "x".repeat(50_000);
    let last = 5;
    for (let round = 0; round < 40; round++) {
      await storing(data.log, storeOf(1, last + 1, Array(10).fill(text)));
      last += 10;
      if (round % 5 === 4) await storing(data.log, { ...ending(last, 1), base: { index: last - 10, term: 1, time: 0 } });
    }
    await writing(data.state, [], last);
    await closeAll(data);
    const again = await openIn(directory);
    expect(again.restored.entries.length).toBe(10);
    const deadline = Date.now() + 10_000;
    while (logBytes(directory) > 8_000_000 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(logBytes(directory)).toBeLessThan(8_000_000);
    await closeAll(again);
  }, 30_000);

  test("holds nothing of what came before a snapshot that it did not agree with", async () => {
    const meta = await snapshotMeta();
    const { directory, data } = await usedDirectory();
    await storing(data.log, storeOf(1, 6, Array(9).fill("of another direction")));
    await install(data, meta, () => {});
    await closeAll(data);
    const log = await openDatabase(join(directory, "log"), { mayCreate: false, writeBufferBytes: 65_536, cacheBytes: 65_536 });
    expect((await recordsIn(log)).map(([key]) => key.readUInt32BE(5))).toEqual([3]);
    await log.close();
  });

  test("takes no notice of dropped records that are there again, and deletes them", async () => {
    const { directory, data } = await usedDirectory();
    await storing(data.log, { ...ending(5, 1), base: { index: 5, term: 1, time: 0 } });
    await writing(data.state, [], 5);
    await closeAll(data);
    const numbers = async (put: boolean) => {
      const log = await openDatabase(join(directory, "log"), { mayCreate: false, writeBufferBytes: 65_536, cacheBytes: 65_536 });
      if (put) await log.put(storeKey(1), Buffer.from("nobody reads this"));
      const records = await recordsIn(log);
      await log.close();
      return records.map(([key]) => key.readUInt32BE(5));
    };
    expect(await numbers(true)).toEqual([1, 2]);
    const again = await openIn(directory);
    expect(again.restored).toMatchObject({ base: { index: 5 }, entries: [] });
    await storing(again.log, storeOf(1, 6, ["f"]));
    await closeAll(again);
    expect(await numbers(false)).toEqual([2, 3]);
  });
});

test("what a state came from is kept in it", async () => {
  const meta = await snapshotMeta();
  const { directory, data } = await usedDirectory();
  await install(data, meta, () => {});
  await closeAll(data);
  const place = join(directory, `state-8-${meta.digest}`);
  const state = await openDatabase(place, { mayCreate: false, writeBufferBytes: 65_536, cacheBytes: 65_536 });
  expect((await state.get(stagedKey))?.toString("utf8", 4)).toBe(JSON.stringify(meta));
  await state.close();
  expect(await verifyDataDirectory(directory)).toMatchObject({
    log: { firstIndex: 9, stateName: `state-8-${meta.digest}` },
    problems: [],
  });
  expect(existsSync(join(directory, "state"))).toBe(false);
  mkdirSync(join(directory, "state-9-0123456789abcdef"));
  await closeAll(await openIn(directory));
});

function logBytes(directory: string): number {
  const log = join(directory, "log");
  return readdirSync(log).reduce((sum, name) => sum + (statSync(join(log, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}
