import { OneNode } from "./one-node.ts";

// Leadership handed over on request (thesis 3.10).

const electionTimeoutMaxMs = 300;

/** The leader of term 1, whose followers all have its no-op. */
function leader(voters: readonly number[] = [1, 2, 3]): OneNode {
  const node = new OneNode({ voters }).lead();
  node.hear(...voters.filter((id) => id !== 1).map((id) => node.match(id, 1)));
  node.forget();
  return node;
}

function transfer(node: OneNode, to: number | null, ticket = 7): void {
  node.step({ type: "transfer", ticket, to });
}

/** Time passes, but both followers answer whatever they hear. */
function passAwake(node: OneNode, ms: number): void {
  const end = node.now + ms;
  while (node.now < end) {
    node.pass(Math.min(20, end - node.now));
    if (node.view.role === "leader") node.hear(node.beat(2, { matchIndex: 1 }), node.beat(3, { matchIndex: 1 }));
  }
}

/** Node 2 takes over in term 2. */
function takeOver(node: OneNode): void {
  node.hear({ ...node.voteRequest(2, 2, { term: 1, index: 1 }), transfer: true });
  node.persist();
  node.hear(node.heartbeat(2, 2));
}

describe("rule 53: a leader that hands over", () => {
  test("tells a follower that has its whole log to campaign, and hears that it leads", () => {
    const node = leader();
    transfer(node, 2);
    expect(node.sent("timeoutNow")).toEqual([{ type: "timeoutNow", from: 1, to: 2, term: 1 }]);
    expect(node.view).toMatchObject({ role: "leader", transferTo: 2 });
    takeOver(node);
    expect(node.sent("voteReply")).toMatchObject([{ to: 2, term: 2, granted: true }]);
    expect(node.answers()).toEqual([{ type: "transferred", ticket: 7, to: 2 }]);
    expect(node.view).toMatchObject({ role: "follower", leader: 2, transferTo: null });
    expect(node.events()).toContainEqual({ type: "transferEnded", to: 2, outcome: "done", why: "it leads term 2" });
  });

  test("waits until the follower has the whole log", () => {
    const node = leader();
    node.propose("x=1");
    node.persist();
    node.answers();
    transfer(node, 2);
    expect(node.sent("timeoutNow")).toEqual([]);
    node.hear(node.match(3, 2));
    expect(node.sent("timeoutNow")).toEqual([]);
    node.hear(node.match(2, 2));
    expect(node.sent("timeoutNow")).toMatchObject([{ to: 2 }]);
  });

  test("takes no proposals meanwhile", () => {
    const node = leader();
    transfer(node, 2);
    node.propose("x=1");
    expect(node.answers()).toEqual([{ type: "refused", ticket: 1, reason: "transferring", leader: 1 }]);
    expect(node.view.lastIndex).toBe(1);
  });

  test("changes no members meanwhile", () => {
    const node = leader();
    transfer(node, 2);
    node.step({ type: "changeMembers", ticket: 8, change: { type: "address", id: 2, peerAddress: "b", clientAddress: "c" } });
    expect(node.answers()).toEqual([{ type: "refused", ticket: 8, reason: "transferring", leader: 1 }]);
  });

  test("still serves reads: it leads until another one does", () => {
    const node = leader();
    transfer(node, 2);
    node.read(9);
    const [beat] = node.sent("heartbeat");
    node.hear(node.beat(3, { round: beat?.round ?? 0, matchIndex: 1 }));
    expect(node.answers()).toEqual([{ type: "readable", ticket: 9, index: 1 }]);
  });

  test("says it again if it was lost, and not more often than a heartbeat", () => {
    const node = leader();
    transfer(node, 2);
    passAwake(node, 200);
    expect(node.sent("timeoutNow").length).toBeGreaterThanOrEqual(3);
    const again = leader();
    transfer(again, 2);
    for (let n = 0; n < 20; n += 1) again.pass(1);
    expect(again.sent("timeoutNow")).toHaveLength(1);
  });

  test("gives up after one election timeout, and takes proposals again", () => {
    const node = leader();
    transfer(node, 2);
    const begun = node.now;
    while (node.view.transferTo !== null) {
      expect(node.now - begun).toBeLessThan(electionTimeoutMaxMs);
      node.wake();
      node.hear(node.beat(2), node.beat(3));
    }
    expect(node.now - begun).toBe(electionTimeoutMaxMs);
    expect(node.answers()).toEqual([{ type: "refused", ticket: 7, reason: "transferTimedOut", leader: 1 }]);
    expect(node.events()).toContainEqual({ type: "transferEnded", to: 2, outcome: "abandoned", why: "it took too long" });
    node.propose("x=1");
    expect(node.answers()).toMatchObject([{ type: "accepted" }]);
  });

  test("hands over to one at a time", () => {
    const node = leader();
    transfer(node, 2);
    transfer(node, 3, 8);
    expect(node.answers()).toEqual([{ type: "refused", ticket: 8, reason: "transferring", leader: 1 }]);
    expect(node.view.transferTo).toBe(2);
  });
});

describe("rule 53: to whom it may go", () => {
  test.each<[what: string, to: number | null, reason: string]>([
    ["a node that is not a member", 9, "unknownMember"],
    ["a learner", 4, "notTransferable"],
  ])("not to %s", (_what, to, reason) => {
    const node = leader();
    const learner = { id: 4, peerAddress: "d", clientAddress: "", diskId: "" };
    node.step({
      type: "changeMembers",
      ticket: 1,
      change: { type: "change", add: [learner], asLearners: true, remove: [], force: false },
    });
    node.persist();
    node.hear(node.match(2, 2), node.match(3, 2), node.match(4, 2));
    node.forget();
    transfer(node, to);
    expect(node.answers()).toEqual([{ type: "refused", ticket: 7, reason, leader: 1 }]);
    expect(node.view.transferTo).toBeNull();
  });

  test("leadership is not handed to one that was not heard of late", () => {
    const node = leader();
    for (let n = 0; n < 9; n += 1) {
      node.pass(20);
      node.hear(node.beat(3, { matchIndex: 1 }));
    }
    transfer(node, 2);
    expect(node.answers()).toMatchObject([{ type: "refused", reason: "notTransferable" }]);
  });

  test("leadership is not handed over if there is nobody else", () => {
    const node = leader([1]);
    transfer(node, null);
    expect(node.answers()).toMatchObject([{ type: "refused", reason: "notTransferable" }]);
  });

  test("to a node that leads already it has gone", () => {
    const node = leader();
    transfer(node, 1);
    expect(node.answers()).toEqual([{ type: "transferred", ticket: 7, to: 1 }]);
  });

  test("only a leader can give it", () => {
    const node = new OneNode().follow(2, 3);
    transfer(node, 1);
    expect(node.answers()).toEqual([{ type: "refused", ticket: 7, reason: "notLeader", leader: 2 }]);
  });

  test("the best one is the one with most of the log", () => {
    const node = leader();
    node.propose("x=1");
    node.persist();
    node.hear(node.match(3, 2));
    transfer(node, null);
    expect(node.view.transferTo).toBe(3);
  });
});

describe("rule 53: however its leading ends, no transfer is left over", () => {
  test("it steps down for another one, is elected again, and takes proposals", () => {
    const node = leader();
    transfer(node, 2);
    node.hear(node.heartbeat(3, 2));
    node.persist();
    expect(node.answers()).toEqual([{ type: "refused", ticket: 7, reason: "notLeader", leader: 3 }]);
    node.lead();
    expect(node.view).toMatchObject({ role: "leader", transferTo: null });
    node.propose("x=1");
    expect(node.answers()).toMatchObject([{ type: "accepted" }]);
  });

  test("it steps down, and is elected again before anybody else is", () => {
    const node = leader();
    transfer(node, 2);
    node.hear({ ...node.voteRequest(2, 2, { term: 1, index: 1 }), transfer: true });
    node.persist();
    expect(node.view).toMatchObject({ role: "follower", leader: null });
    node.lead();
    expect(node.view).toMatchObject({ role: "leader", transferTo: null });
    node.propose("x=1");
    expect(node.answers().filter(({ type }) => type === "accepted")).toHaveLength(1);
  });

  test("a proposal that comes in the very step in which it is elected again is taken", () => {
    const node = leader();
    transfer(node, 2);
    node.hear({ ...node.voteRequest(2, 2, { term: 1, index: 1 }), transfer: true });
    node.persist();
    node.timeout();
    node.hear(node.vote(3, { term: 3, preVote: true }));
    node.persist();
    node.answers();
    const message = node.vote(3, { term: 3 });
    node.step({ type: "message", message }, { type: "propose", ticket: 8, data: Buffer.from("x") });
    expect(node.answers()).toMatchObject([
      { ticket: 8, type: "accepted" },
      { ticket: 7, type: "refused", reason: "transferTimedOut" },
    ]);
  });

  test("it steps down, and nobody is elected in time: whoever asked is told", () => {
    const node = leader();
    transfer(node, 2);
    node.hear({ ...node.voteRequest(2, 2, { term: 1, index: 1 }), transfer: true });
    node.persist();
    node.pass(electionTimeoutMaxMs);
    expect(node.answers()).toEqual([{ type: "refused", ticket: 7, reason: "transferTimedOut", leader: null }]);
  });

  test("no quorum answers it", () => {
    const node = leader();
    transfer(node, 2);
    for (let n = 0; n < 20; n += 1) node.pass(50);
    expect(node.answers().filter(({ ticket }) => ticket === 7)).toHaveLength(1);
    expect(node.view.role).not.toBe("leader");
  });

  test("its disk stalls", () => {
    const node = leader();
    node.propose("x=1");
    node.answers();
    while (node.view.role === "leader" && node.now < 20_000) {
      if (node.view.transferTo === null) transfer(node, 2);
      node.pass(40);
      node.hear(node.beat(2, { matchIndex: 1 }), node.beat(3, { matchIndex: 1 }));
    }
    node.pass(electionTimeoutMaxMs);
    expect(node.events().filter(({ type }) => type === "transferStarted").length).toBe(node.answers().length);
  });

  test("the other node is removed: nobody waits in vain", () => {
    const node = leader([1, 2, 3, 4]);
    node.step({
      type: "changeMembers",
      ticket: 1,
      change: { type: "change", add: [], asLearners: false, remove: [2], force: false },
    });
    node.persist();
    node.forget();
    node.hear(node.match(3, 2), node.match(4, 2));
    transfer(node, 2);
    expect(node.answers()).toMatchObject([{ ticket: 7, type: "refused" }]);
    expect(node.view.transferTo).toBeNull();
  });
});

describe("rule 53: a follower that is told to take over", () => {
  test("campaigns at once, without asking first, and says why", () => {
    const node = new OneNode().follow(2, 3);
    node.hear({ type: "timeoutNow", ...node.head(2, 3) });
    node.persist();
    expect(node.view).toMatchObject({ role: "candidate", term: 4, votedFor: 1 });
    expect(node.sent("voteRequest")).toMatchObject([
      { to: 2, term: 4, preVote: false, transfer: true },
      { to: 3, term: 4, preVote: false, transfer: true },
    ]);
  });

  test("asks first as ever if it does not win then", () => {
    const node = new OneNode().follow(2, 3);
    node.hear({ type: "timeoutNow", ...node.head(2, 3) });
    node.persist();
    node.sent();
    node.timeout();
    expect(node.sent("voteRequest")).toMatchObject([
      { preVote: true, transfer: false },
      { preVote: true, transfer: false },
    ]);
  });

  test("does not obey a leader of an older term, nor one of its own if it leads itself or campaigns", () => {
    const node = new OneNode().follow(2, 3);
    node.hear({ type: "timeoutNow", ...node.head(3, 2) });
    expect(node.view).toMatchObject({ role: "follower", term: 3 });
    const other = leader();
    other.hear({ type: "timeoutNow", ...other.head(2, 1) });
    expect(other.view).toMatchObject({ role: "leader", term: 1 });
  });

  test("does not campaign without a vote", () => {
    const node = new OneNode({ voters: [2, 3] }).follow(2, 3);
    node.hear({ type: "timeoutNow", ...node.head(2, 3) });
    expect(node.view).toMatchObject({ role: "follower", term: 3 });
  });
});

test("a leader whose disk stalls steps aside for the best successor that is heard", () => {
  for (const isHeard of [true, false]) {
    const node = leader();
    node.propose("x=1");
    node.hear(node.match(3, 2));
    while (node.view.role === "leader") {
      node.pass(20);
      const matchIndex = 1;
      node.hear(node.beat(2, { matchIndex }), ...(isHeard ? [node.beat(3, { matchIndex })] : []));
    }
    expect(node.events()).toContainEqual(expect.objectContaining({ type: "stateChange", why: "its disk has stalled" }));
    expect(node.sent("timeoutNow").map(({ to }) => to)).toEqual([isHeard ? 3 : 2]);
  }
});

test("rules 4 and 53: who hears a leader votes for a candidate that the leader has sent, and for no other", () => {
  for (const transfer of [true, false]) {
    const node = new OneNode().follow(2, 3);
    node.hear({ ...node.voteRequest(3, 4, { term: 0, index: 0 }), transfer });
    node.persist();
    expect(node.view.term).toBe(transfer ? 4 : 3);
    expect(node.sent("voteReply")).toMatchObject([{ granted: transfer }]);
  }
});

test("rule 2: a candidate whose log is behind gets no vote, whoever has sent it", () => {
  const node = new OneNode({}, { terms: [1, 1] }).follow(2, 3);
  node.hear({ ...node.voteRequest(3, 4, { term: 1, index: 1 }), transfer: true });
  node.persist();
  expect(node.sent("voteReply")).toMatchObject([{ granted: false }]);
});
