import {
  type Server,
  type ServerDuplexStream,
  type ServerOptions,
  type ServerUnaryCall,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import type { PeerMessage, PeerReply } from "../../core/messages.ts";
import type { NodeId } from "../../core/types.ts";
import type { Introduction, IntroductionAnswer } from "../../node/founding/introduction.ts";
import type { TransportHandler } from "../../node/ports/ports.ts";
import type { Admission } from "../link/admission.ts";
import type { TransportCounters } from "../link/counters.ts";
import type { Dropped, Queued } from "../link/outbox.ts";
import type { TransportLimits } from "../link/transport-options.ts";
import { wireCalls } from "../wire/calls.ts";
import { raftService } from "../wire/raft-service.ts";
import { InboundAppends, type InboundOptions } from "./inbound-appends.ts";
import { InboundCalls } from "./inbound-calls.ts";
import { InboundForwards } from "./inbound-forwards.ts";
import { InboundIntroductions } from "./inbound-introductions.ts";
import { InboundSnapshots } from "./inbound-snapshots.ts";
import { InboundVotes } from "./inbound-votes.ts";

export interface PeerServicePorts {
  readonly admission: Admission;
  readonly counters: TransportCounters;
  /** A peer has opened a stream to this node. */
  readonly onOpened: (from: NodeId) => void;
  /** What a node is told whose cluster is yet to be born. */
  readonly introduce: (question: Introduction) => IntroductionAnswer;
}

type Call = ServerUnaryCall<Buffer, Buffer>;
type Answer = sendUnaryData<Buffer>;
type Stream = ServerDuplexStream<Buffer, Buffer>;

/** The incoming side of the transport: RaftService, as the peers call it. */
export class PeerService {
  readonly #votes: InboundVotes;
  readonly #appends: InboundAppends;
  readonly #forwards: InboundForwards;
  readonly #snapshots: InboundSnapshots;
  readonly #calls: InboundCalls;
  readonly #introductions: InboundIntroductions;
  /** Null before the start and after the end: the calls of that time are refused, and the peers try again. */
  #handler: TransportHandler | null = null;

  constructor(options: InboundOptions, ports: PeerServicePorts) {
    const onMessage = (message: PeerMessage) => this.#handler?.onMessage(message);
    const onAsk: TransportHandler["onAsk"] = (...asked) => this.#handler?.onAsk(...asked);
    this.#votes = new InboundVotes(options, { ...ports, onMessage });
    this.#appends = new InboundAppends(options, { ...ports, onMessage });
    this.#forwards = new InboundForwards(options, { ...ports, onMessage, onAsk });
    this.#snapshots = new InboundSnapshots(options, { ...ports, onAsk });
    this.#calls = new InboundCalls(options, { ...ports, onAsk });
    this.#introductions = new InboundIntroductions({
      ...ports,
      introduce: (question) => (this.#handler === null ? null : ports.introduce(question)),
    });
  }

  /** Makes `server` serve RaftService. */
  addTo(server: Server): void {
    const rows = wireCalls.map((row) => [row.method, this.#call((call, answer) => this.#calls.take(row, call, answer))]);
    server.addService(raftService, {
      RequestVote: this.#call((call, answer) => this.#votes.take(call, answer)),
      AppendEntries: this.#stream((stream) => this.#appends.take(stream)),
      Forward: this.#stream((stream) => this.#forwards.take(stream)),
      InstallSnapshot: this.#stream((stream) => this.#snapshots.take(stream)),
      Introduce: (call: Call, answer: Answer) => this.#introductions.take(call, answer),
      ...Object.fromEntries(rows),
    });
  }

  start(handler: TransportHandler): void {
    this.#handler = handler;
  }

  /** Answers go back to where the question came from. Returns why the message was dropped; null if it was not. */
  send(message: PeerReply): Dropped | null {
    switch (message.type) {
      case "voteReply":
        return this.#votes.reply(message);
      case "readIndexReply":
        return this.#forwards.reply(message);
      default:
        return this.#appends.reply(message);
    }
  }

  /** Answers that wait to be sent to this peer. */
  queuedFor(peer: NodeId): Queued {
    return this.#appends.queuedFor(peer);
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
    this.#calls.close();
  }

  #call(take: (call: Call, answer: Answer) => void): (call: Call, answer: Answer) => void {
    return (call, answer) => (this.#handler === null ? answer(notServing) : take(call, answer));
  }

  #stream(take: (stream: Stream) => void): (stream: Stream) => void {
    return (stream) => (this.#handler === null ? void stream.emit("error", notServing) : take(stream));
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
  };
}
