import { lostDisk } from "../../core/members.ts";
import type { NodeId } from "../../core/types.ts";
import type { PeerRefusal } from "./ports.ts";

/** `stranger`: nobody was ever a member under this node's id, and it must not begin a cluster beside the one there is. */
export type NotAMemberReason = PeerRefusal | "stranger";

/** The cluster goes on without this node; it stops, and would stop again. */
export class NotAMember extends Error {
  readonly reason: NotAMemberReason;
  /** Where clients reach a member that has said so; "" where that is not known. */
  readonly memberAddress: string;

  constructor(reason: NotAMemberReason, message: string, memberAddress = "") {
    super(message);
    this.name = "NotAMember";
    this.reason = reason;
    this.memberAddress = memberAddress;
  }
}

export function removed(id: NodeId): NotAMember {
  return new NotAMember("removed", `Node ${id} was removed from the cluster, and its id is never used again.`);
}

export function diskReplaced(id: NodeId): NotAMember {
  return new NotAMember("diskReplaced", `${whyDiskReplaced(id)}.`);
}

/** Rule 30: what a node promised is on its disk; with another one it may break its word. */
export function whyDiskReplaced(id: NodeId): string {
  return `The disk of node ${id} was lost or replaced, and with it what the node promised. It comes back under a new id only`;
}

/** The members name no disk of it any more (`lostDisk`), or another one than `known`. */
export function whyDiskRefused(id: NodeId, known: string): string {
  return known === lostDisk
    ? `The data of node ${id} were put back to an older state, and lack what the node had confirmed. It comes back under a new id only`
    : whyDiskReplaced(id);
}

/** A copied data directory takes its disk's name along; of two processes the earlier one is the node. */
export function whyTwin(id: NodeId, diskId: string): string {
  return (
    `Another process runs as node ${id} with the disk ${diskId}, and was started earlier; it goes on undisturbed. ` +
    `The data directory of one of the two is a copy, and only one of them may run. To have one node more, start it on an empty directory with --join`
  );
}

/** @param by a node that is in the cluster already */
export function stranger(id: NodeId, by: { id: NodeId; clusterId: string; clientAddress: string }): NotAMember {
  const why = `Node ${by.id} is in cluster "${by.clusterId}" already, and node ${id} is none of its members. A second one is not begun beside it.`;
  return new NotAMember("stranger", why, by.clientAddress);
}
