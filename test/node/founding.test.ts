import { FoundingWorld, forceWaitMs } from "./founding-world.ts";

/** How a cluster is born: once, by all of its list, or not at all. */

let world: FoundingWorld;
beforeEach(() => {
  world = new FoundingWorld();
});

const advice = /was lost or replaced/;

/** Nodes 1, 2 and 3 in one cluster. */
function born(): void {
  world.startAll([1, 2, 3]);
  world.settle();
  expect(world.lives()).toEqual({ 1: "1", 2: "1", 3: "1" });
}

describe("a list whose nodes are all new", () => {
  test("is one cluster, whose members are known with their disks from the first moment on", () => {
    born();
    for (const id of [1, 2, 3]) {
      expect(world.birthOf(id).members).toMatchObject([
        { id: 1, peerAddress: "host1", diskId: "disk 1" },
        { id: 2, peerAddress: "host2", diskId: "disk 2" },
        { id: 3, peerAddress: "host3", diskId: "disk 3" },
      ]);
    }
  });

  test("of one node is a cluster at once", () => {
    world.start(7, { list: [7] });
    world.run(1);
    expect(world.lives()).toEqual({ 7: "1" });
  });

  test("may come up in any order and with any delay: until the last one is there each says whom it waits for", () => {
    world.start(3);
    world.settle();
    world.start(1);
    world.settle();
    expect(world.lives()).toEqual({ 1: "", 3: "" });
    for (const id of [1, 3]) expect(world.waiting.get(id)).toEqual(["node 2 at host2 does not answer (nobody is there)"]);
    world.start(2);
    world.settle();
    expect(world.lives()).toEqual({ 1: "1", 2: "1", 3: "1" });
  });

  test("takes the word of others for where the founder is, which need not list itself as they do", () => {
    world.start(1, { addresses: { 1: "172.16.0.1" } });
    world.startAll([2, 3]);
    world.settle();
    expect(world.birthOf(3).members[0]).toMatchObject({ id: 1, peerAddress: "host1" });
  });
});

describe("no cluster begins", () => {
  test("while a node of the list is silent, however many others are there, and for ever", () => {
    world.startAll([2, 3]);
    world.run(100_000);
    expect(world.lives()).toEqual({ 2: "", 3: "" });
    expect(world.waiting.get(2)).toEqual(["node 1 at host1 does not answer (nobody is there)"]);
  });

  test("while two lists differ, and each says how", () => {
    world.start(1, { list: [1, 2, 3] });
    world.start(2, { list: [1, 2] });
    world.start(3, { list: [1, 2, 3], addresses: { 2: "host4" } });
    world.settle();
    expect(world.lives()).toEqual({ 1: "", 2: "", 3: "" });
    expect(world.waiting.get(1)).toEqual([
      "node 2 lists nodes 1, 2, and node 1 nodes 1, 2, 3",
      "node 3 lists node 2 at host4, and node 1 at host2",
    ]);
    world.kill(2);
    world.kill(3);
    world.startAll([2, 3]);
    world.settle();
    expect(world.lives()).toEqual({ 1: "1", 2: "1", 3: "1" });
  });

  test("while two of the others differ in where the founder is", () => {
    world.startAll([1, 2]);
    world.start(3, { addresses: { 1: "host1:7001" } });
    world.settle();
    expect(world.waiting.get(1)).toEqual(["node 3 lists node 1 at host1:7001, and node 2 at host1"]);
  });

  test("while another node than the one that is listed is at an address, or one of another cluster", () => {
    world.start(1, { addresses: { 2: "host4" } });
    world.start(4, { list: [4, 5] });
    world.start(3, { clusterId: "raft" });
    world.settle();
    expect(world.lives()).toEqual({ 1: "", 3: "", 4: "" });
    expect(world.waiting.get(1)).toEqual(["what is at host4 is node 4, not node 2", 'node 3 at host3 is of cluster "raft"']);
  });

  test("of directories of which one is a copy of another", () => {
    world.startAll([1, 2]);
    const { diskId = "" } = world.directories.get(2) ?? {};
    world.directories.set(3, { diskId, birth: null });
    world.start(3);
    world.settle();
    expect(world.lives()).toEqual({ 1: "", 2: "", 3: "" });
    expect(world.waiting.get(1)).toEqual(["nodes 2 and 3 have one directory, or one is a copy of the other's"]);
  });
});

describe("beside a cluster", () => {
  test("a node that was added to the list begins none, however many are as new as it, and is told where to join", () => {
    world.start(1, { list: [1] });
    world.settle();
    world.kill(1);
    world.startAll([1, 2, 3]);
    world.settle();
    expect(world.lives()).toEqual({ 1: "1", 2: "", 3: "" });
    for (const id of [2, 3]) {
      expect(world.refused.get(id)).toMatchObject({ reason: "stranger" });
      expect(world.refused.get(id)?.message).toMatch(/Node 1 is in cluster "balsa" already, and node \d is none of its members/);
    }
  });

  test("neither does it while the node that has the cluster is down", () => {
    world.start(1, { list: [1] });
    world.settle();
    world.kill(1);
    world.startAll([2, 3]);
    world.run(100_000);
    expect(world.lives()).toEqual({ 1: "1", 2: "", 3: "" });
    world.start(1);
    world.settle();
    expect([2, 3].map((id) => world.refused.get(id)?.reason)).toEqual(["stranger", "stranger"]);
  });

  test.each([[[3]], [[1]], [[1, 3]]])(
    "nodes %j whose disks were emptied are told so, from the first moment of the cluster on",
    (wiped) => {
      born();
      for (const id of wiped) world.wipe(id);
      world.startAll(wiped);
      world.settle();
      for (const id of wiped) {
        expect(world.lives()[id]).toBe("");
        expect(world.refused.get(id)?.reason).toBe("diskReplaced");
        expect(world.refused.get(id)?.message).toMatch(advice);
      }
    },
  );

  test("from which it was removed, or whose ids have passed its own, it is told that", () => {
    world.startAll([2, 3], { list: [2, 3] });
    world.settle();
    world.start(1);
    world.settle();
    expect(world.lives()).toEqual({ 1: "", 2: "1", 3: "1" });
    expect(world.refused.get(1)?.reason).toBe("removed");
  });

  test("that goes by other ids by now it begins none either", () => {
    born();
    world.wipe(1);
    world.start(1, { list: [1, 7, 8], addresses: { 7: "host2", 8: "host3" } });
    world.settle();
    expect(world.refused.get(1)?.reason).toBe("diskReplaced");
  });

  test("a majority that was emptied at once does not begin a new one while the rest is down", () => {
    born();
    for (const id of [1, 2]) world.wipe(id);
    world.kill(3);
    world.startAll([1, 2]);
    world.run(100_000);
    expect(world.lives()).toEqual({ 1: "", 2: "", 3: "1" });
  });

  test("all that were emptied begin again, and it is another life", () => {
    born();
    for (const id of [1, 2, 3]) world.wipe(id);
    world.startAll([1, 2, 3]);
    world.settle();
    expect(world.lives()).toEqual({ 1: "2", 2: "2", 3: "2" });
  });
});

describe("a crash", () => {
  test("before the founder's decision is on its disk: nobody has heard of it, and the next one is decided", () => {
    world.disks.set(1, () => world.kill(1));
    world.startAll([1, 2, 3]);
    world.settle();
    expect(world.lives()).toEqual({ 1: "", 2: "", 3: "" });
    world.disks.clear();
    world.start(1);
    world.settle();
    expect(world.lives()).toEqual({ 1: "2", 2: "2", 3: "2" });
  });

  test("after it is on its disk, and nobody was told: the others wait for the founder, and take it over when it is back", () => {
    world.disks.set(1, (write) => {
      write();
      world.kill(1);
    });
    world.startAll([1, 2, 3]);
    world.settle();
    expect(world.lives()).toEqual({ 1: "1", 2: "", 3: "" });
    expect(world.waiting.get(2)).toEqual(["node 1 at host1 does not answer (nobody is there)"]);
    world.start(1);
    world.settle();
    expect(world.lives()).toEqual({ 1: "1", 2: "1", 3: "1" });
  });

  test("of the founder after one other has heard of it: that one tells the rest", () => {
    world.startAll([1, 2]);
    world.settle();
    world.disks.set(3, () => world.kill(3));
    world.start(3);
    world.settle();
    expect(world.lives()).toEqual({ 1: "1", 2: "1", 3: "" });
    world.kill(1);
    world.disks.clear();
    world.start(3);
    world.settle();
    expect(world.lives()).toEqual({ 1: "1", 2: "1", 3: "1" });
    expect(world.birthOf(3).members).toEqual(world.birthOf(1).members);
  });

  test("that loses the founder's disk before anybody was told: it is as new as the others again", () => {
    world.disks.set(1, (write) => {
      write();
      world.kill(1);
    });
    world.startAll([1, 2, 3]);
    world.settle();
    world.disks.clear();
    world.wipe(1);
    world.start(1);
    world.settle();
    expect(world.lives()).toEqual({ 1: "2", 2: "2", 3: "2" });
  });

  test("that loses it after one other has heard of it: the founder is known to have been another disk", () => {
    world.startAll([1, 2]);
    world.settle();
    world.disks.set(3, () => world.kill(3));
    world.start(3);
    world.settle();
    world.disks.clear();
    world.wipe(1);
    world.startAll([1, 3]);
    world.settle();
    expect(world.lives()).toEqual({ 1: "", 2: "1", 3: "1" });
    expect(world.refused.get(1)?.reason).toBe("diskReplaced");
  });

  test("a list that is edited after the founder has decided does no harm: the node is named with its disk, and takes it over", () => {
    world.disks.set(2, () => world.kill(2));
    world.startAll([1, 2, 3]);
    world.settle();
    world.disks.clear();
    world.start(2, { list: [2, 3] });
    world.settle();
    expect(world.lives()).toEqual({ 1: "1", 2: "1", 3: "1" });
  });

  test("a disk that takes no write ends the node, which has told nobody", () => {
    world.disks.set(1, (_write, done) => done(new Error("no space left")));
    world.startAll([1, 2, 3]);
    world.settle();
    expect(world.failed.get(1)?.message).toBe("no space left");
    expect(world.lives()).toEqual({ 1: "", 2: "", 3: "" });
    expect(world.waiting.get(2)).toEqual(["node 1 at host1 does not answer (nobody is there)"]);
  });
});

describe("by force", () => {
  test("a node that does not answer is not waited for, and is a member whose disk is unknown", () => {
    world.start(2, { isForced: true });
    world.start(3);
    world.run(forceWaitMs - 100);
    expect(world.lives()).toEqual({ 2: "", 3: "" });
    world.run(500);
    expect(world.lives()).toEqual({ 2: "1", 3: "1" });
    expect(world.birthOf(3).members).toMatchObject([
      { id: 1, diskId: "" },
      { id: 2, diskId: "disk 1" },
      { id: 3, diskId: "disk 2" },
    ]);
    world.start(1);
    world.settle();
    expect(world.lives()).toEqual({ 1: "1", 2: "1", 3: "1" });
  });

  test("the lowest of those that answer begins it, and the others say so", () => {
    world.start(2);
    world.start(3, { isForced: true });
    world.run(2 * forceWaitMs);
    expect(world.lives()).toEqual({ 2: "", 3: "" });
    expect(world.waiting.get(3)).toEqual([
      "node 2 is to begin it, as the lowest of those that answer; if it waits as well, start it with --force-bootstrap",
    ]);
    world.kill(2);
    world.start(2, { isForced: true });
    world.run(2 * forceWaitMs);
    expect(world.lives()).toEqual({ 2: "1", 3: "1" });
  });

  test("a node that answers otherwise is not passed over: one in the cluster already, or with another list", () => {
    world.start(1, { list: [1] });
    world.settle();
    world.startAll([2, 3], { isForced: true });
    world.run(2 * forceWaitMs);
    expect(world.lives()).toEqual({ 1: "1", 2: "", 3: "" });
    expect(world.refused.get(2)?.reason).toBe("stranger");
    world = new FoundingWorld();
    world.start(1, { isForced: true });
    world.start(2, { list: [1, 2] });
    world.run(2 * forceWaitMs);
    expect(world.lives()).toEqual({ 1: "", 2: "" });
  });

  test("a node that has said that it is in a cluster, and fell silent then, is not passed over", () => {
    world.start(1, { list: [1, 2], clusterId: "raft" });
    world.start(2, { list: [1, 2], clusterId: "raft" });
    world.settle();
    world.start(3, { isForced: true });
    world.settle();
    world.kill(1);
    world.kill(2);
    world.run(3 * forceWaitMs);
    expect(world.lives()).toEqual({ 1: "1", 2: "1", 3: "" });
  });

  test("two that cannot reach each other may each begin one, and none of the two can have a majority without the third", () => {
    world.unreachable.add(3);
    world.startAll([2, 3], { isForced: true });
    world.run(2 * forceWaitMs);
    expect(world.lives()).toEqual({ 2: "1", 3: "2" });
    world.unreachable.clear();
    world.start(1);
    world.settle();
    expect(["1", "2"]).toContain(world.lives()[1]);
    expect(world.lives()).toMatchObject({ 2: "1", 3: "2" });
  });
});
