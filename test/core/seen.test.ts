import { membersOf, OneNode, tailOf } from "./one-node.ts";

/** What is told for those who watch, and that nothing in the core depends on. */

test("a follower tells when it will campaign, by the time that it drew", () => {
  const node = new OneNode();
  const { electionDueAt, electionTimeoutMs } = node.view;
  expect(electionDueAt).toBe(node.now + electionTimeoutMs);
  expect(electionTimeoutMs).toBeGreaterThanOrEqual(node.options.electionTimeoutMinMs);
  expect(electionTimeoutMs).toBeLessThanOrEqual(node.options.electionTimeoutMaxMs);
});

test("a node without a vote tells no time of an election", () => {
  expect(new OneNode({ voters: [2, 3] }).view.electionDueAt).toBeNull();
  expect(new OneNode({}, { members: { index: 0, members: { ...membersOf(2, 3), learners: [1] } } }).view.electionDueAt).toBeNull();
});

test("the runs of terms are told from the newest on, no more than are asked for", () => {
  const node = new OneNode({}, { terms: [1, 1, 2, 4, 4, 4, 7] });
  const runs = [
    { first: 1, term: 1 },
    { first: 3, term: 2 },
    { first: 4, term: 4 },
    { first: 7, term: 7 },
  ];
  expect(node.raft.termRuns(10)).toEqual(runs);
  expect(node.raft.termRuns(4)).toEqual(runs);
  expect(node.raft.termRuns(2)).toEqual(runs.slice(2));
});

test("a log without entries has no runs of terms", () => {
  expect(new OneNode().raft.termRuns(10)).toEqual([]);
  expect(
    new OneNode({}, { base: { index: 9, term: 3, time: 0 }, hardState: { term: 3, votedFor: null } }).raft.termRuns(10),
  ).toEqual([]);
});

test("entries are told as far as the log holds them", () => {
  const node = new OneNode({}, { base: { index: 2, term: 1, time: 0 }, entries: tailOf(2, 1, 2, 2), applied: 2 });
  expect(node.raft.entries(1, 100).map(({ index }) => index)).toEqual([3, 4, 5]);
  expect(node.raft.entries(4, 4).map(({ index }) => index)).toEqual([4]);
  expect(node.raft.entries(50, 60)).toEqual([]);
  expect(node.raft.entries(5, 4)).toEqual([]);
});

test("who stands in an election tells who has voted for it, and later nobody", () => {
  const node = new OneNode({ voters: [1, 2, 3, 4, 5] });
  expect(node.view.votes).toEqual([]);
  node.timeout();
  expect(node.view.role).toBe("preCandidate");
  expect(node.view.votes).toEqual([1]);
  const reply = { type: "voteReply", to: 1, term: 1, preVote: true } as const;
  node.hear({ ...reply, from: 2, granted: true }, { ...reply, from: 3, granted: false, term: 0 });
  expect(node.view.votes).toEqual([1, 2]);
  node.hear({ ...reply, from: 4, granted: true });
  expect(node.view.role).toBe("candidate");
  expect(node.view.votes).toEqual([1]);
  // Its own vote is not on disk yet, so nobody may be asked.
  expect(node.view.heldCount).toBe(4);
});

test("a refusal of a vote tells the last entries of both logs", () => {
  const node = new OneNode({}, { terms: [1, 2, 2] });
  node.hear({ type: "voteRequest", from: 2, to: 1, term: 9, preVote: false, transfer: false, lastLogIndex: 7, lastLogTerm: 1 });
  expect(node.events().at(-1)).toEqual({
    ...{ type: "voteRefused", to: 2, term: 9, preVote: false },
    why: "its log is behind: it ends with 1.7, this one with 2.3",
    ...{ lastLogIndex: 7, lastLogTerm: 1, ownLastIndex: 3, ownLastTerm: 2 },
  });
});

test("what was appended is told with the terms of all of it", () => {
  const node = new OneNode().follow(2, 5);
  const entries = tailOf(0, 1, 1, 3, 5);
  node.hear({ type: "append", from: 2, to: 1, term: 5, prevIndex: 0, prevTerm: 0, entries, commit: 0 });
  expect(node.events()).toContainEqual({
    ...{ type: "logAppended", first: 1, last: 4, term: 5 },
    terms: [
      { first: 1, term: 1 },
      { first: 3, term: 3 },
      { first: 4, term: 5 },
    ],
  });
});

test("the runs of terms are found near the greatest index that there is", () => {
  const base = { index: 2 ** 52 - 3, term: 1, time: 0 };
  const entries = tailOf(base.index, 2, 2, 3);
  const node = new OneNode({}, { base, entries, hardState: { term: 3, votedFor: null } });
  expect(node.raft.termRuns(10)).toEqual([
    { first: 2 ** 52 - 2, term: 2 },
    { first: 2 ** 52, term: 3 },
  ]);
});
