import { isReply, type PeerMessage } from "../../core/messages.ts";
import type { NodeId } from "../../core/types.ts";
import { isSameCluster } from "../../node/founding/incarnation.ts";
import type { PeerCall } from "../../node/ports/peer-calls.ts";
import type { PeerPlace, PeerRefusal, Transport } from "../../node/ports/ports.ts";
import type { Life } from "../base/life.ts";
import { mannerOf } from "../net/call-manners.ts";
import type { Caller, Door, Greeting } from "../net/greeting.ts";
import type { Network } from "../net/network.ts";

export interface SimTransportPorts {
  readonly id: NodeId;
  readonly diskId: string;
  readonly incarnationId: string;
  readonly life: Life;
  readonly network: Network;
  /** Just before a message leaves. */
  readonly onSend: (message: PeerMessage) => void;
}

/** All clusters here have one name. */
const clusterId = "balsa";

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

  ask<Question, Answer>(to: NodeId, call: PeerCall<Question, Answer>, question: Question, done: (answer: Answer) => void): void {
    const { life, network } = this.#ports;
    if (mannerOf(call) !== "aside" && !life.effect("ask")) return;
    if (this.#knows(to)) network.ask(this, to, { call, question, done });
    else network.refuse(this, { call, question, done });
  }

  greeting(to: NodeId): Greeting {
    const { incarnationId, id: from, diskId } = this.#ports;
    return { incarnationId, from, diskId, toDiskId: this.#peers.get(to)?.diskId ?? "" };
  }

  /** Why this node wants nothing of the caller; null if it does. */
  refusal({ incarnationId, from, diskId }: Greeting): PeerRefusal | null {
    if (!isSameCluster({ clusterId, incarnationId }, { clusterId, incarnationId: this.#ports.incarnationId }))
      return "otherCluster";
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
    const { incarnationId } = this.#ports;
    return diskId !== undefined && this.refusal({ incarnationId, from, diskId, toDiskId: "" }) === null;
  }

  #knows(to: NodeId): boolean {
    const place = this.#peers.get(to);
    return place !== undefined && place.address !== "";
  }
}
