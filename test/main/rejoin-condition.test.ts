import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { conditionOf } from "../../src/repair/condition.ts";
import { beginJoin } from "../../src/storage/directory/new-directory.ts";
import { DirectoryUnusable } from "../../src/storage/files/errors.ts";
import { closeAll, openIn, ports, removeTemporaryDirectories, temporaryDirectory } from "../storage/support.ts";

afterEach(removeTemporaryDirectories);

async function usedDirectory(): Promise<string> {
  const directory = temporaryDirectory();
  await closeAll(await openIn(directory));
  return directory;
}

test("data that can be read in full are sound, and a node that waits for its id is not", async () => {
  expect(await conditionOf(await usedDirectory())).toMatchObject({ isSound: true, problems: [] });
  const joining = temporaryDirectory();
  await beginJoin(joining, ports);
  expect(await conditionOf(joining)).toMatchObject({ isSound: false, problems: [] });
});

test("what is gone or damaged is lost, and said", async () => {
  expect(await conditionOf(join(temporaryDirectory(), "none"))).toEqual({ identity: null, isSound: false, problems: [] });
  const damaged = await usedDirectory();
  writeFileSync(join(damaged, "log", "CURRENT"), "nothing");
  expect(await conditionOf(damaged)).toMatchObject({
    isSound: false,
    problems: [expect.stringContaining("does not name a MANIFEST")],
  });
});

test("a disk that takes no more, as one that is full, is no damage: all of its data can be read", async () => {
  const directory = await usedDirectory();
  const log = join(directory, "log");
  // LevelDB begins a new MANIFEST when it opens a database; here it cannot.
  const [manifest = ""] = readdirSync(log).filter((name) => name.startsWith("MANIFEST-"));
  const next = Number(manifest.slice("MANIFEST-".length)) + 1;
  for (let number = next; number < next + 10; number += 1) {
    mkdirSync(join(log, `MANIFEST-${String(number).padStart(6, "0")}`), { recursive: true });
  }
  expect(await conditionOf(directory)).toMatchObject({ isSound: true, problems: [] });
});

test("a place that cannot be looked into is no lost disk", async () => {
  const file = join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  await expect(conditionOf(file)).rejects.toThrow(DirectoryUnusable);
});
