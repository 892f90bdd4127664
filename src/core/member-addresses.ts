import { memberOf } from "./members.ts";
import type { Members, NodeId } from "./types.ts";

/**
 * Whether one of these nodes is at the peer address of another member: calls that are meant for the one would reach the
 * other. A node that takes another's place may be where that one is, which leaves once it has caught up.
 */
export function isCrowded(members: Members, ids: readonly NodeId[]): boolean {
  return ids.some((id) => {
    const address = memberOf(members, id)?.peerAddress ?? "";
    const there = address === "" ? [] : members.nodes.filter((node) => node.id !== id && node.peerAddress === address);
    return there.some((other) => !isSucceeded(members, other.id, id) && !isSucceeded(members, id, other.id));
  });
}

/** Whether `id` leaves: with the plan that is to make `other` a voter, or with the joint configuration. */
function isSucceeded({ voters, learners, plan }: Members, id: NodeId, other: NodeId): boolean {
  if (plan === null) return !voters.includes(id) && !learners.includes(id);
  return plan.remove.includes(id) && plan.promote.includes(other);
}
