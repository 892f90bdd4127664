import type { StateSnapshot } from "../../src/node/ports/ports.ts";
import { openDatabase } from "../../src/storage/files/database.ts";
import { chance, closing, getting, openMachineIn, removeTemporaryDirectories, temporaryDirectory, writing } from "./support.ts";

afterEach(removeTemporaryDirectories);

// LevelDB moves an older version of a record before a newer one if somebody reads as of an earlier moment while it merges tables:
// see src/storage/files/level-database.ts.

test("rule 56: what is read is what was written last, also while a snapshot is sent", async () => {
  const state = await openMachineIn(temporaryDirectory(), "state", true);
  const random = chance(7);
  const values = new Map<string, string>();
  let snapshot: StateSnapshot | null = null;
  for (let index = 1; index <= 700; index += 1) {
    const keys = new Set(Array.from({ length: 12 }, () => `key ${1000 + Math.floor(random() * 1000)}`));
    // Large, so that tables end often between two versions of a record.
    const value = `${index} `.padEnd(40_000, ".");
    const changes = [...keys].map((key) => {
      const before = values.get(key);
      return { key: Buffer.from(key), value: Buffer.from(value), before: before === undefined ? undefined : Buffer.from(before) };
    });
    await writing(state, changes, index);
    for (const key of keys) values.set(key, value);
    if (index % 25 === 0) {
      snapshot?.close();
      snapshot = await new Promise<StateSnapshot | null>((resolve, reject) =>
        state.openSnapshot((error, opened) => (error === null ? resolve(opened) : reject(error))),
      );
    }
    if (index % 50 === 0) {
      const found = await getting(state, [...values.keys()]);
      const stale = [...values.keys()].filter((key, place) => found[place] !== values.get(key));
      expect({ index, stale }).toEqual({ index, stale: [] });
    }
  }
  await closing(state);
}, 120_000);

test("nothing is written beside an iterator, and no iterator begins beside a write", async () => {
  const options = { mayCreate: true, writeBufferBytes: 65_536, cacheBytes: 65_536 };
  const database = await openDatabase(temporaryDirectory(), options);
  const order: string[] = [];
  const reading = await database.iterator({});
  const written = [
    database.put(Buffer.from("a"), Buffer.from("1")).then(() => order.push("put")),
    database.del(Buffer.from("b")).then(() => order.push("deleted")),
    write(database.batch()).then(() => order.push("batch written")),
  ];
  const next = database.iterator({}).then((iterator) => {
    order.push("read");
    return iterator;
  });
  // It reads what was there when it began, which is what LevelDB has: nothing else could be read meanwhile.
  expect(await reading.nextv(10)).toEqual([]);
  await database.get(Buffer.from("a"));
  expect(order).toEqual([]);
  await reading.close();
  await Promise.all(written);
  const iterator = await next;
  expect(order.at(-1)).toBe("read");
  expect((await iterator.nextv(10)).map(([key]) => key.toString())).toEqual(["a", "c"]);
  await iterator.close();
  await database.close();
});

function write(batch: { put(key: Buffer, value: Buffer): void; write(): Promise<void> }): Promise<void> {
  batch.put(Buffer.from("c"), Buffer.from("3"));
  return batch.write();
}
