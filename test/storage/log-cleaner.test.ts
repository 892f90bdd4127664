import { LogCleaner } from "../../src/storage/log/log-cleaner.ts";
import { storeNumber } from "../../src/storage/log/store-records.ts";

/** A database of which each deletion waits until the test says how it went. */
class TestDatabase {
  readonly deletions: { readonly numbers: number[]; settle(error?: Error): void }[] = [];
  readonly compacted: [number, number][] = [];

  batch() {
    const numbers: number[] = [];
    const batch = {
      del: (key: Buffer) => {
        numbers.push(storeNumber(key));
        return batch;
      },
      write: () =>
        new Promise<void>((resolve, reject) => {
          this.deletions.push({ numbers, settle: (error) => (error === undefined ? resolve() : reject(error)) });
        }),
    };
    return batch;
  }

  /** Lets the newest deletion end, and everything that follows from it. */
  async settle(error?: Error): Promise<void> {
    this.deletions.at(-1)?.settle(error);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function cleanerOn(database: TestDatabase, first: number): LogCleaner {
  return new LogCleaner(first, {
    database: database as unknown as ConstructorParameters<typeof LogCleaner>[1]["database"],
    compact: async (start, end) => {
      database.compacted.push([storeNumber(start), storeNumber(end)]);
    },
  });
}

test("records go in slices, one after the other, and then their room is given back", async () => {
  const database = new TestDatabase();
  const cleaner = cleanerOn(database, 5);
  cleaner.dropThrough(2_504);
  expect(database.deletions.map(({ numbers }) => [numbers[0], numbers.length])).toEqual([[5, 1_000]]);
  for (let slice = 0; slice < 3; slice++) await database.settle();
  expect(database.deletions.map(({ numbers }) => [numbers[0], numbers.length])).toEqual([
    [5, 1_000],
    [1_005, 1_000],
    [2_005, 500],
  ]);
  expect(database.compacted).toEqual([[5, 2_504]]);
});

test("what may go in the meantime goes next, and nothing twice", async () => {
  const database = new TestDatabase();
  const cleaner = cleanerOn(database, 1);
  cleaner.dropThrough(10);
  cleaner.dropThrough(30);
  cleaner.dropThrough(20);
  await database.settle();
  await database.settle();
  cleaner.dropThrough(30);
  expect(database.deletions.flatMap(({ numbers }) => numbers)).toEqual(Array.from({ length: 30 }, (_, place) => place + 1));
});

test("a close waits for the deletion under way, and leaves the rest for the next start", async () => {
  const database = new TestDatabase();
  const cleaner = cleanerOn(database, 1);
  cleaner.dropThrough(5_000);
  let isClosed = false;
  const closed = cleaner.close().then(() => {
    isClosed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isClosed).toBe(false);
  await database.settle();
  await closed;
  cleaner.dropThrough(6_000);
  expect({ deletions: database.deletions.length, compacted: database.compacted }).toEqual({ deletions: 1, compacted: [] });
});

test("rule 47: a deletion that fails is not tried again", async () => {
  const database = new TestDatabase();
  const cleaner = cleanerOn(database, 1);
  cleaner.dropThrough(10);
  await database.settle(new Error("IO error: no space left on device"));
  cleaner.dropThrough(20);
  expect(database.deletions.length).toBe(1);
  expect(cleaner.failure?.message).toContain("no space left");
});
