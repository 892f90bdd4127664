import type { Member, Members, NodeId } from "./types.ts";

/** Who takes part, as a value: what makes one, and what may be asked of it (thesis 4). */

/** Of a node that is still to be told who takes part. It neither campaigns nor counts. */
export const noMembers: Members = { voters: [], outgoing: [], learners: [], plan: null, nodes: [], lastId: 0 };

/** A member of which only the id is known. */
export function bareMember(id: NodeId): Member {
  return { id, peerAddress: "", clientAddress: "", diskId: "" };
}

/** The members that a cluster begins with: all of them vote. */
export function bootstrapMembers(nodes: readonly Member[]): Members {
  const sorted = [...nodes].sort((a, b) => a.id - b.id);
  const voters = sorted.map(({ id }) => id);
  return { voters, outgoing: [], learners: [], plan: null, nodes: sorted, lastId: Math.max(0, ...voters) };
}

/** Whether the cluster is between two configurations, and needs the majorities of both (thesis 4.3). */
export function isJoint(members: Members): boolean {
  return members.outgoing.length > 0;
}

/** Whether this node's vote counts, in either configuration. */
export function isVoter({ voters, outgoing }: Members, id: NodeId): boolean {
  return voters.includes(id) || outgoing.includes(id);
}

export function isMember({ nodes }: Members, id: NodeId): boolean {
  return nodes.some((node) => node.id === id);
}

export function memberOf({ nodes }: Members, id: NodeId): Member | undefined {
  return nodes.find((node) => node.id === id);
}

/** Every reason why these cannot be the members of a cluster, one sentence each; empty if they can. */
export function membersProblems(members: Members): string[] {
  const problems: string[] = [];
  const { voters, outgoing, learners, nodes, lastId } = members;
  const ids = nodes.map(({ id }) => id);
  for (const id of ids) {
    if (!Number.isSafeInteger(id) || id < 1) problems.push(`A member id must be a whole number from 1 on, not ${id}.`);
  }
  for (const list of [voters, outgoing, learners, ids]) {
    if (new Set(list).size !== list.length) problems.push(`Member ids must differ: ${list.join(", ")}.`);
  }
  const named = new Set([...voters, ...outgoing, ...learners]);
  for (const id of named) if (!ids.includes(id)) problems.push(`Nothing is known of member ${id}.`);
  for (const id of ids) if (!named.has(id)) problems.push(`Node ${id} is neither a voter nor a learner.`);
  for (const id of learners) if (isVoter(members, id)) problems.push(`Node ${id} is a learner and a voter.`);
  if (ids.some((id) => id > lastId)) problems.push(`An id is above ${lastId}, which is said to be the last one.`);
  return [...new Set(problems)];
}
