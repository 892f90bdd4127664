import { encodeMembers } from "../../src/core/members-codec.ts";
import type { Append } from "../../src/core/messages.ts";
import type { Entry } from "../../src/core/types.ts";
import { Cluster } from "./cluster.ts";
import { command, logOf, membersOf, OneNode, snapshotOf } from "./one-node.ts";

// A snapshot at the one who receives it (§7, Figure 13).

/** What follows on a snapshot that ends at this time. */
function later(message: Append, time = 700): Append {
  return { ...message, entries: message.entries.map((entry) => ({ ...entry, time })) };
}

describe("a snapshot that is received", () => {
  const meta = snapshotOf(10, 2, { time: 700, members: membersOf(1, 2, 3, 4), membersIndex: 8 });
  const received = (changed: Partial<typeof meta> = {}, from = 2, term = 3) =>
    ({ type: "snapshotReceived", ticket: 1, from, term, snapshot: { ...meta, ...changed }, name: "staged" }) as const;

  test("takes the place of the log and the state, in one store", () => {
    const node = new OneNode({}, { terms: [1, 1], applied: 1 }).follow(2, 3);
    node.step(received());
    expect(node.view).toMatchObject({
      firstIndex: 11,
      lastIndex: 10,
      commitIndex: 10,
      appliedIndex: 1,
      installing: "staged",
      time: 700,
    });
    expect(node.storing).toEqual({
      hardState: null,
      entries: [],
      base: { index: 10, term: 2, time: 700 },
      snapshot: { name: "staged", meta },
      lastIndex: 10,
      lastTerm: 2,
    });
    expect(node.answers()).toEqual([{ type: "snapshotTaken", ticket: 1 }]);
    node.stored();
    expect(node.view).toMatchObject({ durableIndex: 10, appliedIndex: 10, installing: null });
    expect(node.events()).toContainEqual({ type: "snapshotInstalled", index: 10, term: 2 });
    expect(node.applied()).toEqual([]);
    node.hear(later(node.append(2, 3, [2, 10], [3], 11)));
    node.persist();
    expect(node.applied()).toEqual(["3.11"]);
  });

  test("rule 28: brings the members as of its index, and the place where they were named", () => {
    const node = new OneNode().follow(2, 3);
    node.step(received());
    expect(node.view).toMatchObject({ members: { voters: [1, 2, 3, 4] }, membersIndex: 8, membersCommitted: true });
    expect(node.events()).toContainEqual({ type: "membersChanged", members: membersOf(1, 2, 3, 4), index: 8 });
  });

  test("rule 28: members that are named after its index stay in force if their entry stays", () => {
    const named = (term: number): Entry => ({ ...command(term, 12), kind: "members", data: encodeMembers(membersOf(1, 2)) });
    for (const term of [2, 1]) {
      const terms = Array(9).fill(1).concat(term, term);
      const node = new OneNode({}, { entries: [...logOf(...terms), named(term)] }).follow(2, 3);
      expect(node.view.members.voters).toEqual([1, 2]);
      node.step(received());
      expect(node.view.membersIndex).toBe(term === 2 ? 12 : 8);
    }
  });

  test.each([10, 9, 3])("rule 39: that ends at %i changes nothing if 10 is committed here", (index) => {
    const node = new OneNode({}, { terms: Array(12).fill(2), applied: 10 }).follow(2, 3);
    const { view } = node;
    const output = node.step(received({ index }));
    // The leader was heard, so the timer begins again.
    const { electionDueAt, electionTimeoutMs } = node.view;
    expect(node.view).toEqual({ ...view, electionDueAt, electionTimeoutMs });
    const answers = [{ type: "snapshotStale", ticket: 1, commitIndex: 10 }];
    expect(output).toMatchObject({ store: null, apply: [], answers, events: [] });
  });

  test("rule 39: of an older term is no concern of this node", () => {
    const node = new OneNode().follow(2, 3);
    const { view } = node;
    node.step(received({}, 3, 2));
    expect(node.view).toEqual(view);
    expect(node.answers()).toEqual([{ type: "snapshotRefused", ticket: 1, why: "this node is in term 3" }]);
  });

  test("of a newer term makes it follow, and its promises wait for the disk", () => {
    const node = new OneNode({}, { terms: [1, 1] }).follow(2, 3);
    node.step(received({}, 3, 5));
    expect(node.view).toMatchObject({ term: 5, leader: 3, installing: "staged" });
    expect(node.storing).toMatchObject({ hardState: { term: 5, votedFor: null }, snapshot: { name: "staged" } });
    node.hear(node.append(3, 5, [1, 1], [1], 2));
    expect(node.sent()).toEqual([]);
    node.persist();
    expect(node.sent("appendMatch")).toMatchObject([{ matchIndex: 10 }]);
  });

  test("rule 40: keeps what follows it in the log if the entry at its index is of its term", () => {
    const node = new OneNode({}, { terms: [...Array(9).fill(1), 2, 2, 3], applied: 1 }).follow(2, 3);
    node.step(received());
    expect(node.view).toMatchObject({ firstIndex: 11, lastIndex: 12, durableIndex: 12 });
    expect(node.storing).toMatchObject({ base: { index: 10 }, entries: [], lastIndex: 12, lastTerm: 3 });
    expect(node.events().map(({ type }) => type)).not.toContain("logTruncated");
  });

  test("rule 40: drops the whole log if that entry is of another term", () => {
    const node = new OneNode({}, { terms: Array(12).fill(1), applied: 1 }).follow(2, 3);
    node.step(received());
    expect(node.view).toMatchObject({ firstIndex: 11, lastIndex: 10, durableIndex: 9 });
    expect(node.storing).toMatchObject({ base: { index: 10 }, entries: [], lastIndex: 10, lastTerm: 2 });
    expect(node.events()).toContainEqual({ type: "logTruncated", from: 11, last: 12 });
  });

  test("rule 40: a store in flight claims nothing for entries after it that took the place of dropped ones", () => {
    const node = new OneNode({}, { terms: [1] }).follow(3, 1);
    node.hear(node.append(3, 1, [1, 1], Array(12).fill(1)));
    node.step(received());
    node.hear(later(node.append(2, 3, [2, 10], [3, 3])));
    node.sent();
    node.stored();
    expect(node.view).toMatchObject({ durableIndex: 9, installing: "staged" });
    expect(
      node
        .sent("appendMatch")
        .map(({ matchIndex }) => matchIndex)
        .filter((index) => index > 9),
    ).toEqual([]);
    expect(node.storing).toMatchObject({ snapshot: { name: "staged" }, entries: [{ index: 11 }, { index: 12 }] });
    node.stored();
    expect(node.view).toMatchObject({ durableIndex: 12, appliedIndex: 10 });
  });

  test("rule 41: nothing that follows is applied, and nothing promised of it, before it is on disk", () => {
    const node = new OneNode({}, { terms: [...Array(9).fill(1), 2, 2, 3], applied: 1 }).follow(2, 3);
    node.step(received());
    node.hear(node.heartbeat(2, 3, { commit: 10 }), node.append(2, 3, [3, 12], [3], 12));
    expect(node.view.commitIndex).toBe(12);
    expect(node.applied()).toEqual([]);
    node.stored();
    expect(node.applied()).toEqual(["2.11", "3.12"]);
  });

  test("rule 43: two in quick succession: the first is installed, and nothing applied before the second is too", () => {
    const node = new OneNode({}, { terms: [1], applied: 1 }).follow(2, 3);
    node.step(received());
    node.step({ ...received({ index: 20 }), name: "second" });
    node.hear(later(node.append(2, 3, [2, 20], [3], 21)));
    expect(node.storing).toMatchObject({ snapshot: { name: "staged" }, lastIndex: 10 });
    node.stored();
    expect(node.view).toMatchObject({ appliedIndex: 10, installing: "second" });
    expect(node.storing).toMatchObject({ snapshot: { name: "second" }, base: { index: 20 }, entries: [{ index: 21 }] });
    expect(node.applied()).toEqual([]);
    node.stored();
    expect(node.view).toMatchObject({ appliedIndex: 21, installing: null });
    expect(node.applied()).toEqual(["3.21"]);
  });

  test("rule 43: two while the disk is busy: only the newer one is ever named", () => {
    const node = new OneNode({}, { terms: [1], applied: 1 }).follow(2, 3);
    node.hear(node.append(2, 3, [1, 1], [1]));
    node.step(received());
    node.step({ ...received({ index: 20 }), ticket: 2, name: "second" });
    expect(node.answers()).toEqual([
      { type: "snapshotTaken", ticket: 1 },
      { type: "snapshotTaken", ticket: 2 },
    ]);
    node.persist();
    expect(node.stores.flatMap(({ snapshot }) => snapshot?.name ?? [])).toEqual(["second"]);
    expect(node.view.appliedIndex).toBe(20);
  });

  test("rule 43: the same one again changes nothing", () => {
    const node = new OneNode({}, { terms: [1], applied: 1 }).follow(2, 3);
    node.step(received());
    node.step({ ...received(), name: "again" });
    expect(node.view.installing).toBe("staged");
    node.persist();
    node.step({ ...received(), name: "again" });
    expect([node.view.installing, node.storing]).toEqual([null, null]);
  });

  test("rule 35: a read that waits meanwhile may run once all that it must see is applied", () => {
    const node = new OneNode({}, { terms: [1], applied: 1 }).follow(2, 3);
    node.read(7);
    const [asked] = node.sent("readIndexRequest");
    node.step(received());
    node.hear({ type: "readIndexReply", ...node.head(2, 3), id: asked?.id ?? 0, index: 10 });
    expect(node.answers()).toEqual([
      { type: "snapshotTaken", ticket: 1 },
      { type: "readable", ticket: 7, index: 10 },
    ]);
    expect(node.view.appliedIndex).toBe(1);
  });

  test("a node that waits for one may vote, and be elected; it counts itself only once the disk has it", () => {
    const node = new OneNode({}, { terms: [1], applied: 1 }).follow(2, 3);
    node.step(received({ members: membersOf(1, 2, 3) }));
    const { storing } = node;
    node.timeout();
    node.hear(node.vote(2, { term: 4, preVote: true }));
    node.stored();
    node.persist();
    node.hear(node.vote(2, { term: 4 }));
    expect(node.view).toMatchObject({ role: "leader", firstIndex: 11, lastIndex: 11 });
    expect(storing?.snapshot?.name).toBe("staged");
  });
});

test("a cluster whose third node was away brings it back with a snapshot", () => {
  const offered: number[] = [];
  const cluster: Cluster = new Cluster(
    3,
    { onMessage: () => undefined, onOutput: (_node, { snapshots }) => void offered.push(...snapshots) },
    { logTailEntriesMax: 5 },
  );
  cluster.pass(1_000);
  const leader = cluster.leader ?? cluster.member(1);
  const [away] = cluster.members.filter((member) => member !== leader);
  if (away === undefined) throw new Error("there is no other node");
  cluster.crash(away);
  for (let n = 0; n < 100; n += 1) {
    cluster.step(leader, { type: "propose", ticket: n, data: Buffer.from(`${n}`) });
    cluster.settle();
  }
  cluster.step(leader, { type: "durable", index: leader.view.appliedIndex });
  cluster.settle();
  cluster.restart(away, 0);
  cluster.pass(1_000);
  expect(offered).toEqual([away.id]);
  cluster.snapshot(leader, away);
  cluster.pass(200);
  expect(away.view).toMatchObject({ lastIndex: leader.view.lastIndex, appliedIndex: leader.view.appliedIndex });
  expect(away.applied).toEqual(leader.applied);
});
