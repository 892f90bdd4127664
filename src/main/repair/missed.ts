import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import type { BalsaAdmin } from "../../client/admin.ts";
import { BalsaError } from "../../client/balsa-error.ts";
import type { NodeId } from "../../core/types.ts";
import type { MembersView } from "../cli/member-words.ts";

/** A node that its leader has heard of so lately is up, in ms. */
const upMs = 2_000;
/** A node that was just stopped gets so long until the leader misses it, in ms. */
const missedWithinMs = 10_000;
const lookEveryMs = 250;

/** The node that is to be replaced is up, so it is not the one that was meant. */
export class StillUp extends Error {
  constructor(id: NodeId) {
    super(`The leader hears node ${id}, so it is up. Stop it first, or name with --id the node whose place is to be taken.`);
    this.name = "StillUp";
  }
}

/**
 * Waits until the leader misses the node, for nobody else knows whom the leader hears.
 * @returns the members as the leader knows them
 * @throws StillUp; BalsaError if no leader is found in time
 */
export async function missed(admin: Pick<BalsaAdmin, "members">, id: NodeId, withinMs = missedWithinMs): Promise<MembersView> {
  const deadlineAt = performance.now() + withinMs;
  for (;;) {
    const view = await admin.members().catch((error: unknown) => {
      if (error instanceof BalsaError) return null;
      throw error;
    });
    const isTold = view !== null && view.leaderId !== 0 && (view.progress.length > 0 || view.members.length === 1);
    const isUp = isTold && (view.leaderId === id || isHeard(view, id));
    if (isTold && !isUp) return view;
    if (performance.now() >= deadlineAt) throw isUp ? new StillUp(id) : noLeader(id);
    await sleep(lookEveryMs);
  }
}

function isHeard({ progress }: MembersView, id: NodeId): boolean {
  const peer = progress.find(({ nodeId }) => nodeId === id);
  return peer !== undefined && peer.lastHeardMs < upMs;
}

function noLeader(id: NodeId): BalsaError {
  const why =
    `No leader answered, and only the leader knows whether node ${id} is down. ` +
    `A majority of the members must be up, and the leader reachable from here.`;
  return new BalsaError(status.UNAVAILABLE, "NO_LEADER", false, why);
}
