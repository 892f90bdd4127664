import type { Millis } from "../core/types.ts";
import type { Fault as FaultMessage } from "../generated/balsa/admin/v1/Fault.ts";
import type { LinkDirection as ProtoDirection } from "../generated/balsa/admin/v1/LinkDirection.ts";
import type { LinkFault__Output as LinkMessage } from "../generated/balsa/admin/v1/LinkFault.ts";
import type { SetFaultRequest__Output as SetFaultRequest } from "../generated/balsa/admin/v1/SetFaultRequest.ts";
import type { Fault, LinkDirection, LinkFault, StandingFault } from "../node/faults.ts";

/** Faults as admin.proto has them, and back. */

export type FaultContent = Pick<SetFaultRequest, "link" | "turn" | "disk">;

/** Null if the message holds none, or one that this version does not know. */
export function faultIn({ link, turn, disk }: FaultContent): Fault | null {
  if (link) return linkIn(link);
  if (turn) return { type: "turn", pauseMs: turn.pauseMs };
  return disk ? { type: "disk", failWrites: disk.failWrites, slowMs: disk.slowMs } : null;
}

export function faultMessage({ id, fault, endsAt, struck }: StandingFault, now: Millis): FaultMessage {
  const remainingMs = endsAt === null ? 0 : Math.max(1, Math.ceil(endsAt - now));
  return { id, remainingMs, struck, ...contentOf(fault) };
}

function linkIn({ peerId, direction, ...effects }: LinkMessage): LinkFault | null {
  const known = directions[direction];
  return known === undefined ? null : { type: "link", peer: peerId === 0 ? null : peerId, direction: known, ...effects };
}

function contentOf(fault: Fault): FaultMessage {
  switch (fault.type) {
    case "link": {
      const { type: _, peer, direction, ...effects } = fault;
      return { link: { peerId: peer ?? 0, direction: protoDirections[direction], ...effects } };
    }
    case "turn":
      return { turn: { pauseMs: fault.pauseMs } };
    case "disk":
      return { disk: { failWrites: fault.failWrites, slowMs: fault.slowMs } };
    default:
      return fault satisfies never;
  }
}

const protoDirections: Readonly<Record<LinkDirection, ProtoDirection>> = {
  in: "LINK_DIRECTION_IN",
  out: "LINK_DIRECTION_OUT",
  both: "LINK_DIRECTION_BOTH",
};

/** A number that has no name yet comes as a number. */
const directions: Readonly<Record<string, LinkDirection | undefined>> = {
  LINK_DIRECTION_UNSPECIFIED: "both",
  LINK_DIRECTION_IN: "in",
  LINK_DIRECTION_OUT: "out",
  LINK_DIRECTION_BOTH: "both",
};
