import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { conditionOf } from "../../src/main/repair/condition.ts";
import { DirectoryUnusable } from "../../src/storage/errors.ts";
import { beginJoin } from "../../src/storage/open.ts";
import { closeAll, openIn, ports, removeTemporaryDirectories, temporaryDirectory } from "../storage/support.ts";

afterEach(removeTemporaryDirectories);

async function usedDirectory(): Promise<string> {
  const directory = temporaryDirectory();
  await closeAll(await openIn(directory));
  return directory;
}

test("data that can be read in full are sound, and a node that waits for its id is not", async () => {
  expect(await conditionOf(await usedDirectory(), ports)).toMatchObject({ isSound: true, problems: [] });
  const joining = temporaryDirectory();
  await beginJoin(joining, ports);
  expect(await conditionOf(joining, ports)).toMatchObject({ isSound: false, problems: [] });
});

test("what is gone or damaged is lost, and said", async () => {
  expect(await conditionOf(join(temporaryDirectory(), "none"), ports)).toEqual({ identity: null, isSound: false, problems: [] });
  const damaged = await usedDirectory();
  writeFileSync(join(damaged, "log", "CURRENT"), "nothing");
  expect(await conditionOf(damaged, ports)).toMatchObject({
    isSound: false,
    problems: [expect.stringContaining("does not name a MANIFEST")],
  });
});

test("a disk that takes no more, as one that is full, is no damage: nothing is known to be lost", async () => {
  const directory = await usedDirectory();
  const log = join(directory, "log");
  // LevelDB begins a new MANIFEST at each start; here it cannot.
  const [manifest = ""] = readdirSync(log).filter((name) => name.startsWith("MANIFEST-"));
  const next = Number(manifest.slice("MANIFEST-".length)) + 1;
  for (let number = next; number < next + 10; number += 1) {
    mkdirSync(join(log, `MANIFEST-${String(number).padStart(6, "0")}`), { recursive: true });
  }
  await expect(conditionOf(directory, ports)).rejects.toThrow(DirectoryUnusable);
});

test("a place that cannot be looked into is no lost disk", async () => {
  const file = join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  await expect(conditionOf(file, ports)).rejects.toThrow(DirectoryUnusable);
});
