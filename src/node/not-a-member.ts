import type { NodeId } from "../core/types.ts";
import type { PeerRefusal } from "./ports.ts";

/** The cluster goes on without this node; it stops, and would stop again. */
export class NotAMember extends Error {
  readonly reason: PeerRefusal;

  constructor(reason: PeerRefusal, message: string) {
    super(message);
    this.name = "NotAMember";
    this.reason = reason;
  }
}

export function removed(id: NodeId): NotAMember {
  return new NotAMember("removed", `Node ${id} was removed from the cluster, and its id is never used again.`);
}
