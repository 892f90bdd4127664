import { status } from "@grpc/grpc-js";
import { bootstrapMembers } from "../../src/core/members.ts";
import type { Member, Members } from "../../src/core/types.ts";
import type { AddNodeRequest } from "../../src/generated/balsa/admin/v1/AddNodeRequest.ts";
import type { AddNodeResponse__Output } from "../../src/generated/balsa/admin/v1/AddNodeResponse.ts";
import type { ChangeAddressRequest } from "../../src/generated/balsa/admin/v1/ChangeAddressRequest.ts";
import type { GetMembersResponse__Output } from "../../src/generated/balsa/admin/v1/GetMembersResponse.ts";
import type { RemoveNodeRequest } from "../../src/generated/balsa/admin/v1/RemoveNodeRequest.ts";
import type { ReplaceNodeRequest } from "../../src/generated/balsa/admin/v1/ReplaceNodeRequest.ts";
import type { ReplaceNodeResponse__Output } from "../../src/generated/balsa/admin/v1/ReplaceNodeResponse.ts";
import { incarnationId } from "../incarnations.ts";
import { ask, errorOf, RunningServer } from "./running-server.ts";

let running: RunningServer;
beforeEach(async () => {
  running = await RunningServer.start();
});
afterEach(() => running.stop());

const member = (id: number, diskId = `disk${id}`): Member => ({
  id,
  peerAddress: `host${id}:7000`,
  clientAddress: `host${id}:8000`,
  diskId,
});

function setMembers(change: Partial<Members>): void {
  running.node.view = {
    ...running.node.view,
    members: {
      ...bootstrapMembers(
        [1, 2, 3].map((id) => member(id)),
        incarnationId,
      ),
      ...change,
    },
  };
}

const add = (request: AddNodeRequest) =>
  ask<AddNodeRequest, AddNodeResponse__Output>((asked, done) => running.admin.addNode(asked, done), request);
const replace = (request: ReplaceNodeRequest) =>
  ask<ReplaceNodeRequest, ReplaceNodeResponse__Output>((asked, done) => running.admin.replaceNode(asked, done), request);
const remove = (request: RemoveNodeRequest) =>
  ask<RemoveNodeRequest, object>((asked, done) => running.admin.removeNode(asked, done), request);
const move = (request: ChangeAddressRequest) =>
  ask<ChangeAddressRequest, object>((asked, done) => running.admin.changeAddress(asked, done), request);
const getMembers = () => ask<object, GetMembersResponse__Output>((asked, done) => running.admin.getMembers(asked, done), {});

const joining = { peerAddress: "host4:7000", clientAddress: "host4:8000", diskId: "disk4" };

describe("a node that joins", () => {
  test("is added under an id that the leader picks, to be promoted by itself", async () => {
    expect(await add(joining)).toMatchObject({ nodeId: 4, clusterId: "test" });
    expect(running.node.memberChanges).toEqual([
      { type: "change", add: [{ id: 0, ...joining }], asLearners: false, remove: [], force: false },
    ]);
  });

  test("that asks again gets the id that it has, and nothing is changed", async () => {
    setMembers({ learners: [4], nodes: [1, 2, 3, 4].map((id) => member(id)), lastId: 4 });
    expect(await add(joining)).toMatchObject({ nodeId: 4 });
    expect(running.node.memberChanges).toEqual([]);
  });

  test("rule 30: that asks again before it is sure to be a member has to wait, or another one could get its id", async () => {
    setMembers({ learners: [4], nodes: [1, 2, 3, 4].map((id) => member(id)), lastId: 4 });
    running.node.view = { ...running.node.view, membersCommitted: false };
    await add(joining);
    expect(running.node.memberChanges).toEqual([
      { type: "change", add: [{ id: 0, ...joining }], asLearners: false, remove: [], force: false },
    ]);
  });

  test("a node that has moved since it asked first is told of to all", async () => {
    setMembers({ learners: [4], nodes: [1, 2, 3, 4].map((id) => member(id)), lastId: 4 });
    expect(await add({ ...joining, peerAddress: "host9:7000" })).toMatchObject({ nodeId: 4 });
    expect(running.node.memberChanges).toMatchObject([{ type: "change", add: [{ diskId: "disk4", peerAddress: "host9:7000" }] }]);
  });

  test("at an address that was announced gets the id that waits there, and its disk is noted", async () => {
    setMembers({ learners: [4], nodes: [member(1), member(2), member(3), member(4, "")], lastId: 4 });
    expect(await add(joining)).toMatchObject({ nodeId: 4 });
    expect(running.node.memberChanges).toMatchObject([{ type: "change", add: [{ diskId: "disk4" }] }]);
  });

  test("in the place of another one at the same address gets the new id", async () => {
    const nodes = [member(1), member(2), member(3), { ...member(4, ""), peerAddress: "host3:7000" }];
    setMembers({ learners: [4], nodes, lastId: 4, plan: { promote: [4], remove: [3] } });
    expect(await add({ ...joining, peerAddress: "host3:7000" })).toMatchObject({ nodeId: 4 });
    expect(running.node.memberChanges).toMatchObject([{ type: "change", add: [{ diskId: "disk4" }], remove: [] }]);
  });

  test("rule 30: with another disk at a member's address is not that member", async () => {
    const error = await errorOf(add({ ...joining, peerAddress: "host3:7000" }));
    expect(error).toMatchObject({ code: status.ALREADY_EXISTS, reason: "ADDRESS_IN_USE" });
    expect(error.message).toBe("Node 3 has the peer address host3:7000, and another disk.");
  });

  test("rule 30: cannot take the place of a voter whose disk is not known: it may have voted", async () => {
    setMembers({ nodes: [member(1), member(2), member(3, "")] });
    expect(await errorOf(add({ ...joining, peerAddress: "host3:7000" }))).toMatchObject({ reason: "ADDRESS_IN_USE" });
  });

  test.each(["", "host", "host:0", "host:70000", "a b:7000", "http://host:7000"])("at %j is nowhere", async (peerAddress) => {
    expect(await errorOf(add({ ...joining, peerAddress }))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason: "INVALID_ADDRESS",
    });
  });
});

test.each(["0.0.0.0:7000", "[::]:7000", "0:7000", "[::ffff:0.0.0.0]:7000", "255.255.255.255:7000"])(
  "no member is told to be at %s, where nobody reaches it",
  async (nowhere) => {
    setMembers({});
    const calls = [
      add({ ...joining, peerAddress: nowhere }),
      add({ ...joining, clientAddress: nowhere }),
      replace({ nodeId: 3, peerAddress: nowhere }),
      replace({ nodeId: 3, clientAddress: nowhere }),
      move({ nodeId: 3, peerAddress: nowhere }),
      move({ nodeId: 3, clientAddress: nowhere }),
    ];
    for (const call of calls) {
      const error = await errorOf(call);
      expect(error).toMatchObject({ code: status.INVALID_ARGUMENT, reason: "INVALID_ADDRESS" });
      expect(error.message).toContain(`${nowhere} is an address `);
    }
    expect(running.node.memberChanges).toEqual([]);
  },
);

describe("a node that is replaced", () => {
  test("goes in the moment its successor, by default at the same addresses, gets a vote", async () => {
    setMembers({});
    expect(await replace({ nodeId: 3 })).toEqual({ nodeId: 4 });
    const successor = { id: 0, peerAddress: "", clientAddress: "", diskId: "" };
    expect(running.node.memberChanges).toEqual([
      { type: "change", add: [successor], asLearners: false, remove: [3], force: false },
    ]);
  });

  test("asked for again, has the successor that is on its way", async () => {
    const nodes = [member(1), member(2), member(3), { ...member(4, ""), peerAddress: "host3:7000" }];
    setMembers({ learners: [4], nodes, lastId: 4, plan: { promote: [4], remove: [3] } });
    expect(await replace({ nodeId: 3 })).toEqual({ nodeId: 4 });
    expect(running.node.memberChanges).toEqual([]);
  });

  test("must be a member, and its successor must not be where a third one is", async () => {
    expect(await errorOf(replace({ nodeId: 9 }))).toMatchObject({ code: status.NOT_FOUND, reason: "UNKNOWN_MEMBER" });
    expect(await errorOf(replace({ nodeId: 3, peerAddress: "host2:7000" }))).toMatchObject({
      reason: "ADDRESS_IN_USE",
      message: "Node 2 has the peer address host2:7000, and another disk.",
    });
  });
});

test("a node is removed, by force only if that is said", async () => {
  await remove({ nodeId: 2 });
  await remove({ nodeId: 3, force: true });
  expect(running.node.memberChanges).toMatchObject([
    { add: [], remove: [2], force: false },
    { add: [], remove: [3], force: true },
  ]);
});

test("what is left empty of an address stays", async () => {
  setMembers({});
  await move({ nodeId: 3, clientAddress: "elsewhere:8000" });
  expect(running.node.memberChanges).toEqual([{ type: "address", id: 3, peerAddress: "", clientAddress: "elsewhere:8000" }]);
  expect(await errorOf(move({ nodeId: 3, peerAddress: "host1:7000" }))).toMatchObject({ reason: "ADDRESS_IN_USE" });
});

test("leadership goes to the node that is named, or to the best", async () => {
  const transfer = (nodeId: number) =>
    ask<{ nodeId: number }, { nodeId: number }>((asked, done) => running.admin.transferLeadership(asked, done), { nodeId });
  expect(await transfer(3)).toEqual({ nodeId: 3 });
  expect(await transfer(0)).toEqual({ nodeId: 2 });
  expect(await transfer(1)).toEqual({ nodeId: 1 });
  expect(running.node.transfers).toEqual([3, null]);
});

test("a learner is promoted, one that votes already is left alone", async () => {
  const promote = (nodeId: number) =>
    ask<{ nodeId: number }, object>((asked, done) => running.admin.promoteLearner(asked, done), { nodeId });
  setMembers({ learners: [4], nodes: [1, 2, 3, 4].map((id) => member(id)), lastId: 4 });
  await promote(2);
  await promote(4);
  await ask<object, object>((asked, done) => running.admin.cancelChange(asked, done), {});
  expect(running.node.memberChanges).toEqual([{ type: "promote", ids: [4] }, { type: "cancel" }]);
});

test.each([
  ["changeInProgress", "CHANGE_IN_PROGRESS", status.FAILED_PRECONDITION],
  ["notReady", "NOT_READY", status.UNAVAILABLE],
  ["wouldLoseQuorum", "WOULD_LOSE_QUORUM", status.FAILED_PRECONDITION],
  ["noVoters", "NO_VOTERS", status.FAILED_PRECONDITION],
  ["unknownMember", "UNKNOWN_MEMBER", status.NOT_FOUND],
  ["transferring", "TRANSFERRING", status.UNAVAILABLE],
] as const)("a change that the leader refuses as %s is answered with %s", async (reason, seen, code) => {
  running.node.operations = { type: "refused", reason, leader: 1 };
  expect(await errorOf(remove({ nodeId: 3 }))).toMatchObject({ code, reason: seen, metadata: { mayHaveHappened: "false" } });
});

test("rule 21: a change whose leader was lost may have happened", async () => {
  running.node.operations = { type: "unknown", reason: "leaderChanged" };
  expect(await errorOf(remove({ nodeId: 3 }))).toMatchObject({
    reason: "LEADER_CHANGED",
    metadata: { mayHaveHappened: "true" },
  });
});

test("a node that does not lead names the leader's client address, and tells the members itself", async () => {
  running.node.view = { ...running.node.view, role: "follower", leader: 2 };
  for (const answer of [add(joining), replace({ nodeId: 3 }), remove({ nodeId: 3 }), move({ nodeId: 3 })]) {
    expect(await errorOf(answer)).toMatchObject({
      reason: "NOT_LEADER",
      metadata: { leader: "2", leaderAddress: "host2:8000" },
    });
  }
  expect(running.node.memberChanges).toEqual([]);
  const told = await getMembers();
  expect(told).toMatchObject({ leaderId: 2, leaderAddress: "host2:8000", settled: true, progress: [] });
  expect(told.members.map(({ nodeId }) => nodeId)).toEqual([1, 2, 3]);
});

test("members tell what is under way: who will get a vote, who goes, how far the state is", async () => {
  const nodes = [1, 2, 3, 4].map((id) => member(id));
  setMembers({ voters: [1, 2], outgoing: [1, 2, 3], learners: [4], nodes, lastId: 4, plan: { promote: [4], remove: [2] } });
  const told = await getMembers();
  expect(told.settled).toBe(false);
  expect(told.members.map(({ nodeId, role, toBePromoted, toBeRemoved }) => [nodeId, role, toBePromoted, toBeRemoved])).toEqual([
    [1, "MEMBER_ROLE_VOTER", false, false],
    [2, "MEMBER_ROLE_VOTER", false, true],
    [3, "MEMBER_ROLE_LEAVING", false, false],
    [4, "MEMBER_ROLE_LEARNER", true, false],
  ]);
  expect(told.snapshots).toEqual([{ toNodeId: 3, index: 40, sentBytes: 10, totalBytes: 100 }]);
  expect(told.progress.map(({ nodeId }) => nodeId)).toEqual([2, 3, 4]);
});
