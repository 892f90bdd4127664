import { bareMember } from "../../src/core/members.ts";
import type { MembersChange } from "../../src/core/types.ts";
import { Cluster, type Member } from "./cluster.ts";

// A change of members is cut short by a crash, once at every place where one can happen.

/** More than any of these changes takes: a store or a message each. */
const placesMax = 120;

const silent = { onOutput: () => undefined, onMessage: () => undefined };

/** New nodes run from the start, and wait to be heard of. */
function clusterOf(size: number, ...joining: number[]): Cluster {
  const cluster = new Cluster(size, silent, { removedTellMs: 500 });
  const first = cluster.member(1);
  for (const id of joining) cluster.join(id);
  first.clock = first.wakeAt;
  cluster.step(first);
  cluster.settle();
  cluster.pass(100);
  expect(cluster.leader).toBe(first);
  return cluster;
}

function changing(add: readonly number[], remove: readonly number[]): MembersChange {
  return { type: "change", add: add.map(bareMember), remove, asLearners: false, force: false };
}

/** One store or one message, if there is any. */
function goOn(cluster: Cluster): boolean {
  const busy = cluster.members.find(({ isUp, storing }) => isUp && storing !== null);
  if (busy !== undefined) cluster.store(busy);
  else if (cluster.network.length > 0) cluster.deliver();
  else return false;
  return true;
}

/** Asks for the change, lets so much of it happen, and crashes one. @returns false if the change had ended before */
function crashAt(cluster: Cluster, change: MembersChange, place: number, victim: Member): boolean {
  cluster.step(cluster.member(1), { type: "changeMembers", ticket: 1, change });
  for (let step = 0; step < place; step += 1) if (!goOn(cluster)) return false;
  // A write that was under way is lost in half of the cases.
  if (place % 2 === 0) cluster.write(victim);
  cluster.crash(victim);
  cluster.settle();
  return true;
}

/** Everybody is there again: somebody leads, and the members are those before or those to come, and no others. */
function expectAgreement(cluster: Cluster, allowed: readonly (readonly number[])[]): void {
  for (const member of cluster.members) if (!member.isUp) cluster.restart(member);
  cluster.settle();
  cluster.pass(3_000);
  const { leader } = cluster;
  expect(leader?.view).toMatchObject({ membersCommitted: true, members: { outgoing: [], plan: null } });
  expect(allowed).toContainEqual(leader?.view.members.voters);
  for (const id of leader?.view.members.voters ?? []) {
    expect(cluster.member(id).applied).toEqual(leader?.applied);
    expect(cluster.member(id).view.members).toEqual(leader?.view.members);
  }
}

/** Crashes `victim` at each place of the change in turn. */
function sweep(make: () => Cluster, change: MembersChange, victim: number, check: (cluster: Cluster) => void): void {
  let place = 0;
  for (; place < placesMax; place += 1) {
    const cluster = make();
    if (!crashAt(cluster, change, place, cluster.member(victim))) break;
    check(cluster);
  }
  expect({ place, isMany: place > 8, isEnd: place < placesMax }).toEqual({ place, isMany: true, isEnd: true });
}

describe("rule 31: two members become one", () => {
  test.each([
    ["the one that stays", 2, 1],
    ["the one that leaves", 2, 2],
    ["the leader, which leaves", 1, 1],
    ["the other, which stays", 1, 2],
  ])("and at whatever place %s crashes, the cluster goes on when it is back", (_who, leaving, victim) => {
    const stays = leaving === 1 ? 2 : 1;
    sweep(
      () => clusterOf(2),
      changing([], [leaving]),
      victim,
      (cluster) => expectAgreement(cluster, [[1, 2], [stays]]),
    );
  });

  test("as soon as the one of two that stays has the new configuration it needs the other no more", () => {
    let wasAlone = 0;
    for (const leaving of [1, 2]) {
      const stays = 3 - leaving;
      sweep(
        () => clusterOf(2),
        changing([], [leaving]),
        leaving,
        (cluster) => {
          const member = cluster.member(stays);
          const { members } = member.view;
          if (members.voters.length !== 1 || members.outgoing.length > 0) return;
          wasAlone += 1;
          cluster.pass(1_000);
          cluster.step(member, { type: "propose", ticket: 2, data: Buffer.from("alone") });
          cluster.settle();
          expect(Buffer.from(member.applied.at(-1)?.data ?? []).toString()).toBe("alone");
        },
      );
    }
    expect(wasAlone).toBeGreaterThan(2);
  });
});

describe("rule 25: a change that was cut short is brought to its end, or never happened", () => {
  test.each([
    ["three are replaced by three others", 1, [4, 5, 6], [1, 2, 3]],
    ["three are replaced by three others", 2, [4, 5, 6], [1, 2, 3]],
    ["three are replaced by three others", 4, [4, 5, 6], [1, 2, 3]],
    ["the leader is replaced", 1, [4], [1]],
    ["two come and the leader leaves", 3, [4, 5], [1]],
  ])("%s, and node %i crashes", (_what, victim, add, remove) => {
    const before = [1, 2, 3];
    const after = [...before.filter((id) => !remove.includes(id)), ...add];
    sweep(
      () => clusterOf(3, ...add),
      changing(add, remove),
      victim,
      (cluster) => expectAgreement(cluster, [before, after]),
    );
  });

  test.each([1, 2, 3, 4])(
    "a change comes to its end also if node %i never comes back, for one of five may fail at any time",
    (victim) => {
      sweep(
        () => clusterOf(5, 6),
        changing([6], [2]),
        victim,
        (cluster) => {
          cluster.pass(3_000);
          const { leader } = cluster;
          expect(leader?.view).toMatchObject({ membersCommitted: true, members: { outgoing: [], plan: null } });
          if (leader !== undefined) cluster.step(leader, { type: "propose", ticket: 2, data: Buffer.from("on") });
          cluster.settle();
          expect(Buffer.from(leader?.applied.at(-1)?.data ?? []).toString()).toBe("on");
        },
      );
    },
  );
});
