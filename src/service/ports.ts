import type { NodeId } from "../core/types.ts";
import type { Node } from "../node/node.ts";
import type { MachineStorage } from "../node/ports.ts";
import type { LeaderHint } from "./failure.ts";

/** What the services need of the node they speak for. */
export type ServiceNode = Pick<Node, "view" | "appliedIndex" | "submit" | "linearize">;

export interface ServicePorts {
  readonly node: ServiceNode;
  readonly state: Pick<MachineStorage, "getMany" | "scan">;
  /** Client addresses of the members, as far as the configuration names them. */
  readonly clientAddresses: ReadonlyMap<NodeId, string>;
  /** A record could not be read or failed its checksum: the node must stop. */
  readonly onStateDamaged: (error: Error) => void;
  /** Calls back after the news that has already arrived has been taken in. */
  readonly soon: (callback: () => void) => void;
}

/** Where the leader is, as far as the node and its configuration know. */
export function leaderHint({ node, clientAddresses }: Pick<ServicePorts, "node" | "clientAddresses">): LeaderHint | null {
  const { leader } = node.view;
  return leader === null ? null : { id: leader, address: clientAddresses.get(leader) ?? null };
}
