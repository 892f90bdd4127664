import { noMembers } from "../../src/core/members.ts";
import { KeptStores } from "../../src/storage/log/kept-stores.ts";
import { LevelLog, type LogDatabase } from "../../src/storage/log/level-log.ts";
import { LogShape } from "../../src/storage/log/log-shape.ts";
import { emptyTail, type LogEnd } from "../../src/storage/log/store-records.ts";
import { LevelMachine } from "../../src/storage/state/level-machine.ts";
import { LevelState, type StateDatabase } from "../../src/storage/state/level-state.ts";
import { Staging } from "../../src/storage/state/staging.ts";
import { WriteHistory } from "../../src/storage/state/write-history.ts";
import { baseAt, ending } from "./log-contract.ts";
import { closing, diskOwner, getting, pointAt, scanning, settled, storeOf, storing, writing } from "./support.ts";

/** A database of which each write waits until the test says how it went. */
class TestDatabase {
  readonly writes: { readonly sync: boolean; settle(error?: Error): void }[] = [];

  put(_key: Buffer, _value: Buffer, options?: { sync?: boolean | undefined }): Promise<void> {
    return this.#write(options?.sync === true);
  }

  /** A chained batch. */
  batch() {
    const batch = { put: () => batch, del: () => batch, write: () => this.#write(false) };
    return batch;
  }

  async close(): Promise<void> {}

  #write(sync: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.writes.push({ sync, settle: (error) => (error === undefined ? resolve() : reject(error)) });
    });
  }
}

class TestMark {
  failure: Error | null = null;
  readonly tails: LogEnd[] = [];

  advance(tail: LogEnd): void {
    this.tails.push(tail);
  }

  async close(): Promise<void> {}
}

function logOn(database: TestDatabase, mark = new TestMark(), failure: Error | null = null): LevelLog {
  const content = { tail: emptyTail, shape: new LogShape(emptyTail.base), kept: new KeptStores(emptyTail.anchor) };
  const cleaner = { dropThrough: () => undefined, close: async () => undefined, failure };
  return new LevelLog("data/log", content, { database: database as unknown as LogDatabase, mark, cleaner });
}

function stateOn(database: unknown, flush: () => Promise<void> = () => Promise.reject(ioError)): LevelMachine {
  const content = { history: new WriteHistory(1_000), members: null };
  const ports = { database: database as StateDatabase, flush, openView: () => Promise.reject(ioError) };
  const state = new LevelState("data/state", content, ports);
  return new LevelMachine(noMembers, { state, staging: new Staging("data", diskOwner), openState: () => Promise.reject(ioError) });
}

const ioError = new Error("IO error: data/log/000004.log: Input/output error");

test("rule 1: a store is confirmed only once the database has synced it, and the mark comes after it", async () => {
  const database = new TestDatabase();
  const mark = new TestMark();
  const confirmed: unknown[] = [];
  logOn(database, mark).store(storeOf(1, 1, ["a"], 2), (error) => confirmed.push(error));
  await new Promise((resolve) => setImmediate(resolve));
  expect(database.writes).toMatchObject([{ sync: true }]);
  expect({ confirmed, marked: mark.tails.length }).toEqual({ confirmed: [], marked: 0 });
  database.writes[0]?.settle();
  await new Promise((resolve) => setImmediate(resolve));
  expect({ confirmed, marked: mark.tails.length }).toEqual({ confirmed: [null], marked: 1 });
});

test("rule 47: after a failed store the log confirms nothing more, though the disk would work again", async () => {
  const database = new TestDatabase();
  const mark = new TestMark();
  const log = logOn(database, mark);
  const first = storing(log, storeOf(1, 1, ["a"], 2));
  database.writes[0]?.settle(ioError);
  const failure = { name: "WriteFailed", message: expect.stringContaining("Input/output error. The node stops") };
  await expect(first).rejects.toMatchObject(failure);
  for (let round = 0; round < 3; round++) await expect(storing(log, storeOf(1, 1, ["a"], 2))).rejects.toMatchObject(failure);
  expect({ writes: database.writes.length, marks: mark.tails.length }).toEqual({ writes: 1, marks: 0 });
  await expect(closing(log)).rejects.toMatchObject(failure);
});

test("rule 47: after a failed write of the state nothing more is written", async () => {
  const database = new TestDatabase();
  const state = stateOn(database);
  const change = { key: Buffer.from("a"), value: Buffer.from("1"), before: undefined };
  const first = writing(state, [change], 1);
  database.writes[0]?.settle(ioError);
  await expect(first).rejects.toMatchObject({ name: "WriteFailed" });
  await expect(writing(state, [change], 2)).rejects.toMatchObject({ name: "WriteFailed" });
  expect(database.writes.length).toBe(1);
});

test("rule 47: a mark that cannot be written stops the log, for a cut log could then go unseen", async () => {
  const database = new TestDatabase();
  const mark = new TestMark();
  const log = logOn(database, mark);
  mark.failure = new Error("ENOSPC: no space left on device, write");
  await expect(storing(log, storeOf(1, 1, ["a"], 2))).rejects.toThrow("no space left on device");
  expect(database.writes.length).toBe(0);
});

test("a failed answer comes after the call has returned", async () => {
  const log = logOn(new TestDatabase(), Object.assign(new TestMark(), { failure: ioError }));
  const order: string[] = [];
  log.store(storeOf(1, 1, ["a"], 2), () => order.push("answer"));
  order.push("returned");
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual(["returned", "answer"]);
});

test("a second store while one is in flight is a fault of the shell", () => {
  const log = logOn(new TestDatabase());
  log.store(storeOf(1, 1, ["a"], 2), () => {});
  expect(() => log.store(storeOf(1, 2, ["b"]), () => {})).toThrow("invariant broken: a store is still in flight");
});

test("a store that would be damage when it is read again is refused before it is written", async () => {
  const database = new TestDatabase();
  const log = logOn(database);
  const first = storing(log, storeOf(3, 1, ["a", "b"], 2));
  database.writes[0]?.settle();
  await first;
  const refused: [string, Parameters<LevelLog["store"]>[0]][] = [
    ["entries leave a gap", storeOf(3, 4, ["d"])],
    ["entries leave a gap", storeOf(3, 0, ["zero"])],
    ["a term falls", storeOf(2, 3, ["c"], 1)],
    ["a term falls", storeOf(4, 3, ["c"])],
    ["does not end where it says", { ...storeOf(3, 3, ["c"]), lastIndex: 4 }],
    ["does not end where it says", { ...storeOf(3, 1, []), lastIndex: 1 }],
    ["not in order", { ...storeOf(3, 3, ["c", "d"]), entries: [...storeOf(3, 3, ["c"]).entries, ...storeOf(3, 3, ["c"]).entries] }],
  ];
  for (const [why, store] of refused) expect(() => log.store(store, () => {})).toThrow(why);
  expect(database.writes.length).toBe(1);
});

test("the applied index of the state never falls", async () => {
  const database = new TestDatabase();
  const state = stateOn(database);
  const first = writing(state, [], 5);
  database.writes[0]?.settle();
  await first;
  expect(() => state.write([], pointAt(5), () => {})).toThrow("the applied index goes from 5 to 5");
});

test("a read that LevelDB cannot make is damage, and not a missing record", async () => {
  const corruption = new Error("Corruption: bad block type");
  const state = stateOn({
    getMany: () => Promise.reject(corruption),
    iterator: () => ({ nextv: () => Promise.reject(corruption), close: async () => {} }),
  });
  const failure = { name: "StateDamaged", message: expect.stringContaining("Corruption: bad block type") };
  await expect(getting(state, ["a"])).rejects.toMatchObject(failure);
  await expect(scanning(state)).rejects.toMatchObject(failure);
});

test.each(["Too many open files", "Cannot allocate memory"])(
  "%s: a read that fails for it is refused, and is no damage",
  async (words) => {
    // LevelDB gives it the same code as a disk that cannot be read.
    const shortage = Object.assign(new Error(`IO error: data/state/000005.ldb: ${words}`), { code: "LEVEL_IO_ERROR" });
    const state = stateOn({
      getMany: () => Promise.reject(shortage),
      iterator: () => ({ nextv: () => Promise.reject(shortage), close: async () => {} }),
    });
    const refusal = { name: "ReadRefused", reason: "overloaded", message: expect.stringContaining(words) };
    await expect(getting(state, ["a"])).rejects.toMatchObject(refusal);
    await expect(scanning(state)).rejects.toMatchObject(refusal);
  },
);

test("a read of a state that is closed is refused", async () => {
  const state = stateOn(new TestDatabase());
  await settled((done) => state.close(done));
  await expect(getting(state, ["a"])).rejects.toMatchObject({ name: "ReadRefused", reason: "stopping" });
  await expect(scanning(state)).rejects.toMatchObject({ name: "ReadRefused", reason: "stopping" });
});

test("rule 46: the state is synced by LevelDB, and only up to the writes that had ended when it was asked", async () => {
  const database = new TestDatabase();
  let flushed: (() => void) | null = null;
  const flush = () =>
    new Promise<void>((resolve) => {
      flushed = resolve;
    });
  const state = stateOn(database, flush);
  const first = writing(state, [], 4);
  database.writes[0]?.settle();
  await first;
  const second = writing(state, [], 7);
  const synced: unknown[] = [];
  state.sync((...answer) => synced.push(answer));
  database.writes[1]?.settle();
  await second;
  expect(synced).toEqual([]);
  (flushed as (() => void) | null)?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(synced).toEqual([[null, 4]]);
});

test("rule 47: a sync of the state that fails is the end of it", async () => {
  const state = stateOn(new TestDatabase());
  const failure = { name: "WriteFailed", message: expect.stringContaining("Input/output error") };
  await expect(settled((done) => state.sync((error) => done(error)))).rejects.toMatchObject(failure);
  await expect(writing(state, [], 1)).rejects.toMatchObject(failure);
});

test("rule 47: records that cannot be deleted stop the log, for what the disk holds is then unknown", async () => {
  const log = logOn(new TestDatabase(), new TestMark(), ioError);
  await expect(storing(log, storeOf(1, 1, ["a"], 2))).rejects.toMatchObject({ name: "WriteFailed" });
});

test("a store that would drop what no snapshot has, or bring back what was dropped, is refused before it is written", async () => {
  const database = new TestDatabase();
  const log = logOn(database);
  const first = storing(log, { ...storeOf(3, 1, ["a", "b", "c"], 2), base: baseAt(0, 0) });
  database.writes[0]?.settle();
  await first;
  const second = storing(log, { ...ending(3, 3), base: baseAt(2, 3) });
  database.writes[1]?.settle();
  await second;
  const refused: [string, Parameters<LevelLog["store"]>[0]][] = [
    ["that no snapshot has", { ...ending(9, 3), base: baseAt(9, 3) }],
    ["that no snapshot has", { ...ending(3, 2), base: baseAt(3, 2) }],
    ["would begin after 1 again", { ...ending(3, 3), base: baseAt(1, 3) }],
    ["entries leave a gap", storeOf(3, 2, ["b"])],
    ["does not end where it says", ending(2, 3)],
  ];
  for (const [why, store] of refused) expect(() => log.store(store, () => {})).toThrow(why);
  expect(database.writes.length).toBe(2);
});
