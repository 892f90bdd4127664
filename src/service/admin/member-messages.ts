import type { PeerView, View } from "../../core/api.ts";
import type { Member, Members, Millis, NodeId } from "../../core/types.ts";
import type { LinkState } from "../../generated/balsa/admin/v1/LinkState.ts";
import type { Member as ProtoMember } from "../../generated/balsa/admin/v1/Member.ts";
import type { MemberRole } from "../../generated/balsa/admin/v1/MemberRole.ts";
import type { PeerStatus } from "../../generated/balsa/admin/v1/PeerStatus.ts";
import type { SnapshotProgress as ProgressMessage } from "../../generated/balsa/admin/v1/SnapshotProgress.ts";
import type { SnapshotProgress } from "../../node/ports/snapshot-progress.ts";

/** Members and how far they have come, as admin.proto has them. */

export type PeerLinkState = "connecting" | "connected" | "broken";

export function protoMembersOf(members: Members): ProtoMember[] {
  return members.nodes.map((node) => protoMemberOf(node, members));
}

function protoMemberOf({ id, peerAddress, clientAddress, diskId }: Member, members: Members): ProtoMember {
  return {
    nodeId: id,
    peerAddress,
    clientAddress,
    diskId,
    role: roleOf(id, members),
    toBePromoted: members.plan?.promote.includes(id) === true,
    toBeRemoved: members.plan?.remove.includes(id) === true,
  };
}

function roleOf(id: NodeId, { voters, learners }: Members): MemberRole {
  if (voters.includes(id)) return "MEMBER_ROLE_VOTER";
  return learners.includes(id) ? "MEMBER_ROLE_LEARNER" : "MEMBER_ROLE_LEAVING";
}

/** Whether nothing is under way: agreed upon, and nothing left to happen by itself. */
export function isSettled({ members, membersCommitted }: View): boolean {
  return membersCommitted && members.outgoing.length === 0 && members.plan === null;
}

/** Every other member, with what this node knows of it. */
export function peerStatuses(view: View, links: ReadonlyMap<NodeId, PeerLinkState>, now: Millis): PeerStatus[] {
  const others = view.members.nodes.filter((node) => node.id !== view.id);
  return others.map(({ id, peerAddress }) => {
    const state = links.get(id);
    const linkState = state === undefined ? "LINK_STATE_UNSPECIFIED" : linkStates[state];
    const progress = view.peers.find((peer) => peer.id === id);
    const known = { nodeId: id, address: peerAddress, linkState } as const;
    return progress === undefined ? known : { ...known, ...progressOf(progress, view, now) };
  });
}

/** What a leader knows of a follower. */
function progressOf(peer: PeerView, view: View, now: Millis): PeerStatus {
  return {
    matchIndex: peer.matchIndex,
    nextIndex: peer.nextIndex,
    lag: view.lastIndex - peer.matchIndex,
    progress: peer.state,
    lastHeardMs: Math.max(0, Math.round(now - peer.lastHeardAt)),
  };
}

export function snapshotProgressOf(transfers: readonly SnapshotProgress[], id: NodeId): ProgressMessage[] {
  return transfers.map(({ direction, peer, index, bytes, of }) => ({
    toNodeId: direction === "to" ? peer : id,
    index,
    sentBytes: bytes,
    totalBytes: of,
  }));
}

const linkStates: Readonly<Record<PeerLinkState, LinkState>> = {
  connecting: "LINK_STATE_CONNECTING",
  connected: "LINK_STATE_CONNECTED",
  broken: "LINK_STATE_BROKEN",
};
