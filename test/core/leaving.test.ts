import { leaveJoint } from "../../src/core/members.ts";
import { agree, ask, idsOf, leading, leadingOf, learner4, leaving1, leaving3, naming, removing, three } from "./changing.ts";
import { command, OneNode } from "./one-node.ts";

// Nodes that leave, and those that are not there yet.

describe("rule 26: a leader that is to leave", () => {
  function departing(): OneNode {
    const node = leading(1, 2, 3);
    ask(node, removing(1));
    agree(node, 2, 3);
    expect(node.view).toMatchObject({ role: "leader", members: leaveJoint(leaving1), membersIndex: 3 });
    node.persist();
    node.forget();
    return node;
  }

  test("leads until the new configuration is committed, without counting itself", () => {
    const node = departing();
    node.hear(node.match(2, 3));
    expect(node.view).toMatchObject({ role: "leader", commitIndex: 2 });
    node.propose("x");
    expect(node.answers()).toMatchObject([{ type: "accepted", index: 4 }]);
  });

  test("then says so to all, lets the one with most of its log take over, and steps down", () => {
    const node = departing();
    node.propose("x");
    node.persist();
    node.hear(node.match(2, 3));
    node.forget();
    node.hear(node.match(3, 4));
    expect(node.view).toMatchObject({ role: "follower", leader: null, commitIndex: 3 });
    const sent = node.sent();
    expect(sent).toMatchObject([
      { type: "heartbeat", to: 2, commit: 3 },
      { type: "heartbeat", to: 3, commit: 3 },
      { type: "timeoutNow", to: 3, term: 1 },
    ]);
    expect(node.events()).toContainEqual({ type: "removed", index: 3 });
  });

  test("a leader that is handing over leaves too, and its change does not wait for the other", () => {
    const node = leading(1, 2, 3);
    ask(node, removing(1));
    node.persist();
    node.step({ type: "transfer", ticket: 5, to: 2 });
    node.hear(node.match(3, 2), node.beat(2));
    expect(node.view).toMatchObject({ transferTo: 2, commitIndex: 1 });
    node.hear(node.match(2, 2));
    expect(node.view).toMatchObject({ transferTo: 2, members: leaveJoint(leaving1), membersIndex: 3 });
    agree(node, 3, 2);
    expect(node.view).toMatchObject({ role: "follower", commitIndex: 3 });
    node.hear(node.heartbeat(2, 2));
    expect(node.answers()).toContainEqual({ type: "transferred", ticket: 5, to: 2 });
  });

  test("a leader that has left never campaigns again", () => {
    const node = departing();
    node.hear(node.match(2, 3), node.match(3, 3));
    node.forget();
    for (let wakes = 0; wakes < 10; wakes += 1) node.wake();
    expect(node.sent()).toEqual([]);
    expect(node.events()).toEqual([]);
  });
});

describe("whether a node campaigns:", () => {
  test("one that nobody has told of any members does not", () => {
    const node = new OneNode({ voters: [] });
    for (let wakes = 0; wakes < 10; wakes += 1) node.wake();
    expect(node.events()).toEqual([]);
  });

  test("a learner does not, but it notices that its leader has fallen silent", () => {
    const node = new OneNode({ id: 4 }, { entries: [naming(1, 1, learner4)] }).follow(2, 1);
    for (let wakes = 0; wakes < 10; wakes += 1) node.wake();
    expect(node.events()).toEqual([{ type: "leaderLost", term: 1 }]);
    expect(node.sent()).toEqual([]);
  });

  test("rule 8: but both vote when they are asked", () => {
    for (const disk of [{}, { entries: [naming(1, 1, learner4)] }]) {
      const node = new OneNode({ id: 4, voters: [] }, disk);
      node.hear(node.voteRequest(2, 3, { term: 2, index: 9 }));
      node.persist();
      expect(node.sent("voteReply")).toMatchObject([{ to: 2, granted: true, term: 3 }]);
    }
  });

  test("rule 25: one that leaves does as long as that is not committed, for nobody else may be able to win", () => {
    const entries = [command(1, 1), naming(1, 2, leaving1), naming(1, 3, leaveJoint(leaving1))];
    const node = new OneNode({}, { entries, applied: 2, members: { index: 2, members: leaving1 } });
    node.timeout();
    expect(idsOf(node.sent("voteRequest"))).toEqual([2, 3]);
    node.hear(node.vote(2, { term: 2, preVote: true }));
    // Its own vote does not count: it needs both of the others.
    expect(node.view.role).toBe("preCandidate");
    node.hear(node.vote(3, { term: 2, preVote: true }));
    node.persist();
    node.hear(node.vote(2, { term: 2 }), node.vote(3, { term: 2 }));
    expect(node.view.role).toBe("leader");
  });
});

describe("rule 27: a node that left", () => {
  /** Node 1 leads, nodes 2 and 3 have agreed to the joint configuration, and 3 has left by entry 5. */
  function withDeparture(): OneNode {
    const node = leadingOf(three, { removedTellMs: 1_000 });
    ask(node, removing(3));
    agree(node, 2, 3);
    node.persist();
    node.forget();
    expect(node.view.membersIndex).toBe(5);
    return node;
  }

  function tellsNode3(node: OneNode): boolean {
    expect(node.view.departing.map(({ id }) => id)).toEqual(node.view.peers.some(({ id }) => id === 3) ? [3] : []);
    return node.view.departing.length > 0;
  }

  test("is told when its removal is committed, and let go when it has answered", () => {
    const node = withDeparture();
    node.hear(node.match(3, 5));
    expect(node.view.commitIndex).toBe(4);
    node.hear(node.match(2, 5));
    expect(node.sent("heartbeat")).toMatchObject([{ to: 3, commit: 5 }]);
    expect(tellsNode3(node)).toBe(true);
    node.now += 5;
    node.hear(node.beat(3, { matchIndex: 5, receivedIndex: 5 }));
    expect(tellsNode3(node)).toBe(false);
    node.pass(50);
    expect(idsOf(node.sent("heartbeat"))).toEqual([2]);
  });

  test("is given what it lacks before", () => {
    const node = withDeparture();
    node.hear(node.match(2, 5));
    expect(node.sent("heartbeat")).toEqual([]);
    node.hear(node.match(3, 5));
    expect(node.sent("heartbeat")).toMatchObject([{ to: 3, commit: 5 }]);
  });

  test("is not given what comes after it left", () => {
    const node = withDeparture();
    node.propose("x");
    expect(idsOf(node.sent("append"))).toEqual([2]);
  });

  test("is given up after a while", () => {
    const node = withDeparture();
    for (let passed = 0; passed < 1_000; passed += 50) {
      expect(tellsNode3(node)).toBe(true);
      node.pass(50);
      node.hear(node.beat(2, { matchIndex: 5, receivedIndex: 5 }));
    }
    expect(tellsNode3(node)).toBe(false);
  });

  test("counts for nothing meanwhile", () => {
    const node = withDeparture();
    node.hear(node.match(2, 5));
    node.propose("x");
    node.persist();
    node.hear(node.match(3, 6));
    expect(node.view.commitIndex).toBe(5);
  });

  test("is told by the next leader too, for the one before may have left itself", () => {
    const gone = leaveJoint(leaving3);
    const entries = [command(1, 1), naming(1, 2, leaving3), naming(1, 3, gone)];
    const node = new OneNode({}, { entries, applied: 2, members: { index: 2, members: leaving3 } }).lead();
    expect(node.view.departing.map(({ id }) => id)).toEqual([3]);
    expect(node.view.peers.map(({ id, isVoter }) => [id, isVoter])).toEqual([
      [2, true],
      [3, false],
    ]);
  });

  test("says once that it is no member any more, also after a restart; one that is still to come does not", () => {
    const gone = leaveJoint(leaving1);
    const restarted = new OneNode({}, { entries: [naming(1, 1, gone)], applied: 1, members: { index: 1, members: gone } });
    restarted.wake();
    expect(restarted.events()).toEqual([{ type: "removed", index: 1 }]);
    const early = new OneNode({ id: 4 }, { entries: [naming(1, 1, gone)], applied: 1, members: { index: 1, members: gone } });
    early.wake();
    expect(early.events()).toEqual([]);
  });
});
