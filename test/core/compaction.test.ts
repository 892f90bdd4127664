import { type Changed, command, OneNode } from "./one-node.ts";

// Compaction, and what a leader does with followers that need what was dropped (§7).

/** The leader of term 2 of a log of `length` entries of term 1 and its no-op, all committed, with a state that is durable to the end. */
function leaderOf(length: number, changed: Changed = {}): OneNode {
  const node = new OneNode(changed, { terms: Array(length).fill(1) }).lead();
  node.hear(node.match(2, length + 1), node.match(3, length + 1));
  expect(node.view.appliedIndex).toBe(length + 1);
  return node;
}

function durable(node: OneNode, index: number): void {
  node.step({ type: "durable", index });
  node.persist();
}

describe("compaction", () => {
  test("drops what the state has, and leaves a tail", () => {
    const node = leaderOf(30, { logTailEntriesMax: 10 });
    node.forget();
    durable(node, 31);
    expect(node.view).toMatchObject({ firstIndex: 22, lastIndex: 31 });
    expect(node.events()).toContainEqual({ type: "logCompacted", to: 21 });
    expect(node.stores.at(-1)).toMatchObject({
      base: { index: 21, term: 1, time: 0 },
      entries: [],
      hardState: null,
      lastIndex: 31,
    });
  });

  test("never drops what a power failure could take from the state, nor what is not applied", () => {
    const node = leaderOf(30, { logTailEntriesMax: 1 });
    durable(node, 12);
    expect(node.view.firstIndex).toBe(13);
    durable(node, 5);
    expect(node.view.firstIndex).toBe(13);
    durable(node, 1_000);
    expect(node.view.firstIndex).toBe(31);
  });

  test("leaves no more bytes than the tail may have", () => {
    const node = leaderOf(30, { logTailBytesMax: 1_000 });
    durable(node, 31);
    expect(node.view.firstIndex).toBeGreaterThan(20);
    expect(node.view.firstIndex).toBeLessThan(32);
  });

  test("goes by what is kept: the next store names the new beginning once", () => {
    const node = leaderOf(30, { logTailEntriesMax: 10 });
    node.step({ type: "durable", index: 25 });
    node.stored();
    node.propose("x");
    expect(node.storing).toMatchObject({ base: null, entries: [{ index: 32 }] });
  });

  test("waits for the disk like everything else, and meanwhile the log goes on", () => {
    const node = leaderOf(30, { logTailEntriesMax: 10 });
    node.propose("x");
    node.step({ type: "durable", index: 31 });
    expect(node.storing).toMatchObject({ base: null, entries: [{ index: 32 }] });
    node.stored();
    expect(node.storing).toMatchObject({ base: { index: 22 }, entries: [], lastIndex: 32 });
  });
});

describe("rule 17: an append that starts before a follower's log begins", () => {
  const follower = () =>
    new OneNode({}, { base: { index: 5, term: 1, time: 0 }, entries: [command(1, 6)], applied: 6 }).follow(2, 2);

  test("wholly, is answered with the commit index", () => {
    const node = follower();
    node.hear(node.append(2, 2, [1, 1], [1, 1], 6));
    expect(node.sent("appendMatch")).toMatchObject([{ matchIndex: 6 }]);
  });

  test("partly, is taken from there on", () => {
    const node = follower();
    node.hear(node.append(2, 2, [1, 2], [1, 1, 1, 1, 2, 2], 7));
    node.persist();
    expect(node.view).toMatchObject({ firstIndex: 6, lastIndex: 8, commitIndex: 7 });
    expect(node.sent("appendMatch")).toMatchObject([{ matchIndex: 8 }]);
    expect(node.stores.at(-1)?.entries).toMatchObject([{ index: 7 }, { index: 8 }]);
  });

  test("an append with entries in conflict after what is committed replaces those", () => {
    const node = new OneNode({}, { base: { index: 5, term: 1, time: 0 }, entries: [command(1, 6), command(1, 7)] }).follow(2, 2);
    node.hear(node.append(2, 2, [1, 3], [1, 1, 1, 2], 0));
    expect(node.events()).toContainEqual({ type: "logTruncated", from: 7, last: 7 });
    expect(node.view.lastIndex).toBe(7);
  });

  test("the hint of a conflict is never before the beginning", () => {
    const node = new OneNode({}, { base: { index: 5, term: 1, time: 0 }, entries: [command(3, 6), command(3, 7)] }).follow(2, 4);
    node.hear(node.append(2, 4, [2, 7], [4]));
    expect(node.sent("appendConflict")).toMatchObject([{ prevIndex: 7, hintIndex: 5, hintTerm: 1 }]);
    node.hear(node.append(2, 4, [4, 30], [4]));
    expect(node.sent("appendConflict")).toMatchObject([{ prevIndex: 30, hintIndex: 7, hintTerm: 3 }]);
  });
});

describe("a leader that has dropped what a follower needs", () => {
  /** Node 2 has entry 9, node 3 only `has`; the log begins after 21. */
  function behind(has: number, changed: Changed = {}): OneNode {
    const node = new OneNode({ logTailEntriesMax: 10, ...changed }, { terms: Array(30).fill(1) }).lead();
    node.hear(node.match(2, 31));
    durable(node, 31);
    node.forget();
    node.hear({ type: "appendConflict", ...node.head(3, 2), prevIndex: 30, hintIndex: has, hintTerm: has === 0 ? 0 : 1 });
    return node;
  }

  test("offers it a snapshot, once", () => {
    const node = behind(5);
    const output = node.pass(1);
    expect(node.events()).toContainEqual({ type: "snapshotOffered", to: 3, nextIndex: 6 });
    expect(output.snapshots).toEqual([]);
    expect(node.view.peers[1]).toMatchObject({ id: 3, state: "snapshot" });
    for (let beats = 0; beats < 5; beats += 1) {
      node.pass(50);
      node.hear(node.beat(3), node.beat(2));
    }
    expect(node.sent("append").filter(({ to }) => to === 3)).toEqual([]);
  });

  test("says so to the shell, and to a follower that has enough it sends entries", () => {
    const { raft, now } = behind(21);
    expect(raft.view.peers[1]?.state).toBe("probe");
    const node = behind(20);
    expect(node.view.peers[1]?.state).toBe("snapshot");
    expect(now).toBeGreaterThan(0);
  });

  test("goes on after the snapshot with what follows on it", () => {
    const node = behind(5);
    node.step({ type: "snapshotSent", to: 3, index: 25, outcome: "installed" });
    expect(node.sent("append")).toMatchObject([{ to: 3, prevIndex: 25, prevTerm: 1 }]);
    node.hear(node.match(3, 31));
    expect(node.view.peers[1]).toMatchObject({ state: "replicate", matchIndex: 31 });
  });

  test("finds by a heartbeat that it is there, though the news of that is lost", () => {
    const node = behind(5);
    node.hear(node.beat(3, { receivedIndex: 25, matchIndex: 25 }));
    expect(node.view.peers[1]).toMatchObject({ state: "probe", matchIndex: 25 });
    expect(node.sent("append")).toMatchObject([{ to: 3, prevIndex: 25 }]);
  });

  test("after a failure asks first whether it is still needed, and not at once", () => {
    const node = behind(5, { snapshotRetryMs: 400, electionTimeoutMaxMs: 5_000 });
    node.step({ type: "snapshotSent", to: 3, index: 25, outcome: "failed" });
    node.forget();
    const failedAt = node.now;
    while (node.sent("append").length === 0) {
      expect(node.now - failedAt).toBeLessThanOrEqual(400);
      node.wake();
      node.hear(node.beat(2));
    }
    expect(node.now - failedAt).toBe(400);
    expect(node.view.peers[1]).toMatchObject({ state: "probe", nextIndex: 22 });
    const output = node.hear({ type: "appendConflict", ...node.head(3, 2), prevIndex: 21, hintIndex: 5, hintTerm: 1 });
    expect(output.snapshots).toEqual([3]);
  });

  test("offers none to a follower of which it knows nothing, before that has answered", () => {
    const node = new OneNode({ logTailEntriesMax: 10 }, { terms: Array(30).fill(1) }).lead();
    node.hear(node.match(2, 31));
    durable(node, 31);
    for (let n = 0; n < 5; n += 1) node.propose(`${n}`);
    node.persist();
    node.hear(node.match(2, 36));
    durable(node, 36);
    node.pass(50);
    const output = node.hear(node.beat(3));
    expect(output.snapshots).toEqual([]);
    expect(node.sent("append").at(-1)).toMatchObject({ to: 3, prevIndex: 30 });
  });

  test("news of a snapshot that nobody waits for changes nothing", () => {
    const node = leaderOf(3);
    const { view } = node;
    node.step({ type: "snapshotSent", to: 3, index: 2, outcome: "failed" });
    node.step({ type: "snapshotSent", to: 9, index: 2, outcome: "installed" });
    expect(node.view).toEqual(view);
  });

  test("rule 44: while a snapshot is sent the others get entries, heartbeats leave, and the log is compacted", () => {
    const node = behind(5);
    node.propose("x");
    node.persist();
    expect(node.sent("append")).toMatchObject([{ to: 2, entries: [{ index: 32 }] }]);
    node.hear(node.match(2, 32));
    expect(node.view.commitIndex).toBe(32);
    node.pass(50);
    expect(node.sent("heartbeat").map(({ to }) => to)).toEqual([2, 3]);
    for (let n = 0; n < 50; n += 1) node.propose("y");
    node.persist();
    node.hear(node.match(2, 82));
    durable(node, 82);
    expect(node.view.firstIndex).toBe(73);
  });

  test("rule 45: what follows on a snapshot is sent as entries as long as the log has it, without another snapshot", () => {
    const node = behind(5, { logTailEntriesMax: 1 });
    for (let n = 0; n < 50; n += 1) node.propose("y");
    node.persist();
    node.hear(node.match(2, 81));
    // Whoever sends the snapshot tells no more than it has, until its receiver is there.
    durable(node, 31);
    expect(node.view.firstIndex).toBe(32);
    const { snapshots } = node.step({ type: "snapshotSent", to: 3, index: 31, outcome: "installed" });
    expect(snapshots).toEqual([]);
    expect(node.sent("append").at(-1)).toMatchObject({ to: 3, prevIndex: 31 });
  });

  test("rule 45: if it does not, the follower is asked again what it has, and gets one more", () => {
    const node = behind(5, { logTailEntriesMax: 1 });
    for (let n = 0; n < 50; n += 1) node.propose("y");
    node.persist();
    node.hear(node.match(2, 81));
    durable(node, 81);
    node.step({ type: "snapshotSent", to: 3, index: 31, outcome: "installed" });
    expect(node.sent("append").at(-1)).toMatchObject({ to: 3, prevIndex: 80 });
    const { snapshots } = node.hear({ type: "appendConflict", ...node.head(3, 2), prevIndex: 80, hintIndex: 31, hintTerm: 1 });
    expect(snapshots).toEqual([3]);
  });
});
