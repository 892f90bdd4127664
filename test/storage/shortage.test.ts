import { isShortage } from "../../src/storage/files/shortage.ts";
import { emptyLog } from "../../src/storage/log/found-log.ts";
import { openLog } from "../../src/storage/log/open-log.ts";
import { openState, readState, verifyState } from "../../src/storage/state/open-state.ts";
import { HandClock } from "../node/fakes.ts";
import { diskOwner } from "./support.ts";

// A directory that is opened by a process which lacks something.

const mockFailure: { error: Error | null } = { error: null };

jest.mock("../../src/storage/files/database.ts", () => {
  const fail = () => Promise.reject(mockFailure.error);
  const rows = () => ({ all: fail, next: fail, nextv: fail, close: async () => undefined });
  const database = { get: fail, getMany: fail, iterator: rows, keys: rows, values: rows, close: async () => undefined };
  const actual: object = jest.requireActual("../../src/storage/files/database.ts");
  return { ...actual, openDatabase: async () => database };
});

jest.mock("../../src/storage/level-format/level-reader.ts", () => ({
  LevelReader: { open: () => Promise.reject(mockFailure.error) },
}));

const opening: readonly (readonly [string, () => Promise<unknown>])[] = [
  ["a state", () => openState("data/state", { mayCreate: false })],
  ["a state that is looked into", () => readState("data/state")],
  ["a state that is verified", () => verifyState("data/state")],
  [
    "a log",
    () => {
      const place = { directory: "data/log", markPath: "data/log.mark", isNew: false, owner: diskOwner };
      return openLog(place, emptyLog(), { clock: new HandClock() });
    },
  ],
];

test.each(opening)(
  "%s that cannot be read for lack of file handles is not called damaged, or it would be replaced",
  async (_, open) => {
    mockFailure.error = Object.assign(new Error("IO error: data/000005.ldb: Too many open files"), { code: "LEVEL_IO_ERROR" });
    await expect(open()).rejects.toMatchObject({ name: "DirectoryUnusable" });
  },
);

test.each(opening.slice(0, 3))("%s that LevelDB finds damaged is", async (_, open) => {
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
