import { openLog } from "../../src/storage/open-log.ts";
import { openState, verifyState } from "../../src/storage/open-state.ts";
import { isShortage } from "../../src/storage/shortage.ts";
import { HandClock } from "../node/fakes.ts";

// A directory that is opened by a process which lacks something.

const mockFailure: { error: Error | null } = { error: null };

jest.mock("../../src/storage/database.ts", () => {
  const fail = () => Promise.reject(mockFailure.error);
  const rows = () => ({ all: fail, next: fail, nextv: fail, close: async () => undefined });
  const database = { get: fail, getMany: fail, iterator: rows, keys: rows, values: rows, close: async () => undefined };
  const actual: object = jest.requireActual("../../src/storage/database.ts");
  return { ...actual, openDatabase: async () => database };
});

const opening: readonly (readonly [string, () => Promise<unknown>])[] = [
  ["a state", () => openState("data/state", { mayCreate: false })],
  ["a state that is verified", () => verifyState("data/state")],
  ["a log", () => openLog({ directory: "data/log", markPath: "data/log.mark", isNew: false }, { clock: new HandClock() })],
];

test.each(opening)(
  "%s that cannot be read for lack of file handles is not called damaged, or it would be replaced",
  async (_, open) => {
    mockFailure.error = Object.assign(new Error("IO error: data/000005.ldb: Too many open files"), { code: "LEVEL_IO_ERROR" });
    await expect(open()).rejects.toMatchObject({ name: "DirectoryUnusable" });
  },
);

test.each(opening.slice(0, 2))("%s that LevelDB finds damaged is", async (_, open) => {
  mockFailure.error = new Error("Corruption: bad block type");
  await expect(open()).rejects.toMatchObject({ name: "StateDamaged" });
});

test.each([
  ["EMFILE: too many open files, open 'data/log.mark'", true],
  ["Array buffer allocation failed", true],
  ["IO error: data/000005.ldb: Permission denied", true],
  ["Corruption: 2 missing files; e.g.: data/000005.ldb", false],
  ["the key out of memory", false],
])("what %s says", (message, is) => {
  expect(isShortage(new RangeError(message))).toBe(is);
});
