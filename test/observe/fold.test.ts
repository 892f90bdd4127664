import { beginAt, deposedNow, emptyState, fold, leadershipNow } from "../../src/observe/fold.ts";
import { frameOf, ledBy, recordOf, sampleOf } from "./made.ts";

test("the first frame says who leads, and nobody is known before it", () => {
  const before = emptyState([1, 2, 3]);
  expect(leadershipNow(before)).toBeNull();
  const state = fold(before, frameOf(900, 1_000, { nodes: ledBy(2, 990, { term: 7 }) }));
  expect(leadershipNow(state)).toEqual({ leader: 2, term: 7, followers: [1, 2, 3, 4, 5], isOwnWord: false });
  expect(state.nodes.map(({ node, isHeard }) => [node, isHeard])).toEqual([1, 2, 3, 4, 5].map((id) => [id, true]));
  expect(state.history.bands).toEqual([{ term: 7, leader: 2, from: 990, to: null }]);
});

test("a leader of a lower term, or one that no majority follows, is deposed", () => {
  const others = ledBy(5, 990, { term: 8 }).filter(({ node }) => node > 2);
  const cut = [sampleOf(1, 990, { role: "leader", leader: 1, term: 7 }), sampleOf(2, 990, { leader: 1, term: 7 })];
  const state = beginAt(frameOf(900, 1_000, { nodes: [...cut, ...others] }));
  expect(leadershipNow(state)?.leader).toBe(5);
  expect(deposedNow(state)).toEqual([1]);
});

test("an election is seen record by record between two samples", () => {
  let state = beginAt(frameOf(900, 1_000, { nodes: ledBy(2, 990, { term: 7 }) }));
  const records = [
    recordOf(0, 1_010, "nodeLost", { of: 2, why: "it is gone" }),
    recordOf(3, 1_020, "stateChange", { from: "follower", to: "candidate", term: 8, why: "its timer expired" }),
    recordOf(3, 1_020, "electionStarted", { term: 8, preVote: false }),
    recordOf(1, 1_022, "termChange", { from: 7, to: 8 }),
    recordOf(4, 1_022, "termChange", { from: 7, to: 8 }),
    recordOf(3, 1_025, "messageReceived", {
      message: "voteReply",
      from: 1,
      to: 3,
      term: 8,
      sequence: 4,
      granted: true,
      preVote: false,
    }),
  ];
  state = fold(state, frameOf(1_000, 1_026, { records }));
  expect(leadershipNow(state)).toBeNull();
  expect(state.nodes[2]?.sample).toMatchObject({ role: "candidate", term: 8, votes: [3, 1] });
  const won = [
    recordOf(3, 1_030, "stateChange", { from: "candidate", to: "leader", term: 8, why: "it won" }),
    recordOf(3, 1_030, "leaderElected", { leader: 3, term: 8 }),
    recordOf(1, 1_032, "leaderElected", { leader: 3, term: 8 }),
    recordOf(4, 1_033, "leaderElected", { leader: 3, term: 8 }),
  ];
  state = fold(state, frameOf(1_026, 1_100, { records: won }));
  expect(leadershipNow(state)).toMatchObject({ leader: 3, term: 8, followers: [1, 3, 4] });
  expect(state.history.bands.map(({ leader, from, to }) => [leader, from, to])).toEqual([
    [2, 990, 1_022],
    [0, 1_022, 1_033],
    [3, 1_033, null],
  ]);
  expect([state.history.electionsCounted, state.history.leadersCounted]).toEqual([1, 1]);
});
