import promises, { type FileHandle } from "node:fs/promises";
import { basename, join } from "node:path";
import { bootstrapMembers } from "../../src/core/members.ts";
import { incarnationId } from "../incarnations.ts";
import { packed, staging } from "./snapshots.ts";
import { bootstrap, closeAll, openIn, removeTemporaryDirectories, settled, temporaryDirectory } from "./support.ts";

// A name that is new in a directory is durable only once the directory is synced. What is asked of the system is
// written down here, in its order.

let calls: string[];
beforeEach(() => {
  calls = [];
  const { open, rename } = promises;
  jest.spyOn(promises, "open").mockImplementation(async (path, flags, mode) => {
    const handle: FileHandle = await open(path, flags, mode);
    const sync = handle.sync.bind(handle);
    handle.sync = () => {
      calls.push(`sync ${basename(String(path))}`);
      return sync();
    };
    return handle;
  });
  jest.spyOn(promises, "rename").mockImplementation((from, to) => {
    calls.push(`rename to ${basename(String(to))}`);
    return rename(from, to);
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  removeTemporaryDirectories();
});

test("rule 49: each name of a new data directory is synced before anything may rest on it", async () => {
  const directory = join(temporaryDirectory(), "new", "data");
  await closeAll(await openIn(directory));
  const identity = ["sync identity.json.new", "rename to identity.json", "sync data"];
  const owner = ["sync owner.json.new", "rename to owner.json"];
  expect(calls).toEqual([
    "sync new",
    // It waits for its cluster; then the cluster is born; then the log was made.
    ...identity,
    ...identity,
    ...owner,
    "sync log",
    "sync log.mark",
    "sync data",
    ...owner,
    "sync state",
    "sync log",
    "sync state",
    "sync data",
    ...identity,
  ]);
});

test("rule 49: the names in a staged state, and its own name, are synced before it is whole", async () => {
  const data = await openIn(join(temporaryDirectory(), "data"));
  const content = { count: 0, bytes: 0, digest: "0000000000000000" };
  const meta = { index: 4, term: 1, time: 0, members: bootstrapMembers(bootstrap, incarnationId), membersIndex: 0, ...content };
  const staged = await staging(data.state, meta);
  await settled((done) => staged.add(packed([]), done));
  calls = [];
  staged.finish((_error, isWhole) => calls.push(`whole: ${isWhole}`));
  await settled((done) => staged.add(packed([]), done));
  expect(calls).toEqual([`sync ${staged.name}`, "sync data", "whole: true"]);
  await closeAll(data);
});
