import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beginFounding, beginJoin, endFounding, giveUpFounding } from "../../src/storage/directory/new-directory.ts";
import { openDataDirectory } from "../../src/storage/directory/open.ts";
import { verifyDataDirectory } from "../../src/storage/directory/verify.ts";
import { readIdentity } from "../../src/storage/files/identity.ts";
import { incarnationId, otherIncarnationId } from "../incarnations.ts";
import { bootstrap, closeAll, openIn, owner, ports, removeTemporaryDirectories, temporaryDirectory } from "./support.ts";

/** The directory of a node whose cluster is yet to be born: it names a disk, and holds nothing that was ever promised. */

afterEach(removeTemporaryDirectories);

let directory: string;
let disks: number;
const disksOf = { ...ports, newDiskId: () => `disk ${++disks}` };
beforeEach(() => {
  directory = join(temporaryDirectory(), "data");
  disks = 0;
});

const born = { incarnationId, members: bootstrap.map((member) => ({ ...member, diskId: `disk of ${member.id}` })) };

test("it has a disk with a name, and the same one at the next start", async () => {
  const first = await beginFounding(directory, owner, bootstrap, disksOf);
  expect(first).toMatchObject({ ...owner, phase: "founding", incarnationId: "", bootstrap, diskId: "disk 1" });
  const text = readFileSync(join(directory, "identity.json"), "utf8");
  expect(await beginFounding(directory, owner, bootstrap, disksOf)).toEqual(first);
  expect(readFileSync(join(directory, "identity.json"), "utf8")).toBe(text);
});

test("its list may change until the cluster is born, and it stays the same disk: its founder may have named it by then", async () => {
  await beginFounding(directory, owner, bootstrap, disksOf);
  const shorter = bootstrap.slice(0, 2);
  const again = await beginFounding(directory, owner, shorter, disksOf);
  expect(again).toMatchObject({ bootstrap: shorter, diskId: "disk 1" });
  expect(await readIdentity(directory)).toEqual(again);
});

test.each([{ nodeId: 2 }, { clusterId: "other" }])("as another node or of another cluster it begins anew: %j", async (other) => {
  await beginFounding(directory, owner, bootstrap, disksOf);
  const again = await beginFounding(directory, { ...owner, ...other }, bootstrap, disksOf);
  expect(again).toMatchObject({ ...owner, ...other, diskId: "disk 2" });
});

test("once its cluster is born it is opened like any other, with the members and disks that the cluster began with", async () => {
  await endFounding(directory, await beginFounding(directory, owner, bootstrap, ports), born);
  const data = await openDataDirectory({ ...owner, directory }, ports);
  expect(data).toMatchObject({ isNew: true, identity: { incarnationId, bootstrap: born.members } });
  expect(data.restored.members).toMatchObject({ index: 0, members: { incarnationId, nodes: born.members } });
  await closeAll(data);
  expect(await readIdentity(directory)).toMatchObject({ phase: "ready", incarnationId });
});

test("before that it is no node's data: it is not opened, and has no damage", async () => {
  await beginFounding(directory, owner, bootstrap, ports);
  await expect(openDataDirectory({ ...owner, directory }, ports)).rejects.toMatchObject({ name: "FoundingUnfinished" });
  expect((await verifyDataDirectory(directory)).problems).toEqual([]);
});

test("it is given up without a trace, or for a place in another cluster", async () => {
  await giveUpFounding(directory, await beginFounding(directory, owner, bootstrap, ports));
  expect(readdirSync(directory)).toEqual([]);
  await beginFounding(directory, owner, bootstrap, disksOf);
  expect(await beginJoin(directory, disksOf)).toMatchObject({ phase: "joining", nodeId: 0, diskId: "disk 2" });
});

test("of two processes in one directory, one alone has a part in the birth", async () => {
  const identity = await beginFounding(directory, owner, bootstrap, ports);
  await endFounding(directory, identity, born);
  const late = { ...born, incarnationId: otherIncarnationId };
  await expect(endFounding(directory, identity, late)).rejects.toMatchObject({ name: "DirectoryInUse" });
  await expect(giveUpFounding(directory, identity)).rejects.toMatchObject({ name: "DirectoryInUse" });
  expect(await readIdentity(directory)).toMatchObject({ phase: "creating", incarnationId });
});

test("a directory with data has no part in a birth any more", async () => {
  await closeAll(await openIn(directory));
  await expect(beginFounding(directory, owner, bootstrap, ports)).rejects.toMatchObject({ name: "DirectoryInUse" });
  expect(await readIdentity(directory)).toMatchObject({ phase: "ready" });
});
