import type { View } from "../core/api.ts";
import type { Member, NodeId } from "../core/types.ts";
import type { PeerPlace, Transport } from "./ports.ts";

/**
 * Tells the transport who the other members are and where, whenever that changes. A node that was removed stays in the
 * book for as long as the leader has something to say to it: that it was removed (rule 27).
 */
export class PeerBook {
  readonly #transport: Pick<Transport, "setPeers">;
  readonly #self: NodeId;
  readonly #known = new Map<NodeId, Member>();
  #last: Pick<View, "members" | "peers"> | null = null;
  #told: { readonly places: ReadonlyMap<NodeId, PeerPlace>; readonly lastId: NodeId } | null = null;

  constructor(self: NodeId, transport: Pick<Transport, "setPeers">) {
    this.#self = self;
    this.#transport = transport;
  }

  /** Called with what is known at the start, and after every turn. */
  onTurn({ members, peers }: Pick<View, "members" | "peers">): void {
    const last = this.#last;
    this.#last = { members, peers };
    if (last !== null && last.members === members && areSameIds(last.peers, peers)) return;
    for (const node of members.nodes) this.#known.set(node.id, node);
    const wanted = new Set([...members.nodes, ...peers].map(({ id }) => id));
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
