import { type ChannelOptions, Client, type ClientDuplexStream, type ClientUnaryCall, type MethodDefinition } from "@grpc/grpc-js";
import type { PeerRefusal } from "../node/ports.ts";
import { LinkCredentials } from "./link-credentials.ts";
import { diskIn, refusalIn } from "./refusal.ts";
import type { SnapshotStream, SnapshotStreamPorts } from "./snapshot-calls.ts";
import type { TransportLimits } from "./transport-options.ts";
import { raftService } from "./wire/raft-service.ts";

export interface ConnectionOptions {
  readonly address: string;
  readonly limits: TransportLimits;
  /** What opens each stream. */
  readonly appendGreeting: Buffer;
  readonly forwardGreeting: Buffer;
  readonly snapshotGreeting: Buffer;
}

export interface ConnectionPorts {
  /** The peer has accepted both streams; it has this disk ("": it does not say). */
  readonly onAccepted: (diskId: string) => void;
  readonly onAppendReply: (bytes: Buffer) => void;
  readonly onForwardReply: (bytes: Buffer) => void;
  /** Called once, and nothing after it; not called by `close`. `refusal`: what the peer says this node is. */
  readonly onBroken: (why: string, refusal: PeerRefusal | null) => void;
}

type Stream = ClientDuplexStream<Buffer, Buffer>;

/**
 * One connection to one peer, with its two streams: it lives until either stream ends, and is never mended. The
 * next try is a new connection with a new channel, so that nothing of the old one (a half-open socket, a stale
 * address, a back-off of gRPC's own) can stand in its way. Streams for snapshots come and go with the need.
 */
export class Connection {
  readonly appends: Stream;
  readonly forwards: Stream;
  readonly #options: ConnectionOptions;
  readonly #ports: ConnectionPorts;
  readonly #credentials = new LinkCredentials();
  readonly #client: Client;
  readonly #timer: NodeJS.Timeout;
  readonly #calls = new Set<ClientUnaryCall>();
  readonly #snapshots = new Set<Stream>();
  #streamsAccepted = 0;
  #ended = false;

  constructor(options: ConnectionOptions, ports: ConnectionPorts) {
    const { address, limits, appendGreeting, forwardGreeting } = options;
    this.#options = options;
    this.#ports = ports;
    this.#client = new Client(address, this.#credentials, channelOptions(limits));
    this.appends = this.#open(raftService.AppendEntries, appendGreeting, ports.onAppendReply);
    this.forwards = this.#open(raftService.Forward, forwardGreeting, ports.onForwardReply);
    const { connectTimeoutMs } = limits;
    const tooLate = `it was not accepted within ${connectTimeoutMs} ms`;
    this.#timer = setTimeout(() => this.#break(tooLate, null), connectTimeoutMs);
  }

  /** Calls back with the answer if one comes. */
  requestVote(request: Buffer, onReply: (bytes: Buffer) => void): void {
    this.#ask(raftService.RequestVote, request, onReply);
  }

  /** Likewise. */
  askDigest(request: Buffer, onReply: (bytes: Buffer) => void): void {
    this.#ask(raftService.CompareState, request, onReply);
  }

  #ask(method: MethodDefinition<Buffer, Buffer>, request: Buffer, onReply: (bytes: Buffer) => void): void {
    const { path, requestSerialize, responseDeserialize } = method;
    const { callTimeoutMs, callsPendingMax } = this.#options.limits;
    const deadline = Date.now() + callTimeoutMs;
    const call = this.#client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      { deadline },
      (_error, reply) => {
        this.#calls.delete(call);
        // No answer is an answer that is expected: who counts votes or compares digests asks again later.
        if (reply !== undefined && !this.#ended) onReply(reply);
      },
    );
    this.#calls.add(call);
    const [oldest] = this.#calls;
    if (this.#calls.size > callsPendingMax) oldest?.cancel();
  }

  openSnapshots({ onReply, onEnded }: SnapshotStreamPorts): SnapshotStream {
    const stream = this.#call(raftService.InstallSnapshot, this.#options.snapshotGreeting, onReply);
    this.#snapshots.add(stream);
    stream.on("status", () => {
      this.#snapshots.delete(stream);
      onEnded();
    });
    return stream;
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.appends.cancel();
    this.forwards.cancel();
    for (const call of [...this.#calls, ...this.#snapshots]) call.cancel();
    this.#client.close();
    // After gRPC had its chance to say goodbye.
    setImmediate(() => this.#credentials.destroySockets());
  }

  /** A stream that must last as long as the connection. */
  #open(method: MethodDefinition<Buffer, Buffer>, greeting: Buffer, onReply: (bytes: Buffer) => void): Stream {
    const stream = this.#call(method, greeting, onReply);
    stream.on("metadata", (metadata) => this.#onStreamAccepted(diskIn(metadata)));
    stream.on("status", ({ details, metadata }) => this.#break(details || "the peer ended the stream", refusalIn(metadata)));
    return stream;
  }

  #call(method: MethodDefinition<Buffer, Buffer>, greeting: Buffer, onReply: (bytes: Buffer) => void): Stream {
    const { path, requestSerialize, responseDeserialize } = method;
    const stream = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    stream.on("data", (bytes: Buffer) => {
      if (!this.#ended) onReply(bytes);
    });
    stream.on("error", () => {}); // The status tells the same.
    stream.write(greeting);
    return stream;
  }

  #onStreamAccepted(diskId: string): void {
    if (this.#ended || ++this.#streamsAccepted < 2) return;
    clearTimeout(this.#timer);
    this.#ports.onAccepted(diskId);
  }

  #break(why: string, refusal: PeerRefusal | null): void {
    if (this.#ended) return;
    this.close();
    this.#ports.onBroken(why, refusal);
  }
}

function channelOptions(limits: TransportLimits): ChannelOptions {
  return {
    // A channel of our own: shared ones would keep each other's connection and back-off alive.
    "grpc.use_local_subchannel_pool": 1,
    // Peers are reached directly, whatever proxy the environment names for other traffic.
    "grpc.enable_http_proxy": 0,
    "grpc.service_config_disable_resolution": 1,
    // Retries are the core's business, which knows what is still worth sending.
    "grpc.enable_retries": 0,
    // Else gRPC takes a megabyte of each stream into a buffer of its own and calls it written.
    "grpc.per_rpc_retry_buffer_size": 0,
    "grpc.enable_channelz": 0,
    "grpc.max_receive_message_length": limits.messageBytesMax,
    "grpc.keepalive_time_ms": limits.keepaliveMs,
    "grpc.keepalive_timeout_ms": limits.keepaliveTimeoutMs,
    "grpc.keepalive_permit_without_calls": 1,
  };
}
