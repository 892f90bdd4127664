import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beginJoin } from "../../src/storage/directory/new-directory.ts";
import { verifyDataDirectory } from "../../src/storage/directory/verify.ts";
import { openDatabase } from "../../src/storage/files/database.ts";
import { diskBytes } from "../../src/storage/files/disk-bytes.ts";
import type { LevelDatabase } from "../../src/storage/files/level-database.ts";
import { dataKey, encodeData, encodeJson, lastWriteKey, membersKey, writeKey } from "../../src/storage/state/state-records.ts";
import { incarnationId } from "../incarnations.ts";
import { baseAt, ending } from "./log-contract.ts";
import {
  bootstrap,
  closeAll,
  openIn,
  owner,
  pointAt,
  ports,
  removeTemporaryDirectories,
  settled,
  storeOf,
  storing,
  temporaryDirectory,
  writing,
} from "./support.ts";

afterEach(removeTemporaryDirectories);

/** A directory with three entries and two records. */
async function usedDirectory(): Promise<string> {
  const directory = temporaryDirectory();
  const data = await openIn(directory);
  await storing(data.log, storeOf(2, 1, ["a", "b", "c"], 3));
  await writing(data.state, [put("x", "1"), put("y", "2")], 3);
  await closeAll(data);
  return directory;
}

function put(key: string, value: string) {
  return { key: Buffer.from(key), value: Buffer.from(value), before: undefined };
}

function verifying(directory: string) {
  return verifyDataDirectory(directory);
}

/** Changes the state behind the storage's back, in a way that every single record is sound. */
async function tamper(directory: string, change: (database: LevelDatabase) => Promise<void>): Promise<void> {
  const database = await openDatabase(join(directory, "state"), { mayCreate: false, writeBufferBytes: 65_536, cacheBytes: 65_536 });
  await change(database);
  await database.close();
}

test("a sound directory has no problems, and says what it holds", async () => {
  const directory = await usedDirectory();
  expect(await verifying(directory)).toEqual({
    identity: {
      ...owner,
      incarnationId,
      bootstrap,
      replaces: [],
      diskId: "a disk",
      createdAt: "1970-01-01T00:00:00.000Z",
      phase: "ready",
    },
    log: { firstIndex: 1, lastIndex: 3, lastTerm: 2, term: 2, votedFor: 3, stateName: "state" },
    state: { appliedIndex: 3, records: 2, digest: expect.stringMatching(/^[0-9a-f]{16}$/) },
    problems: [],
  });
});

test("a verification changes nothing, so the node can be started after it", async () => {
  const directory = await usedDirectory();
  await verifying(directory);
  const data = await openIn(directory);
  expect(data.restored).toMatchObject({ hardState: { term: 2, votedFor: 3 }, appliedIndex: 3 });
  await closeAll(data);
});

test("two states of the same records have the same digest, whatever happened before", async () => {
  const [one, other] = [await openIn(temporaryDirectory()), await openIn(temporaryDirectory())];
  await writing(one.state, [put("x", "1"), put("y", "2")], 1);
  await writing(other.state, [put("y", "old"), put("z", "3")], 1);
  expect(other.state.summary().digest).not.toBe(one.state.summary().digest);
  await writing(other.state, [{ ...put("y", "2"), before: Buffer.from("old") }, put("x", "1")], 2);
  await writing(other.state, [{ ...put("z", ""), value: null, before: Buffer.from("3") }], 3);
  expect(other.state.summary()).toEqual({ ...one.state.summary(), appliedIndex: 3 });
  await closeAll(one);
  await closeAll(other);
});

test("a record that is lost, although all others are sound, is found", async () => {
  const directory = await usedDirectory();
  await tamper(directory, (database) => database.del(dataKey(Buffer.from("y"))));
  const { log, state, problems } = await verifying(directory);
  expect(log).not.toBeNull();
  expect(state).toBeNull();
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining("it has 1 records instead of 2")]);
});

test("a record with another sound value is found", async () => {
  const directory = await usedDirectory();
  const key = dataKey(Buffer.from("y"));
  await tamper(directory, (database) => database.put(key, encodeData(key, Buffer.from("3"))));
  const { problems } = await verifying(directory);
  expect(problems).toMatchObject([{ name: "StateDamaged", message: expect.stringContaining("its digest is") }]);
});

test("a write that is lost at the front, in the middle or at the end is found at the start, although LevelDB sees nothing amiss", async () => {
  const directory = temporaryDirectory();
  const data = await openIn(directory);
  await storing(data.log, storeOf(2, 1, ["a", "b", "c"], 3));
  for (let index = 1; index <= 3; index++) await writing(data.state, [put(`key ${index}`, "1")], index);
  await closeAll(data);
  const why = [
    /the records of the writes 1 to 1 are missing/,
    /write 1 is followed by write 3/,
    /end with 2, but 3 is named as the last/,
  ];
  for (const [place, reason] of why.entries()) {
    let lost: Buffer | undefined;
    await tamper(directory, async (database) => {
      lost = await database.get(writeKey(place + 1));
      await database.del(writeKey(place + 1));
    });
    await expect(openIn(directory)).rejects.toMatchObject({ name: "StateDamaged", message: expect.stringMatching(reason) });
    await tamper(directory, (database) => database.put(writeKey(place + 1), lost ?? Buffer.alloc(0)));
  }
  await tamper(directory, (database) => database.del(lastWriteKey));
  await expect(openIn(directory)).rejects.toThrow("it has records but does not say which write was the last");
});

test("damage in the log and in the state is told apart and told together", async () => {
  const directory = await usedDirectory();
  for (const part of ["log", "state"]) rmSync(join(directory, part, "CURRENT"));
  const { log, state, problems } = await verifying(directory);
  expect({ log, state, names: problems.map(({ name }) => name) }).toEqual({
    log: null,
    state: null,
    names: ["LogDamaged", "StateDamaged"],
  });
});

test("a state ahead of its log is found at the start and by a verification", async () => {
  const directory = temporaryDirectory();
  const data = await openIn(directory);
  await storing(data.log, storeOf(1, 1, ["a"], 1));
  await writing(data.state, [], 9);
  await closeAll(data);
  const problem = {
    name: "StateAheadOfLog",
    message: expect.stringContaining("has applied entries up to 9, but the log ends at 1"),
  };
  await expect(openIn(directory)).rejects.toMatchObject(problem);
  expect((await verifying(directory)).problems).toMatchObject([problem]);
});

test("what is no data directory is refused", async () => {
  await expect(verifying(temporaryDirectory())).rejects.toMatchObject({ name: "IdentityMissing" });
});

test("the bytes on disk are those of all files", async () => {
  const directory = await usedDirectory();
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const sum = files.reduce((bytes, entry) => bytes + readFileSync(join(entry.parentPath, entry.name)).length, 0);
  writeFileSync(join(directory, "other"), "12345");
  expect(await diskBytes(directory)).toBe(sum + 5);
  expect(await diskBytes(join(directory, "none"))).toBe(0);
});

test("a directory of a node that joins has nothing yet, and no problem", async () => {
  const directory = temporaryDirectory();
  const identity = await beginJoin(directory, ports);
  expect(await verifying(directory)).toEqual({ identity, log: null, state: null, problems: [] });
});

test("a log that begins late says where, and a damaged record of members is found", async () => {
  const directory = temporaryDirectory();
  const data = await openIn(directory);
  await storing(data.log, storeOf(2, 1, ["a", "b", "c"], 3));
  const members = { ...data.restored.members.members, lastId: 9 };
  await settled((done) => data.state.write([put("x", "1")], pointAt(3, { members, membersIndex: 2 }), done));
  await storing(data.log, { ...ending(3, 2), base: baseAt(2, 2) });
  await closeAll(data);
  expect(await verifying(directory)).toMatchObject({ log: { firstIndex: 3, lastIndex: 3 }, problems: [] });
  const other = encodeJson(membersKey, { ...members, lastId: 8 }).value;
  const wrong: [(database: LevelDatabase) => Promise<void>, string][] = [
    [(database) => database.put(membersKey, other), "is not the one that its last write names"],
    [(database) => database.put(membersKey, Buffer.from("damaged")), "fails its checksum"],
    [(database) => database.del(membersKey), "the record of its members is missing"],
  ];
  for (const [change, why] of wrong) {
    await tamper(directory, change);
    expect((await verifying(directory)).problems).toMatchObject([{ name: "StateDamaged", message: expect.stringContaining(why) }]);
    await expect(openIn(directory)).rejects.toMatchObject({ name: "StateDamaged", message: expect.stringContaining(why) });
  }
});
