import { cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bootstrapMembers } from "../../src/core/members.ts";
import type { SnapshotMeta } from "../../src/core/types.ts";
import { verifyDataDirectory } from "../../src/storage/directory/verify.ts";
import { type DatabaseOwner, ownerFile, readOwners } from "../../src/storage/files/owners.ts";
import { LogMark } from "../../src/storage/log/log-mark.ts";
import { incarnationId, otherIncarnationId } from "../incarnations.ts";
import { installing, packed, staging } from "./snapshots.ts";
import {
  bootstrap,
  closeAll,
  diskOwner,
  getting,
  memoryDirectory,
  openIn,
  removeTemporaryDirectories,
  settled,
  storeOf,
  storing,
  writing,
} from "./support.ts";

// Parts of a data directory that were made for another disk, in every combination. Each of them is sound.

afterEach(removeTemporaryDirectories);

const parts = ["log", "log.mark", "state"];
const combinations = Array.from({ length: 7 }, (_, mask) => parts.filter((_part, place) => ((mask + 1) & (1 << place)) !== 0)).map(
  (names) => ({ what: names.join(" and "), names }),
);

/** The directory of a node that has a vote, some entries and a record; left by its process. */
async function usedDirectory(owner: DatabaseOwner, entries = 3): Promise<string> {
  const directory = join(memoryDirectory(), "data");
  const data = await openIn(directory, owner);
  await storing(data.log, storeOf(2, 1, Array(entries).fill("entry"), owner.nodeId));
  await writing(data.state, [{ key: Buffer.from("key"), value: Buffer.from(owner.diskId), before: undefined }], 1);
  await closeAll(data);
  return directory;
}

function putInto(directory: string, from: string, names: readonly string[]): void {
  for (const name of names) {
    rmSync(join(directory, name), { recursive: true });
    cpSync(join(from, name), join(directory, name), { recursive: true });
  }
}

function failure(opening: Promise<unknown>): Promise<Error> {
  return opening.then(
    () => new Error("it was opened"),
    (error) => error,
  );
}

/** Every byte below a directory, by its path. */
function contentOf(directory: string): Record<string, string> {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(directory, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(directory, name)).toString("latin1")]));
}

const own: DatabaseOwner = { nodeId: 3, diskId: "the disk of node 3", incarnationId };
const two: DatabaseOwner = { nodeId: 2, diskId: "the disk of node 2", incarnationId };
const others: readonly (readonly [string, DatabaseOwner])[] = [
  ["another node", two],
  ["an earlier disk of the same node", { ...own, diskId: "an earlier disk" }],
  ["another node with a copied disk id", { ...two, diskId: own.diskId }],
  ["the same disk in another life of the cluster", { ...own, incarnationId: otherIncarnationId }],
];

describe.each(others)("of %s", (_, other) => {
  test.each(combinations)("$what: refused with a sentence that names whose it is", async ({ names }) => {
    const directory = await usedDirectory(own);
    // Longer than its own, or a mark would not fit the log.
    putInto(directory, await usedDirectory(other, 5), names);
    const before = contentOf(directory);
    const [first] = names;
    for (let time = 0; time < 2; time += 1) {
      const { name, message } = await failure(openIn(directory, own));
      expect(name).toBe(first === "state" ? "StateOfOther" : "LogOfOther");
      const theirs = `node ${other.nodeId} with the disk ${other.diskId} in the incarnation ${other.incarnationId} of its cluster`;
      expect(message).toContain(`${join(directory, first ?? "")} is of ${theirs}, but this is the data directory of node 3 with`);
      expect(message).toContain("let the node rejoin");
      if (first !== "state") expect(contentOf(directory)).toEqual(before);
    }
    const { problems } = await verifyDataDirectory(directory);
    const found = problems.map((problem) => problem.name);
    expect(found).toEqual([...(first === "state" ? [] : ["LogOfOther"]), ...(names.includes("state") ? ["StateOfOther"] : [])]);
  });
});

test("parts that are put back are the node's own, and the node starts again", async () => {
  const directory = await usedDirectory(own);
  const aside = join(memoryDirectory(), "aside");
  cpSync(directory, aside, { recursive: true });
  putInto(directory, await usedDirectory(two), parts);
  expect((await failure(openIn(directory, own))).name).toBe("LogOfOther");
  putInto(directory, aside, parts);
  const data = await openIn(directory, own);
  expect(data.restored).toMatchObject({ hardState: { term: 2, votedFor: 3 }, appliedIndex: 1 });
  await closeAll(data);
});

test("a state that is not its own can be made again from a log that has everything", async () => {
  const directory = await usedDirectory(own);
  putInto(directory, await usedDirectory(two), ["state"]);
  expect((await failure(openIn(directory, own))).message).toContain(`remove ${join(directory, "state")} and nothing else`);
  rmSync(join(directory, "state"), { recursive: true });
  const data = await openIn(directory, own);
  expect(data.restored.appliedIndex).toBe(0);
  await closeAll(data);
});

describe("a state that was taken in from another node", () => {
  const meta: SnapshotMeta = {
    ...{ index: 4, term: 2, time: 0, members: bootstrapMembers(bootstrap, incarnationId), membersIndex: 0 },
    ...{ count: 0, bytes: 0, digest: "0000000000000000" },
  };

  test("is this node's own once it is installed", async () => {
    const directory = await usedDirectory(own);
    const data = await openIn(directory, own);
    const staged = await staging(data.state, meta);
    await settled((done) => staged.finish(done));
    await storing(data.log, installing(meta, staged.name, 4, 2));
    await settled((done) => data.state.switchTo(staged.name, { ...meta, members: meta.members }, done));
    await closeAll(data);
    expect(await readOwners(join(directory, staged.name))).toEqual([own]);
    const again = await openIn(directory, own);
    expect(again.restored.appliedIndex).toBe(4);
    await closeAll(again);
  });

  test("a state that another node had begun to take in is begun again", async () => {
    const other = two;
    const [directory, from] = [await usedDirectory(own), await usedDirectory(other)];
    const theirs = await openIn(from, other);
    const staged = await staging(theirs.state, { ...meta, count: 1 });
    await settled((done) => staged.add(packed([["key", "value"]]), done));
    await closeAll(theirs);
    cpSync(join(from, staged.name), join(directory, staged.name), { recursive: true });
    const data = await openIn(directory, own);
    expect((await staging(data.state, { ...meta, count: 1 })).cursor).toBeNull();
    await closeAll(data);
  });
});

describe("what says whose a part is", () => {
  test.each(["log", "state"])(
    "in %s/: gone, or changed in any byte, it is damage",
    async (part) => {
      const directory = await usedDirectory(own);
      const path = join(directory, part, ownerFile);
      const good = readFileSync(path);
      const damaged = part === "log" ? "LogDamaged" : "StateDamaged";
      for (let at = 0; at < good.length; at += 1) {
        const bytes = Buffer.from(good);
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
        for (const content of [bytes, good.subarray(0, at)]) {
          writeFileSync(path, content);
          expect((await failure(openIn(directory, own))).name).toBe(damaged);
        }
      }
      rmSync(path);
      expect((await failure(openIn(directory, own))).message).toContain("is damaged: owner.json is gone");
      writeFileSync(path, good);
      await closeAll(await openIn(directory, own));
    },
    30_000,
  );

  test("in log.mark: there twice, so that a torn write leaves one", async () => {
    const path = join(memoryDirectory(), "log.mark");
    await LogMark.create(path, [own]);
    const other = { ...two, nodeId: 9 };
    await LogMark.writeOwners(path, [own, other]);
    const good = readFileSync(path);
    for (const places of [[1_030], [1_540], [1_030, 1_540]]) {
      const bytes = Buffer.from(good);
      for (const at of places) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      writeFileSync(path, bytes);
      const reading = LogMark.readOwners(path);
      if (places.length === 1) expect(await reading).toEqual([own, other]);
      else await expect(reading).rejects.toThrow("does not say whose it is");
    }
  });

  test("is read when a node verifies its disk", async () => {
    const directory = await usedDirectory(own);
    const data = await openIn(directory, own);
    const scrub = async () => {
      for (const part of [data.smallFiles, data.log, data.state]) for await (const _ of part.scrub());
    };
    await scrub();
    for (const part of ["log", "state"]) {
      renameSync(join(directory, part, ownerFile), join(directory, "aside"));
      await expect(scrub()).rejects.toThrow(`The ${part} in ${join(directory, part)} is damaged: owner.json is gone`);
      renameSync(join(directory, "aside"), join(directory, part, ownerFile));
    }
    const mark = readFileSync(join(directory, "log.mark"));
    writeFileSync(join(directory, "log.mark"), Buffer.from(mark).fill(1, 1_024));
    await expect(scrub()).rejects.toThrow("log.mark does not say whose it is");
    await closeAll(data);
  });
});

test("the parts of a directory name its node and its disk", async () => {
  const directory = await usedDirectory(diskOwner);
  const data = await openIn(directory, diskOwner);
  expect(await getting(data.state, ["key"])).toEqual([diskOwner.diskId]);
  await closeAll(data);
  expect(await Promise.all([readOwners(join(directory, "log")), readOwners(join(directory, "state"))])).toEqual([
    [diskOwner],
    [diskOwner],
  ]);
  expect(await LogMark.readOwners(join(directory, "log.mark"))).toEqual([diskOwner]);
});
