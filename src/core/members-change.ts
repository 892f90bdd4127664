import type { Refusal } from "./api.ts";
import { isCrowded } from "./member-addresses.ts";
import { isJoint, isMember, memberOf, nodesOf, risingIds, votersToBe, withVoters } from "./members.ts";
import type { Member, Members, MembersChange, NodeId } from "./types.ts";

/** What becomes of the members by a change: the new ones and the ids of those that were added, or why it cannot be. */
export type Changed =
  | { readonly type: "changed"; readonly members: Members; readonly ids: readonly NodeId[] }
  | { readonly type: "refused"; readonly reason: Refusal };

type ChangeOf<T extends MembersChange["type"]> = Extract<MembersChange, { type: T }>;

/**
 * The first step of what an operator wants; the others follow by themselves (membership.ts). Whatever has been done
 * already, or is planned already, is no mistake: an operator who did not hear the answer may ask again.
 */
export function changedMembers(members: Members, change: MembersChange): Changed {
  // Two changes under way could make three configurations, of which no two need to have a node in common.
  if (isJoint(members)) return refused("changeInProgress");
  switch (change.type) {
    case "change":
      return addAndRemove(members, change);
    case "promote":
      return promote(members, change.ids);
    case "cancel":
      return changed(withoutPlan(members));
    case "restate":
      return changed(members);
    case "address":
      return setAddress(members, change);
    case "disk":
      return setDisk(members, change);
    default:
      return change satisfies never;
  }
}

function addAndRemove(members: Members, change: ChangeOf<"change">): Changed {
  const known = knownNodes(members, change);
  if (known !== null) return known;
  const remove = [...new Set(change.remove)];
  if (!remove.every((id) => isMember(members, id))) return refused("unknownMember");
  if (members.plan !== null) return dropFromPlan(members, change.add, remove);
  const added = withIds(members.lastId, placed(members, change));
  if (added === null) return refused("idUsed");
  const ids = added.map(({ id }) => id);
  const grown: Members = {
    ...members,
    learners: risingIds([...members.learners, ...ids]),
    nodes: nodesOf(
      [...members.nodes, ...added],
      [...members.nodes, ...added].map(({ id }) => id),
    ),
    lastId: Math.max(members.lastId, ...ids),
  };
  // Those that come first catch up, then all of it happens at once (thesis 4.2.1).
  const later = ids.length > 0 && !change.asLearners;
  const next = later ? { ...grown, plan: { promote: ids, remove } } : without(grown, remove);
  if (isCrowded(next, ids)) return refused("addressInUse");
  return votersToBe(next).length === 0 ? refused("noVoters") : changed(next, ids);
}

/** One that takes another's place, and does not say where it is, is where that one was. */
function placed(members: Members, { add, remove }: ChangeOf<"change">): readonly Member[] {
  const [only, ...others] = remove;
  const place = only === undefined || others.length > 0 || add.length !== 1 ? undefined : memberOf(members, only);
  return place === undefined ? add : add.map((node) => placedLike(node, place));
}

/**
 * A node that asks again to be added, from the disk under which it is a member already, keeps its id. Otherwise each
 * lost answer would leave a member behind that never comes. So does one that was announced, and comes with its disk.
 */
function knownNodes(members: Members, change: ChangeOf<"change">): Changed | null {
  const { remove } = change;
  const asked = placed(members, change).map((node) => ({ node, known: knownNode(members, node) }));
  const ids = asked.flatMap(({ known }) => (known === undefined ? [] : [known.id]));
  if (ids.length === 0 || new Set(ids).size !== asked.length) return null;
  if (!remove.every((id) => !isMember(members, id) || members.plan?.remove.includes(id))) return null;
  const nodes = members.nodes.map((member) => {
    const again = asked.find(({ known }) => known === member)?.node;
    return again === undefined ? member : { ...placedLike(again, member), id: member.id };
  });
  return unlessCrowded(members, { ...members, nodes }, ids);
}

/** The member with this disk; or the learner that waits at this address for a disk: one that has voted had a disk. */
function knownNode({ nodes, learners }: Members, { id, diskId, peerAddress }: Member): Member | undefined {
  const same = diskId === "" ? undefined : nodes.find((member) => member.diskId === diskId);
  if (same !== undefined || peerAddress === "") return same;
  const isIt = (member: Member): boolean => member.diskId === "" && member.peerAddress === peerAddress;
  return nodes.find((member) => isIt(member) && learners.includes(member.id) && (id === 0 || id === member.id));
}

/** This node, where it says that it is, else where that one was. */
function placedLike(node: Member, { peerAddress, clientAddress }: Member): Member {
  return { ...node, peerAddress: node.peerAddress || peerAddress, clientAddress: node.clientAddress || clientAddress };
}

/** While a plan waits, only learners may go. A plan that was to promote one of them is void. */
function dropFromPlan(members: Members, add: readonly Member[], remove: readonly NodeId[]): Changed {
  const { plan, learners } = members;
  if (plan === null || add.length > 0 || !remove.every((id) => learners.includes(id))) return refused("changeInProgress");
  const left = { ...without(members, remove), plan: { ...plan, remove: plan.remove.filter((id) => !remove.includes(id)) } };
  const isVoid = plan.promote.some((id) => remove.includes(id));
  return changed(isVoid ? withoutPlan(left) : left);
}

/** Its learners stay, but for those that were to be where another one now stays. */
function withoutPlan(members: Members): Members {
  const left = { ...members, plan: null };
  const crowding = members.plan?.promote.filter((id) => isCrowded(left, [id])) ?? [];
  return without(left, crowding);
}

function promote(members: Members, wanted: readonly NodeId[]): Changed {
  const { plan, voters } = members;
  if (!wanted.every((id) => isMember(members, id))) return refused("unknownMember");
  const ids = [...new Set(wanted)].filter((id) => !voters.includes(id));
  if (ids.length === 0) return changed(members);
  if (plan === null) return changed({ ...members, plan: { promote: risingIds(ids), remove: [] } });
  return ids.every((id) => plan.promote.includes(id)) ? changed(members) : refused("changeInProgress");
}

/** A disk is named once. A node that comes with another one has forgotten its vote and its log, so it is another node. */
function setDisk(members: Members, { id, diskId }: ChangeOf<"disk">): Changed {
  const node = members.nodes.find((other) => other.id === id);
  if (node !== undefined && node.diskId !== "" && node.diskId !== diskId) return refused("idUsed");
  return setNode(members, id, (found) => ({ ...found, diskId }));
}

function setAddress(members: Members, { id, peerAddress, clientAddress }: ChangeOf<"address">): Changed {
  const node = memberOf(members, id);
  if (node === undefined) return refused("unknownMember");
  const nodes = members.nodes.map((member) =>
    member === node ? placedLike({ ...node, peerAddress, clientAddress }, node) : member,
  );
  return unlessCrowded(members, { ...members, nodes }, []);
}

/** `next`, in which members may have moved, unless one of them is where another one is. */
function unlessCrowded(members: Members, next: Members, ids: readonly NodeId[]): Changed {
  const movers = next.nodes.filter(({ id, peerAddress }) => memberOf(members, id)?.peerAddress !== peerAddress);
  const ofMovers = movers.map(({ id }) => id);
  return isCrowded(next, ofMovers) ? refused("addressInUse") : changed(next, ids);
}

function setNode(members: Members, id: NodeId, change: (node: Member) => Member): Changed {
  if (!isMember(members, id)) return refused("unknownMember");
  return changed({ ...members, nodes: members.nodes.map((node) => (node.id === id ? change(node) : node)) });
}

function without(members: Members, remove: readonly NodeId[]): Members {
  const stays = (id: NodeId): boolean => !remove.includes(id);
  return withVoters(members, members.voters.filter(stays), members.learners.filter(stays));
}

/** Gives those without an id the next ones; null if one brings an id that was used, for nobody knows what it promised. */
function withIds(lastId: NodeId, add: readonly Member[]): readonly Member[] | null {
  let last = lastId;
  const nodes: Member[] = [];
  for (const node of add) {
    const id = node.id === 0 ? last + 1 : node.id;
    if (!Number.isSafeInteger(id) || id <= last) return null;
    nodes.push({ ...node, id });
    last = id;
  }
  return nodes;
}

function changed(members: Members, ids: readonly NodeId[] = []): Changed {
  return { type: "changed", members, ids };
}

function refused(reason: Refusal): Changed {
  return { type: "refused", reason };
}
