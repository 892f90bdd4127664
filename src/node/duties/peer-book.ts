import type { View } from "../../core/api.ts";
import type { Member, Members, NodeId } from "../../core/types.ts";
import type { PeerPlace, Transport } from "../ports/ports.ts";

export interface PeerBookOptions {
  readonly self: NodeId;
  /** Members that are known to be committed at the start. */
  readonly committed: Members;
}

type Known = Pick<View, "members" | "membersCommitted" | "peers">;

/**
 * Tells the transport who the other members are and where, whenever that changes. A node that is removed stays in the
 * book until its removal is committed: it may be the leader that sees to it, and needs the answers of the others for
 * that (rule 26). And it stays for as long as this leader has something to say to it: that it was removed (rule 27).
 */
export class PeerBook {
  readonly #transport: Pick<Transport, "setPeers">;
  readonly #self: NodeId;
  readonly #known = new Map<NodeId, Member>();
  /** The newest members that are committed. */
  #committed: Members;
  #last: Known | null = null;
  #told: { readonly places: ReadonlyMap<NodeId, PeerPlace>; readonly lastId: NodeId } | null = null;

  constructor({ self, committed }: PeerBookOptions, transport: Pick<Transport, "setPeers">) {
    this.#self = self;
    this.#committed = committed;
    this.#transport = transport;
    for (const node of committed.nodes) this.#known.set(node.id, node);
  }

  /** Called with what is known at the start, and after every turn. */
  onTurn({ members, membersCommitted, peers }: Known): void {
    const last = this.#last;
    this.#last = { members, membersCommitted, peers };
    const isSame = last?.members === members && last.membersCommitted === membersCommitted;
    if (last !== null && isSame && areSameIds(last.peers, peers)) return;
    if (membersCommitted) this.#committed = members;
    for (const node of members.nodes) this.#known.set(node.id, node);
    const wanted = new Set([...this.#committed.nodes, ...members.nodes, ...peers].map(({ id }) => id));
    wanted.delete(this.#self);
    const places = new Map<NodeId, PeerPlace>();
    for (const id of wanted) {
      const { peerAddress: address = "", diskId = "" } = this.#known.get(id) ?? {};
      places.set(id, { address, diskId });
    }
    if (this.#told !== null && this.#told.lastId === members.lastId && areEqual(this.#told.places, places)) return;
    this.#told = { places, lastId: members.lastId };
    this.#transport.setPeers(places, members.lastId);
  }
}

function areSameIds(a: View["peers"], b: View["peers"]): boolean {
  return a.length === b.length && a.every(({ id }, place) => id === b[place]?.id);
}

function areEqual(a: ReadonlyMap<NodeId, PeerPlace>, b: ReadonlyMap<NodeId, PeerPlace>): boolean {
  if (a.size !== b.size) return false;
  for (const [id, place] of a) {
    const other = b.get(id);
    if (other === undefined || other.address !== place.address || other.diskId !== place.diskId) return false;
  }
  return true;
}
