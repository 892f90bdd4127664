import { numberMax } from "../../src/core/bounds.ts";
import { lostDisk } from "../../src/core/members.ts";
import { agree, ask, leading } from "./changing.ts";
import { OneNode } from "./one-node.ts";

// A node whose data directory is replaced by an older copy of itself has forgotten what it promised, as one whose disk is wiped.

/** Leads nodes 2 and 3, which have confirmed entry 2. */
function confirmed(): OneNode {
  const node = leading(1, 2, 3);
  node.propose("x");
  agree(node, 2, 3);
  node.forget();
  return node;
}

function disksOf({ view }: OneNode): Record<number, string> {
  return Object.fromEntries(view.members.nodes.map(({ id, diskId }) => [id, diskId]));
}

describe("rule 30: a leader, of a follower whose log ends before what it confirmed", () => {
  test("writes into the log that its disk is lost, whoever leads later, and takes no vote from anybody", () => {
    const node = confirmed();
    node.hear(node.beat(3, { lacks: 2 }));
    expect(node.events()).toContainEqual({ type: "confirmedLost", peer: 3, index: 2 });
    expect(node.view).toMatchObject({ lastIndex: 3, membersIndex: 3, members: { voters: [1, 2, 3] } });
    expect(disksOf(node)).toEqual({ 1: "", 2: "", 3: lostDisk });
    node.hear(node.beat(3, { lacks: 2 }), node.beat(2));
    expect(node.view.lastIndex).toBe(3);
    expect(node.events()).toEqual([]);
  });

  test("counts none of its confirmations any more", () => {
    const node = leading(1, 2, 3, 4, 5);
    node.propose("x");
    node.persist();
    node.hear(node.match(3, 2));
    node.hear(node.beat(3, { lacks: 2 }));
    node.hear(node.match(2, 2));
    expect(node.view.commitIndex).toBe(1);
    node.hear(node.match(3, 2));
    expect(node.view.commitIndex).toBe(1);
    node.hear(node.match(4, 2));
    expect(node.view.commitIndex).toBe(2);
  });

  test("lets it confirm no read, and no leadership", () => {
    const node = confirmed();
    node.read(7);
    node.hear(node.beat(3, { round: 1, lacks: 2 }));
    node.hear(node.beat(3, { round: 1 }));
    expect(node.answers()).toEqual([]);
    node.hear(node.beat(2, { round: 1 }));
    expect(node.answers()).toMatchObject([{ type: "readable", ticket: 7 }]);
    for (let wakes = 0; wakes < 100 && node.view.role === "leader"; wakes += 1) {
      node.wake();
      node.hear(node.beat(3, { lacks: 2 }));
    }
    expect(node.view.role).toBe("follower");
  });

  test("does not hand over to it", () => {
    const node = confirmed();
    node.hear(node.beat(3, { lacks: 2 }));
    agree(node, 2);
    node.hear(node.beat(2), node.beat(3, { lacks: 2 }));
    node.forget();
    node.step({ type: "transfer", ticket: 5, to: 3 });
    expect(node.answers()).toMatchObject([{ ticket: 5, type: "refused", reason: "notTransferable" }]);
    node.step({ type: "transfer", ticket: 6, to: null });
    expect(node.view.transferTo).toBe(2);
  });

  test("sends it nothing that it could confirm", () => {
    const node = confirmed();
    node.hear(node.beat(3, { lacks: 2 }));
    node.forget();
    node.propose("y");
    expect(node.sent("append").map(({ to }) => to)).toEqual([2]);
  });

  test("waits until a change that is under way is committed", () => {
    const node = confirmed();
    ask(node, { type: "address", id: 2, peerAddress: "two:1", clientAddress: "two:2" });
    node.hear(node.beat(3, { lacks: 2 }));
    expect(node.view).toMatchObject({ lastIndex: 3 });
    agree(node, 2);
    expect(node.view).toMatchObject({ lastIndex: 4, membersIndex: 4 });
    expect(disksOf(node)[3]).toBe(lostDisk);
  });

  test.each([
    ["an answer that was given before it confirmed", (node: OneNode) => node.beat(3, { receivedIndex: 1, matchIndex: 1 })],
    ["an answer after a restart", (node: OneNode) => node.beat(3, { lastSent: 2 })],
    ["a conflict that is long mended", (node: OneNode) => ({ ...conflict, ...node.head(3, 1) })],
  ] as const)("is not misled by %s", (_, message) => {
    const node = confirmed();
    node.hear(message(node));
    expect(node.events().map(({ type }) => type)).not.toContain("confirmedLost");
    expect(node.view.lastIndex).toBe(2);
  });

  test("does not believe that it lost what it never confirmed to this leader", () => {
    const node = confirmed();
    node.hear(node.beat(3, { lacks: 3, receivedIndex: 2 }));
    expect(node.events()).toMatchObject([{ type: "messageRefused", from: 3, isImpossible: true }]);
    expect(disksOf(node)[3]).toBe("");
  });
});

const conflict = { type: "appendConflict", prevIndex: 1, hintIndex: 0, hintTerm: 0 } as const;

describe("rule 30: a follower that hears that it confirmed more than its log has", () => {
  function putBack(): OneNode {
    const node = new OneNode({}, { terms: [1, 1, 1] }).follow(2, 1);
    node.hear(node.heartbeat(2, 1, { confirmed: 5 }));
    return node;
  }

  test("says so", () => {
    expect(putBack().sent("heartbeatReply")).toMatchObject([{ to: 2, lacks: 5 }]);
  });

  test("votes for nobody, for somebody may win who lacks it too", () => {
    const node = putBack();
    node.now += node.options.electionTimeoutMaxMs;
    node.hear(node.voteRequest(3, 2, { term: 1, index: 3 }));
    node.persist();
    expect(node.sent("voteReply")).toMatchObject([{ to: 3, granted: false }]);
  });

  test("does not campaign, and asks all the same, for it learns what it is from those that it calls", () => {
    const node = putBack();
    node.forget();
    for (let wakes = 0; wakes < 5; wakes += 1) node.wake();
    expect(node.view).toMatchObject({ role: "follower", leader: null, term: 1 });
    const asked = node.sent("voteRequest");
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every(({ preVote }) => preVote)).toBe(true);
    node.hear(node.vote(2, { term: 2, preVote: true }), node.vote(3, { term: 2, preVote: true }));
    expect(node.view).toMatchObject({ role: "follower", term: 1 });
  });

  test("takes it for untrue if its leader says otherwise later", () => {
    const node = new OneNode({}, { terms: [1, 1, 1] }).follow(2, 1);
    node.hear(node.heartbeat(2, 1, { confirmed: numberMax }));
    node.hear(node.heartbeat(2, 1, { confirmed: 3 }));
    node.forget();
    node.now += node.options.electionTimeoutMaxMs;
    node.hear(node.voteRequest(3, 2, { term: 1, index: 3 }));
    node.persist();
    expect(node.sent("voteReply")).toMatchObject([{ to: 3, granted: true }]);
  });
});

test("a follower that has all that it confirmed says nothing of the kind, whether or not more is under way to its disk", () => {
  const node = new OneNode({}, { terms: [1, 1, 1] }).follow(2, 1);
  node.hear(node.heartbeat(2, 1, { confirmed: 3 }));
  node.hear(node.append(2, 1, [1, 3], [1, 1]));
  node.hear(node.heartbeat(2, 1, { confirmed: 3 }));
  node.persist();
  node.hear(node.heartbeat(2, 1, { confirmed: 5 }));
  expect(node.sent("heartbeatReply").map(({ lacks }) => lacks)).toEqual([0, 0, 0]);
});
