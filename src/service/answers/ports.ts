import { memberOf } from "../../core/members.ts";
import type { MembersChange, Millis, NodeId } from "../../core/types.ts";
import type { Node } from "../../node/node.ts";
import type { MachineStorage } from "../../node/ports/ports.ts";
import type { ChangeOutcome, TransferOutcome } from "../../node/requests/operations.ts";
import type { ChangeFeed } from "../../node/watch/change-feed.ts";
import type { LeaderHint } from "./failure.ts";
import type { Incarnation } from "./incarnation.ts";

/** What the services need of the node they speak for. */
export type ServiceNode = Pick<Node, "view" | "appliedIndex" | "submit" | "linearize"> & {
  readonly changes: Pick<ChangeFeed, "oldest" | "subscribe">;
  changeMembers(change: MembersChange, timeoutMs: Millis, done: (outcome: ChangeOutcome) => void): void;
  transfer(to: NodeId | null, timeoutMs: Millis, done: (outcome: TransferOutcome) => void): void;
};

export interface ServicePorts {
  readonly incarnation: Incarnation;
  readonly node: ServiceNode;
  readonly state: Pick<MachineStorage, "getMany" | "scan">;
  /** A record could not be read or failed its checksum: the node must stop. */
  readonly onStateDamaged: (error: Error) => void;
  /** Calls back after the news that has already arrived has been taken in. */
  readonly soon: (callback: () => void) => void;
}

/** Where the leader is, as far as the node knows. */
export function leaderHint({ node }: { readonly node: Pick<ServiceNode, "view"> }): LeaderHint | null {
  const { leader, members } = node.view;
  if (leader === null) return null;
  const address = memberOf(members, leader)?.clientAddress ?? "";
  return { id: leader, address: address === "" ? null : address };
}
