import type { Role } from "../../src/core/types.ts";
import { OneNode } from "./one-node.ts";

const logEnd = { term: 1, index: 1 };

/** Node 1 of three, in this role at term 3, with one entry in its log. */
function nodeAs(role: Role): OneNode {
  const node = new OneNode({}, { terms: [1], hardState: { term: role === "follower" ? 3 : 2, votedFor: null } });
  if (role === "leader") return node.lead();
  if (role === "follower") return node.follow(2, 3);
  node.timeout();
  if (role === "candidate") node.hear(node.vote(2, { term: 3, preVote: true }));
  if (role === "preCandidate") node.hear(node.vote(2, { term: 3, preVote: false, granted: false }));
  if (role === "preCandidate") node.timeout();
  node.persist();
  node.forget();
  expect(node.view).toMatchObject({ role, term: 3 });
  return node;
}

describe("a vote request", () => {
  const cases: [what: string, votedFor: number | null, from: number, term: number, last: [number, number], granted: boolean][] = [
    ["is granted to the first who asks", null, 2, 5, [2, 3], true],
    ["is granted again to the same", 2, 2, 5, [2, 3], true],
    ["is refused to another", 3, 2, 5, [2, 3], false],
    ["is refused to a shorter log", null, 2, 5, [2, 2], false],
    ["is refused to an older log, however long", null, 2, 5, [1, 9], false],
    ["is granted to a newer log, however short", null, 2, 5, [3, 1], true],
    ["of an older term is refused", null, 2, 4, [9, 9], false],
    ["of a newer term frees the vote", 3, 2, 6, [2, 3], true],
    ["of a newer term from a worse log frees the vote, but does not get it", 3, 2, 6, [1, 1], false],
  ];

  test.each(cases)("%s (§5.2, §5.4.1)", (_what, votedFor, from, term, [lastTerm, index], granted) => {
    const node = new OneNode({}, { terms: [1, 1, 2], hardState: { term: 5, votedFor } });
    node.hear(node.voteRequest(from, term, { term: lastTerm, index }));
    node.persist();
    expect(node.sent("voteReply")).toMatchObject([{ to: from, granted, term: Math.max(term, 5), preVote: false }]);
    expect(node.view.term).toBe(Math.max(term, 5));
  });

  test("that is granted puts off the voter's own election", () => {
    const node = new OneNode();
    node.pass(100);
    node.hear(node.voteRequest(2, 1, { term: 0, index: 0 }));
    expect(node.wakeAt).toBeGreaterThanOrEqual(node.now + 150);
  });

  test("that is refused does not", () => {
    const node = new OneNode({}, { terms: [1, 2] });
    const { wakeAt } = node;
    node.pass(100);
    node.hear(node.voteRequest(2, 3, { term: 1, index: 9 }));
    expect(node.wakeAt).toBe(wakeAt);
  });
});

describe("rule 4: whoever hears a leader lets no candidate depose it", () => {
  test.each([true, false])("a follower refuses within the least election timeout, and keeps its term (pre-vote: %s)", (preVote) => {
    const node = nodeAs("follower");
    node.pass(149);
    node.hear(node.voteRequest(3, 4, { term: 3, index: 9 }, preVote));
    node.persist();
    expect(node.sent("voteReply")).toMatchObject([{ to: 3, granted: false, term: 3, preVote }]);
    expect(node.view).toMatchObject({ role: "follower", term: 3, leader: 2 });
  });

  test.each([true, false])("after that it listens (pre-vote: %s)", (preVote) => {
    const node = nodeAs("follower");
    // Its own timer may be shorter than this; a pre-candidate listens too.
    node.pass(150);
    node.forget();
    node.hear(node.voteRequest(3, 4, { term: 3, index: 9 }, preVote));
    node.persist();
    expect(node.sent("voteReply")).toMatchObject([{ to: 3, granted: true, term: 4 }]);
  });

  test.each([true, false])("its own leader, asking again, has given up leading (pre-vote: %s)", (preVote) => {
    const node = nodeAs("follower");
    node.hear(node.voteRequest(2, 4, { term: 3, index: 9 }, preVote));
    node.persist();
    expect(node.sent("voteReply")).toMatchObject([{ to: 2, granted: true, term: 4 }]);
  });

  test.each([true, false])("a leader refuses while it leads (pre-vote: %s)", (preVote) => {
    const node = nodeAs("leader");
    node.hear(node.voteRequest(3, 9, { term: 8, index: 9 }, preVote));
    node.persist();
    expect(node.view).toMatchObject({ role: "leader", term: 3 });
    expect(node.sent("voteReply")).toMatchObject([{ granted: false, term: 3 }]);
  });

  test("a node that was removed and campaigns for ever changes no term", () => {
    const node = nodeAs("follower");
    for (let round = 0; round < 50; round += 1) {
      node.pass(50);
      node.hear(node.heartbeat(2, 3), node.voteRequest(9, 4 + round, { term: 3, index: 9 }, round % 2 === 0));
    }
    expect(node.view).toMatchObject({ role: "follower", term: 3, leader: 2 });
  });
});

describe("rule 5: a node with a higher term is not stuck with a leader of a lower one", () => {
  for (const role of ["follower", "preCandidate", "candidate"] as const) {
    test.each(["append", "heartbeat"] as const)(`a ${role} answers an older leader's %s with its own term`, (type) => {
      const node = nodeAs(role);
      node.hear(type === "append" ? node.append(3, 2, [1, 1], [2]) : node.heartbeat(3, 2));
      node.persist();
      expect(node.sent()).toMatchObject([{ type: "heartbeatReply", to: 3, term: 3, matchIndex: 0, round: 0 }]);
      expect(node.view).toMatchObject({ role, term: 3, lastIndex: 1 });
    });
  }

  test("a leader that is answered so steps down, and can be elected again", () => {
    const node = nodeAs("leader");
    node.hear(node.beat(2, { term: 8 }));
    expect(node.view).toMatchObject({ role: "follower", term: 8, leader: null });
    node.persist();
    node.lead();
    expect(node.view).toMatchObject({ role: "leader", term: 9 });
  });
});

describe("rule 6: whoever asks in an old term learns the new one", () => {
  test.each([true, false])("the refusal carries the voter's term (pre-vote: %s)", (preVote) => {
    const node = new OneNode({}, { hardState: { term: 7, votedFor: null } });
    node.hear(node.voteRequest(2, 5, { term: 4, index: 9 }, preVote));
    node.persist();
    expect(node.sent()).toMatchObject([{ type: "voteReply", to: 2, granted: false, term: 7, preVote }]);
  });

  test.each(["preCandidate", "candidate"] as const)("a %s adopts it", (role) => {
    const node = nodeAs(role);
    node.hear(node.vote(2, { term: 7, preVote: role === "preCandidate", granted: false }));
    expect(node.view).toMatchObject({ role: "follower", term: 7, votedFor: null });
  });

  test("a pre-vote for the voter's own term is granted if its vote is free, else refused", () => {
    const free = new OneNode({}, { hardState: { term: 7, votedFor: null } });
    free.hear(free.voteRequest(2, 7, { term: 6, index: 9 }, true));
    expect(free.sent("voteReply")).toMatchObject([{ granted: true, term: 7 }]);
    const spent = new OneNode({}, { hardState: { term: 7, votedFor: 3 } });
    spent.hear(spent.voteRequest(2, 7, { term: 6, index: 9 }, true));
    expect(spent.sent("voteReply")).toMatchObject([{ granted: false, term: 7 }]);
  });
});

describe("rule 7: a pre-vote changes nothing", () => {
  const roles = ["follower", "preCandidate", "candidate", "leader"] as const;

  test.each(roles.flatMap((role) => [[role, "good"] as const, [role, "bad"] as const]))("at a %s, for a %s log", (role, log) => {
    const node = nodeAs(role);
    node.pass(1);
    const before = { view: node.view, wakeAt: node.wakeAt };
    node.hear(node.voteRequest(3, 99, log === "good" ? { term: 50, index: 50 } : { term: 0, index: 0 }, true));
    expect({ view: node.view, wakeAt: node.wakeAt }).toEqual(before);
    expect(node.storing).toBeNull();
    expect(node.sent("voteReply")).toHaveLength(1);
  });

  test("granting one does not forbid granting another, nor a real vote", () => {
    const node = new OneNode();
    node.hear(node.voteRequest(2, 2, logEnd, true), node.voteRequest(3, 2, logEnd, true), node.voteRequest(3, 2, logEnd));
    node.persist();
    expect(node.sent("voteReply").map(({ to, granted }) => [to, granted])).toEqual([
      [2, true],
      [3, true],
      [3, true],
    ]);
  });

  test("a pre-vote never counts as a vote, nor a vote as a pre-vote", () => {
    const candidate = nodeAs("candidate");
    candidate.hear(candidate.vote(2, { term: 3, preVote: true }), candidate.vote(3, { term: 4, preVote: true }));
    expect(candidate.view.role).toBe("candidate");
    const preCandidate = nodeAs("preCandidate");
    preCandidate.hear(preCandidate.vote(2, { term: 3 }), preCandidate.vote(3, { term: 3 }));
    expect(preCandidate.view.role).toBe("preCandidate");
  });

  test("a pre-vote counts only for the term that was asked about", () => {
    const node = nodeAs("preCandidate");
    node.hear(node.vote(2, { term: 3, preVote: true }), node.vote(3, { term: 9, preVote: true }));
    expect(node.view).toMatchObject({ role: "preCandidate", term: 3 });
    node.hear(node.vote(3, { term: 4, preVote: true }));
    expect(node.view).toMatchObject({ role: "candidate", term: 4 });
  });
});

test("rule 8: a node votes for a candidate outside its own configuration, since that may be out of date, but not at once", () => {
  const node = new OneNode();
  node.hear(node.voteRequest(9, 2, logEnd, true), node.voteRequest(9, 2, logEnd));
  node.persist();
  expect(node.sent("voteReply").map(({ to, granted, term }) => [to, granted, term])).toEqual([
    [9, false, 0],
    [9, false, 0],
  ]);
  node.pass(3_000);
  node.forget();
  node.hear(node.voteRequest(9, 2, logEnd, true), node.voteRequest(9, 2, logEnd));
  node.persist();
  expect(node.sent("voteReply").map(({ to, granted }) => [to, granted])).toEqual([
    [9, true],
    [9, true],
  ]);
});

test("a stranger's vote does not count", () => {
  const node = new OneNode();
  node.timeout();
  node.hear(node.vote(8, { term: 1, preVote: true }), node.vote(9, { term: 1, preVote: true }));
  expect(node.view.role).toBe("preCandidate");
});

describe("rule 9: silence is not a pre-vote", () => {
  test("an isolated node never leaves the pre-candidate's role, nor its term", () => {
    const node = new OneNode({}, { hardState: { term: 3, votedFor: null } });
    for (let round = 0; round < 100; round += 1) {
      node.timeout();
      expect(node.view).toMatchObject({ role: "preCandidate", term: 3 });
      expect(node.sent("voteRequest")).toHaveLength(2);
      node.forget();
    }
  });

  test("a refusal is no pre-vote either", () => {
    const node = new OneNode();
    node.timeout();
    node.hear(node.vote(2, { term: 0, preVote: true, granted: false }));
    expect(node.view.role).toBe("preCandidate");
    node.hear(node.vote(3, { term: 0, preVote: true, granted: false }));
    expect(node.view).toMatchObject({ role: "follower", term: 0, leader: null });
    node.timeout();
    expect(node.view.role).toBe("preCandidate");
  });
});

test("rule 10: a vote whose answer was lost is given again to the same candidate, also after a restart", () => {
  const node = new OneNode({}, { hardState: { term: 4, votedFor: 2 } });
  node.hear(node.voteRequest(2, 4, logEnd));
  node.hear(node.voteRequest(2, 4, logEnd));
  node.hear(node.voteRequest(3, 4, logEnd));
  expect(node.sent("voteReply").map(({ to, granted }) => [to, granted])).toEqual([
    [2, true],
    [2, true],
    [3, false],
  ]);
  expect(node.storing).toBeNull();
});

describe("a candidate", () => {
  test("that a majority refuses follows nobody and waits for its next time", () => {
    const node = nodeAs("candidate");
    node.hear(node.vote(2, { term: 3, granted: false }), node.vote(3, { term: 3, granted: false }));
    expect(node.view).toMatchObject({ role: "follower", term: 3, leader: null, votedFor: 1 });
    node.timeout();
    expect(node.view).toMatchObject({ role: "preCandidate", term: 3 });
  });

  test("does not count an answer twice", () => {
    const node = new OneNode({ voters: [1, 2, 3, 4, 5] });
    node.timeout();
    const answer = node.vote(2, { term: 1, preVote: true });
    node.hear(answer, answer, answer);
    expect(node.view.role).toBe("preCandidate");
  });

  test("ignores votes of an earlier campaign", () => {
    const node = nodeAs("candidate");
    node.hear(node.vote(2, { term: 2 }), node.vote(3, { term: 1 }));
    expect(node.view.role).toBe("candidate");
  });

  test("has time for answers from the moment its requests leave, however long its own vote took to write", () => {
    const node = new OneNode();
    node.timeout();
    node.hear(node.vote(2, { term: 1, preVote: true }));
    node.pass(140);
    node.stored();
    expect(node.wakeAt - node.now).toBeGreaterThanOrEqual(150);
    expect(node.view).toMatchObject({ role: "candidate", term: 1 });
  });

  test("alone in its cluster elects itself, but commits nothing before its disk has it", () => {
    const node = new OneNode({ voters: [1] });
    node.timeout();
    expect(node.view).toMatchObject({ role: "leader", term: 1, commitIndex: 0 });
    expect(node.storing).toMatchObject({ hardState: { term: 1, votedFor: 1 }, entries: [{ kind: "noop" }] });
    node.stored();
    expect(node.view).toMatchObject({ commitIndex: 1, appliedIndex: 1 });
  });
});

describe("a new leader", () => {
  test("opens its term with a no-op (§8)", () => {
    const node = nodeAs("leader");
    expect(node.stores.at(-1)?.entries).toMatchObject([{ kind: "noop", term: 3, index: 2 }]);
  });

  test("says in its events what it became, and what it appended since", () => {
    const node = nodeAs("candidate");
    const vote = node.vote(2, { term: 3 });
    node.step({ type: "message", message: vote }, { type: "propose", ticket: 1, data: Buffer.from("x") });
    expect(node.events()).toEqual([
      { type: "stateChange", from: "candidate", to: "leader", term: 3, why: "a majority voted for it" },
      { type: "leaderElected", leader: 1, term: 3 },
      { type: "logAppended", first: 2, last: 3, term: 3, terms: [{ first: 2, term: 3 }] },
    ]);
  });
});

test("a follower that loses its leader says so once", () => {
  const node = nodeAs("follower");
  node.timeout();
  const events = node.events().map(({ type }) => type);
  expect(events).toEqual(["timerExpired", "stateChange", "leaderLost", "electionStarted"]);
  node.timeout();
  expect(node.events().map(({ type }) => type)).toEqual(["timerExpired", "electionStarted"]);
});

describe("rule 55: terms of any size that a number can hold", () => {
  test.each([2 ** 31 - 1, 2 ** 32 - 1, 2 ** 52 - 1])("after term %i comes the next", (term) => {
    const node = new OneNode({}, { terms: [1, term] }).lead();
    expect(node.view).toMatchObject({ role: "leader", term: term + 1 });
    node.hear(node.match(2, 3));
    expect(node.view.commitIndex).toBe(3);
    expect(node.stores.at(-1)).toMatchObject({ hardState: null, lastTerm: term + 1 });
  });

  test("after the last one there is none: a node that has come there goes on, stands for nothing, and says so", () => {
    const node = new OneNode({}, { hardState: { term: 2 ** 52, votedFor: null } });
    node.hear(node.voteRequest(2, 2 ** 52, logEnd));
    node.persist();
    expect(node.sent("voteReply")).toMatchObject([{ granted: true, term: 2 ** 52 }]);
    node.wake();
    node.wake();
    node.hear({ type: "timeoutNow", ...node.head(2, 2 ** 52) });
    expect(node.events()).toContainEqual({ type: "termsExhausted", term: 2 ** 52 });
    expect(node.view).toMatchObject({ role: "follower", term: 2 ** 52 });
    node.hear(node.heartbeat(2, 2 ** 52));
    expect(node.view).toMatchObject({ role: "follower", leader: 2 });
  });
});
