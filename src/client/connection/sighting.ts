import type { GetStatusResponse__Output as Status } from "../../generated/balsa/admin/v1/GetStatusResponse.ts";
import { isAddress } from "../../grpc/address.ts";

/** As much of a node's status as a client looks at. */
export type Said = Pick<Status, "nodeId" | "term" | "role" | "leaderId" | "leaderAddress" | "incarnationId"> & {
  readonly members: readonly Pick<Status["members"][number], "clientAddress">[];
};

/** What a node has said of itself and of the leader. */
export interface Sighting {
  /** Where it was asked. */
  readonly endpoint: string;
  readonly nodeId: number;
  readonly term: number;
  readonly leads: boolean;
  /** Whom it follows, or itself; 0: it hears no leader. */
  readonly leaderId: number;
  /** The leader's client address as the members know it; null if they know none. It may lead nowhere from here. */
  readonly leaderAddress: string | null;
  /** The same of all members. */
  readonly clientAddresses: readonly string[];
  /** The life of the cluster that the node is of; "": it does not say. */
  readonly incarnationId: string;
}

export function sightingOf(endpoint: string, status: Said): Sighting {
  const { nodeId, term, role, leaderId, leaderAddress, members, incarnationId } = status;
  return {
    endpoint,
    nodeId,
    term,
    leads: role === "ROLE_LEADER",
    leaderId,
    leaderAddress: isAddress(leaderAddress) ? leaderAddress : null,
    clientAddresses: members.map(({ clientAddress }) => clientAddress),
    incarnationId,
  };
}

/** Whether it knows of a leader, be it itself. */
export function hearsLeader({ leads, leaderId }: Sighting): boolean {
  return leads || leaderId !== 0;
}

/** The one of the highest term; of several, the first. */
export function newest(sightings: readonly Sighting[]): Sighting | null {
  return sightings.reduce<Sighting | null>((best, each) => (best === null || each.term > best.term ? each : best), null);
}
