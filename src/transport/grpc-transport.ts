import type { Server } from "@grpc/grpc-js";
import type { PeerMessage } from "../core/messages.ts";
import type { Index, NodeId } from "../core/types.ts";
import type { ChunkReply, Outcome, PeerPlace, SnapshotChunk, StateDigest, Transport, TransportHandler } from "../node/ports.ts";
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
  readonly #options: TransportOptions;
  readonly #ports: TransportPorts;
  readonly #links = new Map<NodeId, PeerClient>();
  readonly #slices = new EncodedSlices();
  readonly #admission: Admission;
  readonly #service: PeerService;
  #handler: TransportHandler | null = null;
  #closed = false;

  constructor(options: TransportOptions, ports: TransportPorts) {
    const { counters } = this;
    this.#options = options;
    this.#ports = ports;
    this.#admission = new Admission(options, {
      counters,
      onNotice: ports.onNotice,
      onPeerDisk: (id, diskId) => this.#handler?.onPeerDisk(id, diskId),
      onRefused: (by, reason, why) => this.#handler?.onRefused(by, reason, why),
    });
    const onOpened = (from: NodeId) => this.#links.get(from)?.retryNow();
    this.#service = new PeerService(options, { admission: this.#admission, counters, onOpened });
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
    for (const message of messages) this.#sendOne(message);
  }

  forward(to: NodeId, command: Uint8Array, done: (outcome: Outcome) => void): void {
    const link = this.#links.get(to);
    if (link === undefined) setImmediate(done, { type: "refused", reason: "notLeader", leader: null });
    else link.forward(command, done);
  }

  setPeers(peers: ReadonlyMap<NodeId, PeerPlace>, lastId: NodeId): void {
    if (this.#closed) return;
    this.#admission.setPeers(peers, lastId);
    for (const [peer, link] of [...this.#links]) {
      if (peers.get(peer)?.address === link.address) continue;
      this.#links.delete(peer);
      link.close("broken");
    }
    for (const [peer, place] of peers) this.#link(peer, place);
    this.#service.recheck();
  }

  sendChunk(to: NodeId, chunk: SnapshotChunk, done: (reply: ChunkReply) => void): void {
    const link = this.#links.get(to);
    if (link === undefined) setImmediate(done, { type: "broken" });
    else link.sendChunk(chunk, done);
  }

  askDigest(to: NodeId, index: Index, done: (found: StateDigest) => void): void {
    this.#links.get(to)?.askDigest(index, done);
  }

  /** One for each peer whose address is known. */
  links(): LinkStatus[] {
    return [...this.#links].map(([peer, link]) => ({ peer, address: link.address, state: link.linkState }));
  }

  /** Ends every stream. Commands and chunks get their outcome before this returns; nothing comes in afterwards. */
  close(): void {
    this.#closed = true;
    for (const link of this.#links.values()) link.close("stopping");
    this.#service.close();
    this.#handler = null;
  }

  /** Makes the link if there is none to this peer. */
  #link(peer: NodeId, place: PeerPlace): void {
    const { address, diskId } = place;
    if (peer === this.#options.id || address === "") return;
    const known = this.#links.get(peer);
    if (known !== undefined) return known.expectDisk(diskId);
    const link = new PeerClient(
      { ...this.#options, peer, place },
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
    else link.append(message);
  }
}
