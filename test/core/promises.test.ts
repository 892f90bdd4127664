import { bareMember } from "../../src/core/members.ts";
import type { PeerMessage } from "../../src/core/messages.ts";
import { promiseOf } from "../../src/core/messages.ts";
import { Outbox } from "../../src/core/state.ts";
import type { Members } from "../../src/core/types.ts";
import { messages } from "./messages.ts";
import { membersOf, OneNode } from "./one-node.ts";

describe("what a message promises of its sender's disk (thesis 3.8)", () => {
  test.each([
    ["a pre-vote request", messages.preVoteRequest, "nothing"],
    ["a pre-vote", messages.preVote, "nothing"],
    ["a vote request", messages.voteRequest, "hardState"],
    ["a vote", messages.vote, "hardState"],
    ["an append", messages.append, "hardState"],
    ["a match", messages.match, "log"],
    ["a conflict", messages.conflict, "hardState"],
    ["a heartbeat", messages.heartbeat, "hardState"],
    ["an answer to a heartbeat", messages.heartbeatReply, "log"],
    ["a question for a read index", messages.readIndexRequest, "nothing"],
    ["a read index", messages.readIndexReply, "hardState"],
  ])("%s: %s", (_what, message, promised) => {
    expect(promiseOf(message)).toBe(promised);
  });
});

describe("the outbox", () => {
  const { append, conflict, heartbeatReply, match, readIndexRequest, vote } = messages;

  test("lets go at once what promises nothing", () => {
    expect(take([readIndexRequest], { hardStateSaved: false, durableIndex: 0 })).toEqual([readIndexRequest]);
  });

  test("rule 1: holds a vote until the hard state is on disk", () => {
    const outbox = outboxOf(vote);
    expect(outbox.takeMessages(3, false, 9)).toEqual([]);
    expect(outbox.heldCount).toBe(1);
    expect(outbox.takeMessages(3, true, 9)).toEqual([vote]);
    expect(outbox.heldCount).toBe(0);
  });

  test("holds a match until the log is on disk up to there", () => {
    const outbox = outboxOf({ ...match, matchIndex: 5 });
    expect(outbox.takeMessages(3, true, 4)).toEqual([]);
    expect(outbox.takeMessages(3, true, 5)).toHaveLength(1);
  });

  test("drops a promise of an earlier term: what it spoke of may have been replaced", () => {
    const outbox = outboxOf({ ...match, matchIndex: 5 });
    outbox.takeMessages(3, true, 4);
    expect(outbox.takeMessages(4, true, 5)).toEqual([]);
    expect(outbox.heldCount).toBe(0);
  });

  test("sends only the last of several matches in a row to one leader", () => {
    const matches = [3, 5, 4].map((matchIndex) => ({ ...match, matchIndex }));
    expect(take(matches, { durableIndex: 9 })).toEqual([{ ...match, matchIndex: 5 }]);
    const both = [match, { ...match, to: 3 }];
    expect(take(both, { durableIndex: 9 })).toEqual(both);
  });

  test("keeps the order of what is ready", () => {
    const all = [vote, append, conflict, match, heartbeatReply];
    expect(take(all, { durableIndex: 9 })).toEqual(all);
  });

  test("holds no more than one promise of a kind for each node, however long the disk hangs", () => {
    const outbox = new Outbox();
    for (let round = 1; round <= 1_000; round += 1) {
      outbox.messages.push({ ...heartbeatReply, round }, { ...match, matchIndex: 4 + (round % 2) }, { ...conflict }, { ...vote });
      outbox.takeMessages(3, false, 0);
    }
    expect(outbox.heldCount).toBe(5);
    expect(outbox.takeMessages(3, true, 9).filter(({ type }) => type === "heartbeatReply")).toMatchObject([{ round: 1_000 }]);
  });

  test("answers with an earlier match as soon as the disk has got that far", () => {
    const outbox = new Outbox();
    outbox.messages.push({ ...match, matchIndex: 4 });
    outbox.takeMessages(3, true, 0);
    outbox.messages.push({ ...match, matchIndex: 8 });
    expect(outbox.takeMessages(3, true, 4)).toEqual([{ ...match, matchIndex: 4 }]);
    expect(outbox.takeMessages(3, true, 8)).toEqual([{ ...match, matchIndex: 8 }]);
  });

  function outboxOf(...list: PeerMessage[]): Outbox {
    const outbox = new Outbox();
    outbox.messages.push(...list);
    return outbox;
  }

  function take(list: PeerMessage[], { hardStateSaved = true, durableIndex = 0 }): readonly PeerMessage[] {
    return outboxOf(...list).takeMessages(3, hardStateSaved, durableIndex);
  }
});

describe("rule 1: a vote is on disk before anyone can hear of it", () => {
  test("the vote for another, even if another write is under way", () => {
    const node = new OneNode().follow(2, 1);
    node.hear(node.append(2, 1, [0, 0], [1]));
    node.pass(200);
    node.hear(node.voteRequest(3, 2, { term: 1, index: 1 }));
    expect(node.view.votedFor).toBe(3);
    node.stored();
    expect(node.storing?.hardState).toEqual({ term: 2, votedFor: 3 });
    expect(node.sent("voteReply")).toEqual([]);
    node.stored();
    expect(node.sent("voteReply")).toMatchObject([{ to: 3, granted: true, term: 2 }]);
  });

  test("the vote for itself, before its own requests leave", () => {
    const node = new OneNode();
    node.timeout();
    node.forget();
    node.hear(node.vote(2, { term: 1, preVote: true }));
    expect(node.storing?.hardState).toEqual({ term: 1, votedFor: 1 });
    expect(node.sent("voteRequest")).toEqual([]);
    node.stored();
    expect(node.sent("voteRequest")).toHaveLength(2);
  });

  test("a write that never ends lets nothing out", () => {
    const node = new OneNode();
    node.hear(node.voteRequest(3, 2, { term: 0, index: 0 }));
    for (let turn = 0; turn < 50; turn += 1) node.pass(100);
    expect(node.sent().filter((message) => promiseOf(message) !== "nothing")).toEqual([]);
  });

  test("two candidates in one batch: the first gets the vote, the second never", () => {
    const node = new OneNode();
    node.hear(node.voteRequest(2, 1, { term: 0, index: 0 }), node.voteRequest(3, 1, { term: 0, index: 0 }));
    node.persist();
    expect(node.sent("voteReply").map(({ to, granted }) => [to, granted])).toEqual([
      [2, true],
      [3, false],
    ]);
  });

  test("a vote of a term that has passed before it was written is not given any more", () => {
    const node = new OneNode();
    node.hear(node.voteRequest(2, 1, { term: 0, index: 0 }));
    node.hear(node.voteRequest(3, 2, { term: 0, index: 0 }));
    node.persist();
    expect(node.stores.map(({ hardState }) => hardState)).toEqual([
      { term: 1, votedFor: 2 },
      { term: 2, votedFor: 3 },
    ]);
    expect(node.sent("voteReply")).toMatchObject([{ to: 3, term: 2, granted: true }]);
  });
});

test("rule 3: entries of a term never reach the disk before the term does", () => {
  const node = new OneNode().follow(2, 1);
  node.hear(node.append(2, 1, [0, 0], [1]));
  node.hear(node.append(3, 2, [0, 0], [2, 2]));
  expect(node.stores.at(-1)).toMatchObject({ hardState: null, entries: [{ term: 1 }] });
  node.stored();
  expect(node.storing).toMatchObject({ hardState: { term: 2 }, entries: [{ term: 2 }, { term: 2 }] });
  expect(node.sent("appendMatch")).toEqual([]);
  node.stored();
  expect(node.sent("appendMatch")).toMatchObject([{ to: 3, term: 2, matchIndex: 2 }]);
});

test("one store at a time: what gathers meanwhile is one next store", () => {
  const node = new OneNode().lead();
  node.propose("a");
  node.propose("b");
  node.propose("c");
  expect(node.storing?.entries.map(({ index }) => index)).toEqual([2]);
  node.stored();
  expect(node.storing?.entries.map(({ index }) => index)).toEqual([3, 4]);
  expect(node.storing).toMatchObject({ hardState: null, lastIndex: 4, lastTerm: 1 });
  node.stored();
  expect(node.storing).toBeNull();
});

test("a store that is reported must be the one in flight", () => {
  const node = new OneNode();
  const report = (lastIndex: number, lastTerm: number) => () => node.step({ type: "stored", lastIndex, lastTerm });
  expect(report(0, 0)).toThrow("stored up to (0, 0) was reported, but not in flight");
  node.follow(2, 1);
  node.hear(node.append(2, 1, [0, 0], [1, 1]));
  expect(report(1, 1)).toThrow("stored up to (1, 1) was reported, but not in flight");
  expect(report(2, 2)).toThrow("stored up to (2, 2) was reported, but not in flight");
});

test("rules 1 and 3: the only voter tells its learners nothing of a term that its disk could forget", () => {
  const members: Members = { ...membersOf(1), learners: [2], nodes: [1, 2].map(bareMember), lastId: 2 };
  const node = new OneNode({ voters: [1] }, { members: { index: 0, members } });
  node.timeout();
  expect(node.view).toMatchObject({ role: "leader", term: 1 });
  node.pass(60);
  expect(node.sent()).toEqual([]);
  node.persist();
  expect(node.sent("append")).toMatchObject([{ to: 2, term: 1 }]);
});
