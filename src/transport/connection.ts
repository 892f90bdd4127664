import { type ChannelOptions, Client, type ClientDuplexStream, type ClientUnaryCall, type MethodDefinition } from "@grpc/grpc-js";
import { LinkCredentials } from "./link-credentials.ts";
import type { TransportLimits } from "./transport-options.ts";
import { raftService } from "./wire/raft-service.ts";

export interface ConnectionOptions {
  readonly address: string;
  readonly limits: TransportLimits;
  /** What opens each stream. */
  readonly appendGreeting: Buffer;
  readonly forwardGreeting: Buffer;
}

export interface ConnectionPorts {
  /** The peer has accepted both streams. */
  readonly onAccepted: () => void;
  readonly onAppendReply: (bytes: Buffer) => void;
  readonly onForwardReply: (bytes: Buffer) => void;
  /** Called once, and nothing after it; not called by `close`. */
  readonly onBroken: (why: string) => void;
}

type Stream = ClientDuplexStream<Buffer, Buffer>;

/**
 * One connection to one peer, with its two streams: it lives until either stream ends, and is never mended. The
 * next try is a new connection with a new channel, so that nothing of the old one (a half-open socket, a stale
 * address, a back-off of gRPC's own) can stand in its way.
 */
export class Connection {
  readonly appends: Stream;
  readonly forwards: Stream;
  readonly #options: ConnectionOptions;
  readonly #ports: ConnectionPorts;
  readonly #credentials = new LinkCredentials();
  readonly #client: Client;
  readonly #timer: NodeJS.Timeout;
  readonly #votes = new Set<ClientUnaryCall>();
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
    this.#timer = setTimeout(() => this.#break(`it was not accepted within ${connectTimeoutMs} ms`), connectTimeoutMs);
  }

  /** Calls back with the answer if one comes. */
  requestVote(request: Buffer, onReply: (bytes: Buffer) => void): void {
    const { path, requestSerialize, responseDeserialize } = raftService.RequestVote;
    const { voteTimeoutMs, votesPendingMax } = this.#options.limits;
    const deadline = Date.now() + voteTimeoutMs;
    const call = this.#client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      { deadline },
      (_error, reply) => {
        this.#votes.delete(call);
        // No answer is an answer the core expects: it counts votes, and asks again at its next election.
        if (reply !== undefined && !this.#ended) onReply(reply);
      },
    );
    this.#votes.add(call);
    const [oldest] = this.#votes;
    if (this.#votes.size > votesPendingMax) oldest?.cancel();
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.appends.cancel();
    this.forwards.cancel();
    for (const call of this.#votes) call.cancel();
    this.#client.close();
    // After gRPC had its chance to say goodbye.
    setImmediate(() => this.#credentials.destroySockets());
  }

  #open(method: MethodDefinition<Buffer, Buffer>, greeting: Buffer, onReply: (bytes: Buffer) => void): Stream {
    const { path, requestSerialize, responseDeserialize } = method;
    const stream = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    stream.on("metadata", () => this.#onStreamAccepted());
    stream.on("data", (bytes: Buffer) => {
      if (!this.#ended) onReply(bytes);
    });
    stream.on("error", () => {}); // The status below tells the same.
    stream.on("status", ({ details }) => this.#break(details || "the peer ended the stream"));
    stream.write(greeting);
    return stream;
  }

  #onStreamAccepted(): void {
    if (this.#ended || ++this.#streamsAccepted < 2) return;
    clearTimeout(this.#timer);
    this.#ports.onAccepted();
  }

  #break(why: string): void {
    if (this.#ended) return;
    this.close();
    this.#ports.onBroken(why);
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
