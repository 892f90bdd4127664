import type { View } from "../../core/api.ts";
import type { CoreEvent } from "../../core/events.ts";
import type { Member, Millis, NodeId } from "../../core/types.ts";
import { NotAMember, removed } from "../ports/not-a-member.ts";
import type { PeerRefusal } from "../ports/ports.ts";

/** How long most of the others must refuse this node as a twin before it ends, in ms: longer than a broken link stays unnoticed. */
export const twinPatienceMs = 10_000;
/** A refusal that is not repeated in this time no longer holds, in ms. */
const twinBreakMs = 5_000;

/**
 * Whether the cluster goes on without this node. Mostly its own log says so; but a node that was down when it was
 * removed hears it from others. That is believed once most of them say so, for one of them may go by a change of the
 * members that will be undone.
 */
export class MembershipWatch {
  /** Who refuses this node as the twin of an earlier process: since when, and when last. */
  readonly #twins = new Map<NodeId, { readonly since: Millis; readonly last: Millis }>();
  /** Who has said, since a leader was last heard, that this node was removed. */
  readonly #refusedBy = new Set<NodeId>();
  /**
   * A leader was heard since the process began: it calls the member at its address, so this process is the member. That
   * another one is connected in its name may then be anybody's word.
   */
  #hasHeardLeader = false;

  /** @returns why this node must stop; null: it need not */
  onTurn({ id, leader }: View, events: readonly CoreEvent[]): NotAMember | null {
    if (leader !== null) {
      this.#hasHeardLeader = true;
      this.#refusedBy.clear();
      this.#twins.clear();
    }
    return events.some(({ type }) => type === "removed") ? removed(id) : null;
  }

  /** @returns why this node must stop; null: it need not */
  onRefused(by: NodeId, reason: PeerRefusal, why: string, { id, members }: View, now: Millis): NotAMember | null {
    // What another cluster says of this node does not bind it.
    if (reason === "otherCluster") return null;
    if (reason === "diskReplaced") return new NotAMember(reason, why);
    const others = members.nodes.filter((node) => node.id !== id);
    if (reason === "twin") return this.#isTwin(by, others, now) ? new NotAMember(reason, why) : null;
    this.#refusedBy.add(by);
    const agreeing = others.filter((node) => this.#refusedBy.has(node.id));
    return agreeing.length * 2 > others.length ? removed(id) : null;
  }

  /** A node that was just started again may find that the others still take its old process for alive: that ends soon. */
  #isTwin(by: NodeId, others: readonly Member[], now: Millis): boolean {
    if (this.#hasHeardLeader) return false;
    const known = this.#twins.get(by);
    const goesOn = known !== undefined && now - known.last < twinBreakMs;
    this.#twins.set(by, { since: goesOn ? known.since : now, last: now });
    const agreeing = others.filter((node) => {
      const refusal = this.#twins.get(node.id);
      return refusal !== undefined && now - refusal.last < twinBreakMs && now - refusal.since >= twinPatienceMs;
    });
    return agreeing.length * 2 > others.length;
  }
}
