import type { View } from "../../src/core/api.ts";
import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import type { PeerMessage } from "../../src/core/messages.ts";
import type { Entry, HardState } from "../../src/core/types.ts";
import { Life } from "../../src/sim/base/life.ts";
import { Checks } from "../../src/sim/checks/checks.ts";
import { LogDisk } from "../../src/sim/disks/log-disk.ts";
import { incarnationId } from "../incarnations.ts";

const members = bootstrapMembers([1, 2, 3].map(bareMember), incarnationId);
const nobody = { onStep: () => undefined, onArmedCrash: () => undefined, onLateEffect: () => undefined };

function entry(term: number, index: number, text = `${term}.${index}`): Entry {
  return { index, term, kind: "command", time: 0, data: Buffer.from(text) };
}

/** Three nodes whose disks and knowledge are written by hand, and the checks that look on. */
function makeCluster() {
  const disks = new Map([1, 2, 3].map((id) => [id, new LogDisk(id, { onDurable: (...facts) => checks.onDurable(...facts) })]));
  const checks: Checks = new Checks(disks, members);
  const lives = new Map([...disks.keys()].map((id) => [id, new Life(id, 1, nobody)]));
  const diskOf = (node: number): LogDisk => disks.get(node) ?? new LogDisk(node, { onDurable: () => undefined });
  const lifeOf = (node: number): Life => lives.get(node) ?? new Life(node, 1, nobody);
  for (const node of disks.keys()) checks.onStart(lifeOf(node), viewOf(node));
  return {
    checks,
    lifeOf,
    store: (node: number, entries: readonly Entry[], hardState: HardState | null = null) => {
      const last = entries.at(-1) ?? diskOf(node).entries.at(-1);
      const store = { hardState, entries, base: null, snapshot: null, lastIndex: last?.index ?? 0, lastTerm: last?.term ?? 0 };
      checks.onStoreBegun(lifeOf(node), diskOf(node), store);
      diskOf(node).begin(store);
      diskOf(node).end(true);
    },
    know: (node: number, view: Partial<View>) => checks.onView(lifeOf(node), { ...viewOf(node), ...view }),
    say: (message: PeerMessage) => checks.onSend(lifeOf(message.from), message),
    restart: (node: number) => {
      lives.set(node, new Life(node, lifeOf(node).number + 1, nobody));
      checks.onStart(lifeOf(node), viewOf(node));
    },
  };
}

type Cluster = ReturnType<typeof makeCluster>;

function viewOf(id: number): View {
  return {
    id,
    role: "follower",
    term: 0,
    votedFor: null,
    leader: null,
    lastIndex: 0,
    durableIndex: 0,
    commitIndex: 0,
    appliedIndex: 0,
    firstIndex: 1,
    installing: null,
    members,
    membersIndex: 0,
    membersCommitted: true,
    departing: [],
    transferTo: null,
    electionDueAt: null,
    electionTimeoutMs: 200,
    votes: [],
    heldCount: 0,
    time: 0,
    peers: [],
  };
}

/** Node `leader` is elected in `term` by the next node. */
function elect(cluster: Cluster, leader: number, term: number): void {
  const voter = (leader % 3) + 1;
  for (const node of [leader, voter]) cluster.store(node, [], { term, votedFor: leader });
  cluster.say({
    type: "voteRequest",
    from: leader,
    to: voter,
    term,
    preVote: false,
    transfer: false,
    lastLogIndex: 0,
    lastLogTerm: 0,
  });
  cluster.say({ type: "voteReply", from: voter, to: leader, term, preVote: false, granted: true });
  cluster.know(leader, { role: "leader", term });
}

test("an election, a replicated entry and its commitment are all right", () => {
  const cluster = makeCluster();
  elect(cluster, 1, 1);
  for (const node of [1, 2]) cluster.store(node, [entry(1, 1)]);
  cluster.know(1, { role: "leader", term: 1, lastIndex: 1, commitIndex: 1 });
  cluster.checks.applies.onAcknowledged(1, entry(1, 1).data);
  expect(cluster.checks.failure).toBeNull();
});

test("a disk may lose a committed entry that a majority holds without it", () => {
  const cluster = makeCluster();
  elect(cluster, 1, 1);
  for (const node of [1, 2, 3]) cluster.store(node, [entry(1, 1)]);
  cluster.know(1, { role: "leader", term: 1, lastIndex: 1, commitIndex: 1 });
  cluster.store(3, [entry(2, 1)]);
  expect(cluster.checks.failure).toBeNull();
});

test("a leader that comes late to an earlier term owes nothing of what a later term committed", () => {
  const cluster = makeCluster();
  cluster.store(1, [], { term: 1, votedFor: 1 });
  cluster.store(2, [], { term: 1, votedFor: 1 });
  cluster.say({ type: "voteRequest", from: 1, to: 2, term: 1, preVote: false, transfer: false, lastLogIndex: 0, lastLogTerm: 0 });
  cluster.say({ type: "voteReply", from: 2, to: 1, term: 1, preVote: false, granted: true });
  elect(cluster, 2, 2);
  for (const node of [2, 3]) cluster.store(node, [entry(2, 1)]);
  cluster.know(2, { role: "leader", term: 2, lastIndex: 1, commitIndex: 1 });
  cluster.know(1, { role: "leader", term: 1 });
  cluster.store(1, [entry(1, 1)]);
  expect(cluster.checks.failure).toBeNull();
});

const wrongs: [what: string, sentence: RegExp, happens: (cluster: Cluster) => void][] = [
  [
    "two leaders in a term",
    /^Election safety: node 3 \(life 1\) leads term 1, which node 1 \(life 1\) led/,
    (cluster) => {
      elect(cluster, 1, 1);
      cluster.say({ type: "heartbeat", from: 3, to: 2, term: 1, commit: 0, round: 0, lastSent: 0, confirmed: 0 });
    },
  ],
  [
    "a leader without a majority of votes",
    /^Election safety: node 1 \(life 1\) leads term 1 with the votes of 1\./,
    (cluster) => {
      cluster.store(1, [], { term: 1, votedFor: 1 });
      cluster.say({
        type: "voteRequest",
        from: 1,
        to: 2,
        term: 1,
        preVote: false,
        transfer: false,
        lastLogIndex: 0,
        lastLogTerm: 0,
      });
      cluster.know(1, { role: "leader", term: 1 });
    },
  ],
  [
    "a second vote after a restart",
    /^One vote: node 2 \(life 2\) votes for node 3 in term 1, after voting for node 1/,
    (cluster) => {
      elect(cluster, 1, 1);
      cluster.restart(2);
      cluster.say({ type: "voteReply", from: 2, to: 3, term: 1, preVote: false, granted: true });
    },
  ],
  [
    "a vote that is not on the disk",
    /^Promise before the disk: node 2 \(life 1\) votes for node 1 in term 1/,
    (cluster) => cluster.say({ type: "voteReply", from: 2, to: 1, term: 1, preVote: false, granted: true }),
  ],
  [
    "a match that is not on the disk",
    /^Promise before the disk: node 2 \(life 1\) says it holds entry 1, its disk ends at 0/,
    (cluster) => {
      elect(cluster, 1, 1);
      cluster.say({ type: "appendMatch", from: 2, to: 1, term: 1, matchIndex: 1 });
    },
  ],
  [
    "a vote of a term that is replaced on the disk",
    /^Node 2 replaces term 1, vote 1 by term 1, vote 3/,
    (cluster) => {
      cluster.store(2, [], { term: 1, votedFor: 1 });
      cluster.store(2, [], { term: 1, votedFor: 3 });
    },
  ],
  [
    "a leader that replaces an entry of its log",
    /^Leader append-only: leader 1 writes entries from 1 on, its log ended at 2/,
    (cluster) => {
      elect(cluster, 1, 1);
      cluster.store(1, [entry(1, 1), entry(1, 2)]);
      cluster.store(1, [entry(1, 1)]);
    },
  ],
  [
    "a leader whose log shrinks",
    /^Leader append-only: the log of leader 1 shrank from 2 to 1/,
    (cluster) => {
      elect(cluster, 1, 1);
      cluster.know(1, { role: "leader", term: 1, lastIndex: 2 });
      cluster.know(1, { role: "leader", term: 1, lastIndex: 1 });
    },
  ],
  [
    "two entries of one term and index",
    /^Log matching: node 2 has another entry 1\.1/,
    (cluster) => {
      cluster.store(1, [entry(1, 1)]);
      cluster.store(2, [entry(1, 1, "other")]);
    },
  ],
  [
    "equal entries after different ones",
    /^Log matching: node 2 has another entry 2\.2, or another one before it/,
    (cluster) => {
      cluster.store(1, [entry(1, 1), entry(2, 2)]);
      cluster.store(2, [entry(2, 1), entry(2, 2)]);
    },
  ],
  [
    "a log with a hole",
    /^The log of node 1 ends at 0, and it writes entries from 2 on/,
    (cluster) => cluster.store(1, [entry(1, 2)]),
  ],
  [
    "a new leader without a committed entry",
    /^Leader completeness: entry 1 of term 1 was committed, leader 3 of term 2 has 2 there/,
    (cluster) => {
      elect(cluster, 1, 1);
      for (const node of [1, 2]) cluster.store(node, [entry(1, 1)]);
      cluster.know(1, { role: "leader", term: 1, lastIndex: 1, commitIndex: 1 });
      elect(cluster, 3, 2);
      cluster.store(3, [entry(2, 1)]);
    },
  ],
  [
    "a commitment that one disk holds",
    /^Commitment: node 1 holds entry 1 for committed, which is on no majority of the disks/,
    (cluster) => {
      elect(cluster, 1, 1);
      cluster.store(1, [entry(1, 1)]);
      cluster.know(1, { role: "leader", term: 1, lastIndex: 1, commitIndex: 1 });
    },
  ],
  [
    "an entry of an old term committed by counting",
    /^Commitment \(§5\.4\.2\): the leader of term 2 commits entry 1 of term 1 by counting/,
    (cluster) => {
      for (const node of [1, 2]) cluster.store(node, [entry(1, 1)]);
      elect(cluster, 1, 2);
      cluster.know(1, { role: "leader", term: 2, lastIndex: 1, commitIndex: 1 });
    },
  ],
  [
    "a committed entry that leaves a disk",
    /^Commitment: node 2 removes committed entry 1\.1 from its disk, which no majority holds then/,
    (cluster) => {
      elect(cluster, 1, 1);
      for (const node of [1, 2]) cluster.store(node, [entry(1, 1)]);
      cluster.know(1, { role: "leader", term: 1, lastIndex: 1, commitIndex: 1 });
      cluster.store(2, [entry(2, 1)]);
    },
  ],
  [
    "a commit index that falls",
    /^The commit index of node 2 fell from 1 to 0/,
    (cluster) => {
      for (const node of [1, 2]) cluster.store(node, [entry(1, 1)]);
      cluster.know(2, { term: 1, lastIndex: 1, commitIndex: 1 });
      cluster.know(2, { term: 1, lastIndex: 1, commitIndex: 0 });
    },
  ],
  [
    "a term that falls",
    /^The term of node 2 fell from 3 to 2/,
    (cluster) => {
      cluster.know(2, { term: 3 });
      cluster.know(2, { term: 2 });
    },
  ],
  [
    "an acknowledgement of what is not committed",
    /^Acknowledgement: entry 1 was acknowledged before it was committed/,
    (cluster) => cluster.checks.applies.onAcknowledged(1, entry(1, 1).data),
  ],
];

test.each(wrongs)("%s is noticed", (_what, sentence, happens) => {
  const cluster = makeCluster();
  happens(cluster);
  expect(cluster.checks.failure).toMatch(sentence);
});
