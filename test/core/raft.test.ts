import type { Restored } from "../../src/core/api.ts";
import { createRaft } from "../../src/core/raft.ts";
import { logOf, membersOf, OneNode, optionsOf, restoredOf } from "./one-node.ts";

describe("what a node finds on its disk", () => {
  test("is where it goes on", () => {
    const node = new OneNode({}, { terms: [1, 2, 2], hardState: { term: 5, votedFor: 3 }, applied: 2 });
    expect(node.view).toEqual({
      id: 1,
      role: "follower",
      term: 5,
      votedFor: 3,
      leader: null,
      firstIndex: 1,
      lastIndex: 3,
      durableIndex: 3,
      commitIndex: 2,
      appliedIndex: 2,
      installing: null,
      members: membersOf(1, 2, 3),
      membersIndex: 0,
      membersCommitted: true,
      departing: [],
      transferTo: null,
      electionDueAt: node.now + node.view.electionTimeoutMs,
      electionTimeoutMs: expect.any(Number),
      votes: [],
      heldCount: 0,
      time: 0,
      peers: [],
    });
    expect(node.stores).toEqual([]);
  });

  const broken: [what: string, restored: Restored, sentence: string][] = [
    [
      "a log without a term",
      { ...restoredOf({ entries: logOf(1) }), hardState: null },
      "the log ends in term 1, but the hard state says 0",
    ],
    [
      "a log beyond the term",
      restoredOf({ hardState: { term: 1, votedFor: null }, entries: logOf(1, 2) }),
      "the log ends in term 2, but the hard state says 1",
    ],
    ["a machine beyond the log", restoredOf({ entries: logOf(1), applied: 2 }), "the machine has applied 2, but the log ends at 1"],
  ];

  test.each(broken)("is refused if it cannot be: %s", (_what, restored, sentence) => {
    expect(() => createRaft(optionsOf(), restored)).toThrow(sentence);
  });
});

describe("time", () => {
  test("begins with the first step; the first election comes no sooner than the least timeout after it", () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const node = new OneNode({ seed });
      const waits = node.wakeAt - node.now;
      expect(waits).toBeGreaterThanOrEqual(150);
      expect(waits).toBeLessThanOrEqual(300);
    }
  });

  test("nodes with different seeds draw different timeouts, and each draws anew every time (§5.2)", () => {
    const first = new Set(Array.from({ length: 20 }, (_, seed) => new OneNode({ seed }).wakeAt));
    expect(first.size).toBeGreaterThan(10);
    const node = new OneNode();
    const later = new Set<number>();
    for (let round = 0; round < 20; round += 1) {
      node.timeout();
      later.add(node.wakeAt - node.now);
    }
    expect(later.size).toBeGreaterThan(10);
  });

  test("never goes back", () => {
    const node = new OneNode();
    node.now -= 1;
    expect(() => node.step()).toThrow("time went back from 1000 to 999");
  });

  test("a heartbeat that waits beats a timer that has run out", () => {
    const node = new OneNode().follow(2, 1);
    node.now = node.wakeAt;
    node.hear(node.heartbeat(2, 1));
    expect(node.view).toMatchObject({ role: "follower", leader: 2 });
    expect(node.events()).toEqual([]);
  });

  test("a leader speaks to each follower once per heartbeat interval, and is woken for nothing else", () => {
    const node = new OneNode().lead();
    node.hear(node.match(2, 1), node.match(3, 1));
    node.forget();
    const start = node.now;
    for (let beat = 0; beat < 10; beat += 1) {
      node.wake();
      node.hear(node.beat(2, { lastSent: 1, receivedIndex: 1, matchIndex: 1 }));
    }
    expect(node.now - start).toBe(500);
    expect(node.sent()).toHaveLength(20);
  });
});

describe("rule 38: a process that woke late reads its mail first", () => {
  test("a follower puts its election off by one heartbeat", () => {
    const node = new OneNode().follow(2, 1);
    node.pass(5_000);
    expect(node.view.role).toBe("follower");
    expect(node.events()).toMatchObject([{ type: "wokeLate" }]);
    expect(node.wakeAt).toBe(node.now + 50);
    node.pass(10);
    node.hear(node.heartbeat(2, 1));
    node.pass(100);
    expect(node.view).toMatchObject({ role: "follower", leader: 2, term: 1 });
  });

  test("a follower that woke late campaigns after that heartbeat if nothing came", () => {
    const node = new OneNode().follow(2, 1);
    node.pass(5_000);
    node.wake();
    expect(node.view.role).toBe("preCandidate");
  });

  test("one that is always late does campaign", () => {
    const node = new OneNode();
    for (let turn = 0; turn < 4; turn += 1) {
      node.now = node.wakeAt + 60;
      node.step();
    }
    expect(node.events().filter(({ type }) => type === "electionStarted").length).toBeGreaterThan(0);
  });

  test("a leader does not count the time it slept against its followers", () => {
    const node = new OneNode().lead();
    node.pass(5_000);
    expect(node.view.role).toBe("leader");
    expect(node.sent("heartbeat")).toHaveLength(2);
    node.hear(node.beat(2));
    for (let turn = 0; turn < 3; turn += 1) node.wake();
    expect(node.view.role).toBe("leader");
  });

  test("a leader that woke late steps down if its followers stay silent while it is awake", () => {
    const node = new OneNode().lead();
    node.pass(5_000);
    for (let turn = 0; turn < 7; turn += 1) node.wake();
    expect(node.view.role).not.toBe("leader");
  });

  test("a leader that is always late still notices that nobody answers", () => {
    const node = new OneNode().lead();
    for (let turn = 0; turn < 10; turn += 1) {
      node.now = node.wakeAt + 60;
      node.step();
    }
    expect(node.view.role).not.toBe("leader");
  });

  test("a leader that was replaced while it slept learns it before it says anything", () => {
    const node = new OneNode().lead();
    node.read(1);
    node.forget();
    node.now += 5_000;
    node.hear(node.beat(2, { round: 1 }), node.heartbeat(3, 2));
    expect(node.view).toMatchObject({ role: "follower", leader: 3, term: 2 });
    expect(node.sent("heartbeat")).toEqual([]);
    expect(node.answers()).toMatchObject([{ type: "refused" }]);
  });

  test("a turn that is only a little late is not worth a word", () => {
    const node = new OneNode();
    node.now = node.wakeAt + 50;
    node.step();
    expect(node.events().map(({ type }) => type)).not.toContain("wokeLate");
    expect(node.view.role).toBe("preCandidate");
  });
});

describe("check-quorum", () => {
  test("a leader that no quorum answers for an election timeout steps down, and says nothing more as a leader", () => {
    const node = new OneNode({ voters: [1, 2, 3, 4, 5] }).lead();
    const start = node.now;
    while (node.view.role === "leader") {
      node.forget();
      node.wake();
      node.hear(node.beat(2));
    }
    expect(node.now - start).toBe(300);
    expect(node.sent()).toEqual([]);
    expect(node.events()).toMatchObject([
      { type: "stateChange", to: "follower", why: "no quorum was heard for an election timeout" },
      { type: "leaderLost" },
    ]);
  });

  test.each(["match", "beat"] as const)("any answer of a quorum keeps it leading: %s", (answer) => {
    const node = new OneNode().lead();
    for (let turn = 0; turn < 40; turn += 1) {
      node.wake();
      node.hear(answer === "match" ? node.match(2, 1) : node.beat(2));
    }
    expect(node.view.role).toBe("leader");
  });

  test("a request for a pre-vote is no answer, even if it bears the leader's term", () => {
    const node = new OneNode().lead();
    for (let turn = 0; turn < 10; turn += 1) {
      node.wake();
      node.hear(node.voteRequest(2, 1, { term: 0, index: 0 }, true), node.voteRequest(3, 2, { term: 0, index: 0 }, true));
    }
    expect(node.view.role).not.toBe("leader");
  });
});

describe("a disk that stalls", () => {
  test("makes a leader step down, once, with an event", () => {
    const node = new OneNode().lead();
    node.propose("x");
    for (let turn = 0; turn < 60 && node.view.role === "leader"; turn += 1) {
      node.wake();
      node.hear(node.beat(2));
    }
    expect(node.view.role).toBe("follower");
    const stalls = node.events().filter(({ type }) => type === "diskStalled");
    expect(stalls).toEqual([{ type: "diskStalled", forMs: 2_000 }]);
  });

  test("is noticed by the wake that is for it, whatever the fractions of the clock: no turn asks for another at once", () => {
    for (let part = 1; part <= 200; part += 1) {
      const node = new OneNode().lead();
      node.now += part / 7.3;
      node.propose("x");
      for (let turn = 0; turn < 60 && node.view.role === "leader"; turn += 1) {
        node.hear(node.beat(2));
        node.wake();
        expect(node.wakeAt).toBeGreaterThan(node.now);
      }
      expect(node.view.role).toBe("follower");
    }
  });

  test("keeps a node from campaigning until it recovers", () => {
    const node = new OneNode({ diskStallMs: 100 }).follow(2, 1);
    node.hear(node.append(2, 1, [0, 0], [1]));
    for (let turn = 0; turn < 20; turn += 1) node.wake();
    expect(node.view.role).toBe("follower");
    expect(node.events().filter(({ type }) => type === "diskStalled")).toHaveLength(1);
    node.stored();
    node.wake();
    expect(node.view.role).toBe("preCandidate");
  });

  test("is not to blame for the time the process slept", () => {
    const node = new OneNode().lead();
    node.propose("x");
    node.now += 60_000;
    node.hear(node.beat(2));
    expect(node.view.role).toBe("leader");
    expect(node.events().map(({ type }) => type)).not.toContain("diskStalled");
  });

  test("does not keep a leader from speaking", () => {
    const node = new OneNode().lead();
    node.propose("x");
    node.forget();
    for (let turn = 0; turn < 20; turn += 1) {
      node.wake();
      node.hear(node.beat(2));
    }
    expect(node.sent("heartbeat")).toHaveLength(40);
    expect(node.view.role).toBe("leader");
  });
});

test("a step without news or due time changes nothing and says nothing", () => {
  for (const node of [new OneNode(), new OneNode().follow(2, 1), new OneNode().lead()]) {
    const { view, wakeAt } = node;
    const output = node.pass(1);
    expect(output).toEqual({ send: [], snapshots: [], store: null, apply: [], answers: [], events: [], wakeAt });
    // The log's clock goes on at a leader, and only there.
    expect(node.view).toEqual({ ...view, time: view.role === "leader" ? view.time + 1 : view.time });
  }
});

test("equal seeds and equal news give equal outputs", () => {
  const run = (): unknown[] => {
    const node = new OneNode().lead();
    return [node.propose("a", "b"), node.read(1), node.stored(), node.hear(node.match(2, 3)), node.wake(), node.view];
  };
  expect(run()).toEqual(run());
});
