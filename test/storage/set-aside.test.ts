import { chmodSync, chownSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { NotADataDirectory, newestAside, setAside } from "../../src/storage/directory/set-aside.ts";
import { DirectoryInUse, DirectoryUnusable, LogMissing } from "../../src/storage/files/errors.ts";
import { readIdentity, writeIdentity } from "../../src/storage/files/identity.ts";
import { copySample, makeSample, type Sample } from "./sample.ts";
import { closeAll, memoryDirectory, openIn, removeTemporaryDirectories } from "./support.ts";

let sample: Sample;
let parent: string;
let directory: string;
beforeAll(async () => {
  sample = await makeSample(join(memoryDirectory(), "data"));
}, 60_000);
beforeEach(() => {
  parent = memoryDirectory();
  directory = join(parent, "data");
  copySample(sample, directory, "none");
});
afterAll(removeTemporaryDirectories);

/** As at the root of a volume: all can be renamed but the directory itself. */
function atRootOfVolume(from: string, to: string): Promise<void> {
  if (from === directory) return Promise.reject(Object.assign(new Error("busy"), { code: "EBUSY" }));
  renameSync(from, to);
  return Promise.resolve();
}

const parts = ["identity.json", "log", "log.mark", "state"];

test("the whole directory gets another name beside its own, and an empty one is in its place", async () => {
  const aside = await setAside(directory, "20260102T030405Z");
  expect(aside).toBe(`${directory}.damaged-20260102T030405Z`);
  expect(readdirSync(aside ?? "").sort()).toEqual(parts);
  expect(readdirSync(directory)).toEqual([]);
});

test("what is set aside, and what comes in its place, is for its owner alone", async () => {
  const modeOf = (path: string) => statSync(path).mode & 0o777;
  chmodSync(directory, 0o755);
  const beside = await setAside(directory, "1");
  expect([beside ?? "", directory].map(modeOf)).toEqual([0o700, 0o700]);
  copySample(sample, directory, "none");
  const within = await setAside(directory, "2", atRootOfVolume);
  expect(modeOf(within ?? "")).toBe(0o700);
});

test("a link to the directory still leads to it", async () => {
  const link = join(parent, "link");
  symlinkSync(directory, link);
  expect(await setAside(link, "1")).toBe(`${directory}.damaged-1`);
  expect(readdirSync(link)).toEqual([]);
});

test("where the directory cannot be renamed, what is a node's moves into a folder within that a new node takes no notice of", async () => {
  writeFileSync(join(directory, "notes.txt"), "");
  mkdirSync(join(directory, "damaged-0"));
  const aside = await setAside(directory, "1", atRootOfVolume);
  expect(aside).toBe(join(directory, "damaged-1"));
  expect(readdirSync(aside ?? "").sort()).toEqual(parts);
  expect(readdirSync(directory).sort()).toEqual(["damaged-0", "damaged-1", "notes.txt"]);
  await closeAll(await openIn(directory));
  await closeAll(await openIn(directory));
  expect(readdirSync(join(directory, "damaged-1")).sort()).toEqual(parts);
});

test("the log is the first to go, so that no node can start without what it promised", async () => {
  const moved: string[] = [];
  const noting = (from: string, to: string) => {
    if (from !== directory) moved.push(basename(from));
    return atRootOfVolume(from, to);
  };
  await setAside(directory, "1", noting);
  expect(moved).toEqual(["log", "log.mark", "state", "identity.json"]);
});

test("the newest place to which data were moved can be found again, beside the directory and within", async () => {
  expect(await newestAside(directory)).toBeNull();
  await setAside(directory, "20260102T030405Z");
  expect(await newestAside(directory)).toBe(`${directory}.damaged-20260102T030405Z`);
  rmSync(directory, { recursive: true });
  expect(await newestAside(directory)).toBe(`${directory}.damaged-20260102T030405Z`);
  mkdirSync(join(directory, "damaged-20260102T030406Z"), { recursive: true });
  mkdirSync(join(parent, "database.damaged-20270102T030405Z"));
  expect(await newestAside(directory)).toBe(join(directory, "damaged-20260102T030406Z"));
});

test("what root makes belongs to the owner of the directory, who goes on with it", async () => {
  const identity = await readIdentity(directory);
  if (process.getuid?.() === 0) chownSync(directory, 4711, 4712);
  const { uid, gid } = statSync(directory);
  await setAside(directory, "1");
  if (identity !== null) await writeIdentity(directory, identity);
  for (const made of [directory, join(directory, "identity.json")]) expect(statSync(made)).toMatchObject({ uid, gid });
});

test("whatever stops the move midway, the identity is the last to go, so that the node is not taken for a new one", async () => {
  const moved: string[] = [];
  const stopping = (from: string, to: string) => {
    if (moved.length === 2) return Promise.reject(new Error("the machine stops"));
    if (from !== directory) moved.push(from);
    return atRootOfVolume(from, to);
  };
  await expect(setAside(directory, "1", stopping)).rejects.toThrow(DirectoryUnusable);
  expect((await readIdentity(directory))?.nodeId).toBe(1);
  await expect(openIn(directory)).rejects.toThrow(LogMissing);
  expect(await setAside(directory, "2")).toBe(`${directory}.damaged-2`);
});

test("nothing is moved that is nobody's, nor what is in use", async () => {
  const other = join(parent, "other");
  expect(await setAside(other, "1")).toBeNull();
  mkdirSync(other);
  expect(await setAside(other, "1")).toBeNull();
  writeFileSync(join(other, "letter.txt"), "");
  await expect(setAside(other, "1")).rejects.toThrow(NotADataDirectory);
  const data = await openIn(directory);
  rmSync(join(directory, "log"), { recursive: true });
  await expect(setAside(directory, "1")).rejects.toThrow(DirectoryInUse);
  await closeAll(data).catch(() => undefined);
});
