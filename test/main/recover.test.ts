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
import { conditionOf } from "../../src/main/repair/condition.ts";
import { idsPassedOver, NoSurvivor, NotOfThisMachine, recoverCluster, recoverDirectory } from "../../src/main/repair/recover.ts";
import { IdentityMissing, RecoveryUnfinished, StateRejected } from "../../src/storage/errors.ts";
import { type Identity, readIdentity } from "../../src/storage/identity.ts";
import { setDiffering } from "../../src/storage/open.ts";
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
const recovering = { ...ports, newDiskId, machine: kvMachine };
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

async function expectRecovered(directory: string): Promise<void> {
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
  expect(members.nodes).toEqual([{ ...bootstrap[0], diskId: "disk 1" }]);
  expect(identity.diskId).toBe("disk 1");
}

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
  const { isSound, problems } = await conditionOf(directory, ports);
  expect([isSound, problems]).toEqual([false, [expect.stringContaining("was begun and not finished")]]);
  const begun = (await readIdentity(directory)) ?? identity;
  expect(begun.phase).toBe("recovering");
  expect(await recoverDirectory(directory, begun, recovering)).toMatchObject({ left: bootstrap.slice(1), lastIndex: 3, term: 8 });
  await expectRecovered(directory);
  await recoverDirectory(directory, (await readIdentity(directory)) ?? identity, recovering);
  await expectRecovered(directory);
});

test("the members that count are those of the last entry, committed or not: who is none of them cannot speak for the cluster", async () => {
  const others = bootstrapMembers(bootstrap.filter(({ id }) => id !== owner.nodeId));
  const { directory, identity } = await survivor({ kind: "members", data: encodeMembers(others) });
  await expect(recoverDirectory(directory, identity, recovering)).rejects.toThrow(NoSurvivor);
  expect((await opened(directory)).identity.phase).toBe("ready");
});

test("a command that the machine cannot read is not passed over: the survivor stays as it is", async () => {
  const { directory, identity } = await survivor({ kind: "command", data: Buffer.from("a command of another machine") });
  const asMap = { ...recovering, machine: withSessions(kvMachine), isCommand: isMapCommand };
  await expect(recoverDirectory(directory, identity, asMap)).rejects.toThrow(NotOfThisMachine);
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
  await expect(recoverDirectory(directory, differing, recovering)).rejects.toThrow(StateRejected);
  await expect(recoverCluster(directory, kvMachine)).rejects.toThrow(StateRejected);
  expect((await readIdentity(directory))?.phase).toBe("differing");
});
