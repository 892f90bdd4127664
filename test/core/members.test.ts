import {
  bareMember,
  bootstrapMembers,
  isJoint,
  isMember,
  isVoter,
  memberOf,
  membersProblems,
  noMembers,
} from "../../src/core/members.ts";
import { decodeMembers, encodeMembers, MembersMalformed } from "../../src/core/members-codec.ts";
import { MembersLog } from "../../src/core/members-log.ts";
import type { Entry, Member, Members } from "../../src/core/types.ts";
import { incarnationId } from "../incarnations.ts";
import { command, membersOf } from "./one-node.ts";

const joint: Members = {
  incarnationId,
  voters: [1, 2, 4],
  outgoing: [1, 2, 3],
  learners: [5],
  plan: null,
  nodes: [1, 2, 3, 4, 5].map((id) => ({ id, peerAddress: `n${id}:7`, clientAddress: `n${id}:8`, diskId: `disk ${id}` })),
  lastId: 9,
};

/** The same before it begins. */
const planned: Members = {
  ...joint,
  voters: [1, 2, 3],
  outgoing: [],
  learners: [4, 5],
  plan: { promote: [4], remove: [3] },
};

function naming(index: number, members: Members): Entry {
  return { ...command(1, index), kind: "members", data: encodeMembers(members) };
}

test("a cluster begins with voters alone, in the order of their ids", () => {
  const nodes: Member[] = [3, 1, 2].map(bareMember);
  expect(bootstrapMembers(nodes, incarnationId)).toEqual({
    incarnationId,
    voters: [1, 2, 3],
    outgoing: [],
    learners: [],
    plan: null,
    nodes: [1, 2, 3].map(bareMember),
    lastId: 3,
  });
  expect(bootstrapMembers([], incarnationId)).toEqual(noMembers);
});

test("who votes in either configuration is a voter; a learner is not", () => {
  expect([1, 2, 3, 4, 5, 6].filter((id) => isVoter(joint, id))).toEqual([1, 2, 3, 4]);
  expect([1, 5, 6].filter((id) => isMember(joint, id))).toEqual([1, 5]);
  expect([isJoint(joint), isJoint(membersOf(1))]).toEqual([true, false]);
  expect(memberOf(joint, 4)?.peerAddress).toBe("n4:7");
});

test.each<[sentence: string, changed: Partial<Members>]>([
  ["A member id must be a whole number from 1 on, not -1.", { nodes: [...joint.nodes, bareMember(-1)] }],
  ["Member ids must differ: 1, 2, 2.", { voters: [1, 2, 2] }],
  ["Nothing is known of member 7.", { learners: [5, 7] }],
  ["Node 4 is neither a voter nor a learner.", { voters: [1, 2] }],
  ["Node 2 is a learner and a voter.", { learners: [2, 5] }],
  ["Nobody votes.", { voters: [], outgoing: [] }],
  ['An incarnation is named by 32 hexadecimal digits, not "".', { incarnationId: "" }],
  ['An incarnation is named by 32 hexadecimal digits, not "balsa".', { incarnationId: "balsa" }],
  ["An id is above 4, which is said to be the last one.", { lastId: 4 }],
])("impossible members: %s", (sentence, changed) => {
  expect(membersProblems({ ...joint, ...changed })).toContain(sentence);
  expect(() => decodeMembers(encodeMembers({ ...joint, ...changed }))).toThrow(MembersMalformed);
});

test.each<[sentence: string, changed: Partial<Members>]>([
  ["Nothing can be planned while two configurations count.", { voters: [1, 2], outgoing: [1, 2, 3] }],
  ["A plan must promote somebody.", { plan: { promote: [], remove: [3] } }],
  ["Member ids must differ: 3, 3.", { plan: { promote: [4], remove: [3, 3] } }],
  ["Node 3 is to be promoted, but is no learner.", { plan: { promote: [3], remove: [] } }],
  ["Node 4 is to be promoted and to leave.", { plan: { promote: [4], remove: [4] } }],
  ["Node 7 is to leave, but is no member.", { plan: { promote: [4], remove: [7] } }],
])("an impossible plan: %s", (sentence, changed) => {
  expect(membersProblems({ ...planned, ...changed })).toContain(sentence);
});

describe("the members in an entry", () => {
  test("come out as they went in", () => {
    for (const members of [joint, noMembers, membersOf(1, 2, 3), planned]) {
      expect(membersProblems(members)).toEqual([]);
      expect(decodeMembers(encodeMembers(members))).toEqual(members);
    }
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a list", "[]"],
    ["null", "null"],
    ["a field too many", JSON.stringify({ ...joint, more: 1 })],
    ["a field too few", JSON.stringify({ voters: [1] })],
    ["voters that are no list", JSON.stringify({ ...joint, voters: 1 })],
    ["nodes that are no list", JSON.stringify({ ...joint, nodes: {} })],
    ["an id that is no number", JSON.stringify({ ...joint, voters: ["1"] })],
    ["an id that is broken", JSON.stringify({ ...joint, lastId: 9.5 })],
    ["an incarnation that is no text", JSON.stringify({ ...joint, incarnationId: 7 })],
    ["an incarnation of nobody", JSON.stringify({ ...noMembers, incarnationId })],
    ["an address that is no text", JSON.stringify({ ...joint, nodes: [{ ...bareMember(1), peerAddress: 7 }] })],
    ["a plan that is none", JSON.stringify({ ...joint, plan: {} })],
  ])("may not be %s", (_what, text) => {
    expect(() => decodeMembers(Buffer.from(text))).toThrow(MembersMalformed);
  });

  test("may not be bytes that are no text", () => {
    expect(() => decodeMembers(Uint8Array.of(0xff, 0xfe))).toThrow("The members are malformed: this is not JSON");
  });
});

describe("rule 23: the members in force", () => {
  const first = { index: 0, members: membersOf(1, 2, 3) };

  test("are those of the last entry that names any, from when it is appended", () => {
    const log = new MembersLog(first);
    expect(log.latest).toBe(first);
    for (const entry of [command(1, 1), naming(2, joint), command(1, 3), naming(4, membersOf(1, 2, 4)), command(1, 5)])
      log.append(entry);
    expect(log.latest).toEqual({ index: 4, members: membersOf(1, 2, 4) });
    expect([0, 1, 2, 3, 4, 5].map((index) => log.asOf(index).index)).toEqual([0, 0, 2, 2, 4, 4]);
  });

  test("are the earlier ones again when it is cut off", () => {
    const log = new MembersLog(first);
    log.append(naming(2, joint));
    log.append(naming(4, membersOf(1, 2, 4)));
    log.cutFrom(4);
    expect(log.latest).toEqual({ index: 2, members: joint });
    log.cutFrom(1);
    expect(log.latest).toBe(first);
  });

  test("that are packed make room, and stay known", () => {
    const log = new MembersLog(first);
    log.append(naming(2, joint));
    log.append(naming(4, membersOf(1, 2, 4)));
    log.pack(1);
    expect(log.asOf(1)).toBe(first);
    log.pack(3);
    expect([1, 3, 4].map((index) => log.asOf(index).index)).toEqual([2, 2, 4]);
    log.cutFrom(1);
    expect(log.latest.index).toBe(2);
  });

  test("are known together with those before, as far as there were any", () => {
    const log = new MembersLog(first);
    expect(log.before).toBeNull();
    log.append(naming(2, joint));
    expect(log.before).toBe(first);
    log.append(naming(4, membersOf(1, 2, 4)));
    expect(log.before?.index).toBe(2);
    log.pack(5);
    expect(log.before?.index).toBe(2);
    log.append(naming(6, membersOf(1, 2)));
    expect(log.before?.index).toBe(4);
    log.cutFrom(6);
    expect(log.before?.index).toBe(2);
  });
});
