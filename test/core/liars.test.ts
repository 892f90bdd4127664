import type { PeerMessage } from "../../src/core/messages.ts";
import { createRaft } from "../../src/core/raft.ts";
import type { Entry } from "../../src/core/types.ts";
import { agree, leading, learner4, naming, three } from "./changing.ts";
import { command, membersOf, OneNode, restoredOf, snapshotOf } from "./one-node.ts";

// What a node makes of messages that cannot be, or that anybody could have sent: node 1 of three, and somebody who lies.

const logEnd = { term: 1, index: 1 };

/** Node 1 follows node 2 in term 3; two entries are committed, one is not. */
function follower(): OneNode {
  const node = new OneNode({}, { terms: [1, 1, 2], applied: 2, hardState: { term: 2, votedFor: null } }).follow(2, 3);
  return node;
}

/** Hears this, and says why it was refused; null if it was not. */
function refusalOf(node: OneNode, ...messages: PeerMessage[]): string | null {
  node.forget();
  node.hear(...messages);
  const refused = node.events().find((event) => event.type === "messageRefused");
  return refused?.type === "messageRefused" ? refused.why : null;
}

/** Hears this, and is what it was before. */
function expectNothing(node: OneNode, ...messages: PeerMessage[]): void {
  const before = node.view;
  expect(refusalOf(node, ...messages)).not.toBeNull();
  node.persist();
  expect(node.view).toEqual(before);
}

describe("a term has one leader", () => {
  test("a heartbeat of another node in the leader's own term is refused, and the leader is followed on", () => {
    const node = follower();
    expect(refusalOf(node, node.heartbeat(77, 3))).toBe("node 2 leads term 3, and a term has one leader");
    expectNothing(node, node.heartbeat(3, 3), node.append(3, 3, [2, 3], [3]));
    node.hear(node.append(2, 3, [2, 3], [3]));
    expect(node.view).toMatchObject({ leader: 2, lastIndex: 4 });
  });

  test("a leader refuses what comes from another one of its term", () => {
    const node = leading(1, 2, 3);
    expectNothing(node, node.heartbeat(3, 1), node.append(2, 1, [1, 1], [1]));
    expectNothing(node, node.heartbeat(77, 1));
  });

  test("of two, a node sides with the one for which it voted: so a majority sides with the one that was elected", () => {
    const node = new OneNode();
    node.hear(node.voteRequest(3, 1, { term: 0, index: 0 }));
    node.persist();
    node.hear(node.heartbeat(2, 1));
    expect(node.view.leader).toBe(2);
    node.hear(node.append(2, 1, [0, 0], [1]));
    expect(refusalOf(node, node.heartbeat(3, 1))).toBe("node 3 leads term 1, and has this node's vote");
    expect(node.view).toMatchObject({ leader: 3, term: 1 });
    expect(refusalOf(node, node.heartbeat(2, 1))).toBe("node 3 leads term 1, and a term has one leader");
    // What came from the other one is replaced like any entry that is not committed.
    node.hear(node.append(3, 1, [0, 0], []));
    expect(node.view.commitIndex).toBe(0);
  });
});

describe("a node that no entry names yet is heard only where no leader was for a while", () => {
  const strangers = (node: OneNode): PeerMessage[] => [
    node.voteRequest(77, 4, { term: 3, index: 9 }),
    { ...node.voteRequest(77, 4, { term: 3, index: 9 }), transfer: true },
    node.heartbeat(77, 4),
    node.append(77, 4, [2, 3], [4]),
  ];

  test.each(["follower", "leader", "candidate"] as const)("a %s keeps its term, its vote and its leader", (role) => {
    const node = role === "leader" ? leading(1, 2, 3) : role === "follower" ? follower() : new OneNode();
    if (role === "candidate") {
      node.timeout();
      node.hear(node.vote(2, { term: 1, preVote: true }));
      node.persist();
    }
    expect(node.view.role).toBe(role);
    const { term, votedFor, leader } = node.view;
    for (const message of strangers(node)) node.hear(message);
    node.persist();
    expect(node.view).toMatchObject({ role, term, votedFor, leader });
    expect(node.sent("voteReply").filter(({ granted }) => granted)).toEqual([]);
  });

  test("its pre-vote is not granted where its vote would not be, or it would raise its term in vain", () => {
    const node = new OneNode();
    node.hear(node.voteRequest(77, 2, logEnd, true));
    expect(node.sent("voteReply")).toMatchObject([{ granted: false, term: 0 }]);
  });

  test("then it may lead, as the log may be behind by the entry that names it", () => {
    const node = new OneNode();
    node.pass(2_999);
    expect(refusalOf(node, node.heartbeat(77, 2))).toBe("this node's log does not name node 77");
    node.pass(1);
    node.hear(node.heartbeat(77, 2));
    expect(node.view).toMatchObject({ leader: 77, term: 2 });
    // It is known by now, whatever term it leads next.
    node.hear(node.heartbeat(77, 5));
    expect(node.view).toMatchObject({ leader: 77, term: 5 });
    expect(refusalOf(node, node.heartbeat(78, 6))).not.toBeNull();
  });

  test("the patience begins anew whenever a leader is lost", () => {
    const node = new OneNode();
    node.pass(5_000);
    node.hear(node.heartbeat(2, 2));
    for (let waits = 0; node.view.leader !== null && waits < 10; waits += 1) node.wake();
    node.pass(2_900);
    expect(refusalOf(node, node.heartbeat(77, 3))).not.toBeNull();
    node.pass(200);
    node.hear(node.heartbeat(77, 3));
    expect(node.view.leader).toBe(77);
  });

  test("a node that knows no members takes everybody's word, in any term", () => {
    const node = new OneNode({ voters: [] });
    node.hear(node.heartbeat(77, 2 ** 40));
    expect(node.view).toMatchObject({ leader: 77, term: 2 ** 40 });
  });
});

describe("a term is not raised by more than a limit on the word of one message", () => {
  const far = 10_001;

  test.each([
    ["a request for a vote", (node: OneNode) => node.voteRequest(2, far, logEnd)],
    ["a heartbeat", (node: OneNode) => node.heartbeat(2, far)],
    ["entries", (node: OneNode) => node.append(2, far, [0, 0], [1])],
    ["an answer", (node: OneNode) => node.vote(2, { term: far, granted: false })],
    ["an answer to a leader", (node: OneNode) => node.match(2, 0, far)],
  ])("by %s", (_what, message) => {
    const node = new OneNode();
    node.hear(message(node));
    node.persist();
    expect(node.view).toMatchObject({ term: 0, votedFor: null, leader: null });
    node.hear({ ...message(node), term: far - 1 } as PeerMessage);
    expect(node.view.term).toBe(far - 1);
  });

  test("a snapshot neither", () => {
    const node = new OneNode();
    node.step({ type: "snapshotReceived", ticket: 1, from: 2, term: far, snapshot: snapshotOf(9, 5), name: "staged" });
    expect(node.view).toMatchObject({ term: 0, commitIndex: 0, installing: null });
    expect(node.answers()).toMatchObject([{ type: "snapshotRefused", ticket: 1 }]);
  });

  test("a leader that a single node of a far term answers leads on with the others", () => {
    const node = leading(1, 2, 3);
    for (let beats = 0; beats < 10; beats += 1) {
      node.wake();
      node.hear(node.beat(3), node.beat(2, { term: 2 ** 50 }));
    }
    expect(node.view).toMatchObject({ role: "leader", term: 1 });
  });

  test("what a majority of the voters answers is adopted", () => {
    const node = new OneNode({ voters: [1, 2, 3, 4, 5] });
    node.timeout();
    const refusal = (from: number, term: number) => node.vote(from, { term, preVote: true, granted: false });
    node.hear(refusal(2, 2 ** 40), refusal(3, 70_000));
    expect(node.view.term).toBe(0);
    node.hear(refusal(4, 80_000));
    expect(node.view.term).toBe(70_000);
  });

  test("without a leader for a while, the word of one voter is enough: the others may be gone", () => {
    const node = new OneNode();
    node.pass(3_000);
    node.hear(node.vote(9, { term: 2 ** 40, preVote: true, granted: false }));
    expect(node.view.term).toBe(0);
    node.hear(node.vote(2, { term: 70_000, preVote: true, granted: false }));
    expect(node.view.term).toBe(70_000);
  });

  test("a learner that hears of a far term asks the voters, who answer with theirs", () => {
    const entries = [command(1, 1), naming(1, 2, learner4)];
    const found = restoredOf({ entries, applied: 2, members: { index: 2, members: learner4 } });
    const raft = createRaft({ ...new OneNode().options, id: 4 }, found);
    let { wakeAt } = raft.step(0, []);
    const heartbeat = { type: "heartbeat", from: 2, to: 4, term: 70_000, commit: 0, round: 0, lastSent: 0, confirmed: 0 } as const;
    raft.step(1, [{ type: "message", message: heartbeat }]);
    const asked: PeerMessage[] = [];
    for (let wakes = 0; wakes < 4; wakes += 1) {
      const output = raft.step(wakeAt, []);
      asked.push(...output.send);
      wakeAt = output.wakeAt;
    }
    expect(asked).toMatchObject([1, 2, 3].map((to) => ({ type: "voteRequest", preVote: true, to })));
    const head = { type: "voteReply", to: 4, term: 70_000, preVote: true, granted: false } as const;
    raft.step(
      wakeAt,
      [2, 3].map((from) => ({ type: "message", message: { ...head, from } })),
    );
    expect(raft.view.term).toBe(70_000);
    raft.step(wakeAt, [{ type: "message", message: heartbeat }]);
    expect(raft.view.leader).toBe(2);
  });

  test("nobody comes beyond the last term", () => {
    const node = new OneNode({ voters: [] });
    expectNothing(node, node.heartbeat(2, 2 ** 52 + 1), node.voteRequest(2, 2 ** 53 - 1, logEnd));
    node.hear(node.heartbeat(2, 2 ** 52));
    expect(node.view).toMatchObject({ leader: 2, term: 2 ** 52 });
  });
});

describe("what contradicts what is committed here is refused", () => {
  test.each<[what: string, message: (node: OneNode) => PeerMessage, why: string]>([
    ["entries in its place", (node) => node.append(2, 3, [1, 1], [2, 2]), "it has 2.2, where entry 1.2 is committed here"],
    ["another one before them", (node) => node.append(2, 3, [2, 2], [2]), "it has 2.2, where entry 1.2 is committed here"],
    ["a probe", (node) => node.append(2, 3, [2, 2], []), "it has 2.2, where entry 1.2 is committed here"],
    ["a later leader's", (node) => node.append(3, 5, [1, 1], [2, 2]), "it has 2.2, where entry 1.2 is committed here"],
    [
      "a candidate that has a later leader's entry there",
      (node) => node.voteRequest(3, 5, { term: 4, index: 2 }),
      "its log ends with 4.2, and 1.2 is committed here",
    ],
  ])("%s", (_what, message, why) => {
    const node = follower();
    expect(refusalOf(node, message(node))).toBe(why);
    expect(node.view).toMatchObject({ commitIndex: 2, lastIndex: 3, term: 3, leader: 2 });
    node.hear(node.append(2, 3, [1, 2], [2, 3], 4));
    node.persist();
    expect(node.view.commitIndex).toBe(4);
  });

  test("an append is refused also where only the last term of what was dropped is known", () => {
    const base = { index: 5, term: 4, time: 0 };
    const node = new OneNode({}, { base, hardState: { term: 6, votedFor: null }, applied: 5 }).follow(2, 6);
    expect(refusalOf(node, node.append(2, 6, [5, 3], [5, 5, 5]))).toBe(
      "it has 5.3, where an entry of term 4 at most is committed here",
    );
    expect(refusalOf(node, node.append(2, 6, [3, 5], [6]))).toBe("it has 3.5, where entry 4.5 is committed here");
    expect(refusalOf(node, node.append(2, 6, [3, 4], [3, 6]))).toBe("it has 3.5, where entry 4.5 is committed here");
    expect(refusalOf(node, node.append(2, 6, [3, 4], [4, 6]))).toBeNull();
    expect(node.view.lastIndex).toBe(6);
  });

  test("a candidate whose log ends there may have been overtaken by what committed it: that is no contradiction", () => {
    // Entry 1 of term 1 was committed by the leader of term 7; the candidate is of the time between.
    const node = new OneNode({}, { terms: [1], hardState: { term: 7, votedFor: null } }).follow(2, 7);
    node.hear(node.append(2, 7, [1, 1], [], 1));
    expect(node.view.commitIndex).toBe(1);
    expect(refusalOf(node, node.voteRequest(3, 8, { term: 5, index: 1 }))).toBeNull();
  });

  test("a snapshot that has older terms, an earlier time or earlier members than what it must begin with", () => {
    const members = membersOf(1, 2, 3, 4);
    const entries: Entry[] = [
      { ...command(2, 1), time: 50 },
      { ...naming(2, 2, members), time: 60 },
    ];
    const node = new OneNode({}, { entries, applied: 2, members: { index: 2, members } }).follow(2, 3);
    const fine = snapshotOf(9, 2, { time: 60, members, membersIndex: 2 });
    const receive = (changed: Partial<typeof fine>) =>
      node.step({ type: "snapshotReceived", ticket: 1, from: 2, term: 3, snapshot: { ...fine, ...changed }, name: "staged" });
    for (const changed of [{ term: 1 }, { time: 59 }, { membersIndex: 0, members: three }]) {
      receive(changed);
      expect(node.view).toMatchObject({ commitIndex: 2, installing: null, lastIndex: 2 });
    }
    expect(node.events().filter(({ type }) => type === "messageRefused")).toHaveLength(3);
    expect(node.answers().map(({ type }) => type)).toEqual(Array(3).fill("snapshotRefused"));
    receive({});
    expect(node.view).toMatchObject({ commitIndex: 9, installing: "staged" });
  });
});

describe("a leader never changes what it has appended", () => {
  test("what came from the leader of this term is not replaced in its name", () => {
    const node = follower();
    node.hear(node.append(2, 3, [2, 3], [3, 3]));
    node.persist();
    expectNothing(node, node.append(2, 3, [2, 3], [2, 2, 2]));
    // Nor what it is known to have, of whatever term.
    expectNothing(node, node.append(2, 3, [1, 2], [3]));
  });

  test("the clock of a leader's log does not go back", () => {
    const entries = [{ ...command(1, 1), time: 100 }];
    const node = new OneNode({}, { entries }).follow(2, 1);
    expectNothing(node, node.append(2, 1, [1, 1], [1]));
  });

  test("an append follows on a term that can be", () => {
    const node = follower();
    expectNothing(node, node.append(2, 3, [4, 9], []), node.append(2, 3, [0, 3], []), node.append(2, 3, [1, 0], []));
  });
});

describe("a leader believes no answer to what it has not said", () => {
  test.each<[what: string, message: (node: OneNode) => PeerMessage]>([
    ["a confirmation beyond its log", (node) => node.match(2, 3)],
    ["a round that it has not begun", (node) => node.beat(2, { round: 1 })],
    ["a heartbeat that sent more than there is", (node) => node.beat(2, { lastSent: 9 })],
    ["entries received that it does not have", (node) => node.beat(2, { receivedIndex: 3 })],
    ["more confirmed than received", (node) => ({ ...node.beat(2, { receivedIndex: 1 }), matchIndex: 2 })],
    [
      "a conflict beyond its log",
      (node) => ({ type: "appendConflict", ...node.head(2, 1), prevIndex: 9, hintIndex: 1, hintTerm: 1 }),
    ],
    ["a conflict that agrees", (node) => ({ type: "appendConflict", ...node.head(2, 1), prevIndex: 1, hintIndex: 1, hintTerm: 1 })],
    ["its own words", (node) => node.match(1, 2)],
  ])("%s", (_what, message) => {
    const node = leading(1, 2, 3);
    node.propose("x");
    node.persist();
    expectNothing(node, message(node));
    agree(node, 2);
    expect(node.view.commitIndex).toBe(2);
  });

  test("a vote does not end a candidate that is one of a log that ends before its term", () => {
    const node = new OneNode();
    expect(refusalOf(node, node.voteRequest(2, 3, { term: 3, index: 1 }))).toBe(
      "its log ends with 3.1, and it asks for votes in term 3",
    );
    expect(node.sent("voteReply")).toMatchObject([{ granted: false, term: 0 }]);
    expect(refusalOf(node, node.voteRequest(2, 3, { term: 1, index: 0 }))).toBe("its log ends with 1.0");
  });
});

describe("what only a leader can say", () => {
  test("another node cannot call on this one to campaign, nor in a term in which it has not been", () => {
    const node = follower();
    expectNothing(node, { type: "timeoutNow", ...node.head(3, 3) }, { type: "timeoutNow", ...node.head(2, 4) });
    node.hear({ type: "timeoutNow", ...node.head(2, 3) });
    expect(node.view).toMatchObject({ role: "candidate", term: 4 });
  });

  test("a leader without a majority steps down, whatever others say in its followers' names", () => {
    const node = leading(1, 2, 3);
    for (let beats = 0; beats < 10; beats += 1) {
      node.wake();
      node.hear({ type: "readIndexRequest", ...node.head(2, 1), id: beats });
    }
    expect(node.view.role).not.toBe("leader");
  });

  test("a read index is asked for, and told, in a term that both have been in", () => {
    const node = follower();
    expectNothing(node, { type: "readIndexRequest", ...node.head(2, 4), id: 1 });
    expectNothing(node, { type: "readIndexReply", ...node.head(2, 4), id: 1, index: 1 });
  });
});
