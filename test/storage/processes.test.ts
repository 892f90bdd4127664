import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verifyDataDirectory } from "../../src/storage/directory/verify.ts";
import { Program } from "./programs.ts";
import { recordsOf } from "./snapshots.ts";
import {
  closeAll,
  entryText,
  latin1,
  openIn,
  removeTemporaryDirectories,
  scanning,
  storeOf,
  storing,
  temporaryDirectory,
  writing,
} from "./support.ts";

afterEach(removeTemporaryDirectories);

interface Line {
  readonly confirmed?: number;
  readonly term?: number;
  readonly failed?: string;
  readonly again?: string;
}

/** Opens the directory as the next process would; everything that was confirmed must be in it. */
async function expectConfirmed(directory: string, lines: readonly unknown[]): Promise<void> {
  const last = (lines as Line[]).filter(({ confirmed }) => confirmed !== undefined).at(-1);
  const data = await openIn(directory);
  expect(data.isNew).toBe(false);
  const { entries, hardState } = data.restored;
  expect(entries.length).toBeGreaterThanOrEqual(last?.confirmed ?? 0);
  expect(hardState?.term).toBeGreaterThanOrEqual(last?.term ?? 0);
  expect(entries.findIndex(({ index, data: bytes }) => latin1(bytes) !== entryText(index))).toBe(-1);
  for (const [key, value] of await scanning(data.state)) expect(value).toBe(entryText(Number(key.slice(4))));
  await closeAll(data);
}

test("rule 48: kill -9 in the middle of a store costs nothing that was confirmed, time after time", async () => {
  const directory = join(temporaryDirectory(), "data");
  for (let life = 0; life < 4; life++) {
    const program = new Program("store-without-end.ts", [directory]);
    await program.lines(100 + life * 37);
    await expectConfirmed(directory, await program.kill());
  }
  expect((await verifyDataDirectory(directory)).problems).toEqual([]);
}, 60_000);

test("a directory that another process uses is refused, and is left as it is", async () => {
  const directory = join(temporaryDirectory(), "data");
  const program = new Program("hold-directory.ts", [directory]);
  await program.lines(1);
  const refusal = { name: "DirectoryInUse", message: expect.stringContaining("is in use by another process") };
  for (let time = 0; time < 2; time++) await expect(openIn(directory)).rejects.toMatchObject(refusal);
  await expect(verifyDataDirectory(directory)).rejects.toMatchObject(refusal);
  // Whatever its files look like at this moment, somebody is writing them.
  const current = readFileSync(join(directory, "log", "CURRENT"));
  writeFileSync(join(directory, "log", "CURRENT"), "half writ");
  await expect(openIn(directory)).rejects.toMatchObject(refusal);
  writeFileSync(join(directory, "log", "CURRENT"), current);
  await program.kill();
  await closeAll(await openIn(directory));
}, 60_000);

test("rule 47: a disk that is full stops the log with a clear line, and what was confirmed is there once there is room", async () => {
  const directory = join(temporaryDirectory(), "data");
  // No file may become larger than so many blocks of 512 bytes: the system refuses the write, as a full disk does.
  const lines = await new Program("store-without-end.ts", [directory], "ulimit -f 1500;").end();
  const failure = (lines as Line[]).find(({ failed }) => failed !== undefined)?.failed;
  expect(failure).toMatch(/^WriteFailed: A write to .*log failed: .*\. The node stops and confirms nothing more\. Check the disk/);
  expect((lines as Line[]).filter(({ again }) => again !== undefined)).toEqual(Array(3).fill({ again: "WriteFailed" }));
  await expectConfirmed(directory, lines);
}, 60_000);

test("however many file handles a process has left, it calls nothing damaged, and opens all once it has enough", async () => {
  const directory = join(temporaryDirectory(), "data");
  const data = await openIn(directory);
  await storing(data.log, storeOf(1, 1, ["a"], 1));
  await writing(data.state, [{ key: Buffer.from("a"), value: Buffer.from("b"), before: undefined }], 1);
  await closeAll(data);
  const lines = await new Program("short-of-handles.ts", [directory, "12"], "ulimit -n 60;").end();
  for (const part of ["opened", "read", "verified", "whole"]) {
    const names = (lines as { part: string; name: string | null }[]).filter((line) => line.part === part).map(({ name }) => name);
    const refused = names.filter((name) => name !== null);
    expect({ part, refused: new Set(refused), first: names[0] }).toEqual({
      part,
      refused: new Set(["DirectoryUnusable"]),
      first: "DirectoryUnusable",
    });
    // From some number on it has enough.
    expect(names).toEqual([...refused, ...Array(13 - refused.length).fill(null)]);
  }
  await closeAll(await openIn(directory));
}, 60_000);

test("rule 41: kill -9 in the middle of installations leaves one of them whole, and the one under way goes on", async () => {
  const directory = join(temporaryDirectory(), "data");
  let installed = 0;
  for (let life = 0; life < 6; life++) {
    const program = new Program("install-without-end.ts", [directory]);
    await program.lines(2 + life);
    await new Promise((resolve) => setTimeout(resolve, life * 7));
    const lines = (await program.kill()) as { stored?: number; installed?: number }[];
    const said = Math.max(installed, ...lines.map(({ stored }) => stored ?? 0));
    const data = await openIn(directory);
    installed = data.restored.base.index;
    expect(installed).toBeGreaterThanOrEqual(said);
    expect(data.restored.appliedIndex).toBe(installed);
    expect(await scanning(data.state)).toEqual(recordsOf(installed).records);
    await closeAll(data);
    expect((await verifyDataDirectory(directory)).problems).toEqual([]);
  }
}, 60_000);

test("rule 47: a disk that is full stops an installation with a clear line, and the state before it is whole", async () => {
  const directory = join(temporaryDirectory(), "data");
  // The files of a staged state may not become as large as they would be.
  const lines = await new Program("install-without-end.ts", [directory], "ulimit -f 80;").end();
  const failure = (lines as Line[]).find(({ failed }) => failed !== undefined)?.failed;
  expect(failure).toMatch(/^WriteFailed: A write to .*state-10-[0-9a-f]{16} failed/);
  const data = await openIn(directory);
  expect(data.restored).toMatchObject({ base: { index: 0 }, appliedIndex: 0 });
  await closeAll(data);
}, 60_000);
