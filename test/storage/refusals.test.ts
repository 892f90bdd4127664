import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setDiffering, setRecovering } from "../../src/storage/directory/marks.ts";
import { beginFounding, beginJoin } from "../../src/storage/directory/new-directory.ts";
import { openDataDirectory } from "../../src/storage/directory/open.ts";
import { verifyDataDirectory } from "../../src/storage/directory/verify.ts";
import * as errors from "../../src/storage/files/errors.ts";
import { formatVersion, readIdentity } from "../../src/storage/files/identity.ts";
import { imageOf } from "./image.ts";
import { Program } from "./programs.ts";
import { makeSample, outcomeOf, type Sample } from "./sample.ts";
import {
  bootstrap,
  closeAll,
  diskOwner,
  memoryDirectory,
  openIn,
  owner,
  ports,
  removeTemporaryDirectories,
  storeOf,
  storing,
} from "./support.ts";

// A start that is refused changes nothing: what was wrong can be put right, and the node starts as if nothing had been.

let sample: Sample;
let directory: string;
let other: string;
beforeAll(async () => {
  sample = await makeSample(join(memoryDirectory(), "data"));
  other = join(memoryDirectory(), "data");
  const data = await openIn(other, { ...diskOwner, diskId: "another disk" });
  await storing(data.log, storeOf(1, 1, ["a"], 1));
  await closeAll(data);
}, 60_000);
beforeEach(() => {
  directory = join(memoryDirectory(), "data");
  cpSync(sample.directory, directory, { recursive: true, preserveTimestamps: true });
});
afterAll(removeTemporaryDirectories);

const path = (...names: string[]) => join(directory, ...names);

function replace(...names: string[]): void {
  rmSync(path(...names), { recursive: true });
  cpSync(join(other, ...names), path(...names), { recursive: true });
}

function flip(...names: string[]): void {
  const bytes = readFileSync(path(...names));
  const place = Math.floor(bytes.length / 3);
  bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place);
  writeFileSync(path(...names), bytes);
}

function oneOf(part: string, pattern: RegExp): string {
  return readdirSync(path(part)).find((name) => pattern.test(name)) ?? "there is none";
}

async function identity() {
  const found = await readIdentity(directory);
  if (found === null) throw new Error("there is no identity");
  return found;
}

interface Refusal {
  readonly name: string;
  /** Makes it wrong, in a way that putting back a copy undoes. */
  readonly spoil: () => void | Promise<void>;
  readonly wanted?: Partial<typeof owner | { clusterId: string; nodeId: number }>;
}

const refusals: Readonly<Record<string, Refusal>> = {
  "another node's": { name: "DirectoryOfOtherNode", spoil: () => undefined, wanted: { nodeId: 2 } },
  "another cluster's": { name: "DirectoryOfOtherCluster", spoil: () => undefined, wanted: { clusterId: "other" } },
  "another format": {
    name: "UnknownFormatVersion",
    spoil: () => {
      const text = readFileSync(path("identity.json"), "utf8");
      writeFileSync(path("identity.json"), text.replace(`"formatVersion": ${formatVersion}`, '"formatVersion": 99'));
    },
  },
  "an identity that is damaged": { name: "IdentityDamaged", spoil: () => flip("identity.json") },
  "an identity that is gone": { name: "IdentityMissing", spoil: () => rmSync(path("identity.json")) },
  "a recovery that was begun": { name: "RecoveryUnfinished", spoil: async () => setRecovering(directory, await identity(), true) },
  "a state that differs": { name: "StateRejected", spoil: async () => setDiffering(directory, await identity()) },
  "a log that is gone": { name: "LogMissing", spoil: () => rmSync(path("log"), { recursive: true }) },
  "a mark that is gone": { name: "LogMissing", spoil: () => rmSync(path("log.mark")) },
  "a mark that is cut": { name: "LogDamaged", spoil: () => writeFileSync(path("log.mark"), "") },
  "another disk's log": { name: "LogOfOther", spoil: () => replace("log") },
  "another disk's mark": { name: "LogOfOther", spoil: () => replace("log.mark") },
  "a .log that is gone": { name: "LogDamaged", spoil: () => rmSync(path("log", oneOf("log", /^\d+\.log$/))) },
  "a table of the log that is gone": { name: "LogDamaged", spoil: () => rmSync(path("log", oneOf("log", /ldb$/))) },
  "a list of tables that is gone": { name: "LogDamaged", spoil: () => rmSync(path("log", oneOf("log", /^MANIFEST/))) },
  "an older list of tables": { name: "LogDamaged", spoil: () => writeFileSync(path("log", "CURRENT"), "MANIFEST-000001\n") },
  "a state that is damaged": { name: "StateDamaged", spoil: () => flip("state", oneOf("state", /ldb$/)) },
  "a table of the state that is gone": { name: "StateDamaged", spoil: () => rmSync(path("state", oneOf("state", /ldb$/))) },
  "another disk's state": { name: "StateOfOther", spoil: () => replace("state") },
  "a state that is gone": { name: "StateMissing", spoil: () => rmSync(path("state"), { recursive: true }) },
  "a log of an earlier time": {
    name: "StateAheadOfLog",
    spoil: async () => {
      const earlier = join(memoryDirectory(), "data");
      const data = await openIn(earlier);
      await storing(data.log, storeOf(1, 1, ["a"], 1));
      await closeAll(data);
      for (const part of ["log", "log.mark"]) {
        rmSync(path(part), { recursive: true });
        cpSync(join(earlier, part), path(part), { recursive: true });
      }
    },
  },
  "a term that somebody has made up": {
    name: "TermMadeUp",
    spoil: async () => {
      const data = await openIn(directory);
      const { index: lastIndex, term: lastTerm } = data.restored.entries.at(-1) ?? data.restored.base;
      const hardState = { term: 2 ** 53 - 1, votedFor: 2 };
      await storing(data.log, { hardState, entries: [], base: null, snapshot: null, lastIndex, lastTerm });
      await closeAll(data);
    },
  },
  "a file where a folder should be": {
    name: "DirectoryUnusable",
    spoil: () => {
      rmSync(path("log"), { recursive: true });
      writeFileSync(path("log"), "");
    },
  },
  "a join that was begun": {
    name: "JoinUnfinished",
    spoil: async () => {
      rmSync(directory, { recursive: true });
      await beginJoin(directory, ports);
    },
  },
  "a founding that was begun": {
    name: "FoundingUnfinished",
    spoil: async () => {
      rmSync(directory, { recursive: true });
      await beginFounding(directory, owner, bootstrap, ports);
    },
  },
};

describe.each(Object.entries(refusals))("%s", (_, { name, spoil, wanted = {} }) => {
  test(`is refused as ${name}, again and again, and is left as it is; put right, the node starts`, async () => {
    const aside = join(memoryDirectory(), "aside");
    cpSync(directory, aside, { recursive: true, preserveTimestamps: true });
    await spoil();
    const before = imageOf(directory);
    for (let time = 0; time < 2; time += 1) {
      await expect(openDataDirectory({ ...owner, ...wanted, directory }, ports)).rejects.toMatchObject({ name });
      await verifyDataDirectory(directory).catch(() => undefined);
      expect(imageOf(directory)).toEqual(before);
    }
    // Only what was spoilt is put back: the rest must still be good.
    const spoilt = Object.keys({ ...imageOf(aside), ...before }).filter((file) => imageOf(aside)[file] !== before[file]);
    for (const file of spoilt.filter((file) => file !== ".")) {
      rmSync(path(file), { recursive: true, force: true });
      if (existsSync(join(aside, file))) cpSync(join(aside, file), path(file), { recursive: true });
    }
    expect(await outcomeOf(sample, directory)).toBe("identical");
  });
});

test("a directory that another process has open is left as it is by whoever is refused for it", async () => {
  const program = new Program("hold-directory.ts", [directory]);
  await program.lines(1);
  const before = imageOf(directory);
  await expect(openDataDirectory({ ...owner, directory }, ports)).rejects.toMatchObject({ name: "DirectoryInUse" });
  await expect(verifyDataDirectory(directory)).rejects.toMatchObject({ name: "DirectoryInUse" });
  expect(imageOf(directory)).toEqual(before);
  await program.kill();
  expect(await outcomeOf(sample, directory)).toBe("identical");
}, 60_000);

test("a directory that this process has open stays open, locked against others, when it is asked for once more", async () => {
  const data = await openIn(directory);
  const moved = join(memoryDirectory(), "elsewhere");
  await expect(openDataDirectory({ ...owner, directory }, ports)).rejects.toMatchObject({ name: "DirectoryInUse" });
  const program = new Program("hold-directory.ts", [directory]);
  await expect(program.lines(1)).rejects.toThrow("in use by another process");
  await closeAll(data);
  renameSync(directory, moved);
  await closeAll(await openIn(moved));
}, 60_000);

test("every way in which a directory can be refused has been tried", () => {
  const tried = new Set(["DirectoryInUse", ...Object.values(refusals).map(({ name }) => name)]);
  // The first two are for others to go by; a failed write comes later than a start.
  const others = ["DataDirectoryError", "DataLost", "WriteFailed"];
  const known = Object.entries(errors).filter(([, value]) => "prototype" in value && value.prototype instanceof Error);
  expect(known.map(([name]) => name).filter((name) => !others.includes(name) && !tried.has(name))).toEqual([]);
});
