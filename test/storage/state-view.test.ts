import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import promises from "node:fs/promises";
import { join } from "node:path";
import { scrubState } from "../../src/storage/state/scrub-state.ts";
import { dataRange } from "../../src/storage/state/state-records.ts";
import { StateView } from "../../src/storage/state/state-view.ts";
import { chance, closing, openMachineIn, recordsIn, removeTemporaryDirectories, temporaryDirectory, writing } from "./support.ts";

afterEach(() => {
  jest.restoreAllMocks();
  removeTemporaryDirectories();
});

const random = chance(11);

/** Goes on to write until it is told to end, and says how often it has. */
function writingOn(state: Awaited<ReturnType<typeof openMachineIn>>) {
  const values = new Map<string, Buffer>();
  let isOver = false;
  let index = 0;
  const done = (async () => {
    while (!isOver) {
      index += 1;
      const key = `key ${1000 + Math.floor(random() * 500)}`;
      const value = Buffer.alloc(20_000, index);
      await writing(state, [{ key: Buffer.from(key), value, before: values.get(key) }], index);
      values.set(key, value);
    }
  })();
  const end = async () => {
    isOver = true;
    await done;
    return index;
  };
  return { end, written: () => index };
}

test("a view is the state after one of its writes, whatever LevelDB writes and merges while it is made", async () => {
  const root = temporaryDirectory();
  const state = await openMachineIn(root, "state", true);
  const writer = writingOn(state);
  for (let round = 0; round < 40; round += 1) {
    const before = state.summary().appliedIndex;
    const view = await StateView.open(join(root, "state"));
    // It compares every record with the digest that the last write names, which must not be older than the one before.
    for await (const _bytes of scrubState(view.database, before));
    await view.close();
  }
  expect(await writer.end()).toBeGreaterThan(40);
  await closing(state);
}, 60_000);

test("a view stays as it is while the state is written to and its tables are merged, and is gone once it is closed", async () => {
  const root = temporaryDirectory();
  const state = await openMachineIn(root, "state", true);
  const value = Buffer.alloc(50_000, "a");
  const changed = Buffer.alloc(50_000, "b");
  const keys = Array.from({ length: 100 }, (_, number) => Buffer.from(`key ${1000 + number}`));
  await writing(
    state,
    keys.map((key) => ({ key, value, before: undefined })),
    1,
  );
  const view = await StateView.open(join(root, "state"));
  for (let index = 2; index <= 20; index += 1) {
    const before = index === 2 ? value : changed;
    await writing(
      state,
      keys.map((key) => ({ key, value: changed, before })),
      index,
    );
  }
  const found = await recordsIn(view.database, dataRange);
  expect(found.map(([, record]) => record.subarray(4).equals(value))).toEqual(keys.map(() => true));
  expect(viewsIn(root)).toHaveLength(1);
  await view.close();
  expect(viewsIn(root)).toEqual([]);
  await closing(state);
});

test("tables are shared where the file system can, and copied where it cannot", async () => {
  const root = temporaryDirectory();
  const state = await openMachineIn(root, "state", true);
  for (let index = 1; index <= 12; index += 1) {
    await writing(state, [{ key: Buffer.from(`key ${index}`), value: Buffer.alloc(1_000_000, index), before: undefined }], index);
  }
  const linksOf = async () => {
    const view = await StateView.open(join(root, "state"));
    const [directory = ""] = viewsIn(root);
    const tables = readdirSync(directory).filter((name) => name.endsWith(".ldb"));
    const links = tables.map((name) => statSync(join(directory, name)).nlink);
    for await (const _bytes of scrubState(view.database, 12));
    await view.close();
    return links;
  };
  expect(Math.max(...(await linksOf()))).toBe(2);
  jest
    .spyOn(promises, "link")
    .mockImplementation(() => Promise.reject(Object.assign(new Error("operation not permitted"), { code: "EPERM" })));
  expect(Math.max(...(await linksOf()))).toBe(1);
  await closing(state);
});

test("what a process left behind is removed by the next one", async () => {
  const root = temporaryDirectory();
  const state = await openMachineIn(root, "state", true);
  await closing(state);
  const left = join(root, "state", "view-7");
  mkdirSync(left);
  writeFileSync(join(left, "CURRENT"), "MANIFEST-000001\n");
  const again = await openMachineIn(root);
  expect(existsSync(left)).toBe(false);
  await closing(again);
});

function viewsIn(root: string): string[] {
  const names = readdirSync(join(root, "state")).filter((name) => name.startsWith("view-"));
  return names.map((name) => join(root, "state", name));
}
