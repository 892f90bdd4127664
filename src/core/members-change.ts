import type { Refusal } from "./api.ts";
import { isJoint, isMember, nodesOf, risingIds, votersToBe, withVoters } from "./members.ts";
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
      return changed({ ...members, plan: null });
    case "address":
      return setNode(members, change.id, ({ id, diskId }) => ({
        id,
        diskId,
        peerAddress: change.peerAddress,
        clientAddress: change.clientAddress,
      }));
    case "disk":
      return setDisk(members, change);
    default:
      return change satisfies never;
  }
}

function addAndRemove(members: Members, change: ChangeOf<"change">): Changed {
  const known = knownByDisk(members, change);
  if (known !== null) return known;
  const remove = [...new Set(change.remove)];
  if (!remove.every((id) => isMember(members, id))) return refused("unknownMember");
  if (members.plan !== null) return dropFromPlan(members, change.add, remove);
  const added = withIds(members.lastId, change.add);
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
  return votersToBe(next).length === 0 ? refused("noVoters") : changed(next, ids);
}

/**
 * A node that asks again to be added, from the disk under which it is a member already, keeps its id. Otherwise each
 * lost answer would leave a member behind that never comes.
 */
function knownByDisk(members: Members, { add, remove }: ChangeOf<"change">): Changed | null {
  const known = add.flatMap(({ diskId }) => members.nodes.filter((node) => diskId !== "" && node.diskId === diskId));
  if (known.length === 0 || known.length !== add.length) return null;
  if (!remove.every((id) => !isMember(members, id) || members.plan?.remove.includes(id))) return null;
  const nodes = members.nodes.map((node) => {
    const place = known.indexOf(node);
    return place === -1 ? node : { ...node, ...add[place], id: node.id };
  });
  return changed(
    { ...members, nodes },
    known.map(({ id }) => id),
  );
}

/** While a plan waits, only learners may go. A plan that was to promote one of them is void. */
function dropFromPlan(members: Members, add: readonly Member[], remove: readonly NodeId[]): Changed {
  const { plan, learners } = members;
  if (plan === null || add.length > 0 || !remove.every((id) => learners.includes(id))) return refused("changeInProgress");
  const isVoid = plan.promote.some((id) => remove.includes(id));
  const left = { promote: plan.promote, remove: plan.remove.filter((id) => !remove.includes(id)) };
  return changed({ ...without(members, remove), plan: isVoid ? null : left });
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
