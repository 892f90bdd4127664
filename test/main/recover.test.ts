import { join } from "node:path";
import { bootstrapMembers } from "../../src/core/members.ts";
import { encodeMembers } from "../../src/core/members-codec.ts";
import type { Entry } from "../../src/core/types.ts";
import { kvMachine } from "../../src/machine/kv.ts";
import { idsPassedOver, NoSurvivor, recoverCluster } from "../../src/main/recover.ts";
import { RecoveryUnfinished } from "../../src/storage/errors.ts";
import { type Identity, readIdentity } from "../../src/storage/identity.ts";
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

const recovering = { ...ports, machine: kvMachine };

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
  expect(members.nodes).toEqual([{ ...bootstrap[0], diskId: "a disk" }]);
}

test("a survivor becomes the only voter in a term of its own, and all its entries are committed and applied", async () => {
  const { directory, identity } = await survivor();
  expect(await recoverCluster(directory, identity, recovering)).toEqual({ left: [2, 3], lastIndex: 3, term: 8 });
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
  await expect(recoverCluster(directory, identity, stopping)).rejects.toThrow("the machine stops");
  await expect(openIn(directory)).rejects.toThrow(RecoveryUnfinished);
  const begun = (await readIdentity(directory)) ?? identity;
  expect(begun.phase).toBe("recovering");
  await recoverCluster(directory, begun, recovering);
  await expectRecovered(directory);
  await recoverCluster(directory, (await readIdentity(directory)) ?? identity, recovering);
  await expectRecovered(directory);
});

test("the members that count are those of the last entry, committed or not: who is none of them cannot speak for the cluster", async () => {
  const others = bootstrapMembers(bootstrap.filter(({ id }) => id !== owner.nodeId));
  const { directory, identity } = await survivor({ kind: "members", data: encodeMembers(others) });
  await expect(recoverCluster(directory, identity, recovering)).rejects.toThrow(NoSurvivor);
  expect((await opened(directory)).identity.phase).toBe("ready");
});

test("a node that is running is not recovered from", async () => {
  const { directory, identity } = await survivor();
  const data = await openIn(directory);
  await expect(recoverCluster(directory, identity, recovering)).rejects.toThrow("in use by another process");
  await closeAll(data);
});
