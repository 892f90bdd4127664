import type { Member, Members, NodeId } from "./types.ts";

/**
 * Who takes part, as a value (thesis 4.3). A change of voters goes through joint consensus: first both configurations
 * count, then the new one alone. Learners come and go in one step, for they count for nothing.
 */

/** Of a node that is still to be told who takes part. It neither campaigns nor counts. */
export const noMembers: Members = {
  incarnationId: "",
  voters: [],
  outgoing: [],
  learners: [],
  plan: null,
  nodes: [],
  lastId: 0,
};

/** Length of an incarnation's name: 128 bits. */
export const incarnationDigits = 32;

const incarnationPattern = new RegExp(`^[0-9a-f]{${incarnationDigits}}$`);

/**
 * Stands where a member's disk is named, once that has lost what it confirmed. No disk has this name, so whatever the
 * node comes with is another one, and is refused.
 */
export const lostDisk = "lost";

/** A member of which only the id is known. */
export function bareMember(id: NodeId): Member {
  return { id, peerAddress: "", clientAddress: "", diskId: "" };
}

/** The members that a cluster begins with: all of them vote. */
export function bootstrapMembers(nodes: readonly Member[], incarnationId: string): Members {
  if (nodes.length === 0) return noMembers;
  const voters = risingIds(nodes.map(({ id }) => id));
  return { ...noMembers, incarnationId, voters, nodes: nodesOf(nodes, voters), lastId: Math.max(...voters) };
}

/** Whether the cluster is between two configurations, and needs the majorities of both (thesis 4.3). */
export function isJoint(members: Members): boolean {
  return members.outgoing.length > 0;
}

/** Whether this node's vote counts, in either configuration. */
export function isVoter({ voters, outgoing }: Members, id: NodeId): boolean {
  return voters.includes(id) || outgoing.includes(id);
}

/** Whether this can name an incarnation of a cluster. */
export function isIncarnationId(text: string): boolean {
  return incarnationPattern.test(text);
}

export function isMember({ nodes }: Members, id: NodeId): boolean {
  return nodes.some((node) => node.id === id);
}

export function memberOf({ nodes }: Members, id: NodeId): Member | undefined {
  return nodes.find((node) => node.id === id);
}

/** Whether this node once was a member and is none any more. One whose id is still to come is not yet a member. */
export function wasRemoved(members: Members, id: NodeId): boolean {
  return id <= members.lastId && !isMember(members, id);
}

/** Who will vote once all that is planned has happened. */
export function votersToBe({ voters, plan }: Members): readonly NodeId[] {
  if (plan === null) return voters;
  return risingIds([...voters.filter((id) => !plan.remove.includes(id)), ...plan.promote]);
}

/** The planned change, all of it at once: joint if it changes who votes (thesis 4.3). */
export function carryOutPlan(members: Members): Members {
  const { plan, learners } = members;
  if (plan === null) return members;
  const stays = (id: NodeId): boolean => !plan.promote.includes(id) && !plan.remove.includes(id);
  return withVoters(members, votersToBe(members), learners.filter(stays));
}

/** From now on only the new configuration counts, and whoever is not in it is no member any more. */
export function leaveJoint(members: Members): Members {
  return { ...members, outgoing: [], nodes: nodesOf(members.nodes, [...members.voters, ...members.learners]) };
}

/** These voters and learners, without a plan; joint unless the voters stay the same. */
export function withVoters(members: Members, voters: readonly NodeId[], learners: readonly NodeId[]): Members {
  const staySame = voters.length === members.voters.length && voters.every((id) => members.voters.includes(id));
  const outgoing = staySame ? [] : members.voters;
  return {
    ...members,
    voters,
    outgoing,
    learners,
    plan: null,
    nodes: nodesOf(members.nodes, [...voters, ...outgoing, ...learners]),
  };
}

/** The disks of these are lost. They stay members, as any whose disk is gone, until they are replaced. */
export function withoutDisks(members: Members, ids: readonly NodeId[]): Members {
  return { ...members, nodes: members.nodes.map((node) => (ids.includes(node.id) ? { ...node, diskId: lostDisk } : node)) };
}

export function risingIds(ids: readonly NodeId[]): readonly NodeId[] {
  return [...ids].sort((a, b) => a - b);
}

/** Those of `nodes` that are named, by rising id. */
export function nodesOf(nodes: readonly Member[], named: readonly NodeId[]): readonly Member[] {
  return nodes.filter(({ id }) => named.includes(id)).sort((a, b) => a.id - b.id);
}

/** Every reason why these cannot be the members of a cluster, one sentence each; empty if they can. */
export function membersProblems(members: Members): string[] {
  const problems: string[] = [];
  const { incarnationId, voters, outgoing, learners, nodes, lastId } = members;
  const ids = nodes.map(({ id }) => id);
  if (ids.length === 0 ? incarnationId !== "" : !isIncarnationId(incarnationId)) {
    problems.push(`An incarnation is named by ${incarnationDigits} hexadecimal digits, not ${JSON.stringify(incarnationId)}.`);
  }
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
  if (voters.length === 0 && ids.length > 0) problems.push("Nobody votes.");
  if (!Number.isSafeInteger(lastId) || ids.some((id) => id > lastId)) {
    problems.push(`An id is above ${lastId}, which is said to be the last one.`);
  }
  return [...new Set([...problems, ...planProblems(members)])];
}

function planProblems(members: Members): string[] {
  const { plan, learners } = members;
  if (plan === null) return [];
  const problems: string[] = [];
  if (isJoint(members)) problems.push("Nothing can be planned while two configurations count.");
  if (plan.promote.length === 0) problems.push("A plan must promote somebody.");
  for (const list of [plan.promote, plan.remove]) {
    if (new Set(list).size !== list.length) problems.push(`Member ids must differ: ${list.join(", ")}.`);
  }
  for (const id of plan.promote) {
    if (!learners.includes(id)) problems.push(`Node ${id} is to be promoted, but is no learner.`);
    if (plan.remove.includes(id)) problems.push(`Node ${id} is to be promoted and to leave.`);
  }
  for (const id of plan.remove) if (!isMember(members, id)) problems.push(`Node ${id} is to leave, but is no member.`);
  return problems;
}
