import type { AppendConflict, PeerMessage } from "../../src/core/messages.ts";
import { command, logOf, OneNode } from "./one-node.ts";

describe("an append at a follower", () => {
  const cases: [what: string, prev: [number, number], news: number[], answer: Partial<PeerMessage>, log: number[]][] = [
    ["after the last entry is appended", [2, 3], [2], { type: "appendMatch", matchIndex: 4 }, [1, 1, 2, 2]],
    ["without entries tells only where the logs agree", [1, 2], [], { type: "appendMatch", matchIndex: 2 }, [1, 1, 2]],
    ["rule 13: is acknowledged up to its own end, not the log's", [1, 1], [1], { type: "appendMatch", matchIndex: 2 }, [1, 1, 2]],
    ["rule 14: that comes late shortens nothing", [0, 0], [1], { type: "appendMatch", matchIndex: 1 }, [1, 1, 2]],
    ["in conflict replaces what differs", [1, 1], [3], { type: "appendMatch", matchIndex: 2 }, [1, 3]],
    ["beyond the end is refused", [2, 5], [2], { type: "appendConflict", hintIndex: 3, hintTerm: 2 }, [1, 1, 2]],
    ["after another term is refused", [3, 3], [3], { type: "appendConflict", hintIndex: 2, hintTerm: 1 }, [1, 1, 2]],
    [
      "far beyond, of an older term, hints at that term",
      [1, 9],
      [1],
      { type: "appendConflict", hintIndex: 2, hintTerm: 1 },
      [1, 1, 2],
    ],
  ];

  test.each(cases)("%s (§5.3)", (_what, prev, news, answer, log) => {
    const node = new OneNode({}, { terms: [1, 1, 2] }).follow(2, 3);
    node.hear(node.append(2, 3, prev, news));
    node.persist();
    expect(node.sent()).toMatchObject([{ to: 2, term: 3, ...answer }]);
    expect(node.view.lastIndex).toBe(log.length);
  });

  test("rule 12: commits no more than what it vouches for, however much the leader has committed", () => {
    const node = new OneNode({}, { terms: [1, 1, 2, 2] }).follow(2, 3);
    node.hear(node.append(2, 3, [1, 2], [], 4));
    expect(node.view.commitIndex).toBe(2);
    node.hear(node.append(2, 3, [1, 1], [1], 4));
    expect(node.view.commitIndex).toBe(2);
    node.hear(node.append(2, 3, [1, 2], [3], 4));
    expect(node.view).toMatchObject({ commitIndex: 3, lastIndex: 3 });
  });

  test("rule 12: a heartbeat commits no more than what is known to be the leader's", () => {
    const node = new OneNode({}, { terms: [1, 1, 2, 2] }).follow(2, 3);
    node.hear(node.heartbeat(2, 3, { commit: 4 }));
    expect(node.view.commitIndex).toBe(0);
    node.hear(node.append(2, 3, [1, 2], [], 0), node.heartbeat(2, 3, { commit: 4 }));
    expect(node.view.commitIndex).toBe(2);
  });

  test("rule 12: what an earlier leader vouched for does not count for the next", () => {
    const node = new OneNode({}, { terms: [1] }).follow(2, 2);
    node.hear(node.append(2, 2, [1, 1], [2, 2]));
    node.follow(3, 3);
    node.hear(node.heartbeat(3, 3, { commit: 3, lastSent: 3 }));
    expect(node.view.commitIndex).toBe(0);
    expect(node.sent("heartbeatReply")).toMatchObject([{ receivedIndex: 0, matchIndex: 0 }]);
  });

  test("rule 17: whose end is committed here is a success up to the commit index", () => {
    const node = new OneNode({}, { terms: [1, 1, 1, 1], applied: 3 }).follow(2, 1);
    node.hear(node.append(2, 1, [1, 1], [1]), node.append(2, 1, [1, 2], []));
    expect(node.sent("appendMatch")).toMatchObject([{ matchIndex: 3 }]);
    expect(node.view.lastIndex).toBe(4);
  });

  test("rule 17: that begins below the commit index and ends above it takes effect", () => {
    const node = new OneNode({}, { terms: [1, 1, 1, 1], applied: 3 }).follow(2, 2);
    node.hear(node.append(2, 2, [1, 1], [1, 1, 2, 2]));
    node.persist();
    expect(node.sent("appendMatch")).toMatchObject([{ matchIndex: 5 }]);
    expect(node.applied()).toEqual([]);
  });
});

test("rule 14: no old append, doubled and in any order, shortens the log", () => {
  const node = new OneNode().follow(2, 1);
  const appends = [1, 2, 3, 4, 5].map((index) => node.append(2, 1, index === 1 ? [0, 0] : [1, index - 1], [1]));
  node.hear(...appends);
  for (let round = 0; round < 20; round += 1) {
    node.hear(...appends.filter((_append, place) => (place * 7 + round) % 3 !== 0).reverse(), ...appends.slice(round % 5));
    expect(node.view.lastIndex).toBe(5);
  }
  expect(node.events().some(({ type }) => type === "logTruncated")).toBe(false);
});

describe("a heartbeat at a follower", () => {
  test("is answered while entries are still under way to the disk, with what is there", () => {
    const node = new OneNode().follow(2, 1);
    node.hear(node.append(2, 1, [0, 0], [1, 1]));
    node.hear(node.heartbeat(2, 1, { round: 4, lastSent: 2 }));
    expect(node.sent("heartbeatReply")).toMatchObject([{ round: 4, lastSent: 2, receivedIndex: 2, matchIndex: 0 }]);
    node.stored();
    node.hear(node.heartbeat(2, 1, { round: 5, lastSent: 3 }));
    expect(node.sent("heartbeatReply")).toMatchObject([{ round: 5, lastSent: 3, receivedIndex: 2, matchIndex: 2 }]);
  });
});

describe("a leader", () => {
  test("sends what it has before its own disk has it", () => {
    const node = leaderOfThree();
    node.propose("a");
    expect(node.storing?.lastIndex).toBe(2);
    expect(node.sent("append").map(({ to, prevIndex }) => [to, prevIndex])).toEqual([
      [2, 1],
      [3, 1],
    ]);
  });

  test("rule 18: counts itself only up to what its own disk holds", () => {
    const node = leaderOfThree();
    node.propose("a");
    node.hear(node.match(2, 2));
    expect(node.view.commitIndex).toBe(1);
    node.stored();
    expect(node.view.commitIndex).toBe(2);
  });

  test("rule 18: commits what the disks of others hold before its own does, but applies it only from its own", () => {
    const node = leaderOfThree();
    node.propose("a");
    node.hear(node.match(2, 2), node.match(3, 2));
    expect(node.view).toMatchObject({ commitIndex: 2, durableIndex: 1 });
    expect(node.applied()).toEqual([]);
    node.stored();
    expect(node.applied()).toEqual(["1.2"]);
  });

  test("rule 11: does not commit an entry of an earlier term by counting (§5.4.2, Figure 8)", () => {
    const node = new OneNode({ voters: [1, 2, 3, 4, 5] }, { terms: [1, 2], hardState: { term: 3, votedFor: null } }).lead();
    node.hear(node.match(2, 2), node.match(3, 2));
    expect(node.view.commitIndex).toBe(0);
    node.hear(node.match(2, 3), node.match(3, 3));
    expect(node.view.commitIndex).toBe(3);
    expect(node.applied()).toEqual(["1.1", "2.2", "4.3"]);
  });

  test("rule 15: ignores answers to an earlier term of its own", () => {
    const node = leaderOfThree();
    node.hear(node.beat(2, { term: 5 }));
    node.persist();
    node.lead();
    node.hear(node.match(2, 2, 1), node.match(3, 2, 5));
    expect(node.view.peers).toMatchObject([{ matchIndex: 0 }, { matchIndex: 0 }]);
    expect(node.view.commitIndex).toBe(1);
  });

  test("rule 16: ignores the refusal of a probe that was answered since", () => {
    const node = leaderOfThree();
    node.propose("a");
    node.hear(node.match(2, 2));
    node.forget();
    node.hear(conflict(node, 2, { prevIndex: 2, hintIndex: 0, hintTerm: 0 }));
    expect(node.view.peers[0]).toMatchObject({ state: "replicate", matchIndex: 2, nextIndex: 3 });
    expect(node.sent("append")).toEqual([]);
  });

  test("counts nothing that a stranger answers", () => {
    const node = leaderOfThree();
    node.propose("a");
    node.persist();
    node.forget();
    const { view } = node;
    node.hear(node.match(9, 2), node.beat(9, { receivedIndex: 2, matchIndex: 2 }));
    node.hear(conflict(node, 9, { prevIndex: 2, hintIndex: 0, hintTerm: 0 }));
    expect(node.view).toEqual(view);
    expect(node.sent()).toEqual([]);
  });

  test("begins again where the logs agree when a heartbeat shows that appends were lost", () => {
    const node = leaderOfThree();
    node.propose("a");
    node.propose("b");
    node.forget();
    node.hear(node.beat(2, { lastSent: 3, receivedIndex: 1, matchIndex: 1 }));
    expect(node.events()).toContainEqual({ type: "progressChanged", peer: 2, to: "probe", nextIndex: 2 });
    expect(node.sent("append")).toMatchObject([{ to: 2, prevIndex: 1, entries: [{ index: 2 }, { index: 3 }] }]);
  });

  test("does not take for lost what was sent after the heartbeat", () => {
    const node = leaderOfThree();
    node.propose("a");
    node.propose("b");
    node.forget();
    node.hear(node.beat(2, { lastSent: 2, receivedIndex: 2, matchIndex: 1 }));
    expect(node.sent("append")).toEqual([]);
    expect(node.view.peers[0]).toMatchObject({ state: "replicate", nextIndex: 4 });
  });

  test("tells a follower that has restarted how far it agrees, or it could learn no commit", () => {
    const node = leaderOfThree();
    node.hear(node.beat(2, { lastSent: 1, receivedIndex: 0, matchIndex: 0 }));
    expect(node.sent("append")).toMatchObject([{ to: 2, prevIndex: 1, prevTerm: 1, entries: [], commit: 1 }]);
  });

  test("probes again when a probe may have been lost", () => {
    const node = new OneNode({}, { terms: [1, 1] }).lead();
    node.hear(node.beat(2));
    expect(node.sent("append")).toMatchObject([{ to: 2, prevIndex: 2, entries: [{ index: 3 }] }]);
  });

  test("sends no more at a time than the limits allow", () => {
    const node = new OneNode({ appendEntriesMax: 2, inflightMessagesMax: 3 }).lead();
    node.hear(node.match(2, 1));
    node.propose(..."abcdefghij");
    expect(node.sent("append").map(({ entries }) => entries.map(({ index }) => index))).toEqual([
      [2, 3],
      [4, 5],
      [6, 7],
    ]);
    node.hear(node.match(2, 5));
    expect(node.sent("append").map(({ entries }) => entries.map(({ index }) => index))).toEqual([
      [8, 9],
      [10, 11],
    ]);
  });

  test("sends no more bytes at a time than the limits allow", () => {
    const node = new OneNode({ appendEntriesMax: 1, inflightBytesMax: 20 }).lead();
    node.hear(node.match(2, 1));
    node.propose("0123456789", "0123456789", "0123456789");
    expect(node.sent("append")).toHaveLength(2);
    node.hear(node.match(2, 2));
    expect(node.sent("append")).toHaveLength(1);
  });

  function leaderOfThree(): OneNode {
    const node = new OneNode().lead();
    node.hear(node.match(2, 1), node.match(3, 1));
    node.forget();
    return node;
  }
});

test("rule 22: ten thousand entries that differ are skipped in no more round trips than there are terms", () => {
  // The leader's log: 20 common entries, then 10,000 of its own in three terms. The follower's: another 10,000 in five.
  const common = Array.from({ length: 20 }, () => 1);
  const mine = [...common, ...Array.from({ length: 10_000 }, (_, place) => [2, 6, 9][Math.floor(place / 3_400)] ?? 9)];
  const others = [...common, ...Array.from({ length: 10_000 }, (_, place) => [3, 4, 5, 7, 8][Math.floor(place / 2_000)] ?? 8)];
  const leader = new OneNode({ id: 1, appendEntriesMax: 20_000, appendBytesMax: 2 ** 22 }, { terms: mine }).lead();
  const follower = new OneNode({ id: 2 }, { terms: others });
  leader.hear(leader.beat(2));
  let roundTrips = 0;
  while (leader.view.peers[0]?.matchIndex !== mine.length + 1) {
    roundTrips += 1;
    expect(roundTrips).toBeLessThanOrEqual(8);
    follower.hear(...leader.sent().filter(({ to }) => to === 2));
    follower.persist();
    leader.hear(...follower.sent());
  }
  expect(follower.view.lastIndex).toBe(mine.length + 1);
});

describe("a proposal", () => {
  test("goes only to a leader; others say where it is, if they know", () => {
    const node = new OneNode();
    node.propose("x");
    node.follow(3, 1);
    node.propose("x");
    expect(node.answers()).toEqual([{ type: "refused", ticket: 1, reason: "notLeader", leader: 3 }]);
    expect(node.view.lastIndex).toBe(0);
  });

  test("is answered in the same step, each with its place", () => {
    const node = new OneNode().lead();
    const { answers } = node.propose("a", "b");
    expect(answers).toEqual([
      { type: "accepted", ticket: 1, index: 2, term: 1, ids: [] },
      { type: "accepted", ticket: 2, index: 3, term: 1, ids: [] },
    ]);
  });

  test("rule 21: once accepted is never refused, even if the leader steps down in the same step", () => {
    const node = new OneNode().lead();
    const later = { type: "message" as const, message: node.beat(2, { term: 9 }) };
    node.step({ type: "propose", ticket: 7, data: Buffer.from("x") }, later);
    expect(node.view.role).toBe("follower");
    node.persist();
    for (let turn = 0; turn < 20; turn += 1) node.pass(100);
    expect(node.answers()).toEqual([{ type: "accepted", ticket: 7, index: 2, term: 1, ids: [] }]);
  });
});

describe("rule 54: what a leader holds uncommitted is bounded", () => {
  test("a flood without a quorum is refused at the limit, and taken again when something commits", () => {
    const node = new OneNode({ uncommittedBytesMax: 10_000 }).lead();
    node.hear(node.match(2, 1));
    const flood = Array.from({ length: 1_000 }, () => "0123456789");
    node.propose(...flood);
    const refused = node.answers().filter(({ type }) => type === "refused");
    const taken = 1_000 - refused.length;
    expect(taken).toBeGreaterThan(10);
    expect(taken).toBeLessThan(1_000);
    expect(refused[0]).toMatchObject({ reason: "overloaded", leader: 1 });
    node.propose("x");
    expect(node.answers()).toMatchObject([{ type: "refused", reason: "overloaded" }]);
    node.persist();
    node.hear(node.match(2, 1 + taken));
    node.propose("x");
    expect(node.answers()).toMatchObject([{ type: "accepted" }]);
  });

  test("commands without data are not free", () => {
    const node = new OneNode({ uncommittedBytesMax: 10_000 }).lead();
    node.propose(...Array.from({ length: 1_000 }, () => ""));
    expect(node.answers().some(({ type }) => type === "refused")).toBe(true);
  });

  test("one command larger than the limit is taken when nothing else waits", () => {
    const node = new OneNode({ uncommittedBytesMax: 10 }).lead();
    node.hear(node.match(2, 1));
    node.propose("longer than ten bytes", "next");
    expect(node.answers().map(({ type }) => type)).toEqual(["accepted", "refused"]);
  });

  test("a new leader counts what it found uncommitted in its log", () => {
    const node = new OneNode({ uncommittedBytesMax: 1_000 }, { terms: Array.from({ length: 100 }, () => 1) }).lead();
    node.propose("x");
    expect(node.answers()).toMatchObject([{ type: "refused", reason: "overloaded" }]);
    node.hear(node.match(2, 101));
    node.propose("x");
    expect(node.answers()).toMatchObject([{ type: "accepted", index: 102 }]);
  });
});

test("a follower applies what is committed only once its own disk has it, each entry once", () => {
  const node = new OneNode({}, { entries: logOf(1, 1), applied: 1 }).follow(2, 1);
  node.hear(node.append(2, 1, [1, 2], [1, 1], 4));
  expect(node.view).toMatchObject({ commitIndex: 4, durableIndex: 2 });
  expect(node.applied()).toEqual(["1.2"]);
  node.stored();
  expect(node.applied()).toEqual(["1.3", "1.4"]);
  node.hear(node.append(2, 1, [1, 2], [1, 1], 4));
  expect(node.applied()).toEqual([]);
});

test("entries go out as they came in", () => {
  const node = new OneNode().follow(2, 1);
  const output = node.hear({ ...node.append(2, 1, [0, 0], [], 1), entries: [command(1, 1, "x=1")] });
  node.persist();
  expect(output.store?.entries).toEqual([command(1, 1, "x=1")]);
});

function conflict(node: OneNode, from: number, at: Pick<AppendConflict, "prevIndex" | "hintIndex" | "hintTerm">): AppendConflict {
  return { type: "appendConflict", ...node.head(from, node.view.term), ...at };
}
