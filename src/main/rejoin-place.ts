import { setTimeout as sleep } from "node:timers/promises";
import type { BalsaAdmin } from "../client/admin.ts";
import { BalsaError } from "../client/balsa-error.ts";
import type { NodeId } from "../core/types.ts";
import type { Owner } from "../storage/identity.ts";
import type { MembersView } from "./cli-member-words.ts";

/** What a node takes over from the one that it is to replace. */
export interface Place {
  /** Null if that one is no member any more. */
  readonly old: NodeId | null;
  /** All ids that this machine's node has had. */
  readonly ids: readonly NodeId[];
  readonly clusterId: string;
  readonly peerAddress: string;
  readonly clientAddress: string;
  /** The mark of its new data directory. */
  readonly diskId: string;
}

const againAfterMs = 1_000;
/** These do not pass by themselves. */
const final: readonly string[] = ["INVALID_ADDRESS", "UNIMPLEMENTED"];

/**
 * Asks the leader until the cluster has taken the new disk in, and says what it waits for. Asked again, the cluster says
 * the same id again, for it knows the disk.
 */
export async function takePlace(admin: BalsaAdmin, place: Place, say: (sentence: string) => void): Promise<Owner> {
  let said = "";
  for (;;) {
    try {
      const nodeId = await ask(admin, place, await admin.members());
      if (nodeId !== null) return { nodeId, clusterId: place.clusterId };
    } catch (error) {
      if (!(error instanceof BalsaError) || final.includes(error.reason)) throw error;
      const why = `The cluster has not taken this node in yet: ${error.message} (${error.reason})`;
      if (why !== said) say(why);
      said = why;
    }
    await sleep(againAfterMs);
  }
}

/** Null if something had to be cleared away first. */
async function ask(admin: BalsaAdmin, place: Place, { members }: MembersView): Promise<NodeId | null> {
  const { old, peerAddress, clientAddress, diskId } = place;
  const self = members.find((member) => member.diskId === diskId);
  const there = members.find((member) => member.peerAddress === peerAddress && member.nodeId !== old);
  // An earlier attempt whose disk is lost as well would be waited for for ever, and holds the address.
  const isStale = there?.toBePromoted && there.diskId !== "" && there.diskId !== diskId;
  if (isStale) {
    await admin.removeNode({ nodeId: there.nodeId, force: false });
    return null;
  }
  const isAnnounced = there !== undefined && there.diskId === "" && there.role === "MEMBER_ROLE_LEARNER";
  const isMember = members.some(({ nodeId }) => nodeId === old);
  if (old === null || !isMember || isAnnounced || self !== undefined) {
    return (await admin.addNode({ peerAddress, clientAddress, diskId, learner: false })).nodeId;
  }
  return admin.replaceNode({ nodeId: old, peerAddress, clientAddress, diskId, force: false });
}
