import { setTimeout as pause } from "node:timers/promises";
import { noMembers } from "../../src/core/members.ts";
import { encodeMembers } from "../../src/core/members-codec.ts";
import { encodeEntries } from "../../src/format/entry-codec.ts";
import { twinPatienceMs } from "../../src/node/duties/membership-watch.ts";
import type { NodeStatus } from "../../src/server/node/node-status.ts";
import { Cluster } from "../support/harness.ts";
import { until } from "../support/until.ts";
import { balsa } from "./balsa.ts";
import { type Disguise, Liar } from "./liar.ts";

// Somebody who reaches the peer ports and speaks the nodes' protocol, as nobody and in the members' names.

jest.setTimeout(120_000);

let cluster: Cluster;
let liars: Liar[];
let pids: number[];

beforeEach(async () => {
  cluster = await Cluster.start({ nodes: 3 });
  liars = cluster.nodes.map(({ id }) => new Liar(cluster.peerAddress(id), id));
  await until("a first write is done", 30_000, () =>
    client("set", "key", "before").then(
      () => true,
      () => undefined,
    ),
  );
  await until(
    "the members name every disk",
    20_000,
    async () => (await statuses()).every(({ members }) => members.every(({ diskId }) => diskId !== "")) || undefined,
  );
  pids = cluster.nodes.map(({ pid }) => pid);
});
afterEach(async () => {
  for (const liar of liars) liar.close();
  await cluster.remove();
});

async function client(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await balsa("--endpoints", cluster.endpoints.join(","), "--timeout", "15000", ...args);
  if (code !== 0) throw new Error(`balsa ${args.join(" ")} ended with ${code}: ${stderr}`);
  return stdout.trim();
}

async function statuses(): Promise<NodeStatus[]> {
  await cluster.whole();
  return cluster.statuses();
}

/** What a node tells anybody who asks, and whom the liar pretends to be. */
function disguiseOf({ clusterId, incarnationId, members }: NodeStatus, from: number): Disguise {
  const diskId = members.find((member) => member.nodeId === from)?.diskId ?? "a disk that nobody has";
  return { clusterId, incarnationId, from, diskId };
}

/** All processes are those of the beginning, and the cluster does its work. */
async function expectWhole(): Promise<void> {
  await until("a write is done", 30_000, () =>
    client("set", "key", "after").then(
      () => true,
      () => undefined,
    ),
  );
  expect(await client("get", "key")).toBe("after");
  expect(cluster.nodes.map(({ pid, isRunning }) => [pid, isRunning])).toEqual(pids.map((pid) => [pid, true]));
  const all = await cluster.settled();
  expect(new Set(all.map(({ stateDigest }) => stateDigest?.digest)).size).toBe(1);
}

test("a request for a vote in the last term that there is, from a made-up node, is granted by nobody and raises no term", async () => {
  const before = await statuses();
  const [first] = before as [NodeStatus];
  const stranger = disguiseOf(first, 77);
  for (const term of [2 ** 53 - 1, 2 ** 52, first.term + 10_000, first.term + 1]) {
    for (const liar of liars) {
      for (const fields of [{}, { transfer: true }, { preVote: true }])
        expect(await liar.requestVote(stranger, term, fields)).toBe(false);
    }
  }
  expect((await statuses()).map(({ term }) => term)).toEqual(before.map(({ term }) => term));
  for (const node of cluster.nodes) await node.kill();
  for (const node of cluster.nodes) node.start();
  pids = cluster.nodes.map(({ pid }) => pid);
  await expectWhole();
});

test("a heartbeat of a made-up node in the leader's own term, or a later one, deposes nobody and ends nobody", async () => {
  const before = await statuses();
  for (const [place, liar] of liars.entries()) {
    const status = before[place] as NodeStatus;
    const heartbeat = { heartbeat: { commit: 2 ** 52, round: 2 ** 52, lastSent: 2 ** 52 } };
    const terms = [status.term, status.term + 1, 2 ** 52];
    liar.tellAsLeader(
      disguiseOf(status, 77),
      terms.flatMap(
        (term) =>
          [
            [term, heartbeat],
            [term, { timeoutNow: {} }],
          ] as const,
      ),
    );
  }
  await until(
    "it is refused everywhere",
    10_000,
    async () => (await statuses()).every(({ messagesRefused }) => messagesRefused >= 3) || undefined,
  );
  expect((await statuses()).map(({ term, leaderId }) => [term, leaderId])).toEqual(
    before.map(({ term, leaderId }) => [term, leaderId]),
  );
  await expectWhole();
});

test("who says a member's id without its disk is refused at the door, and a node that is taken for another one does not end", async () => {
  const before = await statuses();
  for (const [place, liar] of liars.entries()) {
    const status = before[place] as NodeStatus;
    const other = (status.nodeId % 3) + 1;
    const impostor = { ...disguiseOf(status, other), diskId: "made up" };
    expect(await liar.requestVote(impostor, status.term + 1)).toBe(false);
    const mistaken = { ...disguiseOf(status, other), toDiskId: "made up" };
    expect(
      await liar.requestVote(disguiseOf(status, other), status.term + 1, {
        envelope: { ...mistaken, to: status.nodeId, term: status.term + 1 },
      }),
    ).toBe(false);
  }
  expect((await statuses()).map(({ term }) => term)).toEqual(before.map(({ term }) => term));
  await expectWhole();
});

test("what a member's name and disk can say ends nobody, and is over when the liar falls silent", async () => {
  for (let round = 0; round < 3; round += 1) {
    for (const [place, liar] of liars.entries()) {
      const status = (await statuses())[place] as NodeStatus;
      for (const other of [1, 2, 3].filter((id) => id !== status.nodeId)) lieAs(liar, disguiseOf(status, other), status);
    }
  }
  await until(
    "some of it is refused",
    10_000,
    async () => (await statuses()).every(({ messagesRefused }) => messagesRefused > 0) || undefined,
  );
  await cluster.leader();
  await expectWhole();
});

/** Everything but new entries in the leader's own name: those no node could tell from the leader's. */
function lieAs(liar: Liar, disguise: Disguise, { term, commitIndex, lastIndex }: NodeStatus): void {
  const entry = { index: 2, kind: "command" as const, time: 0, data: Buffer.from("x") };
  const inItsPlace = { prevIndex: 1, prevTerm: 1, commit: 2 ** 52, entries: encodeEntries([{ ...entry, term: term + 1 }]) };
  const nobody = encodeMembers({ ...noMembers });
  const heartbeat = { heartbeat: { commit: 2 ** 52, round: 2 ** 52, lastSent: 2 ** 52 } };
  liar.tellAsLeader(disguise, [
    [term, { timeoutNow: {} }],
    [term, { append: { prevIndex: lastIndex, prevTerm: term + 1, commit: 2 ** 52 } }],
    [term, { heartbeat: { commit: 2 ** 52, round: 0, lastSent: 0 } }],
    [term + 1, { append: { prevIndex: commitIndex, prevTerm: term + 1, commit: 2 ** 52 } }],
    [term + 1, { append: inItsPlace }],
    [term + 1, heartbeat],
    [term + 1, { append: { prevIndex: 2 ** 52 - 1, prevTerm: 1, commit: 0 } }],
    [term + 2, { timeoutNow: {} }],
    [term + 2, { append: { ...inItsPlace, entries: Buffer.from("no entry") } }],
  ]);
  liar.forward(disguise, [
    Buffer.alloc(0),
    Buffer.from([0]),
    Buffer.from([1, 0, 255, 255]),
    Buffer.from("no command"),
    Buffer.alloc(200, 2),
  ]);
  for (const digest of ["0123456789abcdef", "no digest", "../../n1"]) {
    liar.sendSnapshot(disguise, term + 1, [
      { begin: { index: 2 ** 40, term: 1, time: 0, members: nobody, membersIndex: 0, count: 1, digest, bytes: 9 } },
      { chunk: { records: Buffer.from("no records"), isLast: true } },
    ]);
  }
}

test("while a made-up node floods all others with requests for votes, they elect a new leader, in terms of their own", async () => {
  const old = await cluster.leader();
  const [first] = (await statuses()) as [NodeStatus];
  const others = liars.filter((_, place) => cluster.nodes[place] !== old);
  let isOver = false;
  const flood = others.map(async (liar) => {
    for (let ahead = 1; !isOver; ahead = (ahead % 900) + 1) {
      await liar.requestVote(disguiseOf(first, 77), first.term + ahead);
      if (ahead % 10 === 0) liar.tellAsLeader(disguiseOf(first, 77), [[first.term + ahead, { heartbeat: {} }]]);
      await pause(5);
    }
  });
  try {
    await old.kill();
    await cluster.leader(old);
  } finally {
    isOver = true;
    await Promise.all(flood);
  }
  const terms = (await cluster.statuses()).map(({ term }) => term);
  expect(Math.max(...terms)).toBeLessThan(first.term + 50);
});

test("streams that are held open in every member's name, as earlier processes of theirs, end nobody, and all is well when they close", async () => {
  const [first] = (await statuses()) as [NodeStatus];
  const since = performance.now();
  await until("it has gone on for longer than a twin is put up with", 60_000, async () => {
    for (const [place, liar] of liars.entries()) {
      const to = cluster.nodes[place]?.id;
      for (const from of [1, 2, 3].filter((id) => id !== to)) liar.tellAsLeader({ ...disguiseOf(first, from), run: 1 }, []);
    }
    await pause(500);
    return performance.now() - since > twinPatienceMs + 5_000 || undefined;
  });
  for (const liar of liars) liar.close();
  await expectWhole();
});
