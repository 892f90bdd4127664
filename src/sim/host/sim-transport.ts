import type { PeerMessage } from "../core/messages.ts";
import type { Index, NodeId } from "../core/types.ts";
import type { ChunkReply, Outcome, PeerPlace, PeerRefusal, SnapshotChunk, StateDigest, Transport } from "../node/ports.ts";
import type { Caller, Door, Greeting } from "./greeting.ts";
import type { Life } from "./life.ts";
import type { Network } from "./network.ts";

export interface SimTransportPorts {
  readonly id: NodeId;
  readonly diskId: string;
  readonly life: Life;
  readonly network: Network;
  /** Just before a message leaves. */
  readonly onSend: (message: PeerMessage) => void;
}

/** One life's way to the other nodes, and whom it lets in: as the real transport decides it. */
export class SimTransport implements Transport, Caller, Door {
  readonly #ports: SimTransportPorts;
  #peers: ReadonlyMap<NodeId, PeerPlace> = new Map();
  #lastId: NodeId = 0;
  /** Who has called in this life, on which disk. */
  readonly #callers = new Map<NodeId, string>();
  /** Which disk it was told of for each peer. */
  readonly #met = new Map<NodeId, string>();

  constructor(ports: SimTransportPorts) {
    this.#ports = ports;
  }

  get diskId(): string {
    return this.#ports.diskId;
  }

  get life(): Life {
    return this.#ports.life;
  }

  setPeers(peers: ReadonlyMap<NodeId, PeerPlace>, lastId: NodeId): void {
    this.#peers = peers;
    this.#lastId = lastId;
    this.#met.clear();
  }

  send(messages: readonly PeerMessage[]): void {
    const { life, network, onSend } = this.#ports;
    for (const message of messages) {
      if (!life.effect("send")) return;
      onSend(message);
      if (isReply(message) ? this.#hears(message.to) : this.#knows(message.to))
        network.send(message, this.greeting(message.to), this);
    }
  }

  forward(to: NodeId, command: Uint8Array, done: (outcome: Outcome) => void): void {
    const { life, network } = this.#ports;
    if (!life.effect("forward")) return;
    if (this.#knows(to)) network.forward(life, to, command, done);
    else network.soon(life, () => done({ type: "refused", reason: "noLeader", leader: null }));
  }

  sendChunk(to: NodeId, chunk: SnapshotChunk, done: (reply: ChunkReply) => void): void {
    const { life, network } = this.#ports;
    if (!life.effect("send")) return;
    if (this.#knows(to)) network.sendChunk(this, to, chunk, done);
    else network.soon(life, () => done({ type: "broken" }));
  }

  askDigest(to: NodeId, index: Index, done: (found: StateDigest) => void): void {
    const { life, network } = this.#ports;
    if (this.#knows(to)) network.askDigest(life, to, index, done);
  }

  greeting(to: NodeId): Greeting {
    return { from: this.#ports.id, diskId: this.#ports.diskId, toDiskId: this.#peers.get(to)?.diskId ?? "" };
  }

  /** Why this node wants nothing of the caller; null if it does. */
  refusal({ from, diskId }: Greeting): PeerRefusal | null {
    const place = this.#peers.get(from);
    if (place === undefined) return from <= this.#lastId ? "removed" : null;
    return place.diskId === "" || place.diskId === diskId ? null : "diskReplaced";
  }

  /** Whether the caller takes this node for one with another disk. */
  isTakenForAnother({ toDiskId }: Greeting): boolean {
    return toDiskId !== "" && toDiskId !== this.#ports.diskId;
  }

  /** The caller was let in: replies can go back to it, whether or not it could be called. */
  hasLetIn({ from, diskId }: Greeting): void {
    this.#callers.set(from, diskId);
  }

  /** Whether this is the first that this node hears of the other's disk on a link. */
  meets(id: NodeId, diskId: string): boolean {
    if (this.#met.get(id) === diskId) return false;
    this.#met.set(id, diskId);
    return true;
  }

  /** Whether there is a way back to this caller: its streams end when it is wanted no more. */
  #hears(from: NodeId): boolean {
    const diskId = this.#callers.get(from);
    return diskId !== undefined && this.refusal({ from, diskId, toDiskId: "" }) === null;
  }

  #knows(to: NodeId): boolean {
    const place = this.#peers.get(to);
    return place !== undefined && place.address !== "";
  }
}

/** Replies go back on the stream that brought the question. */
function isReply({ type }: PeerMessage): boolean {
  return (
    type === "voteReply" ||
    type === "appendMatch" ||
    type === "appendConflict" ||
    type === "heartbeatReply" ||
    type === "readIndexReply"
  );
}
