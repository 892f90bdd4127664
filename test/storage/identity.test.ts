import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setDiffering } from "../../src/storage/directory/marks.ts";
import { beginJoin, endJoin } from "../../src/storage/directory/new-directory.ts";
import { openDataDirectory } from "../../src/storage/directory/open.ts";
import { verifyDataDirectory } from "../../src/storage/directory/verify.ts";
import { readIdentity, writeIdentity } from "../../src/storage/files/identity.ts";
import { incarnationId } from "../incarnations.ts";
import {
  bootstrap,
  closeAll,
  openIn,
  owner,
  ports,
  removeTemporaryDirectories,
  storeOf,
  storing,
  temporaryDirectory,
  textOf,
} from "./support.ts";

afterEach(removeTemporaryDirectories);

/** A directory that a node has used and left. */
async function usedDirectory(): Promise<string> {
  const directory = join(temporaryDirectory(), "data", "node-1");
  const data = await openIn(directory);
  await storing(data.log, storeOf(1, 1, ["a"], 1));
  await closeAll(data);
  return directory;
}

function failure(opening: Promise<unknown>): Promise<{ name: string; message: string }> {
  return opening.then(
    () => ({ name: "none", message: "it was opened" }),
    ({ name, message }: Error) => ({ name, message }),
  );
}

test("a new directory is made with everything above it, and is found again", async () => {
  const directory = join(temporaryDirectory(), "not", "there", "yet");
  const data = await openIn(directory);
  expect(data).toMatchObject({ isNew: true, restored: { hardState: null, entries: [], appliedIndex: 0 } });
  await closeAll(data);
  const again = await openIn(directory);
  expect(again.isNew).toBe(false);
  await closeAll(again);
  expect(readdirSync(directory).sort()).toEqual(["identity.json", "log", "log.mark", "state"]);
  expect(await readIdentity(directory)).toEqual({
    ...owner,
    incarnationId,
    bootstrap,
    replaces: [],
    diskId: "a disk",
    createdAt: "1970-01-01T00:00:00.000Z",
    phase: "ready",
  });
});

test("the directory of another node is refused", async () => {
  const directory = await usedDirectory();
  const found = await failure(openDataDirectory({ ...owner, nodeId: 2, directory }, ports));
  expect(found.name).toBe("DirectoryOfOtherNode");
  expect(found.message).toContain("belongs to node 1, not to node 2");
});

test("the directory of another cluster is refused", async () => {
  const directory = await usedDirectory();
  const found = await failure(openDataDirectory({ ...owner, clusterId: "other", directory }, ports));
  expect(found.name).toBe("DirectoryOfOtherCluster");
  expect(found.message).toContain('belongs to the cluster "balsa", not to "other"');
});

test("a directory whose state was found to be wrong is refused, however often, and a full reading says why", async () => {
  const directory = await usedDirectory();
  const identity = await readIdentity(directory);
  if (identity !== null) await setDiffering(directory, identity);
  for (let time = 0; time < 2; time += 1) {
    const found = await failure(openIn(directory));
    expect(found.name).toBe("StateRejected");
    expect(found.message).toContain("another one than that of the majority");
  }
  const { problems } = await verifyDataDirectory(directory);
  expect(problems.map(({ name }) => name)).toEqual(["StateRejected"]);
});

test("other peers than at the beginning are no matter: from then on the log says who takes part", async () => {
  const directory = await usedDirectory();
  const data = await openDataDirectory({ ...owner, directory }, ports);
  expect(data.identity.bootstrap).toEqual(bootstrap);
  expect(data.restored.members).toMatchObject({ index: 0, members: { voters: [1, 2, 3], lastId: 3 } });
  await closeAll(data);
});

test.each([
  [1, { voters: [1, 2, 3] }],
  [2, { diskId: "a disk", bootstrap: [], createdAt: "1970-01-01T00:00:00.000Z" }],
])("a directory of format %d is refused, with a way on", async (formatVersion, fields) => {
  const directory = await usedDirectory();
  const old = { formatVersion, clusterId: "balsa", nodeId: 1, ...fields, phase: "ready", checksum: "00000000" };
  writeFileSync(join(directory, "identity.json"), JSON.stringify(old, null, 2));
  const found = await failure(openIn(directory));
  expect(found.name).toBe("UnknownFormatVersion");
  expect(found.message).toContain(
    `is written in format ${formatVersion}, but this program knows only format 3. It is of an older version`,
  );
  expect(found.message).toContain("join on a new directory, under a new id");
});

describe("a node that joins", () => {
  test("rule 30: has a disk with a name before it asks for an id, and the same one if it asks again", async () => {
    const directory = join(temporaryDirectory(), "data");
    const first = await beginJoin(directory, ports);
    expect(first).toMatchObject({ phase: "joining", diskId: "a disk", nodeId: 0, clusterId: "", bootstrap: [] });
    expect(await beginJoin(directory, { ...ports, newDiskId: () => "another disk" })).toEqual(first);
  });

  test("cannot be started before it was told its id", async () => {
    const directory = join(temporaryDirectory(), "data");
    await beginJoin(directory, ports);
    const found = await failure(openIn(directory));
    expect(found.name).toBe("JoinUnfinished");
    expect(found.message).toContain("Start it with --join and the address of any member");
  });

  test("begins with no members, and with the id that it was told", async () => {
    const directory = join(temporaryDirectory(), "data");
    const identity = await beginJoin(directory, ports);
    await endJoin(directory, identity, { clusterId: "balsa", nodeId: 7 }, incarnationId);
    const data = await openDataDirectory({ clusterId: "balsa", nodeId: 7, directory }, ports);
    expect(data.isNew).toBe(true);
    expect(data.identity).toMatchObject({ nodeId: 7, diskId: "a disk", incarnationId });
    expect(data.restored.members).toMatchObject({ index: 0, members: { voters: [], nodes: [] } });
    await closeAll(data);
    expect((await failure(openIn(directory))).name).toBe("DirectoryOfOtherNode");
    expect(await beginJoin(directory, ports)).toMatchObject({ phase: "ready", nodeId: 7 });
  });

  test("finds its way from a crash between its id and its log", async () => {
    const directory = join(temporaryDirectory(), "data");
    await endJoin(directory, await beginJoin(directory, ports), { clusterId: "balsa", nodeId: 1 }, incarnationId);
    expect(await readIdentity(directory)).toMatchObject({ phase: "creating" });
    const data = await openIn(directory);
    expect(data).toMatchObject({ isNew: true, restored: { entries: [], appliedIndex: 0 } });
    await closeAll(data);
  });
});

test("an unknown format version is refused, whatever else is in the file", async () => {
  const directory = await usedDirectory();
  for (const text of [
    '{"formatVersion": 4, "somethingNew": true}',
    identityText(directory).replace('"formatVersion": 3', '"formatVersion": 7'),
  ]) {
    writeFileSync(join(directory, "identity.json"), text);
    const found = await failure(openIn(directory));
    expect(found.name).toBe("UnknownFormatVersion");
    expect(found.message).toMatch(/is written in format [47], but this program knows only format 3/);
  }
});

test("every changed byte of the identity is found, and every cut", async () => {
  const directory = await usedDirectory();
  const good = readFileSync(join(directory, "identity.json"));
  const damages = Array.from(good, (_, at) => [flipped(good, at, 1 << (at % 8)), good.subarray(0, at)]).flat();
  for (const damaged of damages) {
    writeFileSync(join(directory, "identity.json"), damaged);
    const found = await failure(readIdentity(directory));
    expect(found.name).toMatch(/^(IdentityDamaged|UnknownFormatVersion)$/);
  }
}, 30_000);

test("databases without an identity are not taken for a new node", async () => {
  const directory = await usedDirectory();
  rmSync(join(directory, "identity.json"));
  const found = await failure(openIn(directory));
  expect(found.name).toBe("IdentityMissing");
  expect(found.message).toContain("holds log, log.mark, state but no identity.json");
});

test("an identity without a log is not taken for a new node", async () => {
  for (const missing of ["log", "log.mark"]) {
    const directory = await usedDirectory();
    rmSync(join(directory, missing), { recursive: true });
    const found = await failure(openIn(directory));
    expect(found.name).toBe("LogMissing");
    expect(found.message).toContain(`${missing}${missing === "log" ? "/" : ""} is gone`);
  }
  const directory = await usedDirectory();
  rmSync(join(directory, "log"), { recursive: true });
  mkdirSync(join(directory, "log"));
  expect((await failure(openIn(directory))).name).toBe("LogMissing");
});

test("a state that is gone is made anew, for the log has everything", async () => {
  const directory = await usedDirectory();
  rmSync(join(directory, "state"), { recursive: true });
  const data = await openIn(directory);
  expect(data.restored.appliedIndex).toBe(0);
  expect(textOf(data.restored.entries)).toEqual(["1@1 command a"]);
  await closeAll(data);
});

test("a crash at any point of the making of a directory is made good by the next start", async () => {
  const made = await usedDirectory();
  const ready = await readIdentity(made);
  if (ready === null) throw new Error("no identity");
  // What a crash leaves: the identity that says `creating`, and any of the parts made after it.
  for (const left of [[], ["log"], ["log", "log.mark"], ["log", "log.mark", "state"]]) {
    const directory = join(temporaryDirectory(), "data");
    await closeAll(await openIn(directory));
    await writeIdentity(directory, { ...ready, phase: "creating" });
    for (const part of ["log", "log.mark", "state"]) if (!left.includes(part)) rmSync(join(directory, part), { recursive: true });
    const data = await openIn(directory);
    expect(data.isNew).toBe(true);
    await closeAll(data);
    expect(await readIdentity(directory)).toEqual(ready);
  }
});

test("a crash before the identity has its name leaves a directory that is still new", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "identity.json.new"), '{"formatVersion');
  const data = await openIn(directory);
  expect(data.isNew).toBe(true);
  await closeAll(data);
});

test("an identity that was never finished does not hide a log with stores in it", async () => {
  const directory = await usedDirectory();
  const ready = await readIdentity(directory);
  if (ready === null) throw new Error("no identity");
  await writeIdentity(directory, { ...ready, phase: "creating" });
  expect((await failure(openIn(directory))).name).toBe("LogDamaged");
});

test("a path that cannot be a directory is refused", async () => {
  const path = join(temporaryDirectory(), "file");
  writeFileSync(path, "");
  for (const directory of [path, join(path, "below")]) {
    const found = await failure(openIn(directory));
    expect(found.name).toBe("DirectoryUnusable");
    expect(found.message).toContain("ENOTDIR");
  }
});

function identityText(directory: string): string {
  return readFileSync(join(directory, "identity.json"), "utf8");
}

function flipped(bytes: Buffer, at: number, bits: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ bits, at);
  return copy;
}
