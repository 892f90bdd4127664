import { carryOutPlan, leaveJoint } from "../../src/core/members.ts";
import type { Members, NodeId } from "../../src/core/types.ts";
import { agree, ask, idsOf, leadingOf, learner4, naming, planned } from "./changing.ts";
import { command, OneNode } from "./one-node.ts";

// Nodes that get the log and count for nothing, until they have caught up.

describe("rule 29: a learner", () => {
  test("counts neither for commit, nor for reads, nor for the quorum that a leader must hear", () => {
    const node = leadingOf(learner4);
    node.propose("x");
    node.persist();
    node.read(5);
    node.hear(node.match(4, 4), node.beat(4, { round: 1, matchIndex: 4, receivedIndex: 4 }));
    expect(node.view.commitIndex).toBe(3);
    expect(node.answers().filter(({ type }) => type === "readable")).toEqual([]);
    for (let passed = 0; passed < 400 && node.view.role === "leader"; passed += 50) {
      node.pass(50);
      node.hear(node.beat(4));
    }
    expect(node.view.role).toBe("follower");
  });

  test("is not asked for its vote, which would count for nothing", () => {
    const node = new OneNode({}, { entries: [naming(1, 1, learner4)] });
    node.timeout();
    expect(idsOf(node.sent("voteRequest"))).toEqual([2, 3]);
    node.hear(node.vote(4, { term: 2, preVote: true }));
    expect(node.view.role).toBe("preCandidate");
  });

  test("is promoted by itself when it has caught up, in one change with those that leave", () => {
    const node = leadingOf(planned);
    expect(node.events()).toContainEqual({ type: "learnerCaughtUp", learner: 4, index: 3 });
    expect(node.view).toMatchObject({ members: carryOutPlan(planned), membersIndex: 4 });
    agree(node, 2, 3, 4);
    expect(node.view).toMatchObject({ members: leaveJoint(carryOutPlan(planned)), membersIndex: 5 });
  });

  test("is not promoted before it has the log, nor when it was not heard lately", () => {
    const entries = [command(1, 1), naming(1, 2, planned)];
    const node = new OneNode({}, { entries, applied: 2, members: { index: 2, members: planned } }).lead();
    const goOn = (...heard: NodeId[]): void => {
      node.pass(50);
      node.hear(...heard.map((id) => node.beat(id, { matchIndex: id === 4 ? 1 : 3, receivedIndex: 3, lastSent: 3 })));
    };
    agree(node, 2, 3);
    for (let passed = 0; passed < 1_000; passed += 50) goOn(2, 3, 4);
    expect(node.view).toMatchObject({ members: planned, commitIndex: 3 });
    for (let passed = 0; passed < 400; passed += 50) goOn(2, 3);
    expect(node.view.members).toEqual(planned);
    node.hear(node.match(4, 3));
    goOn(2, 3);
    expect(node.view.members).toEqual(carryOutPlan(planned));
  });

  test("waits for a majority of the voters to be that is heard", () => {
    const members: Members = { ...planned, plan: { promote: [4], remove: [1, 3] } };
    const node = new OneNode({}, { entries: [command(1, 1), naming(1, 2, members)] }).lead();
    agree(node, 3, 4);
    for (let passed = 0; passed < 500; passed += 50) {
      node.pass(50);
      node.hear(...[3, 4].map((id) => node.beat(id, { matchIndex: 3, receivedIndex: 3, lastSent: 3 })));
    }
    expect(node.view).toMatchObject({ members, membersCommitted: true });
    node.hear(node.match(2, 3));
    expect(node.view).toMatchObject({ members: carryOutPlan(members), membersIndex: 4 });
  });

  test("is promoted on request, and stays one if that is called off", () => {
    const node = leadingOf(learner4);
    for (let passed = 0; passed < 500; passed += 50) {
      node.pass(50);
      node.hear(...[2, 3].map((id) => node.beat(id, { matchIndex: 3, receivedIndex: 3, lastSent: 3 })));
    }
    expect(ask(node, { type: "promote", ids: [4] })).toMatchObject({ type: "accepted", index: 4 });
    agree(node, 2);
    expect(node.view.members.plan).toEqual({ promote: [4], remove: [] });
    expect(ask(node, { type: "cancel" })).toMatchObject({ type: "accepted", index: 5 });
    agree(node, 2, 4);
    expect(node.view).toMatchObject({ members: learner4, membersCommitted: true });
  });
});
