import type { ReadIndexRequest } from "../../src/core/messages.ts";
import { OneNode } from "./one-node.ts";

/** A leader of three whose followers match all, so that its no-op is committed. */
function readyLeader(changed: ConstructorParameters<typeof OneNode>[0] = {}): OneNode {
  const node = new OneNode(changed).lead();
  node.hear(node.match(2, 1), node.match(3, 1));
  expect(node.view.commitIndex).toBe(1);
  node.forget();
  return node;
}

function request(node: OneNode, from: number, id: number): ReadIndexRequest {
  return { type: "readIndexRequest", ...node.head(from, node.view.term), id };
}

function idsAsked(node: OneNode): number[] {
  return node.sent("readIndexRequest").map(({ id }) => id);
}

describe("a read at a leader", () => {
  test("waits until a quorum has confirmed that it still leads", () => {
    const node = readyLeader();
    node.read(1);
    expect(node.answers()).toEqual([]);
    expect(node.sent("heartbeat")).toMatchObject([
      { to: 2, round: 1 },
      { to: 3, round: 1 },
    ]);
    node.hear(node.beat(3, { round: 1 }));
    expect(node.answers()).toEqual([{ type: "readable", ticket: 1, index: 1 }]);
    expect(node.events()).toContainEqual({ type: "readServed", count: 1, index: 1 });
  });

  test("shares a round with all that came in the same step; later ones share the next", () => {
    const node = readyLeader();
    node.read(1, 2, 3);
    node.read(4);
    node.read(5);
    node.hear(node.beat(2, { round: 1 }));
    expect(node.answers().map(({ ticket }) => ticket)).toEqual([1, 2, 3]);
    node.hear(node.beat(2, { round: 2 }));
    expect(node.answers().map(({ ticket }) => ticket)).toEqual([4, 5]);
  });

  test("needs a majority, each node counted once, strangers not at all", () => {
    const node = readyLeader({ voters: [1, 2, 3, 4, 5] });
    node.read(1);
    const answer = node.beat(2, { round: 1 });
    node.hear(answer, answer, node.beat(9, { round: 1 }), node.beat(8, { round: 1 }));
    expect(node.answers()).toEqual([]);
    node.hear(node.beat(5, { round: 1 }));
    expect(node.answers()).toHaveLength(1);
  });

  test("is tried again with each heartbeat until a quorum answers", () => {
    const node = readyLeader();
    node.read(1);
    node.forget();
    node.wake();
    expect(node.sent("heartbeat")).toMatchObject([{ round: 1 }, { round: 1 }]);
    node.hear(node.beat(2, { round: 1 }));
    expect(node.answers()).toHaveLength(1);
  });
});

describe("rule 32: nothing is read before an entry of the leader's own term is committed", () => {
  test("a read that comes earlier waits for it", () => {
    const node = new OneNode({}, { terms: [1, 1], applied: 1 }).lead();
    node.read(1);
    node.hear(node.beat(2, { round: 0 }), node.beat(3, { round: 0 }));
    expect(node.sent("heartbeat")).toEqual([]);
    expect(node.answers()).toEqual([]);
    node.hear(node.match(2, 3));
    expect(node.sent("heartbeat")).toMatchObject([{ round: 1 }, { round: 1 }]);
    node.hear(node.beat(2, { round: 1 }));
    expect(node.answers()).toEqual([{ type: "readable", ticket: 1, index: 3 }]);
  });

  test("so does a follower's", () => {
    const node = new OneNode().lead();
    node.hear(request(node, 2, 77));
    expect(node.sent("heartbeat")).toEqual([]);
    node.hear(node.match(3, 1));
    node.hear(node.beat(3, { round: 1 }));
    expect(node.sent("readIndexReply")).toMatchObject([{ to: 2, id: 77, index: 1 }]);
  });
});

describe("rule 33: the index is fixed before the round that confirms it", () => {
  test("what commits during the round is not waited for, what committed before it is", () => {
    const node = readyLeader();
    node.propose("a");
    node.persist();
    node.step({ type: "message", message: node.match(2, 2) }, { type: "read", ticket: 1 });
    node.propose("b");
    node.persist();
    node.hear(node.match(2, 3));
    expect(node.view.commitIndex).toBe(3);
    node.forget();
    node.hear(node.beat(2, { round: 1 }));
    expect(node.answers()).toEqual([{ type: "readable", ticket: 1, index: 2 }]);
  });

  test("a late answer to an old round confirms no newer read", () => {
    const node = readyLeader();
    node.read(1);
    node.hear(node.beat(2, { round: 1 }));
    node.read(2);
    node.forget();
    node.hear(node.beat(3, { round: 1 }), node.beat(2, { round: 1 }), node.beat(3, { round: 0 }));
    expect(node.answers()).toEqual([]);
    node.hear(node.beat(3, { round: 2 }));
    expect(node.answers()).toMatchObject([{ type: "readable", ticket: 2 }]);
  });

  test("an answer to an earlier leadership confirms no read", () => {
    const node = readyLeader();
    node.read(1);
    const late = node.beat(2, { round: 1 });
    node.hear(node.beat(3, { term: 5 }));
    node.persist();
    node.lead();
    node.hear(node.match(2, 2));
    node.read(2);
    node.forget();
    node.hear(late);
    expect(node.answers()).toEqual([]);
  });

  test("a follower never uses an id again, not even to ask again, nor after a restart", () => {
    const node = new OneNode().follow(2, 1);
    node.read(1);
    const ids = idsAsked(node);
    for (let round = 0; round < 10; round += 1) {
      node.pass(75);
      node.hear(node.heartbeat(2, 1));
      node.pass(75);
      node.hear(node.heartbeat(2, 1));
      ids.push(...idsAsked(node));
    }
    const restarted = new OneNode({ seed: 8 }).follow(2, 1);
    restarted.read(1);
    ids.push(...idsAsked(restarted));
    expect(ids.length).toBeGreaterThan(8);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every(Number.isSafeInteger)).toBe(true);
  });

  test("a follower takes no late answer to an earlier question", () => {
    const node = new OneNode().follow(2, 1);
    node.read(1);
    const [old = 0] = idsAsked(node);
    node.pass(100);
    node.hear(node.heartbeat(2, 1));
    node.read(2);
    node.pass(100);
    const [asked = 0] = idsAsked(node);
    expect(asked).not.toBe(old);
    node.hear({ type: "readIndexReply", ...node.head(2, 1), id: old, index: 3 });
    expect(node.answers()).toEqual([]);
    node.hear({ type: "readIndexReply", ...node.head(2, 1), id: asked, index: 5 });
    expect(node.answers()).toEqual([
      { type: "readable", ticket: 1, index: 5 },
      { type: "readable", ticket: 2, index: 5 },
    ]);
  });
});

describe("a read at a follower", () => {
  test("asks the leader once for all that wait; those that come meanwhile are the next question", () => {
    const node = new OneNode().follow(2, 1);
    node.read(1, 2);
    const [first = 0] = idsAsked(node);
    node.read(3);
    expect(idsAsked(node)).toEqual([]);
    node.hear({ type: "readIndexReply", ...node.head(2, 1), id: first, index: 4 });
    expect(node.answers().map(({ ticket }) => ticket)).toEqual([1, 2]);
    expect(idsAsked(node)).toHaveLength(1);
  });

  test("rule 35: may read only at the leader's index, however far it has got itself", () => {
    const node = new OneNode({}, { terms: [1, 1, 1], applied: 3 }).follow(2, 1);
    node.read(1);
    expect(node.answers()).toEqual([]);
    const [id = 0] = idsAsked(node);
    node.hear({ type: "readIndexReply", ...node.head(2, 1), id, index: 9 });
    expect(node.answers()).toEqual([{ type: "readable", ticket: 1, index: 9 }]);
    expect(node.view.appliedIndex).toBe(3);
  });

  test("is refused at once where no leader is known", () => {
    const node = new OneNode();
    node.read(1);
    node.timeout();
    node.read(2);
    expect(node.answers()).toEqual([
      { type: "refused", ticket: 1, reason: "noLeader", leader: null },
      { type: "refused", ticket: 2, reason: "noLeader", leader: null },
    ]);
  });

  test("takes an answer only from its leader", () => {
    const node = new OneNode().follow(2, 1);
    node.read(1);
    const [id = 0] = idsAsked(node);
    node.hear({ type: "readIndexReply", ...node.head(3, 1), id, index: 4 });
    expect(node.answers()).toEqual([]);
  });

  test("a node that does not lead does not answer the question of another", () => {
    const node = new OneNode().follow(2, 1);
    node.hear(request(node, 3, 5));
    expect(node.sent()).toEqual([]);
  });
});

describe("rule 34: whoever waits for a read is told when the leadership ends", () => {
  test("at a leader that meets a newer term: those of its round, and those that wait for the next", () => {
    const node = readyLeader();
    node.read(1);
    node.read(2);
    node.hear(node.beat(2, { term: 9 }), node.beat(3, { term: 1, round: 1 }));
    expect(node.answers()).toEqual([
      { type: "refused", ticket: 1, reason: "noLeader", leader: null },
      { type: "refused", ticket: 2, reason: "noLeader", leader: null },
    ]);
  });

  test("a read is told also if its confirmation comes in the same step, after the newer term", () => {
    const node = readyLeader();
    node.read(1);
    node.hear(node.beat(2, { term: 9 }), node.beat(3, { term: 9, round: 1 }));
    expect(node.answers().map(({ type }) => type)).toEqual(["refused"]);
  });

  test("at a leader that hears no quorum any more", () => {
    const node = readyLeader();
    node.read(1);
    for (let turn = 0; turn < 10; turn += 1) node.wake();
    expect(node.view.role).not.toBe("leader");
    expect(node.answers()).toEqual([{ type: "refused", ticket: 1, reason: "noLeader", leader: null }]);
  });

  test("at a follower whose leader falls silent", () => {
    const node = new OneNode().follow(2, 1);
    node.read(1);
    node.read(2);
    node.timeout();
    expect(node.view.role).toBe("preCandidate");
    expect(node.answers()).toEqual([
      { type: "refused", ticket: 1, reason: "noLeader", leader: null },
      { type: "refused", ticket: 2, reason: "noLeader", leader: null },
    ]);
  });

  test("at a follower that meets another leader", () => {
    const node = new OneNode().follow(2, 1);
    node.read(1);
    const [id = 0] = idsAsked(node);
    node.hear(node.heartbeat(3, 2), { type: "readIndexReply", ...node.head(3, 2), id, index: 0 });
    expect(node.answers().map(({ type }) => type)).toEqual(["refused"]);
  });
});

test("rule 36: a single voter after a restart reads nothing before all that it ever acknowledged is committed again", () => {
  const node = new OneNode({ voters: [1] }, { terms: [1, 1, 1], applied: 1 });
  node.timeout();
  node.read(1);
  expect(node.view).toMatchObject({ role: "leader", commitIndex: 1 });
  expect(node.answers()).toEqual([]);
  node.stored();
  expect(node.answers()).toEqual([{ type: "readable", ticket: 1, index: 4 }]);
  expect(node.applied()).toEqual(["1.2", "1.3", "2.4"]);
});

describe("the number of reads that wait is bounded", () => {
  test("at a leader", () => {
    const node = readyLeader({ pendingReadsMax: 3 });
    node.read(1, 2);
    node.read(3);
    node.hear(request(node, 2, 5));
    node.read(4);
    expect(node.answers()).toEqual([{ type: "refused", ticket: 4, reason: "overloaded", leader: 1 }]);
    node.hear(node.beat(2, { round: 1 }));
    node.hear(node.beat(2, { round: 2 }));
    expect(node.answers().map(({ ticket }) => ticket)).toEqual([1, 2, 3]);
    expect(node.sent("readIndexReply")).toEqual([]);
  });

  test("at a follower", () => {
    const node = new OneNode({ pendingReadsMax: 3 }).follow(2, 1);
    node.read(1, 2);
    node.read(3, 4);
    expect(node.answers()).toEqual([{ type: "refused", ticket: 4, reason: "overloaded", leader: 2 }]);
  });
});
