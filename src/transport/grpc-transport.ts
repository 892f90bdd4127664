import type { Server } from "@grpc/grpc-js";
import { isReply, type PeerMessage, type PeerQuestion } from "../core/messages.ts";
import type { NodeId } from "../core/types.ts";
import type { Introduction, IntroductionAnswer } from "../node/founding/introduction.ts";
import type { Answered, PeerCall } from "../node/ports/peer-calls.ts";
import type { PeerPlace, Transport, TransportHandler } from "../node/ports/ports.ts";
import { PeerService } from "./in/peer-service.ts";
import { Admission } from "./link/admission.ts";
import { newTransportCounters } from "./link/counters.ts";
import type { TransportNotice } from "./link/notices.ts";
import type { Dropped, Queued } from "./link/outbox.ts";
import type { TransportOptions } from "./link/transport-options.ts";
import { type LinkState, PeerClient } from "./out/peer-client.ts";
import { EncodedSlices } from "./wire/encoded-slices.ts";

export interface TransportPorts {
  /** Spreads the retries of broken links: a number from 0 up to, and not including, 1. */
  readonly random: () => number;
  readonly onNotice: (notice: TransportNotice) => void;
  /** Member `id` has called from `origin`. */
  readonly onMember: (id: NodeId, origin: string) => void;
  /** What a node is told whose cluster is yet to be born. Called only from `start` on. */
  readonly introduce: (question: Introduction) => IntroductionAnswer;
  /** This message goes nowhere. */
  readonly onDropped?: (message: PeerMessage, why: Dropped) => void;
}

/** The outgoing link to one peer, for status pages. */
export interface LinkStatus {
  readonly peer: NodeId;
  readonly address: string;
  /** All that are tried. */
  readonly addresses: readonly string[];
  readonly state: LinkState;
}

/**
 * The way to the other nodes over gRPC. Questions go out on this node's own link to a peer; answers go back on the
 * stream or call on which the question came. So each pair of nodes has two connections, and each of them is mended
 * by the node that made it.
 */
export class GrpcTransport implements Transport {
  readonly counters = newTransportCounters();
  readonly #options: TransportOptions;
  readonly #ports: TransportPorts;
  readonly #links = new Map<NodeId, PeerClient>();
  readonly #slices = new EncodedSlices();
  readonly #admission: Admission;
  readonly #service: PeerService;
  #handler: TransportHandler | null = null;
  #isClosed = false;

  constructor(options: TransportOptions, ports: TransportPorts) {
    const { counters } = this;
    this.#options = options;
    this.#ports = ports;
    this.#admission = new Admission(options, {
      counters,
      onNotice: ports.onNotice,
      onMember: ports.onMember,
    });
    const onOpened = (from: NodeId) => this.#links.get(from)?.retryNow();
    this.#service = new PeerService(options, { admission: this.#admission, counters, onOpened, introduce: ports.introduce });
  }

  /** Makes `server` serve RaftService; it answers from `start` on. Set the server up with `peerServerOptions`. */
  addTo(server: Server): void {
    this.#service.addTo(server);
  }

  /** Connects to every peer there is, and gives what comes in to `handler`. */
  start(handler: TransportHandler): void {
    this.#handler = handler;
    this.#service.start(handler);
    for (const link of this.#links.values()) link.start();
  }

  send(messages: readonly PeerMessage[]): void {
    for (const message of messages) {
      const dropped = isReply(message) ? this.#service.send(message) : this.#question(message);
      if (dropped !== null) this.#ports.onDropped?.(message, dropped);
    }
  }

  ask<Question, Answer>(
    to: NodeId,
    call: PeerCall<Question, Answer>,
    question: Question,
    done: Answered<Answer>,
    sequence?: number,
  ): void {
    const link = this.#links.get(to);
    if (link === undefined) setImmediate(done, call.unsent);
    else link.ask(call, question, done, sequence);
  }

  setPeers(peers: ReadonlyMap<NodeId, PeerPlace>, lastId: NodeId): void {
    if (this.#isClosed) return;
    this.#admission.setPeers(peers, lastId);
    for (const [peer, link] of [...this.#links]) {
      if (peers.get(peer)?.address === link.ownAddress) continue;
      this.#links.delete(peer);
      link.close("broken");
    }
    for (const [peer, place] of peers) this.#link(peer, place, this.#elsewhere(peer, peers));
    this.#service.recheck();
  }

  /** One for each peer whose address is known. */
  links(): LinkStatus[] {
    return [...this.#links].map(([peer, link]) => ({
      peer,
      address: link.address,
      addresses: link.addresses,
      state: link.linkState,
    }));
  }

  /** What waits to be sent to each peer, on the links to it and from it. */
  queued(): ReadonlyMap<NodeId, Queued> {
    return new Map(
      [...this.#links].map(([peer, link]) => {
        const [questions, answers] = [link.queued, this.#service.queuedFor(peer)];
        return [peer, { messages: questions.messages + answers.messages, bytes: questions.bytes + answers.bytes }];
      }),
    );
  }

  /** Ends every stream. Commands and chunks get their outcome before this returns; nothing comes in afterwards. */
  close(): void {
    this.#isClosed = true;
    for (const link of this.#links.values()) link.close("stopping");
    this.#service.close();
    this.#handler = null;
  }

  /** Makes the link if there is none to this peer. */
  #link(peer: NodeId, place: PeerPlace, elsewhere: readonly string[]): void {
    if (peer === this.#options.id || (place.address === "" && elsewhere.length === 0)) return;
    const known = this.#links.get(peer);
    if (known !== undefined) {
      known.setElsewhere(elsewhere);
      return known.expectDisk(place.diskId);
    }
    const link = new PeerClient(
      { ...this.#options, peer, place, elsewhere },
      {
        ...this.#ports,
        admission: this.#admission,
        counters: this.counters,
        slices: this.#slices,
        onMessage: (message) => this.#handler?.onMessage(message),
        onPeerDisk: (disk) => this.#handler?.onPeerDisk(peer, disk),
        onRefused: (reason, why) => this.#handler?.onRefused(peer, reason, why),
      },
    );
    this.#links.set(peer, link);
    if (this.#handler !== null) link.start();
  }

  /**
   * Where this node is told that the peer is. A node that has rejoined under another id is where its list still has the old
   * one, so a peer that is not listed may be at the address of anybody who is no member.
   */
  #elsewhere(peer: NodeId, peers: ReadonlyMap<NodeId, PeerPlace>): string[] {
    const { listed = new Map<NodeId, string>() } = this.#options;
    const own = listed.get(peer);
    if (own !== undefined) return [own];
    return [...listed].filter(([id]) => !peers.has(id)).map(([, address]) => address);
  }

  #question(message: PeerQuestion): Dropped | null {
    const link = this.#links.get(message.to);
    if (link !== undefined) return link.send(message);
    this.counters.messagesDropped++;
    return "noLink";
  }
}
