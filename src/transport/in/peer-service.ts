import {
  type Server,
  type ServerDuplexStream,
  type ServerOptions,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import type { PeerMessage, ReadIndexReply, VoteReply } from "../core/messages.ts";
import type { NodeId } from "../core/types.ts";
import type { TransportHandler } from "../node/ports.ts";
import type { Admission } from "./admission.ts";
import type { TransportCounters } from "./counters.ts";
import { InboundAppends, type InboundOptions } from "./inbound-appends.ts";
import { InboundDigests } from "./inbound-digests.ts";
import { InboundForwards } from "./inbound-forwards.ts";
import { InboundSnapshots } from "./inbound-snapshots.ts";
import { InboundVotes } from "./inbound-votes.ts";
import type { TransportLimits } from "./transport-options.ts";
import type { AppendReplyMessage } from "./wire/appends.ts";
import { raftService } from "./wire/raft-service.ts";

export interface PeerServicePorts {
  readonly admission: Admission;
  readonly counters: TransportCounters;
  /** A peer has opened a stream to this node. */
  readonly onOpened: (from: NodeId) => void;
}

type Stream = ServerDuplexStream<Buffer, Buffer>;

/** The incoming side of the transport: RaftService, as the peers call it. */
export class PeerService {
  readonly #votes: InboundVotes;
  readonly #appends: InboundAppends;
  readonly #forwards: InboundForwards;
  readonly #snapshots: InboundSnapshots;
  readonly #digests: InboundDigests;
  /** Null before the start and after the end: the calls of that time are refused, and the peers try again. */
  #handler: TransportHandler | null = null;

  constructor(options: InboundOptions, ports: PeerServicePorts) {
    const onMessage = (message: PeerMessage) => this.#handler?.onMessage(message);
    this.#votes = new InboundVotes(options, { ...ports, onMessage });
    this.#appends = new InboundAppends(options, { ...ports, onMessage });
    this.#forwards = new InboundForwards(options, {
      ...ports,
      onMessage,
      onForward: (command, done, from) => this.#handler?.onForward(command, done, from),
    });
    this.#digests = new InboundDigests({ ...ports, digestAt: (index, from) => this.#handler?.digestAt(index, from) ?? null });
    this.#snapshots = new InboundSnapshots(options, {
      ...ports,
      onChunk: (from, chunk, done) => this.#handler?.onChunk(from, chunk, done),
    });
  }

  /** Makes `server` serve RaftService. */
  addTo(server: Server): void {
    server.addService(raftService, {
      RequestVote: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
        if (this.#handler === null) answer(notServing);
        else this.#votes.take(call, answer);
      },
      AppendEntries: (call: Stream) => {
        if (this.#handler === null) call.emit("error", notServing);
        else this.#appends.take(call);
      },
      Forward: (call: Stream) => {
        if (this.#handler === null) call.emit("error", notServing);
        else this.#forwards.take(call);
      },
      CompareState: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
        if (this.#handler === null) answer(notServing);
        else this.#digests.take(call, answer);
      },
      InstallSnapshot: (call: Stream) => {
        if (this.#handler === null) call.emit("error", notServing);
        else this.#snapshots.take(call);
      },
    });
  }

  start(handler: TransportHandler): void {
    this.#handler = handler;
  }

  /** Answers go back to where the question came from. */
  send(message: VoteReply | AppendReplyMessage | ReadIndexReply): void {
    switch (message.type) {
      case "voteReply":
        this.#votes.reply(message);
        break;
      case "readIndexReply":
        this.#forwards.reply(message);
        break;
      default:
        this.#appends.reply(message);
    }
  }

  /** The members have changed: callers that are none of them any more are sent away. */
  recheck(): void {
    this.#appends.recheck();
    this.#forwards.recheck();
    this.#snapshots.recheck();
  }

  close(): void {
    this.#handler = null;
    this.#votes.close();
    this.#appends.close();
    this.#forwards.close();
    this.#snapshots.close();
  }
}

const notServing = { code: status.UNAVAILABLE, details: "This node is starting or stopping" };

/** A peer has three streams and a few calls; what is beyond that is no peer. */
const streamsPerConnectionMax = 64;

/** How the gRPC server on the peer port must be set up. */
export function peerServerOptions(limits: TransportLimits): ServerOptions {
  return {
    "grpc.max_receive_message_length": limits.messageBytesMax,
    "grpc.max_concurrent_streams": streamsPerConnectionMax,
    "grpc.enable_channelz": 0,
    // The callers probe their links; here it is enough that a connection whose other end vanished goes in the end.
    "grpc.keepalive_time_ms": 10 * limits.keepaliveMs,
    "grpc.keepalive_timeout_ms": 10 * limits.keepaliveTimeoutMs,
  };
}
