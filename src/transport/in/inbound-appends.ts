import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import type { PeerMessage } from "../../core/messages.ts";
import type { NodeId } from "../../core/types.ts";
import type { Admission } from "../link/admission.ts";
import type { TransportCounters } from "../link/counters.ts";
import type { Dropped, Queued } from "../link/outbox.ts";
import type { TransportLimits } from "../link/transport-options.ts";
import { type AppendBody, type AppendReplyMessage, readAppendMessage, writeAppendReply } from "../wire/appends.ts";
import type { ClusterMark } from "../wire/envelope.ts";
import { InboundStream } from "./inbound-stream.ts";

export interface InboundOptions extends ClusterMark {
  readonly id: NodeId;
  readonly diskId: string;
  readonly limits: TransportLimits;
}

export interface InboundAppendsPorts {
  readonly admission: Admission;
  readonly counters: TransportCounters;
  readonly onMessage: (message: PeerMessage) => void;
  /** A peer has opened a stream to this node. */
  readonly onOpened: (from: NodeId) => void;
}

/** The AppendEntries streams that peers have opened to this node: one for each peer, the newest. */
export class InboundAppends {
  readonly #options: InboundOptions;
  readonly #ports: InboundAppendsPorts;
  readonly #all = new Set<InboundStream<AppendBody>>();
  readonly #byPeer = new Map<NodeId, InboundStream<AppendBody>>();

  constructor(options: InboundOptions, ports: InboundAppendsPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  take(call: ServerDuplexStream<Buffer, Buffer>): void {
    const { admission, counters, onMessage } = this.#ports;
    const stream: InboundStream<AppendBody> = new InboundStream(
      { ...this.#options, read: readAppendMessage },
      {
        call,
        admission,
        counters,
        onOpened: (from) => this.#onOpened(from, stream),
        onBody: (message) => {
          if (message !== null) onMessage(message);
        },
        onEnded: () => this.#onEnded(stream),
      },
    );
    this.#all.add(stream);
  }

  /** On the peer's newest stream, or nowhere: whoever asked is gone then. */
  reply(message: AppendReplyMessage): Dropped | null {
    const stream = this.#byPeer.get(message.to);
    if (stream !== undefined) return stream.send(writeAppendReply(this.#options, message)) ? null : "queueFull";
    this.#ports.counters.messagesDropped++;
    return "noLink";
  }

  /** Answers that wait to be sent to this peer. */
  queuedFor(peer: NodeId): Queued {
    return this.#byPeer.get(peer)?.queued ?? { messages: 0, bytes: 0 };
  }

  /** The members have changed. */
  recheck(): void {
    for (const stream of [...this.#all]) stream.recheck();
  }

  close(): void {
    for (const stream of [...this.#all]) stream.end(status.UNAVAILABLE, "This node is stopping");
  }

  /** An older stream of the same peer is what a broken connection left behind. */
  #onOpened(from: NodeId, stream: InboundStream<AppendBody>): void {
    const older = this.#byPeer.get(from);
    this.#byPeer.set(from, stream);
    older?.end(status.ABORTED, "A newer stream of the same node has taken its place");
    this.#ports.onOpened(from);
  }

  #onEnded(stream: InboundStream<AppendBody>): void {
    this.#all.delete(stream);
    for (const [peer, newest] of this.#byPeer) if (newest === stream) this.#byPeer.delete(peer);
  }
}
