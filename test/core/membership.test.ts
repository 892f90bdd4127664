import { bareMember, leaveJoint, withVoters } from "../../src/core/members.ts";
import type { MembersChange } from "../../src/core/types.ts";
import {
  adding,
  agree,
  ask,
  idsOf,
  leading,
  leadingWith,
  learner4,
  leaving1,
  leaving3,
  naming,
  planned,
  removing,
  three,
} from "./changing.ts";
import { command, OneNode } from "./one-node.ts";

// Changes of members under a microscope: node 1, and what it makes of the answers of others.

describe("a change is refused", () => {
  test("by a node that does not lead, which says who does", () => {
    const node = new OneNode().follow(2, 1);
    expect(ask(node, removing(3))).toEqual({ type: "refused", ticket: 9, reason: "notLeader", leader: 2 });
  });

  test("rule 24: by a leader that has committed nothing in its term yet", () => {
    const node = new OneNode({}, { terms: [1, 1], applied: 2 }).lead();
    expect(ask(node, removing(3))).toMatchObject({ type: "refused", reason: "notReady" });
    agree(node, 2);
    expect(ask(node, removing(3))).toMatchObject({ type: "accepted", index: 4 });
  });

  test("rule 24: while another is not committed, whatever it is", () => {
    const node = leading(1, 2, 3);
    expect(ask(node, { type: "address", id: 2, peerAddress: "here", clientAddress: "" })).toMatchObject({ type: "accepted" });
    expect(ask(node, { type: "address", id: 3, peerAddress: "there", clientAddress: "" })).toMatchObject({
      reason: "changeInProgress",
    });
    expect(ask(node, adding(4))).toMatchObject({ reason: "changeInProgress" });
    agree(node, 2);
    expect(ask(node, adding(4))).toMatchObject({ type: "accepted", ids: [4] });
  });

  test("rule 24: while two configurations count", () => {
    const node = leading(1, 2, 3);
    ask(node, removing(3));
    agree(node, 2, 3);
    expect(node.view.members).toEqual(leaveJoint(leaving3));
    expect(ask(node, removing(2))).toMatchObject({ reason: "changeInProgress" });
    agree(node, 2);
    expect(ask(node, removing(2))).toMatchObject({ type: "accepted" });
  });

  test("for the reason that the members themselves give", () => {
    const node = leading(1, 2, 3);
    expect(ask(node, removing(7))).toMatchObject({ reason: "unknownMember" });
    expect(ask(node, removing(1, 2, 3))).toMatchObject({ reason: "noVoters" });
    expect(ask(node, adding(2))).toMatchObject({ reason: "idUsed" });
    expect(node.view.lastIndex).toBe(1);
  });

  test("if there would be more members than there may be; but what makes them fewer is not", () => {
    const node = leadingWith({ membersMax: 3 }, 1, 2, 3);
    expect(ask(node, adding(4))).toMatchObject({ type: "refused", reason: "overloaded" });
    expect(ask(leadingWith({ membersMax: 1 }, 1, 2, 3), removing(3))).toMatchObject({ type: "accepted" });
  });

  describe("if it would lose the quorum:", () => {
    /** Node 3 has not been heard for long, nodes 1 and 2 go on. */
    function withoutNode3(): OneNode {
      const node = leading(1, 2, 3);
      for (let passed = 0; passed < 400; passed += 50) {
        node.pass(50);
        node.hear(node.beat(2, { matchIndex: 1, receivedIndex: 1 }));
      }
      return node;
    }

    test("no majority of those that stay is heard", () => {
      const node = withoutNode3();
      expect(ask(node, removing(2))).toMatchObject({ reason: "wouldLoseQuorum" });
      expect(node.view.lastIndex).toBe(1);
    });

    test("who is not heard may leave", () => {
      expect(ask(withoutNode3(), removing(3))).toMatchObject({ type: "accepted" });
    });

    test("who is to catch up counts as heard, for it will be", () => {
      expect(ask(withoutNode3(), adding(4))).toMatchObject({ type: "accepted" });
    });

    test("a change that would lose the quorum is made if it is forced", () => {
      expect(ask(withoutNode3(), { ...removing(2), force: true } as MembersChange)).toMatchObject({ type: "accepted" });
    });

    test("who has never answered this leader is not heard, however new it is", () => {
      const node = new OneNode().lead();
      node.hear(node.match(2, 1));
      expect(ask(node, removing(2))).toMatchObject({ reason: "wouldLoseQuorum" });
      node.hear(node.match(3, 1));
      expect(ask(node, removing(2))).toMatchObject({ type: "accepted" });
    });
  });
});

describe("rule 23: members are in force from when they are appended", () => {
  test("at the leader, which gives the log to new ones in the same step", () => {
    const node = leading(1, 2, 3);
    expect(ask(node, adding(0))).toMatchObject({ ids: [4] });
    expect(node.view).toMatchObject({ members: planned.nodes && { learners: [4] }, membersIndex: 2, membersCommitted: false });
    expect(idsOf(node.sent("append"))).toEqual([2, 3, 4]);
    expect(node.events()).toContainEqual({ type: "membersChanged", members: node.view.members, index: 2 });
  });

  test("at a follower, and those before once more when the entry is cut off", () => {
    const node = new OneNode().follow(2, 1);
    node.hear({ ...node.append(2, 1, [0, 0], []), entries: [command(1, 1), naming(1, 2, leaving1)] });
    expect(node.view).toMatchObject({ members: leaving1, membersIndex: 2, membersCommitted: false });
    node.persist();
    node.hear({ ...node.append(3, 2, [1, 1], [2]), commit: 2 });
    expect(node.view).toMatchObject({ members: three, membersIndex: 0 });
    expect(node.events().filter(({ type }) => type === "membersChanged")).toEqual([
      { type: "membersChanged", members: leaving1, index: 2 },
      { type: "membersChanged", members: three, index: 0 },
    ]);
  });

  test("members are in force after a restart, from the log", () => {
    const node = new OneNode({}, { entries: [command(1, 1), naming(1, 2, leaving3)] });
    expect(node.view).toMatchObject({ members: leaving3, membersIndex: 2, membersCommitted: false });
  });
});

describe("rule 26: while joint", () => {
  test("rule 20: what is committed is on the disks of both majorities", () => {
    const node = leading(1, 2, 3);
    ask(node, removing(3));
    node.persist();
    node.hear(node.match(3, 2));
    expect(node.view.commitIndex).toBe(1);
    node.hear(node.match(2, 2));
    expect(node.view).toMatchObject({ commitIndex: 2, members: leaveJoint(leaving3) });
  });

  test("votes and pre-votes of both majorities are needed", () => {
    const joint = withVoters({ ...learner4, nodes: [1, 2, 3, 4, 5].map(bareMember), lastId: 5 }, [1, 4, 5], []);
    const node = new OneNode({}, { entries: [naming(1, 1, joint)] });
    node.timeout();
    expect(idsOf(node.sent("voteRequest"))).toEqual([2, 3, 4, 5]);
    node.hear(node.vote(4, { term: 2, preVote: true }), node.vote(5, { term: 2, preVote: true }));
    expect(node.view.role).toBe("preCandidate");
    node.hear(node.vote(2, { term: 2, preVote: true }));
    node.persist();
    node.hear(node.vote(2, { term: 2 }), node.vote(3, { term: 2 }));
    expect(node.view.role).toBe("candidate");
    node.hear(node.vote(5, { term: 2 }));
    expect(node.view.role).toBe("leader");
  });

  test("a read is confirmed by both majorities", () => {
    const node = leading(1, 2, 3);
    ask(node, removing(3));
    node.read(5);
    node.hear(node.beat(3, { round: 1, matchIndex: 1, receivedIndex: 1 }));
    expect(node.answers()).toEqual([]);
    node.hear(node.beat(2, { round: 1, matchIndex: 1, receivedIndex: 1 }));
    expect(node.answers()).toEqual([{ type: "readable", ticket: 5, index: 1 }]);
  });

  test("a leader that hears only one of them steps down", () => {
    const node = leading(1, 2, 3);
    ask(node, removing(3));
    for (let passed = 0; passed < 400 && node.view.role === "leader"; passed += 50) {
      node.pass(50);
      node.hear(node.beat(3));
    }
    expect(node.view.role).toBe("follower");
  });

  test("rule 25: a leader that finds it in its log ends it as soon as it is committed in its term", () => {
    const node = new OneNode({}, { entries: [command(1, 1), naming(1, 2, leaving3)], applied: 1 });
    node.timeout();
    node.hear(node.vote(2, { term: 2, preVote: true }));
    node.persist();
    node.hear(node.vote(2, { term: 2 }));
    agree(node, 3);
    expect(node.view).toMatchObject({ role: "leader", commitIndex: 1, members: leaving3 });
    node.hear(node.match(2, 3));
    expect(node.view).toMatchObject({ commitIndex: 3, members: leaveJoint(leaving3), membersIndex: 4 });
  });
});

test("rule 30: a leader gives the next id, also when the node with the highest one is gone", () => {
  const node = leading(1, 2, 3);
  ask(node, removing(3));
  agree(node, 2, 3);
  agree(node, 2);
  expect(ask(node, adding(0, 0))).toMatchObject({ type: "accepted", ids: [4, 5] });
  agree(node, 2);
  expect(ask(node, { type: "disk", id: 2, diskId: "mars" })).toMatchObject({ type: "accepted" });
  agree(node, 2);
  expect(ask(node, { type: "disk", id: 2, diskId: "venus" })).toMatchObject({ reason: "idUsed" });
});
