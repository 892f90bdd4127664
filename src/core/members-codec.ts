import { membersProblems } from "./members.ts";
import type { Member, Members, MembersPlan, NodeId } from "./types.ts";

/** Members as the data of an entry: JSON in UTF-8, with every field there and nothing else. */

export function encodeMembers({ incarnationId, voters, outgoing, learners, plan, nodes, lastId }: Members): Uint8Array {
  const fields = {
    incarnationId,
    voters,
    outgoing,
    learners,
    plan: plan === null ? null : { promote: plan.promote, remove: plan.remove },
    nodes: nodes.map(({ id, peerAddress, clientAddress, diskId }) => ({ id, peerAddress, clientAddress, diskId })),
    lastId,
  };
  return new TextEncoder().encode(JSON.stringify(fields));
}

/** @throws MembersMalformed if these bytes are anything but what `encodeMembers` makes of possible members */
export function decodeMembers(data: Uint8Array): Members {
  const found = fieldsOf(parse(data), ["incarnationId", "voters", "outgoing", "learners", "plan", "nodes", "lastId"]);
  if (!Array.isArray(found.nodes)) throw new MembersMalformed("nodes is not a list");
  const members: Members = {
    incarnationId: textOf(found.incarnationId),
    voters: idsOf(found.voters),
    outgoing: idsOf(found.outgoing),
    learners: idsOf(found.learners),
    plan: found.plan === null ? null : planOf(found.plan),
    nodes: found.nodes.map(nodeOf),
    lastId: idOf(found.lastId),
  };
  const [problem] = membersProblems(members);
  if (problem !== undefined) throw new MembersMalformed(problem);
  return members;
}

export class MembersMalformed extends Error {
  constructor(what: string) {
    super(`The members are malformed: ${what}`);
    this.name = "MembersMalformed";
  }
}

function parse(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data));
  } catch {
    throw new MembersMalformed("this is not JSON");
  }
}

function fieldsOf(value: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new MembersMalformed("this is not an object");
  const found = Object.keys(value);
  if (found.length !== names.length || names.some((name) => !found.includes(name))) {
    throw new MembersMalformed(`its fields are ${found.join(", ")}, not ${names.join(", ")}`);
  }
  return { ...value };
}

function planOf(value: unknown): MembersPlan {
  const { promote, remove } = fieldsOf(value, ["promote", "remove"]);
  return { promote: idsOf(promote), remove: idsOf(remove) };
}

function nodeOf(value: unknown): Member {
  const { id, peerAddress, clientAddress, diskId } = fieldsOf(value, ["id", "peerAddress", "clientAddress", "diskId"]);
  return { id: idOf(id), peerAddress: textOf(peerAddress), clientAddress: textOf(clientAddress), diskId: textOf(diskId) };
}

function idsOf(value: unknown): NodeId[] {
  if (!Array.isArray(value)) throw new MembersMalformed("ids are not a list");
  return value.map(idOf);
}

function idOf(value: unknown): NodeId {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw new MembersMalformed("an id is not a whole number");
  return value;
}

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new MembersMalformed("a text is not one");
  return value;
}
