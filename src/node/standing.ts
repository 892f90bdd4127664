import type { View } from "../core/api.ts";
import type { Event } from "../core/events.ts";
import type { NodeId } from "../core/types.ts";
import { NotAMember, removed } from "./not-a-member.ts";
import type { PeerRefusal } from "./ports.ts";

/**
 * Whether the cluster goes on without this node. Mostly its own log says so; but a node that was down when it was
 * removed hears it from others. That is believed once most of them say so, for one of them may go by a change of the
 * members that will be undone.
 */
export class Standing {
  /** Who has said, since a leader was last heard, that this node was removed. */
  readonly #refusedBy = new Set<NodeId>();

  /** @returns why this node must stop; null: it need not */
  onTurn({ id, leader }: View, events: readonly Event[]): NotAMember | null {
    if (leader !== null) this.#refusedBy.clear();
    return events.some(({ type }) => type === "removed") ? removed(id) : null;
  }

  /** @returns why this node must stop; null: it need not */
  onRefused(by: NodeId, reason: PeerRefusal, why: string, { id, members }: View): NotAMember | null {
    if (reason === "diskReplaced") return new NotAMember(reason, why);
    this.#refusedBy.add(by);
    const others = members.nodes.filter((node) => node.id !== id);
    const agreeing = others.filter((node) => this.#refusedBy.has(node.id));
    return agreeing.length * 2 > others.length ? removed(id) : null;
  }
}
