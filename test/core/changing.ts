import type { Answer } from "../../src/core/api.ts";
import { bareMember, withVoters } from "../../src/core/members.ts";
import { encodeMembers } from "../../src/core/members-codec.ts";
import type { Options } from "../../src/core/options.ts";
import type { Entry, Members, MembersChange, NodeId } from "../../src/core/types.ts";
import { command, membersOf, OneNode } from "./one-node.ts";

export const three = membersOf(1, 2, 3);

/** Nodes 1 and 2 stay, node 3 leaves. */
export const leaving3 = withVoters(three, [1, 2], []);
/** Nodes 2 and 3 stay, node 1 leaves. */
export const leaving1 = withVoters(three, [2, 3], []);
export const learner4: Members = { ...three, learners: [4], nodes: [1, 2, 3, 4].map(bareMember), lastId: 4 };
/** Node 4 is to take the place of node 3. */
export const planned: Members = { ...learner4, plan: { promote: [4], remove: [3] } };

export function naming(term: number, index: number, members: Members): Entry {
  return { ...command(term, index), kind: "members", data: encodeMembers(members) };
}

/** Leader of term 1 whose no-op is committed; all voters have answered. */
export function leading(...voters: NodeId[]): OneNode {
  return leadingWith({}, ...voters);
}

export function leadingWith(changed: Partial<Options>, ...voters: NodeId[]): OneNode {
  const node = new OneNode({ ...changed, voters }).lead();
  for (const voter of voters) if (voter !== 1) node.hear(node.match(voter, 1));
  expect(node.view.commitIndex).toBe(1);
  node.forget();
  return node;
}

/** Leader of term 2 that found these members, committed, in entry 2 of its log; all members have answered. */
export function leadingOf(members: Members, changed: { removedTellMs?: number } = {}): OneNode {
  const entries = [command(1, 1), naming(1, 2, members)];
  const node = new OneNode(changed, { entries, applied: 2, members: { index: 2, members } }).lead();
  for (const { id } of members.nodes) if (id !== 1) node.hear(node.match(id, 3));
  expect(node.view).toMatchObject({ commitIndex: 3, term: 2 });
  return node;
}

export function ask(node: OneNode, change: MembersChange): Answer | undefined {
  node.step({ type: "changeMembers", ticket: 9, change });
  return node.answers().at(-1);
}

export function adding(...ids: number[]): MembersChange {
  return { type: "change", add: ids.map(bareMember), asLearners: false, remove: [], force: false };
}

export function removing(...remove: number[]): MembersChange {
  return { type: "change", add: [], asLearners: false, remove, force: false };
}

/** All of them have the whole log on disk, and so has node 1. */
export function agree(node: OneNode, ...from: NodeId[]): void {
  node.persist();
  node.hear(...from.map((id) => node.match(id, node.view.lastIndex)));
}

export function idsOf(messages: readonly { to: NodeId }[]): NodeId[] {
  return [...new Set(messages.map(({ to }) => to))];
}
