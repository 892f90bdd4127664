import { command, OneNode } from "./one-node.ts";

// One test for each line of Figure 2 of "In Search of an Understandable Consensus Algorithm", in its order.
// docs/paper-map.md names for each line the function that keeps it and the test here that shows it.

describe("Figure 2, state", () => {
  test("persistent: currentTerm is on disk before it is spoken of (§5.1)", () => {
    const node = new OneNode();
    node.hear(node.append(2, 4, [0, 0], [4]));
    expect(node.storing?.hardState).toEqual({ term: 4, votedFor: null });
    expect(node.sent()).toEqual([]);
    node.stored();
    expect(node.sent("appendMatch")).toHaveLength(1);
  });

  test("persistent: votedFor is on disk before the vote is given (§5.2)", () => {
    const node = new OneNode();
    node.hear(node.voteRequest(3, 4, { term: 0, index: 0 }));
    expect(node.storing?.hardState).toEqual({ term: 4, votedFor: 3 });
    expect(node.sent()).toEqual([]);
    node.stored();
    expect(node.sent("voteReply")).toMatchObject([{ to: 3, granted: true }]);
  });

  test("persistent: log entries are on disk before they are acknowledged (§5.3)", () => {
    const node = new OneNode().follow(2, 1);
    node.hear(node.append(2, 1, [0, 0], [1, 1]));
    expect(node.storing?.entries).toEqual([command(1, 1), command(1, 2)]);
    expect(node.sent("appendMatch")).toEqual([]);
    node.stored();
    expect(node.sent("appendMatch")).toMatchObject([{ matchIndex: 2 }]);
  });

  test("volatile: commitIndex and lastApplied begin with what the machine has applied, and only grow (§5.3)", () => {
    const node = new OneNode({}, { terms: [1, 1, 1], applied: 1 });
    expect(node.view).toMatchObject({ commitIndex: 1, appliedIndex: 1 });
    node.follow(2, 2);
    node.hear(node.append(2, 2, [1, 3], [], 3), node.append(2, 2, [1, 3], [], 2));
    expect(node.view).toMatchObject({ commitIndex: 3, appliedIndex: 3 });
  });

  test("volatile on leaders: nextIndex begins after the last entry, matchIndex at 0 (§5.3)", () => {
    const node = new OneNode({}, { terms: [1, 1, 2] }).lead();
    expect(node.view.peers).toMatchObject([
      { id: 2, nextIndex: 4, matchIndex: 0 },
      { id: 3, nextIndex: 4, matchIndex: 0 },
    ]);
  });
});

describe("Figure 2, AppendEntries, receiver", () => {
  test("1: a message of an older term is refused with our own (§5.1)", () => {
    const node = new OneNode({}, { terms: [1, 2] });
    node.hear(node.append(2, 1, [1, 1], [1]));
    expect(node.view.lastIndex).toBe(2);
    expect(node.sent()).toMatchObject([{ type: "heartbeatReply", term: 2, matchIndex: 0 }]);
  });

  test("2: without an entry of prevLogTerm at prevLogIndex the answer is a conflict (§5.3)", () => {
    const node = new OneNode({}, { terms: [1, 2] }).follow(2, 5);
    node.hear(node.append(2, 5, [3, 2], [5]), node.append(2, 5, [5, 7], [5]));
    expect(node.view.lastIndex).toBe(2);
    expect(node.sent()).toMatchObject([
      { type: "appendConflict", prevIndex: 2, hintIndex: 1, hintTerm: 1 },
      { type: "appendConflict", prevIndex: 7, hintIndex: 2, hintTerm: 2 },
    ]);
  });

  test("3: an entry in conflict with a new one is deleted, and all that follow it (§5.3)", () => {
    const node = new OneNode({}, { terms: [1, 2, 2, 2] }).follow(2, 3);
    node.hear(node.append(2, 3, [1, 1], [3]));
    expect(node.view.lastIndex).toBe(2);
    expect(node.storing?.entries).toEqual([command(3, 2)]);
    expect(node.events()).toContainEqual({ type: "logTruncated", from: 2, last: 4 });
  });

  test("4: entries that are not yet in the log are appended (§5.3)", () => {
    const node = new OneNode({}, { terms: [1, 1] }).follow(2, 1);
    node.hear(node.append(2, 1, [1, 1], [1, 1, 1]));
    expect(node.view.lastIndex).toBe(4);
    expect(node.storing?.entries).toEqual([command(1, 3), command(1, 4)]);
  });

  test("5: commitIndex becomes the lesser of leaderCommit and the last new entry (§5.3)", () => {
    const node = new OneNode({}, { terms: [1, 1, 1] }).follow(2, 1);
    node.hear(node.append(2, 1, [1, 1], [1], 9));
    expect(node.view.commitIndex).toBe(2);
    node.hear(node.append(2, 1, [1, 2], [1], 2));
    expect(node.view.commitIndex).toBe(2);
    node.hear(node.append(2, 1, [1, 2], [1], 3));
    expect(node.view.commitIndex).toBe(3);
  });
});

describe("Figure 2, RequestVote, receiver", () => {
  test("1: a candidate of an older term is refused (§5.1)", () => {
    const node = new OneNode({}, { hardState: { term: 3, votedFor: null } });
    node.hear(node.voteRequest(2, 2, { term: 1, index: 9 }));
    expect(node.sent()).toMatchObject([{ type: "voteReply", term: 3, granted: false }]);
    expect(node.view.votedFor).toBeNull();
  });

  test("2: the vote goes to the first who asks, if its log is at least as up to date (§5.2, §5.4)", () => {
    const node = new OneNode({}, { terms: [1, 2] });
    const asks = [
      node.voteRequest(2, 3, { term: 1, index: 9 }),
      node.voteRequest(3, 3, { term: 2, index: 2 }),
      node.voteRequest(2, 3, { term: 2, index: 2 }),
      node.voteRequest(3, 3, { term: 2, index: 2 }),
    ];
    for (const ask of asks) {
      node.hear(ask);
      node.persist();
    }
    expect(node.sent("voteReply").map(({ to, granted }) => [to, granted])).toEqual([
      [2, false],
      [3, true],
      [2, false],
      [3, true],
    ]);
    expect(node.view.votedFor).toBe(3);
  });
});

describe("Figure 2, rules for all servers", () => {
  test("1: what is committed and not yet applied is applied, in log order (§5.3)", () => {
    const node = new OneNode({}, { terms: [1, 1, 1] }).follow(2, 1);
    node.hear(node.append(2, 1, [1, 3], [], 2), node.append(2, 1, [1, 3], [], 3));
    expect(node.applied()).toEqual(["1.1", "1.2", "1.3"]);
    node.hear(node.append(2, 1, [1, 3], [], 3));
    expect(node.applied()).toEqual([]);
  });

  test.each(["follower", "candidate", "leader"])("2: a %s that meets a newer term adopts it and follows (§5.1)", (role) => {
    const node = new OneNode();
    if (role === "candidate") {
      node.timeout();
      node.hear(node.vote(2, { term: 1, preVote: true }));
    }
    if (role === "leader") node.lead();
    expect(node.view.role).toBe(role);
    node.hear(node.match(2, 0, 9));
    expect(node.view).toMatchObject({ role: "follower", term: 9, votedFor: null, leader: null });
  });
});

describe("Figure 2, rules for followers", () => {
  test("1: candidates and leaders are answered (§5.2)", () => {
    const node = new OneNode();
    node.hear(node.voteRequest(2, 1, { term: 0, index: 0 }));
    node.persist();
    node.hear(node.append(2, 1, [0, 0], [1]), node.heartbeat(2, 1));
    node.persist();
    expect(node.sent().map(({ type }) => type)).toEqual(["voteReply", "heartbeatReply", "appendMatch"]);
  });

  test("2: after an election timeout without a leader, and without having given its vote, it campaigns (§5.2)", () => {
    const node = new OneNode();
    node.pass(140);
    node.hear(node.voteRequest(2, 1, { term: 0, index: 0 }));
    node.persist();
    node.pass(140);
    expect(node.view.role).toBe("follower");
    node.hear(node.heartbeat(2, 1));
    node.pass(140);
    expect(node.view.role).toBe("follower");
    node.pass(160);
    expect(node.view.role).toBe("preCandidate");
  });
});

describe("Figure 2, rules for candidates", () => {
  test("1: it increments its term, votes for itself, resets its timer and asks all others (§5.2)", () => {
    const node = new OneNode({}, { terms: [1, 2] });
    node.timeout();
    node.forget();
    node.now += 100;
    node.hear(node.vote(2, { term: 3, preVote: true }));
    expect(node.view).toMatchObject({ role: "candidate", term: 3, votedFor: 1 });
    expect(node.wakeAt).toBeGreaterThanOrEqual(node.now + node.options.electionTimeoutMinMs);
    node.persist();
    expect(node.sent()).toMatchObject([
      { type: "voteRequest", to: 2, term: 3, preVote: false, transfer: false, lastLogIndex: 2, lastLogTerm: 2 },
      { type: "voteRequest", to: 3, term: 3, preVote: false, transfer: false, lastLogIndex: 2, lastLogTerm: 2 },
    ]);
  });

  test("2: with the votes of a majority it leads (§5.2)", () => {
    const node = new OneNode({ voters: [1, 2, 3, 4, 5] });
    node.timeout();
    node.hear(node.vote(2, { term: 1, preVote: true }), node.vote(3, { term: 1, preVote: true }));
    node.persist();
    node.hear(node.vote(4, { term: 1 }), node.vote(4, { term: 1 }));
    expect(node.view.role).toBe("candidate");
    node.hear(node.vote(5, { term: 1 }));
    expect(node.view.role).toBe("leader");
  });

  test("3: a leader of its term is followed (§5.2)", () => {
    const node = new OneNode();
    node.timeout();
    node.hear(node.vote(2, { term: 1, preVote: true }));
    expect(node.view.role).toBe("candidate");
    node.hear(node.append(3, 1, [0, 0], [1]));
    expect(node.view).toMatchObject({ role: "follower", term: 1, leader: 3 });
  });

  test("4: if the election timeout elapses it tries again (§5.2)", () => {
    const node = new OneNode();
    node.timeout();
    node.hear(node.vote(2, { term: 1, preVote: true }));
    node.persist();
    node.forget();
    node.timeout();
    expect(node.sent("voteRequest")).toMatchObject([
      { term: 2, preVote: true },
      { term: 2, preVote: true },
    ]);
  });
});

describe("Figure 2, rules for leaders", () => {
  test("1: it is heard at once when elected, and again before any election timer can run out (§5.2)", () => {
    const node = new OneNode();
    node.timeout();
    node.hear(node.vote(2, { term: 1, preVote: true }));
    node.persist();
    node.forget();
    node.hear(node.vote(2, { term: 1 }));
    expect(node.sent("append").map(({ to }) => to)).toEqual([2, 3]);
    expect(node.wakeAt - node.now).toBeLessThan(node.options.electionTimeoutMinMs);
    node.wake();
    expect(node.sent("heartbeat").map(({ to }) => to)).toEqual([2, 3]);
  });

  test("2: a client's command is appended, and handed out to be applied only when it is committed (§5.3)", () => {
    const node = new OneNode().lead();
    node.propose("x=1");
    expect(node.answers()).toEqual([{ type: "accepted", ticket: 1, index: 2, term: 1, ids: [] }]);
    node.persist();
    expect(node.applied()).toEqual([]);
    node.hear(node.match(2, 2));
    expect(node.applied()).toEqual(["1.1", "1.2"]);
  });

  test("3: a follower whose nextIndex is not beyond the log is sent what follows from there (§5.3)", () => {
    const node = new OneNode({}, { terms: [1, 1, 1] }).lead();
    node.hear(node.match(2, 4));
    node.propose("a", "b");
    expect(node.sent("append")).toMatchObject([{ to: 2, prevIndex: 4, entries: [{ index: 5 }, { index: 6 }] }]);
  });

  test("3a: on success nextIndex and matchIndex follow (§5.3)", () => {
    const node = new OneNode({}, { terms: [1, 1, 1] }).lead();
    node.hear(node.match(3, 4));
    expect(node.view.peers[1]).toMatchObject({ id: 3, matchIndex: 4, nextIndex: 5 });
  });

  test("3b: on a conflict nextIndex falls and the append is tried again (§5.3)", () => {
    const node = new OneNode({}, { terms: [1, 1, 1] }).lead();
    const head = node.head(3, node.view.term);
    node.hear({ type: "appendConflict", ...head, prevIndex: 3, hintIndex: 1, hintTerm: 1 });
    expect(node.view.peers[1]).toMatchObject({ id: 3, matchIndex: 0, nextIndex: 2 });
    expect(node.sent("append")).toMatchObject([{ to: 3, prevIndex: 1, prevTerm: 1 }]);
  });

  test("4: what a majority holds is committed, if it is of the leader's own term (§5.3, §5.4)", () => {
    const node = new OneNode({ voters: [1, 2, 3, 4, 5] }, { terms: [1, 2] }).lead();
    node.hear(node.match(2, 2), node.match(3, 2), node.match(4, 2));
    expect(node.view.commitIndex).toBe(0);
    node.hear(node.match(2, 3));
    expect(node.view.commitIndex).toBe(0);
    node.hear(node.match(3, 3));
    expect(node.view.commitIndex).toBe(3);
  });
});
