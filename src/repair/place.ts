import type { BalsaAdmin } from "../client/admin.ts";
import type { Millis, NodeId } from "../core/types.ts";
import type { Where } from "../server/start/join.ts";
import type { MembersView } from "./member-words.ts";
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

/** Who the node is now, and in which life of the cluster. */
export interface Taken {
  readonly nodeId: NodeId;
  readonly incarnationId: string;
}

/**
 * Asks the leader for the place, and returns who the node is now; null if something had to be cleared away first. Asked
 * again, the cluster says the same id again, for it knows the disk.
 * @param missedWithinMs how long the leader may take to miss a node that has to go first
 * @throws BalsaError, StillUp
 */
export async function takePlace(admin: PlaceAdmin, place: Place, missedWithinMs: Millis): Promise<Taken | null> {
  const { old, peerAddress, clientAddress, diskId } = place;
  const { members, incarnationId } = await admin.members();
  const stale = staleIn(members, place);
  if (stale !== undefined) {
    // Only the leader knows whether it is down, and whether it is still what it was.
    const view = await missed(admin, stale.nodeId, missedWithinMs);
    if (staleIn(view.members, place)?.nodeId === stale.nodeId) await admin.removeNode({ nodeId: stale.nodeId, force: false });
    return null;
  }
  const isTaken = members.some((member) => member.diskId === diskId);
  const isMember = members.some(({ nodeId }) => nodeId === old);
  const there = atAddress(members, place);
  const isAnnounced = there !== undefined && there.diskId === "" && there.role === "MEMBER_ROLE_LEARNER";
  if (old === null || !isMember || isAnnounced || isTaken) {
    return admin.addNode({ peerAddress, clientAddress, diskId, learner: false });
  }
  const nodeId = await admin.replaceNode({ nodeId: old, peerAddress, clientAddress, diskId, force: false });
  return { nodeId, incarnationId };
}

/** An earlier attempt whose disk is lost as well: it would be waited for for ever, and holds the address. */
function staleIn(members: readonly MemberView[], place: Place): MemberView | undefined {
  const there = atAddress(members, place);
  return there?.toBePromoted && there.diskId !== "" && there.diskId !== place.diskId ? there : undefined;
}

function atAddress(members: readonly MemberView[], { old, peerAddress }: Place): MemberView | undefined {
  return members.find((member) => member.peerAddress === peerAddress && member.nodeId !== old);
}
