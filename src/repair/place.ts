import type { BalsaAdmin } from "../../client/admin.ts";
import type { NodeId } from "../../core/types.ts";
import type { MembersView } from "../cli/member-words.ts";
import type { Where } from "../join.ts";
import { missed } from "./missed.ts";

/** What a node takes over from the one that it is to replace, and where it is. */
export interface Place extends Where {
  /** Null if that one is no member any more. */
  readonly old: NodeId | null;
  /** All ids that this machine's node has had. */
  readonly ids: readonly NodeId[];
  readonly clusterId: string;
  /** The mark of its new data directory. */
  readonly diskId: string;
}

export type PlaceAdmin = Pick<BalsaAdmin, "members" | "addNode" | "removeNode" | "replaceNode">;
type MemberView = MembersView["members"][number];

/**
 * Asks the leader for the place, and returns the node's new id; null if something had to be cleared away first. Asked
 * again, the cluster says the same id again, for it knows the disk.
 * @throws BalsaError, StillUp
 */
export async function takePlace(admin: PlaceAdmin, place: Place): Promise<NodeId | null> {
  const { old, peerAddress, clientAddress, diskId } = place;
  const { members } = await admin.members();
  const stale = staleIn(members, place);
  if (stale !== undefined) {
    // Only the leader knows whether it is down, and whether it is still what it was.
    const view = await missed(admin, stale.nodeId);
    if (staleIn(view.members, place)?.nodeId === stale.nodeId) await admin.removeNode({ nodeId: stale.nodeId, force: false });
    return null;
  }
  const isTaken = members.some((member) => member.diskId === diskId);
  const isMember = members.some(({ nodeId }) => nodeId === old);
  const there = atAddress(members, place);
  const isAnnounced = there !== undefined && there.diskId === "" && there.role === "MEMBER_ROLE_LEARNER";
  if (old === null || !isMember || isAnnounced || isTaken) {
    return (await admin.addNode({ peerAddress, clientAddress, diskId, learner: false })).nodeId;
  }
  return admin.replaceNode({ nodeId: old, peerAddress, clientAddress, diskId, force: false });
}

/** An earlier attempt whose disk is lost as well: it would be waited for for ever, and holds the address. */
function staleIn(members: readonly MemberView[], place: Place): MemberView | undefined {
  const there = atAddress(members, place);
  return there?.toBePromoted && there.diskId !== "" && there.diskId !== place.diskId ? there : undefined;
}

function atAddress(members: readonly MemberView[], { old, peerAddress }: Place): MemberView | undefined {
  return members.find((member) => member.peerAddress === peerAddress && member.nodeId !== old);
}
