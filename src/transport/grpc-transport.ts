import type { Server } from "@grpc/grpc-js";
import type { PeerMessage } from "../core/messages.ts";
import type { NodeId } from "../core/types.ts";
import type { Outcome, Transport, TransportHandler } from "../node/ports.ts";
import { Admission } from "./admission.ts";
import { TransportCounters } from "./counters.ts";
import type { TransportNotice } from "./notices.ts";
import { type LinkState, PeerClient } from "./peer-client.ts";
import { PeerService } from "./peer-service.ts";
import type { TransportOptions } from "./transport-options.ts";
import { EncodedSlices } from "./wire/encoded-slices.ts";

export interface TransportPorts {
  /** Spreads the retries of broken links: a number from 0 up to, and not including, 1. */
  readonly random: () => number;
  readonly onNotice: (notice: TransportNotice) => void;
}

/** The outgoing link to one peer, for status pages. */
export interface LinkStatus {
  readonly peer: NodeId;
  readonly address: string;
  readonly state: LinkState;
}

/**
 * The way to the other nodes over gRPC. Questions go out on this node's own link to a peer; answers go back on the
 * stream or call on which the question came. So each pair of nodes has two connections, and each of them is mended
 * by the node that made it.
 */
export class GrpcTransport implements Transport {
  readonly counters = new TransportCounters();
  readonly #links = new Map<NodeId, PeerClient>();
  readonly #addresses: ReadonlyMap<NodeId, string>;
  readonly #service: PeerService;
  #handler: TransportHandler | null = null;

  constructor(options: TransportOptions, ports: TransportPorts) {
    const { clusterId, id, peers, limits } = options;
    const { counters } = this;
    this.#addresses = peers;
    const admission = new Admission(options, { counters, onNotice: ports.onNotice });
    const onOpened = (from: NodeId) => this.#links.get(from)?.retryNow();
    this.#service = new PeerService({ clusterId, id, limits }, { admission, counters, onOpened });
    const slices = new EncodedSlices();
    const onMessage = (message: PeerMessage) => this.#handler?.onMessage(message);
    for (const [peer, address] of peers) {
      const link = new PeerClient({ clusterId, id, peer, address, limits }, { ...ports, admission, counters, slices, onMessage });
      this.#links.set(peer, link);
    }
  }

  /** Makes `server` serve RaftService; it answers from `start` on. Set the server up with `peerServerOptions`. */
  addTo(server: Server): void {
    this.#service.addTo(server);
  }

  /** Connects to every peer, and gives what comes in to `handler`. */
  start(handler: TransportHandler): void {
    this.#handler = handler;
    this.#service.start(handler);
    for (const link of this.#links.values()) link.start();
  }

  send(messages: readonly PeerMessage[]): void {
    for (const message of messages) this.#sendOne(message);
  }

  forward(to: NodeId, command: Uint8Array, done: (outcome: Outcome) => void): void {
    const link = this.#links.get(to);
    if (link === undefined) setImmediate(done, { type: "refused", reason: "notLeader", leader: null });
    else link.forward(command, done);
  }

  /** One for each peer. */
  links(): LinkStatus[] {
    return [...this.#links].map(([peer, link]) => ({ peer, address: this.#addresses.get(peer) ?? "", state: link.linkState }));
  }

  /** Ends every stream. Forwarded commands get their outcome before this returns; nothing comes in afterwards. */
  close(): void {
    for (const link of this.#links.values()) link.close();
    this.#service.close();
    this.#handler = null;
  }

  #sendOne(message: PeerMessage): void {
    switch (message.type) {
      case "voteReply":
      case "appendMatch":
      case "appendConflict":
      case "heartbeatReply":
      case "readIndexReply":
        this.#service.send(message);
        return;
      default:
        this.#ask(message);
    }
  }

  #ask(message: Exclude<PeerMessage, Parameters<PeerService["send"]>[0]>): void {
    const link = this.#links.get(message.to);
    if (link === undefined) {
      this.counters.messagesDropped++;
      return;
    }
    if (message.type === "voteRequest") link.requestVote(message);
    else if (message.type === "readIndexRequest") link.requestReadIndex(message);
    else if (message.type === "timeoutNow") this.counters.messagesDropped++;
    else link.append(message);
  }
}
