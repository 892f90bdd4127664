import { chownSync, readdirSync, statSync } from "node:fs";
import promises from "node:fs/promises";
import { join } from "node:path";
import { bootstrapMembers } from "../../src/core/members.ts";
import { encodeMembers } from "../../src/core/members-codec.ts";
import type { Entry } from "../../src/core/types.ts";
import { kvMachine } from "../../src/machine/kv.ts";
import { encodeRequest } from "../../src/machine/kv-codec.ts";
import type { Machine } from "../../src/machine/machine.ts";
import { isMapCommand } from "../../src/machine/map-command.ts";
import { encodeSessionCommand } from "../../src/machine/session-codec.ts";
import { withSessions } from "../../src/machine/sessions.ts";
import { idsPassedOver } from "../../src/node/founding/recovery.ts";
import { conditionOf } from "../../src/repair/condition.ts";
import { NoSurvivor, NotOfThisMachine, readSurvivor, recoverCluster, recoverDirectory } from "../../src/repair/recover.ts";
import { setDiffering } from "../../src/storage/directory/marks.ts";
import { verifyDataDirectory } from "../../src/storage/directory/verify.ts";
import { IdentityMissing, RecoveryUnfinished, StateRejected, TermMadeUp } from "../../src/storage/files/errors.ts";
import { type Identity, readIdentity } from "../../src/storage/files/identity.ts";
import { readOwners } from "../../src/storage/files/owners.ts";
import { LogMark } from "../../src/storage/log/log-mark.ts";
import { OneNode } from "../core/one-node.ts";
import { incarnationId, otherIncarnationId } from "../incarnations.ts";
import { imageOf } from "../storage/image.ts";
import {
  bootstrap,
  closeAll,
  openIn,
  owner,
  ports,
  removeTemporaryDirectories,
  storing,
  temporaryDirectory,
} from "../storage/support.ts";

afterEach(removeTemporaryDirectories);

let disks = 0;
const newDiskId = () => `disk ${++disks}`;
const newIncarnationId = () => otherIncarnationId;
const recovering = { ...ports, newDiskId, newIncarnationId, machine: kvMachine };
beforeEach(() => {
  disks = 0;
});

/** The directory of node 1 of three, with two entries of which one is applied by nobody, and a vote. */
async function survivor(last: Partial<Entry> = {}): Promise<{ directory: string; identity: Identity }> {
  const directory = join(temporaryDirectory(), "data");
  const data = await openIn(directory);
  const noop: Entry = { index: 1, term: 3, kind: "noop", time: 5, data: new Uint8Array() };
  const entries = [noop, { ...noop, index: 2, term: 4, time: 9, ...last }];
  const hardState = { term: 7, votedFor: 2 };
  await storing(data.log, { hardState, entries, base: null, snapshot: null, lastIndex: 2, lastTerm: 4 });
  await closeAll(data);
  return { directory, identity: data.identity };
}

async function opened(directory: string) {
  const data = await openIn(directory);
  await closeAll(data);
  return data;
}

async function expectRecovered(directory: string, diskId = "disk 1"): Promise<void> {
  const { restored, identity } = await opened(directory);
  expect(identity.phase).toBe("ready");
  expect(restored.hardState).toEqual({ term: 8, votedFor: 1 });
  expect(restored.entries.map(({ index, term, kind }) => [index, term, kind])).toEqual([
    [1, 3, "noop"],
    [2, 4, "noop"],
    [3, 8, "members"],
  ]);
  expect(restored.appliedIndex).toBe(3);
  const { index, members } = restored.members;
  expect(index).toBe(3);
  expect(members).toMatchObject({ voters: [1], outgoing: [], learners: [], plan: null, lastId: 3 + idsPassedOver });
  // To the others, should they live after all, the disk that they know is gone.
  expect(members.nodes).toEqual([{ ...bootstrap[0], diskId }]);
  expect(identity.diskId).toBe(diskId);
  const owners = await Promise.all([
    LogMark.readOwners(join(directory, "log.mark")),
    ...["log", "state"].map((part) => readOwners(join(directory, part))),
  ]);
  expect(owners).toEqual(Array(3).fill([{ nodeId: 1, diskId, incarnationId: identity.incarnationId }]));
  // It is another life of the cluster, which begins with this node alone: in the log, and beside it.
  expect(members.incarnationId).toBe(otherIncarnationId);
  expect(identity).toMatchObject({ incarnationId: otherIncarnationId, bootstrap: members.nodes });
}

test("what root makes belongs to the owner of the directory, who goes on with it", async () => {
  const { directory, identity } = await survivor();
  const paths = () => [directory, ...readdirSync(directory, { recursive: true }).map((name) => join(directory, String(name)))];
  if (process.getuid?.() === 0) for (const path of paths()) chownSync(path, 4711, 4712);
  const { uid, gid } = statSync(directory);
  await recoverDirectory(directory, identity, recovering);
  for (const path of paths()) expect({ path, ...statSync(path) }).toMatchObject({ path, uid, gid });
});

test("a survivor becomes the only voter in a term of its own, and all its entries are committed and applied", async () => {
  const { directory, identity } = await survivor();
  expect(await recoverDirectory(directory, identity, recovering)).toEqual({
    survivor: bootstrap[0],
    left: bootstrap.slice(1),
    lastIndex: 3,
    term: 8,
  });
  await expectRecovered(directory);
});

test("a recovery that stops before its one store has changed nothing, and one that stops after it goes on: until then nobody can start the node", async () => {
  const { directory, identity } = await survivor();
  // The log is written before the machine is asked for.
  const stopping = {
    ...recovering,
    get machine(): typeof kvMachine {
      throw new Error("the machine stops");
    },
  };
  await expect(recoverDirectory(directory, identity, stopping)).rejects.toThrow("the machine stops");
  await expect(openIn(directory)).rejects.toThrow(RecoveryUnfinished);
  const { isSound, problems } = await conditionOf(directory);
  expect([isSound, problems]).toEqual([false, [expect.stringContaining("was begun and not finished")]]);
  const begun = (await readIdentity(directory)) ?? identity;
  expect(begun.phase).toBe("recovering");
  expect(await recoverDirectory(directory, begun, recovering)).toMatchObject({ left: bootstrap.slice(1), lastIndex: 3, term: 8 });
  await expectRecovered(directory);
  await recoverDirectory(directory, (await readIdentity(directory)) ?? identity, recovering);
  await expectRecovered(directory);
});

test("a crash at any write of whose the directory is leaves one that a second recovery finishes", async () => {
  const { open } = promises;
  for (let crashAt = 1; ; crashAt += 1) {
    const { directory, identity } = await survivor();
    disks = 0;
    let writes = 0;
    const spy = jest.spyOn(promises, "open").mockImplementation((path, flags, mode) => {
      const isWrite = flags !== "r" && /(owner\.json|identity\.json|log\.mark)(\.new)?$/.test(String(path));
      if (isWrite) writes += 1;
      return isWrite && writes >= crashAt ? Promise.reject(new Error("crash")) : open(path, flags, mode);
    });
    const end = await recoverDirectory(directory, identity, recovering).catch((error: Error) => error);
    spy.mockRestore();
    if (!(end instanceof Error)) {
      expect(crashAt).toBeGreaterThan(8);
      return;
    }
    const found = (await readIdentity(directory)) ?? identity;
    // Until the identity says that it was begun, the node can also start as if nothing had been.
    if (found.phase === "ready" && found.diskId === identity.diskId) await opened(directory);
    await recoverDirectory(directory, found, recovering);
    await expectRecovered(directory, `disk ${disks}`);
  }
}, 60_000);

test("the members that count are those of the last entry, committed or not: who is none of them cannot speak for the cluster", async () => {
  const others = bootstrapMembers(
    bootstrap.filter(({ id }) => id !== owner.nodeId),
    incarnationId,
  );
  const { directory, identity } = await survivor({ kind: "members", data: encodeMembers(others) });
  const before = imageOf(directory);
  await expect(recoverDirectory(directory, identity, recovering)).rejects.toThrow(NoSurvivor);
  expect(imageOf(directory)).toEqual(before);
  expect((await opened(directory)).identity.phase).toBe("ready");
});

test("a command that the machine cannot read is not passed over: the survivor stays as it is", async () => {
  const { directory, identity } = await survivor({ kind: "command", data: Buffer.from("a command of another machine") });
  const asMap = { ...recovering, machine: withSessions(kvMachine), isCommand: isMapCommand };
  const before = imageOf(directory);
  await expect(recoverDirectory(directory, identity, asMap)).rejects.toThrow(NotOfThisMachine);
  expect(imageOf(directory)).toEqual(before);
  const { restored, identity: found } = await opened(directory);
  expect([restored.appliedIndex, found]).toEqual([0, { ...identity, phase: "ready" }]);
});

test("all that a client of the map can send is a command of the map", () => {
  const request = encodeRequest([{ type: "set", key: "a", value: "1" }]);
  const inSession = encodeSessionCommand({ type: "request", session: 1, sequence: 1, firstOutstanding: 1, request });
  const open = encodeSessionCommand({ type: "open", timeoutMs: 1_000 });
  expect([request, inSession, open].map(isMapCommand)).toEqual([true, true, true]);
  expect([Buffer.alloc(0), request.subarray(1), inSession.subarray(0, -1)].map(isMapCommand)).toEqual([false, false, false]);
});

test("a program recovers the cluster of its own machine, whose commands nobody else can read", async () => {
  const { directory } = await survivor({ kind: "command", data: Buffer.from("add 1") });
  const applied: string[] = [];
  const machine: Machine = {
    reads: () => [],
    apply: (_, command) => {
      applied.push(Buffer.from(command).toString());
      return Buffer.alloc(0);
    },
  };
  expect(await recoverCluster(directory, machine)).toMatchObject({ survivor: { id: 1 }, lastIndex: 3 });
  expect(applied).toEqual(["add 1"]);
  expect((await opened(directory)).restored.appliedIndex).toBe(3);
  await expect(recoverCluster(join(directory, "elsewhere"), machine)).rejects.toThrow(IdentityMissing);
});

test("a node that is running is not recovered from", async () => {
  const { directory, identity } = await survivor();
  const data = await openIn(directory);
  await expect(recoverDirectory(directory, identity, recovering)).rejects.toThrow("in use by another process");
  await closeAll(data);
});

test("a state that a majority has rejected does not become the only one", async () => {
  const { directory, identity } = await survivor();
  await setDiffering(directory, identity);
  const differing = (await readIdentity(directory)) ?? identity;
  const image = imageOf(directory);
  await expect(recoverDirectory(directory, differing, recovering)).rejects.toThrow(StateRejected);
  expect(imageOf(directory)).toEqual(image);
  await expect(recoverCluster(directory, kvMachine)).rejects.toThrow(StateRejected);
  expect((await readIdentity(directory))?.phase).toBe("differing");
});

describe("a log whose term somebody has made up, and an earlier version believed", () => {
  const lastTerm = 2 ** 53 - 1;

  /** Like `survivor`; its vote, or its last entry too, is of the last term that can be written. */
  async function spoilt(isEntryToo: boolean): Promise<{ directory: string; identity: Identity }> {
    const directory = join(temporaryDirectory(), "data");
    const data = await openIn(directory);
    const noop: Entry = { index: 1, term: 3, kind: "noop", time: 5, data: new Uint8Array() };
    const last = { ...noop, index: 2, term: isEntryToo ? lastTerm : 4, time: 9 };
    const store = { hardState: { term: lastTerm, votedFor: 2 }, base: null, snapshot: null };
    await storing(data.log, { ...store, entries: [noop, last], lastIndex: 2, lastTerm: last.term });
    await closeAll(data);
    return { directory, identity: data.identity };
  }

  async function expectFirstTerm(directory: string): Promise<void> {
    const { restored, identity } = await opened(directory);
    expect(restored).toMatchObject({
      hardState: { term: 1, votedFor: 1 },
      base: { index: 3, term: 1, time: 9 },
      entries: [],
      appliedIndex: 3,
      members: { index: 3, members: { voters: [1], incarnationId: otherIncarnationId, lastId: 3 + idsPassedOver } },
    });
    expect(identity).toMatchObject({ phase: "ready", incarnationId: otherIncarnationId });
    expect(await verifyDataDirectory(directory)).toMatchObject({ problems: [], state: { appliedIndex: 3 } });
    const node = new OneNode({}, { ...restored, hardState: { term: 1, votedFor: 1 }, applied: restored.appliedIndex });
    node.timeout();
    node.persist();
    expect(node.view).toMatchObject({ role: "leader", term: 2, lastIndex: 4, commitIndex: 4 });
  }

  test.each([false, true])(
    "is refused with a sentence that says what to do, and left as it is (its last entry too: %s)",
    async (isEntryToo) => {
      const { directory } = await spoilt(isEntryToo);
      const refusal = await openIn(directory).catch((error: Error) => error);
      expect(refusal).toBeInstanceOf(TermMadeUp);
      expect(String(refusal)).toMatch(/come to term 9007199254740991.*balsa node rejoin.*balsa cluster recover --force --data-dir/);
      expect(await conditionOf(directory)).toMatchObject({ isSound: false, problems: [expect.stringContaining("come to term")] });
    },
  );

  test.each([false, true])(
    "becomes one that starts, with all its entries, by a recovery (its last entry too: %s)",
    async (isEntryToo) => {
      const { directory } = await spoilt(isEntryToo);
      const { found } = await readSurvivor(directory);
      const recovered = await recoverDirectory(directory, found.identity, recovering);
      expect(recovered).toEqual({ survivor: bootstrap[0], left: bootstrap.slice(1), lastIndex: 3, term: 1 });
      await expectFirstTerm(directory);
      const again = (await readIdentity(directory)) ?? found.identity;
      expect(await recoverDirectory(directory, again, recovering)).toMatchObject({ lastIndex: 3, term: 1 });
      await expectFirstTerm(directory);
    },
  );

  test("so does one that was recovered in part, whichever of its writes was the last", async () => {
    const { directory, identity } = await spoilt(true);
    const stopping = {
      ...recovering,
      get machine(): typeof kvMachine {
        throw new Error("after the entry");
      },
    };
    await expect(recoverDirectory(directory, identity, stopping)).rejects.toThrow("after the entry");
    const begun = (await readIdentity(directory)) ?? identity;
    // What terms begin after is read from a view of the state, in a directory of its own.
    const { mkdir } = promises;
    const spy = jest
      .spyOn(promises, "mkdir")
      .mockImplementation((path, options) =>
        /view-\d+$/.test(String(path)) ? Promise.reject(new Error("after the state")) : mkdir(path, options),
      );
    await expect(recoverDirectory(directory, begun, recovering)).rejects.toThrow("after the state");
    spy.mockRestore();
    await expect(openIn(directory)).rejects.toThrow(RecoveryUnfinished);
    await recoverDirectory(directory, begun, recovering);
    await expectFirstTerm(directory);
  });
});
