import type { Member, NodeId } from "../../core/types.ts";
import { diskReplaced, type NotAMember, removed, stranger } from "../ports/not-a-member.ts";
import { type Birth, difference, type IntroductionAnswer, type Listed, type Owned } from "./introduction.ts";

/** What a node whose directory is empty makes of the answers of one round. */

/** A node whose cluster is yet to be born. */
export interface Founder {
  readonly clusterId: string;
  readonly nodeId: NodeId;
  readonly diskId: string;
  /** With whom its cluster is to begin: this node and the others of its list. */
  readonly list: readonly Member[];
}

/** What came back from one node of the list. */
export type Heard =
  | { readonly type: "answer"; readonly answer: IntroductionAnswer }
  /** `isGivenUp`: an operator has said that its silence is not to be waited for. */
  | { readonly type: "silent"; readonly why: string; readonly isGivenUp: boolean };

export type Verdict =
  /** The cluster is born, and this node is one of it. */
  | { readonly type: "adopt"; readonly birth: Birth }
  /** This node begins the cluster, with these members. */
  | { readonly type: "found"; readonly members: readonly Member[] }
  /** There is a cluster in which this node has no place. */
  | { readonly type: "refused"; readonly error: NotAMember }
  | ({ readonly type: "wait" } & Obstacles);

/** Why a cluster cannot begin yet. */
export interface Obstacles {
  /** Clauses, one for each node that stands in the way. */
  readonly reasons: readonly string[];
  /** Nothing but silence is in the way, so that an operator may decide that it means nothing. */
  readonly areSilent: boolean;
}

/**
 * A cluster is born once. One that a node of the list is in already is joined in its first hour, or not at all. A new one
 * is begun by the lowest id, and only if every node of the list has said that it is as new: of two directories out of three
 * that were emptied, the third has all that was ever acknowledged.
 * @param heard of every other node of the list
 */
export function verdictOn(self: Founder, heard: ReadonlyMap<NodeId, Heard>): Verdict {
  const others = self.list.filter(({ id }) => id !== self.nodeId);
  const answers = others.flatMap(({ id }) => {
    const found = heard.get(id);
    return found?.type === "answer" && found.answer.clusterId === self.clusterId ? [found.answer] : [];
  });
  const verdict = ofTheBorn(self, answers);
  if (verdict !== null) return verdict;
  const inTheWay = others.flatMap((other) => {
    const found = heard.get(other.id);
    const why = hindrance(self, other, found);
    return why === null ? [] : [{ why, isSilent: found?.type === "silent" }];
  });
  if (inTheWay.length > 0) {
    return { type: "wait", reasons: inTheWay.map(({ why }) => why), areSilent: inTheWay.every(({ isSilent }) => isSilent) };
  }
  const discord = discordOf(self, answers);
  if (discord !== null) return { type: "wait", reasons: [discord], areSilent: false };
  const lowest = Math.min(self.nodeId, ...answers.map(({ from }) => from));
  if (lowest === self.nodeId) return { type: "found", members: membersOf(self, answers) };
  const isWhole = answers.length === others.length;
  const how = isWhole ? "" : ", as the lowest of those that answer; if it waits as well, start it with --force-bootstrap";
  return { type: "wait", reasons: [`node ${lowest} is to begin it${how}`], areSilent: false };
}

/**
 * One answer of a cluster that this node belongs to is worth more than any number of those that do not know it. Whether the
 * one that answers is the one that is listed is no matter: it may have another id by now.
 */
function ofTheBorn(self: Founder, answers: readonly IntroductionAnswer[]): Verdict | null {
  let error: NotAMember | null = null;
  for (const { from, stage } of answers) {
    if (stage.type === "founding") continue;
    const { birth, acquaintance, clientAddress } = stage;
    if (acquaintance === "sameDisk" || acquaintance === "unknownDisk") return { type: "adopt", birth: birthFor(self, birth) };
    if (acquaintance === "otherDisk") error = diskReplaced(self.nodeId);
    if (acquaintance === "removed" && error?.reason !== "diskReplaced") error = removed(self.nodeId);
    if (acquaintance === "stranger") error ??= stranger(self.nodeId, { id: from, clusterId: self.clusterId, clientAddress });
  }
  return error === null ? null : { type: "refused", error };
}

/** Whoever was added later learns from the log who takes part, as any node that joins. */
function birthFor({ nodeId }: Founder, { incarnationId, members }: Birth): Birth {
  return { incarnationId, members: members.some(({ id }) => id === nodeId) ? members : [] };
}

/** Why the cluster cannot begin because of this node of the list; null if it can. */
function hindrance(self: Founder, { id, peerAddress }: Listed, heard: Heard | undefined): string | null {
  const who = `node ${id} at ${peerAddress}`;
  if (heard === undefined) return `${who} has not answered yet`;
  if (heard.type === "silent") return heard.isGivenUp ? null : `${who} does not answer (${heard.why})`;
  const { clusterId, from, stage } = heard.answer;
  if (clusterId !== self.clusterId) return `${who} is of cluster ${JSON.stringify(clusterId)}`;
  if (from !== id) return `what is at ${peerAddress} is node ${from}, not node ${id}`;
  if (stage.type === "founding") return difference(ownedBy(self.nodeId, self.list), ownedBy(from, stage.list));
  return `${who} is in the cluster already, and has not been told yet who its members are`;
}

/** Why those who answered cannot begin together, although each of them could with this node; null if they can. */
function discordOf(self: Founder, answers: readonly IntroductionAnswer[]): string | null {
  const disks = new Map([[self.diskId, self.nodeId]]);
  for (const [place, { from, diskId, stage }] of answers.entries()) {
    const other = disks.get(diskId);
    if (other !== undefined) return `nodes ${other} and ${from} have one directory, or one is a copy of the other's`;
    disks.set(diskId, from);
    for (const earlier of answers.slice(0, place)) {
      if (stage.type !== "founding" || earlier.stage.type !== "founding") continue;
      const why = difference(ownedBy(earlier.from, earlier.stage.list), ownedBy(from, stage.list));
      if (why !== null) return why;
    }
  }
  return null;
}

/** The members of the list, on the disks that they have said they have. Where this node is, the others know best. */
function membersOf({ nodeId, diskId, list }: Founder, answers: readonly IntroductionAnswer[]): Member[] {
  const listed = answers.flatMap(({ stage }) => (stage.type === "founding" ? stage.list : []));
  const toldAt = listed.find(({ id, peerAddress }) => id === nodeId && peerAddress !== "")?.peerAddress;
  return list.map((member) => {
    if (member.id === nodeId) return { ...member, peerAddress: toldAt ?? member.peerAddress, diskId };
    return { ...member, diskId: answers.find(({ from }) => from === member.id)?.diskId ?? "" };
  });
}

function ownedBy(owner: NodeId, list: readonly Listed[]): Owned {
  return { owner, list };
}
