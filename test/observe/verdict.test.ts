import { beginAt, fold } from "../../src/observe/fold.ts";
import type { Flow, Frame, NodeSample, State } from "../../src/observe/live.ts";
import { verdictOf } from "../../src/observe/verdict.ts";
import { frameOf, ledBy, recordOf, sampleOf, votersOf } from "./made.ts";

type Said = Partial<Pick<Frame, "nodes" | "flows" | "records">>;

/** What each node says, ten times a second, for this time. */
function during(ms: number, say: (at: number) => Said, before?: State): State {
  let state = before ?? beginAt(frameOf(100_000, 100_100, say(100_090)));
  const end = state.at + ms;
  while (state.at < end) state = fold(state, frameOf(state.at, state.at + 100, say(state.at + 90)));
  return state;
}

const calm = (at: number): Said => ({ nodes: ledBy(5, at, { term: 12 }) });

/** Long enough to know since when node 5 leads. */
const elected = during(
  60_000,
  calm,
  during(1_000, (at) => ({ nodes: [1, 2, 3].map((id) => sampleOf(id, at, { term: 11 })) })),
);

/** `count` entries are committed by second. */
function writing(count: number, more: Partial<NodeSample> = {}): (at: number) => Said {
  return (at) => ({ nodes: ledBy(5, at, { term: 12, commit: 1_000 + Math.floor(((at - 100_000) * count) / 1_000), each: more }) });
}

function lost(state: State, ...ids: number[]): State {
  const records = ids.map((of) => recordOf(0, state.at + 1, "nodeLost", { of, why: "" }));
  return fold(state, frameOf(state.at, state.at + 1, { records }));
}

/** Those of a calm cluster but these. */
function without(...ids: number[]): (at: number) => Said {
  return (at) => ({ nodes: ledBy(5, at, { term: 12 }).filter(({ node }) => !ids.includes(node)) });
}

/** The leader's own sample otherwise. */
function leading(
  say: (at: number) => Said,
  more: Partial<NodeSample>,
  peers: Readonly<Record<number, object>> = {},
): (at: number) => Said {
  return (at) => {
    const said = say(at);
    const nodes = (said.nodes ?? []).map((sample) =>
      sample.role !== "leader"
        ? sample
        : { ...sample, ...more, peers: sample.peers.map((peer) => ({ ...peer, ...peers[peer.id] })) },
    );
    return { ...said, nodes };
  };
}

/** Followers of nobody, each in its role. */
function leaderless(
  term: number,
  roles: Readonly<Record<number, NodeSample["role"]>>,
  flows: readonly Flow[] = [],
): (at: number) => Said {
  const logs = { lastIndex: 10, durableIndex: 10, commitIndex: 10, appliedIndex: 10 };
  return (at) => ({
    nodes: Object.entries(roles).map(([id, role]) => sampleOf(Number(id), at, { term, role, ...logs })),
    flows,
  });
}

function flowOf(from: number, to: number, received: number): Flow {
  return { from, to, message: "voteRequest", sent: 2, received, lost: 2 - received, bytes: 0 };
}

/** Nobody of the one side reaches anybody of the other. */
function parted(some: readonly number[], others: readonly number[]): Flow[] {
  const all = [...some, ...others];
  const sideOf = (id: number) => some.includes(id);
  return all.flatMap((from) => all.filter((to) => to !== from).map((to) => flowOf(from, to, sideOf(from) === sideOf(to) ? 2 : 0)));
}

const slowDisk = { name: "writeDisk", boundsMs: [1, 10, 100, 1_000], sumMs: 0 };
const quick = { name: "writeQuorum", boundsMs: [1, 2, 10, 100], sumMs: 0 };

const situations: readonly (readonly [name: string, state: () => State, health: string, sentence: string])[] = [
  [
    "nothing was heard yet, of nodes that are looked for",
    () => beginAt(frameOf(0, 100), [1, 2, 3]),
    "unknown",
    "This page has not heard nodes 1, 2, 3 yet: whether writes work cannot be known.",
  ],
  [
    "nothing was heard yet, and nobody is looked for",
    () => beginAt(frameOf(0, 100)),
    "unknown",
    "This page has not heard any node yet: whether writes work cannot be known.",
  ],
  [
    "all is well and idle",
    () => elected,
    "good",
    "Healthy. Node 5 leads term 12 since 1 m. Nothing is written now. Two more nodes can fail.",
  ],
  [
    "the page has just begun to look",
    () => during(3_000, calm),
    "good",
    "Healthy. Node 5 leads term 12 since at least 3 s. Nothing is written now. Two more nodes can fail.",
  ],
  [
    "its followers asked for votes for a moment, and were told that it leads",
    () => during(5_000, calm, during(100, leaderless(12, { 1: "preCandidate", 2: "preCandidate", 3: "preCandidate" }), elected)),
    "good",
    "Healthy. Node 5 leads term 12 since 1 m 5 s. Nothing is written now. Two more nodes can fail.",
  ],
  [
    "writes come at a rate",
    () => during(10_000, writing(1_240), elected),
    "good",
    "Healthy. Node 5 leads term 12 since 1 m 10 s. 1,240 writes/s. Two more nodes can fail.",
  ],
  [
    "writes come, and how long they take is known",
    () =>
      during(
        10_000,
        (at) =>
          leading(writing(10), { stages: [{ ...quick, counts: [0, 1, 1, 1, 1].map((share) => share * (at - 100_000)) }] })(at),
        elected,
      ),
    "good",
    "Healthy. Node 5 leads term 12 since 1 m 10 s. 10 writes/s, p99 2 ms. Two more nodes can fail.",
  ],
  [
    "the leader's disk is slow",
    () =>
      during(
        10_000,
        (at) =>
          leading(writing(10), { stages: [{ ...slowDisk, counts: [0, 0, 1, 1, 1].map((share) => share * (at - 100_000)) }] })(at),
        elected,
      ),
    "good",
    "Healthy. Node 5 leads term 12 since 1 m 10 s. 10 writes/s, p99 99 ms. Two more nodes can fail. Slowest is the leader's disk: p99 99 ms.",
  ],
  [
    "one node is down, for the leader does not hear it either",
    () => during(5_000, leading(without(3), {}, { 3: { heardAgoMs: 5_000 } }), lost(elected, 3)),
    "warned",
    "Writes work. Node 5 leads term 12 since 1 m 5 s. Nothing is written now. One more node can fail. Neither this page hears node 3, nor does the leader.",
  ],
  [
    "one node is not heard by the page alone",
    () => during(5_000, without(3), lost(elected, 3)),
    "warned",
    "Writes work. Node 5 leads term 12 since 1 m 5 s. Nothing is written now. Two more nodes can fail. This page cannot hear node 3, but the leader does.",
  ],
  [
    "two of five nodes are down: the next failure ends it",
    () => during(5_000, leading(without(3, 4), {}, { 3: { heardAgoMs: 5_000 }, 4: { heardAgoMs: 5_000 } }), lost(elected, 3, 4)),
    "warned",
    "Writes work. Node 5 leads term 12 since 1 m 5 s. Nothing is written now. No more node can fail. Neither this page hears nodes 3, 4, nor does the leader.",
  ],
  [
    "the leader does not hear one that the page hears",
    () => during(5_000, leading(calm, {}, { 3: { heardAgoMs: 5_000 } }), elected),
    "warned",
    "Writes work. Node 5 leads term 12 since 1 m 5 s. Nothing is written now. Node 5 does not hear node 3. One more node can fail.",
  ],
  [
    "nothing of the leader reaches a follower",
    () =>
      during(
        5_000,
        (at) => ({ ...leading(calm, {}, { 3: { heardAgoMs: 5_000 } })(at), flows: [flowOf(5, 3, 0), flowOf(5, 4, 2)] }),
        elected,
      ),
    "warned",
    "Writes work. Node 5 leads term 12 since 1 m 5 s. Nothing is written now. Node 3 hears nothing of the leader. One more node can fail.",
  ],
  [
    "the leader hears too few, though they follow it",
    () => during(200, leading(calm, {}, { 1: { heardAgoMs: 500 }, 2: { heardAgoMs: 500 }, 3: { heardAgoMs: 500 } }), elected),
    "unknown",
    "Whether writes work cannot be known: node 5 hears no majority. Node 5 leads term 12 since 1 m. Node 5 does not hear nodes 1, 2, 3.",
  ],
  [
    "a follower is far behind, so it cannot stand in for another",
    () =>
      during(
        5_000,
        leading(
          calm,
          { lastIndex: 20_000, commitIndex: 20_000 },
          { 1: { matchIndex: 20_000 }, 2: { matchIndex: 19_000 }, 4: { matchIndex: 20_000 }, 3: { matchIndex: 8_000 } },
        ),
        elected,
      ),
    "warned",
    "Writes work. Node 5 leads term 12 since 1 m 5 s. 3,998 writes/s. Node 3 must catch up and does not count yet. One more node can fail. Node 3 is 12,000 entries behind.",
  ],
  [
    "the page hears the leader alone, which hears a majority",
    () => during(5_000, without(1, 2, 3, 4), lost(elected, 1, 2, 3, 4)),
    "warned",
    "Writes work. Node 5 leads term 12 since 1 m 5 s, by its own word. Nothing is written now. Two more nodes can fail. This page cannot hear nodes 1, 2, 3, 4, but the leader does.",
  ],
  [
    "the leader was killed a moment ago, and its followers do not know yet",
    () => during(200, without(5), lost(elected, 5)),
    "unknown",
    "Whether writes work cannot be known: node 5 is not heard. Node 5 leads term 12 since 1 m. This page cannot hear node 5.",
  ],
  [
    "the leader was killed while writes came: what it committed before says nothing",
    () =>
      during(
        200,
        (at) => ({ nodes: writing(100)(at - 200).nodes?.filter(({ node }) => node !== 5) ?? [] }),
        lost(during(5_000, writing(100), elected), 5),
      ),
    "unknown",
    "Whether writes work cannot be known: node 5 is not heard. Node 5 leads term 12 since 1 m 5 s. This page cannot hear node 5.",
  ],
  [
    "the page cannot hear the leader, and commits go on",
    () =>
      during(
        5_000,
        (at) => ({ nodes: (writing(100)(at).nodes ?? []).filter(({ node }) => node !== 5) }),
        lost(during(5_000, writing(100), elected), 5),
      ),
    "warned",
    "Writes work. Node 5 leads term 12 since 1 m 10 s. 100 writes/s. At least two more nodes can fail. This page cannot hear node 5.",
  ],
  [
    "the leader is gone, and its followers ask who would vote",
    () => during(400, leaderless(12, { 1: "follower", 2: "preCandidate", 3: "follower", 4: "preCandidate" }), lost(elected, 5)),
    "bad",
    "No writes for 0.3 s. No leader: nodes 2, 4 ask whether an election could be won. This page cannot hear node 5.",
  ],
  [
    "an election is under way",
    () => during(2_000, leaderless(13, { 1: "follower", 2: "candidate", 3: "follower", 4: "follower" }), lost(elected, 5)),
    "bad",
    "No writes for 1.9 s. No leader: node 2 stands in term 13, without a majority yet. This page cannot hear node 5.",
  ],
  [
    "a split into two and three that cannot elect anybody",
    () =>
      during(
        14_000,
        leaderless(
          12,
          { 1: "preCandidate", 2: "follower", 3: "follower", 4: "follower", 5: "follower" },
          parted([1, 2], [3, 4, 5]),
        ),
        elected,
      ),
    "bad",
    "No writes for 14 s. No leader: nodes 1, 2 cannot hear 3, 4, 5.",
  ],
  [
    "nobody stands, and nobody leads",
    () => during(3_000, leaderless(12, { 1: "follower", 2: "follower", 3: "follower", 4: "follower", 5: "follower" }), elected),
    "bad",
    "No writes for 2.9 s. No leader: nobody that is heard is a candidate yet.",
  ],
  [
    "a minority is heard that finds no leader",
    () => during(14_000, leaderless(12, { 1: "preCandidate", 2: "follower" }), lost(elected, 3, 4, 5)),
    "bad",
    "No writes for 14 s, as far as this page hears. No leader: node 1 asks whether an election could be won. This page cannot hear nodes 3, 4, 5.",
  ],
  [
    "a minority is heard, which follows one that is not",
    () => during(14_000, without(2, 3, 4, 5), lost(elected, 2, 3, 4, 5)),
    "unknown",
    "Whether writes work cannot be known. Node 1 follows node 5 in term 12; this page cannot hear who else does. This page cannot hear nodes 2, 3, 4, 5.",
  ],
  [
    "a minority is heard, and what it commits shows that writes work",
    () =>
      during(
        5_000,
        (at) => ({ nodes: (writing(100)(at).nodes ?? []).filter(({ node }) => node === 1) }),
        lost(during(5_000, writing(100), elected), 2, 3, 4, 5),
      ),
    "warned",
    "Writes work: the commit index rises. Node 1 follows node 5 in term 12; this page cannot hear who else does. This page cannot hear nodes 2, 3, 4, 5.",
  ],
  [
    "two of five go on following a leader that is not heard: with itself that is a majority",
    () => during(14_000, without(3, 4, 5), lost(elected, 3, 4, 5)),
    "warned",
    "Writes work. Node 5 leads term 12 since 1 m 14 s. Nothing is written now. Whether one more node can fail cannot be known. This page cannot hear nodes 3, 4, 5.",
  ],
  [
    "no node is heard any more",
    () => during(12_000, () => ({}), lost(elected, 1, 2, 3, 4, 5)),
    "unknown",
    "This page has heard no node for 12 s: whether writes work cannot be known.",
  ],
  [
    "clients wait, and nothing is committed",
    () => during(6_000, leading(calm, { queues: { turn: 0, disk: 3, requests: 12, out: [] } }), elected),
    "bad",
    "No writes for 5.9 s. 12 requests wait, and nothing is committed. Node 5 leads term 12 since 1 m 6 s. Two more nodes can fail.",
  ],
  [
    "a deposed leader does not know it yet",
    () =>
      during(
        1_000,
        (at) => ({
          nodes: [
            sampleOf(1, at, { role: "leader", leader: 1, term: 11, commitIndex: 10 }),
            ...ledBy(5, at, { term: 12 }).slice(1),
          ],
        }),
        elected,
      ),
    "warned",
    "Writes work. Node 5 leads term 12 since 1 m 1 s. Node 1 still calls itself leader of term 11, but no majority follows it. Nothing is written now. Two more nodes can fail.",
  ],
  [
    "things are broken on purpose, and end by themselves",
    () =>
      during(
        1_000,
        (at) => ({
          nodes: ledBy(5, at, { term: 12 }).map((sample) =>
            sample.node === 2
              ? { ...sample, faults: [{ id: 1, what: "messages from node 3: all are lost", expiresInMs: 42_000 }] }
              : sample,
          ),
        }),
        elected,
      ),
    "warned",
    "Writes work. Node 5 leads term 12 since 1 m 1 s. Nothing is written now. Two more nodes can fail. Broken on purpose: at node 2 messages from node 3: all are lost, for 42 s more.",
  ],
  [
    "a joint configuration: the one that is nearer to its end counts",
    () => {
      const members = votersOf(1, 2, 3, 4, 5).map((member) => ({ ...member, isVoter: member.id <= 3, isOutgoing: member.id > 1 }));
      return during(1_000, (at) => ({ nodes: ledBy(5, at, { term: 12, each: { members } }) }), elected);
    },
    "good",
    "Healthy. Node 5 leads term 12 since 1 m 1 s. Nothing is written now. One more node can fail.",
  ],
  [
    "a cluster of one",
    () => during(1_000, (at) => ({ nodes: ledBy(1, at, { ids: [1] }) })),
    "good",
    "Healthy. Node 1 leads term 1 since at least 1 s. Nothing is written now. No node can fail: every vote is needed.",
  ],
];

test.each(situations)("the verdict fits the situation: %s", (_, state, health, sentence) => {
  const verdict = verdictOf(state());
  expect(verdict.sentence).toBe(sentence);
  expect(verdict.health).toBe(health);
});

test("the numbers are there without the sentence, and what is not known is null", () => {
  const say = leading(writing(10), { lastIndex: 99_000 }, { 1: { matchIndex: 98_000 }, 2: { matchIndex: 98_900 } });
  const { numbers } = verdictOf(during(10_000, say, elected));
  expect(numbers).toMatchObject({
    leader: { node: 5, term: 12 },
    sinceMs: expect.closeTo(70_000, -3),
    isSinceAtLeast: false,
    writesPerSecond: expect.closeTo(10),
    p99Ms: null,
    slowestStage: null,
    electionMargin: 0.75,
  });
  expect(verdictOf(beginAt(frameOf(0, 100))).numbers).toEqual({
    ...{ leader: null, sinceMs: null, isSinceAtLeast: false, margin: null, writesPerSecond: 0 },
    ...{ p99Ms: null, slowestStage: null, farthest: null, electionMargin: null },
  });
});
