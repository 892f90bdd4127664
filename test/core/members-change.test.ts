import { bootstrapMembers, carryOutPlan, leaveJoint, membersProblems, votersToBe } from "../../src/core/members.ts";
import { changedMembers } from "../../src/core/members-change.ts";
import { Random } from "../../src/core/random.ts";
import type { Member, Members, MembersChange } from "../../src/core/types.ts";
import { incarnationId } from "../incarnations.ts";

// A change as a value: who the members are after it, without a cluster around it.

/** One whose id is still to be picked has an address of its own by its disk. */
function node(id: number, diskId = ""): Member {
  if (id === 0) return { id, peerAddress: diskId, clientAddress: diskId, diskId };
  return { id, peerAddress: `peer-${id}`, clientAddress: `client-${id}`, diskId };
}

const three = bootstrapMembers([node(1), node(2), node(3)], incarnationId);

/** As `three`, and learners 4 and 5. */
const five: Members = become(three, addition([node(4), node(5)], { asLearners: true }));

/** As `three`, and 4 is to take the place of 3. */
const planned: Members = become(three, addition([node(4)], { remove: [3] }));

const joint = carryOutPlan(planned);

function addition(
  add: readonly Member[],
  { asLearners = false, remove = [] }: { asLearners?: boolean; remove?: readonly number[] } = {},
): MembersChange {
  return { type: "change", add, asLearners, remove, force: false };
}

function removal(...remove: number[]): MembersChange {
  return addition([], { remove });
}

function become(members: Members, change: MembersChange): Members {
  const changed = changedMembers(members, change);
  if (changed.type === "refused") throw new Error(`refused: ${changed.reason}`);
  expect(membersProblems(changed.members)).toEqual([]);
  return changed.members;
}

/** `voters/outgoing learners promote-remove`, as far as there are any. */
function short({ voters, outgoing, learners, plan }: Members): string {
  const joint = outgoing.length === 0 ? "" : `/${outgoing}`;
  const waiting = plan === null ? "" : ` plan +${plan.promote}${plan.remove.length === 0 ? "" : ` -${plan.remove}`}`;
  return `${voters}${joint}${learners.length === 0 ? "" : ` learners ${learners}`}${waiting}`;
}

test.each<[what: string, members: Members, change: MembersChange, expected: string]>([
  ["a new node is a learner until it has caught up", three, addition([node(4)]), "1,2,3 learners 4 plan +4"],
  ["several come at once", three, addition([node(0), node(0)]), "1,2,3 learners 4,5 plan +4,5"],
  ["a learner that is to stay one has no plan", three, addition([node(4)], { asLearners: true }), "1,2,3 learners 4"],
  ["who leaves leaves by joint consensus", three, removal(3), "1,2/1,2,3"],
  ["several leave at once", three, removal(3, 1), "2/1,2,3"],
  ["the same one twice is once", three, removal(3, 3), "1,2/1,2,3"],
  ["a learner leaves at once", five, removal(4), "1,2,3 learners 5"],
  ["a voter and a learner leave together", five, removal(4, 1), "2,3/1,2,3 learners 5"],
  [
    "who is replaced stays until the new one has caught up",
    three,
    addition([node(4)], { remove: [3] }),
    "1,2,3 learners 4 plan +4 -3",
  ],
  ["all may be replaced", three, addition([node(4)], { remove: [1, 2, 3] }), "1,2,3 learners 4 plan +4 -1,2,3"],
  ["a learner comes while a voter goes", three, addition([node(4)], { asLearners: true, remove: [3] }), "1,2/1,2,3 learners 4"],
  ["learners are to be promoted", five, { type: "promote", ids: [5, 4] }, "1,2,3 learners 4,5 plan +4,5"],
  ["a voter needs no promotion", five, { type: "promote", ids: [1, 4] }, "1,2,3 learners 4,5 plan +4"],
  ["what is planned may be asked for again", planned, { type: "promote", ids: [4] }, "1,2,3 learners 4 plan +4 -3"],
  ["a plan can be dropped, and the learner stays", planned, { type: "cancel" }, "1,2,3 learners 4"],
  ["nothing is to be dropped", three, { type: "cancel" }, "1,2,3"],
  ["a learner whose promotion is planned may go, and the plan with it", planned, removal(4), "1,2,3"],
  ["nothing changes", three, addition([]), "1,2,3"],
  ["what is so may be said once more, whatever is planned", planned, { type: "restate" }, "1,2,3 learners 4 plan +4 -3"],
])("%s", (_what, members, change, expected) => {
  expect(short(become(members, change))).toBe(expected);
});

test.each<[what: string, members: Members, change: MembersChange, reason: string]>([
  ["a stranger cannot leave", three, removal(7), "unknownMember"],
  ["a stranger cannot be promoted", five, { type: "promote", ids: [4, 7] }, "unknownMember"],
  ["a stranger has no address", three, { type: "address", id: 7, peerAddress: "a", clientAddress: "b" }, "unknownMember"],
  ["a stranger has no disk", three, { type: "disk", id: 7, diskId: "d" }, "unknownMember"],
  ["somebody must be left to vote", three, removal(1, 2, 3), "noVoters"],
  ["learners alone cannot vote", five, removal(1, 2, 3), "noVoters"],
  ["while a plan waits nobody else comes", planned, addition([node(5)]), "changeInProgress"],
  ["while a plan waits no voter goes", planned, removal(1), "changeInProgress"],
  ["a second plan must wait", { ...five, plan: { promote: [4], remove: [] } }, { type: "promote", ids: [5] }, "changeInProgress"],
])("%s", (_what, members, change, reason) => {
  expect(changedMembers(members, change)).toEqual({ type: "refused", reason });
});

test("rule 24: while two configurations count no change begins, whatever it is", () => {
  const changes: MembersChange[] = [
    addition([node(5)]),
    removal(1),
    { type: "promote", ids: [4] },
    { type: "cancel" },
    { type: "restate" },
    { type: "address", id: 1, peerAddress: "a", clientAddress: "b" },
    { type: "disk", id: 1, diskId: "d" },
  ];
  for (const change of changes) expect(changedMembers(joint, change)).toEqual({ type: "refused", reason: "changeInProgress" });
});

describe("rule 30: ids are never used again", () => {
  const removed = leaveJoint(become(three, removal(3)));

  test("the next one follows on the highest that ever was, also if its node is gone", () => {
    expect(changedMembers(removed, addition([node(0), node(0)]))).toMatchObject({ ids: [4, 5], members: { lastId: 5 } });
  });

  test("a node may bring an id that is higher", () => {
    expect(changedMembers(removed, addition([node(9), node(0)]))).toMatchObject({ ids: [9, 10], members: { lastId: 10 } });
  });

  test.each([1, 3, -1, 1.5, 2 ** 53])("a node may not bring the id %d", (id) => {
    expect(changedMembers(removed, addition([node(id)]))).toEqual({ type: "refused", reason: "idUsed" });
  });

  test("a node may not bring an id that another of the same change has", () => {
    expect(changedMembers(removed, addition([node(7), node(7)]))).toEqual({ type: "refused", reason: "idUsed" });
  });

  test("a node's disk is named once; with another one it is another node", () => {
    const named = become(three, { type: "disk", id: 3, diskId: "mars" });
    expect(named.nodes.map(({ diskId }) => diskId)).toEqual(["", "", "mars"]);
    expect(become(named, { type: "disk", id: 3, diskId: "mars" })).toEqual(named);
    expect(changedMembers(named, { type: "disk", id: 3, diskId: "venus" })).toEqual({ type: "refused", reason: "idUsed" });
  });
});

describe("a node that did not hear that it was added asks again", () => {
  const asked = addition([node(0, "mars")], { remove: [3] });
  const first = become(three, asked);

  test("from the same disk it keeps its id, and nothing else changes", () => {
    expect(changedMembers(first, asked)).toEqual({ type: "changed", members: first, ids: [4] });
  });

  test("from the same disk it keeps its id also when it votes by now and the other one has left", () => {
    const done = leaveJoint(carryOutPlan(first));
    expect(changedMembers(done, asked)).toEqual({ type: "changed", members: done, ids: [4] });
  });

  test("its address may have changed meanwhile", () => {
    const moved = { ...node(0, "mars"), peerAddress: "moon" };
    expect(become(first, addition([moved], { remove: [3] })).nodes.at(-1)).toEqual({ ...moved, id: 4 });
  });

  test("from another disk it is another node", () => {
    const done = leaveJoint(carryOutPlan(first));
    expect(changedMembers(done, addition([node(0, "venus")]))).toMatchObject({ ids: [5] });
  });

  test("a disk that is not known names nobody", () => {
    expect(changedMembers(three, addition([node(0)]))).toMatchObject({ ids: [4] });
  });
});

describe("whether a peer address is in use is decided when its turn has come", () => {
  const inUse = { type: "refused", reason: "addressInUse" };
  const at = (peerAddress: string, diskId = ""): Member => ({ id: 0, peerAddress, clientAddress: "", diskId });
  const move = (id: number, peerAddress: string): MembersChange => ({ type: "address", id, peerAddress, clientAddress: "" });

  test("two nodes are not taken in at one, whichever comes first", () => {
    const first = become(three, addition([at("here", "mars")], { asLearners: true }));
    expect(changedMembers(first, addition([at("here", "venus")], { asLearners: true }))).toEqual(inUse);
    expect(changedMembers(three, addition([at("here", "mars"), at("here", "venus")]))).toEqual(inUse);
  });

  test("nobody is taken in at a member's address, or moved there, or let in there when asking again from elsewhere", () => {
    const four = become(three, addition([at("here", "mars")], { asLearners: true }));
    expect(changedMembers(four, addition([at("peer-2", "venus")]))).toEqual(inUse);
    expect(changedMembers(four, move(3, "peer-2"))).toEqual(inUse);
    expect(changedMembers(four, addition([at("peer-2", "mars")]))).toEqual(inUse);
  });

  test("a successor may be where the one is that it replaces, and by default is; a third one may not be there", () => {
    const same = become(three, addition([at("", "mars")], { remove: [3] }));
    expect(same.nodes.at(-1)).toEqual({ ...node(3), id: 4, diskId: "mars" });
    expect(become(three, addition([at("peer-3")], { remove: [3] })).nodes.at(-1)?.peerAddress).toBe("peer-3");
    expect(changedMembers(three, addition([at("peer-2")], { remove: [3] }))).toEqual(inUse);
    expect(changedMembers(same, move(2, "peer-3"))).toEqual(inUse);
    expect(become(same, move(3, "peer-3"))).toEqual(same);
  });

  test("a successor that was to be where another one stays goes with its plan", () => {
    const same = become(three, addition([at("peer-3"), at("there")], { remove: [3] }));
    expect(short(become(same, { type: "cancel" }))).toBe("1,2,3 learners 5");
    expect(short(become(same, removal(5)))).toBe("1,2,3");
  });

  test("one that was announced there without a disk comes with it, and is the only one", () => {
    const announced = become(three, addition([at("here")], { asLearners: true }));
    const come = addition([at("here", "mars")]);
    expect(changedMembers(announced, come)).toMatchObject({ type: "changed", ids: [4] });
    expect(become(announced, come).nodes.at(-1)).toEqual({ ...at("here", "mars"), id: 4 });
    expect(changedMembers(become(announced, come), addition([at("here", "venus")]))).toEqual(inUse);
    expect(changedMembers(announced, addition([at("here")]))).toEqual({ type: "changed", members: announced, ids: [4] });
  });

  test("rule 30: a voter whose disk is not known waits for none: it may have voted", () => {
    expect(changedMembers(three, addition([at("peer-3", "mars")]))).toEqual(inUse);
  });

  test("nodes that say no address are nowhere, and in nobody's way", () => {
    expect(short(become(three, addition([at(""), at("")])))).toBe("1,2,3 learners 4,5 plan +4,5");
  });

  test("two that share one already, by an older log, may change in all else", () => {
    const crowded = { ...three, nodes: [node(1), node(2), { ...node(3), peerAddress: "peer-2" }] };
    const change = { type: "address", id: 3, peerAddress: "", clientAddress: "there" } as const;
    expect(become(crowded, change).nodes.at(-1)).toEqual({ ...node(3), peerAddress: "peer-2", clientAddress: "there" });
    expect(short(become(crowded, addition([node(4)])))).toBe("1,2,3 learners 4 plan +4");
  });
});

test("an address that is left empty stays", () => {
  const change = { type: "address", id: 2, peerAddress: "", clientAddress: "there" } as const;
  expect(become(three, change).nodes[1]).toEqual({ ...node(2), clientAddress: "there" });
});

test("an address is changed at one node alone", () => {
  const moved = become(planned, { type: "address", id: 2, peerAddress: "here", clientAddress: "there" });
  expect(moved.nodes).toEqual([node(1), { ...node(2), peerAddress: "here", clientAddress: "there" }, node(3), node(4)]);
  expect(short(moved)).toBe(short(planned));
});

describe("a plan is carried out at once", () => {
  test("in one joint change, in which nobody is forgotten", () => {
    expect(short(joint)).toBe("1,2,4/1,2,3");
    expect(joint.nodes.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(votersToBe(planned)).toEqual(joint.voters);
  });

  test("after which who is not needed any more is gone", () => {
    expect(short(leaveJoint(joint))).toBe("1,2,4");
    expect(leaveJoint(joint).nodes.map(({ id }) => id)).toEqual([1, 2, 4]);
    expect(leaveJoint(joint).lastId).toBe(4);
  });

  test("learners that it does not name stay", () => {
    expect(short(carryOutPlan(become(five, { type: "promote", ids: [5] })))).toBe("1,2,3,5/1,2,3 learners 4");
  });
});

test("rule 30: whatever is asked for, in whatever order, the members stay possible, and no id comes back", () => {
  const random = new Random(11);
  const some = (of: readonly number[]): number[] => of.filter(() => random.between(1, 3) === 1);
  for (let run = 0; run < 300; run += 1) {
    let members = three;
    const gone = new Set<number>();
    for (let step = 0; step < 40; step += 1) {
      const before = members;
      members = anyOf(members, random.between(1, 6), some);
      expect(membersProblems(members)).toEqual([]);
      expect(members.lastId).toBeGreaterThanOrEqual(before.lastId);
      const ids = members.nodes.map(({ id }) => id);
      expect(ids.filter((id) => gone.has(id))).toEqual([]);
      for (const { id } of before.nodes) if (!ids.includes(id)) gone.add(id);
      // Any majority after a step has a node in common with any before, as each is in both while joint.
      if (short(before) !== short(members) && before.outgoing.length === 0 && members.outgoing.length === 0)
        expect(members.voters).toEqual(before.voters);
    }
  }
});

/** One step of any kind; the members as they are if it is refused. */
function anyOf(members: Members, dice: number, some: (of: readonly number[]) => number[]): Members {
  if (members.outgoing.length > 0) return leaveJoint(members);
  if (members.plan !== null && dice === 1) return carryOutPlan(members);
  const ids = members.nodes.map(({ id }) => id);
  const add = dice <= 3 && members.nodes.length < 9 ? [node(0), node(dice === 2 ? 0 : members.lastId + 3)] : [];
  const changes: MembersChange[] = [
    { type: "cancel" },
    { type: "promote", ids: some(ids) },
    addition(add, { remove: some(ids), asLearners: dice === 3 }),
  ];
  const changed = changedMembers(members, changes[dice % 3] ?? { type: "cancel" });
  return changed.type === "changed" ? changed.members : members;
}
