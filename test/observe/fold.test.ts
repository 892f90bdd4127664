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

test("a sample that comes again in the next frame does not undo what records have told since", () => {
  const nodes = ledBy(2, 990, { term: 7 });
  let state = beginAt(frameOf(900, 1_000, { nodes }));
  const records = [recordOf(3, 1_004, "stateChange", { from: "follower", to: "preCandidate", term: 7, why: "its timer expired" })];
  state = fold(state, frameOf(1_000, 1_005, { nodes, records }));
  expect(state.nodes[2]?.sample?.role).toBe("preCandidate");
  state = fold(state, frameOf(1_005, 1_010, { nodes }));
  expect(state.nodes[2]?.sample?.role).toBe("preCandidate");
  state = fold(state, frameOf(1_010, 1_100, { nodes: ledBy(2, 1_090, { term: 7 }) }));
  expect(state.nodes[2]?.sample?.role).toBe("follower");
});

test("a node that starts again is a follower of nobody, with its log, until it says more", () => {
  let state = beginAt(frameOf(900, 1_000, { nodes: ledBy(2, 990, { term: 7, commit: 33 }) }));
  state = fold(
    state,
    frameOf(1_000, 1_100, { records: [{ ...recordOf(2, 1_050, "nodeStarted", { version: "1", processId: 8 }), life: 2 }] }),
  );
  expect(state.nodes[1]?.sample).toMatchObject({ life: 2, role: "follower", leader: 0, lastIndex: 33, peers: [] });
  expect(leadershipNow(state)).toBeNull();
  const late = recordOf(2, 1_060, "stateChange", { from: "follower", to: "leader", term: 9, why: "of its life before" });
  state = fold(state, frameOf(1_100, 1_200, { records: [late] }));
  expect(state.nodes[1]?.sample?.role).toBe("follower");
});

test("what a node had said before it was lost does not bring it back, and what it says after does", () => {
  let state = beginAt(frameOf(900, 1_000, { nodes: ledBy(2, 990) }));
  state = fold(state, frameOf(1_000, 1_100, { records: [recordOf(0, 1_050, "nodeLost", { of: 3, why: "it is gone" })] }));
  expect(state.nodes[2]).toMatchObject({ isHeard: false, since: 1_050, why: "it is gone" });
  state = fold(state, frameOf(1_100, 1_200, { nodes: [sampleOf(3, 1_040, { term: 2 })] }));
  expect(state.nodes[2]).toMatchObject({ isHeard: false, sample: { term: 2 } });
  state = fold(state, frameOf(1_200, 1_300, { nodes: [sampleOf(3, 1_290)] }));
  expect(state.nodes[2]).toMatchObject({ isHeard: true, since: 1_290, why: "" });
});

test("a node that falls silent is not heard, also if nobody says so", () => {
  let state = beginAt(frameOf(900, 1_000, { nodes: ledBy(2, 990) }));
  state = fold(state, frameOf(1_000, 4_200, { nodes: ledBy(2, 4_190).filter(({ node }) => node !== 3) }));
  expect(state.nodes.map(({ isHeard }) => isHeard)).toEqual([true, true, false, true, true]);
});

test("a log is followed between samples: appended over terms, stored, committed, cut off, compacted", () => {
  const before = ledBy(2, 990, { term: 7, commit: 10, each: { runs: [{ first: 1, term: 7 }] } });
  let state = beginAt(frameOf(900, 1_000, { nodes: before }));
  const tell = (...records: readonly (readonly [string, Record<string, number | number[]>])[]): void => {
    const from = state.at;
    state = fold(
      state,
      frameOf(from, from + 1, { records: records.map(([type, fields]) => recordOf(1, from + 0.5, type, fields)) }),
    );
  };
  tell(["logAppended", { first: 11, last: 16, term: 9, runFirsts: [11, 15], runTerms: [8, 9] }]);
  expect(state.nodes[0]?.sample).toMatchObject({
    lastIndex: 16,
    durableIndex: 10,
    runs: [1, 11, 15].map((first, place) => ({ first, term: 7 + place })),
  });
  tell(["stored", { lastIndex: 16, entries: 6, tookMs: 1 }], ["logCommitted", { index: 12, term: 8 }]);
  expect(state.nodes[0]?.sample).toMatchObject({ durableIndex: 16, commitIndex: 12 });
  tell(["logTruncated", { from: 14, last: 16 }]);
  expect(state.nodes[0]?.sample).toMatchObject({ lastIndex: 13, durableIndex: 13, runs: [{ first: 1 }, { first: 11 }] });
  tell(["logCompacted", { to: 12 }], ["snapshotInstalled", { index: 40, term: 9 }]);
  expect(state.nodes[0]?.sample).toMatchObject({ firstIndex: 13, lastIndex: 40, commitIndex: 40, appliedIndex: 40 });
});
