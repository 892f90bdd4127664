import type { ChannelOptions, Client, ClientDuplexStream, ClientUnaryCall, MethodDefinition } from "@grpc/grpc-js";
import { openChannel } from "../../grpc/channel.ts";
import { LinkCredentials } from "../../grpc/link-credentials.ts";
import type { PeerRefusal } from "../../node/ports/ports.ts";
import { diskIn, refusalIn } from "../link/refusal.ts";
import type { TransportLimits } from "../link/transport-options.ts";
import { type RaftMethod, raftService } from "../wire/raft-service.ts";
import type { SnapshotStream, SnapshotStreamPorts } from "./snapshot-calls.ts";

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
  readonly #calls = new Map<ClientUnaryCall, (reply: Buffer | null) => void>();
  readonly #snapshots = new Set<Stream>();
  #streamsAccepted = 0;
  #hasEnded = false;

  constructor(options: ConnectionOptions, ports: ConnectionPorts) {
    const { address, limits, appendGreeting, forwardGreeting } = options;
    this.#options = options;
    this.#ports = ports;
    this.#client = openChannel(address, channelOptions(limits), this.#credentials);
    this.appends = this.#open(raftService.AppendEntries, appendGreeting, ports.onAppendReply);
    this.forwards = this.#open(raftService.Forward, forwardGreeting, ports.onForwardReply);
    const { connectTimeoutMs } = limits;
    const tooLate = `it was not accepted within ${connectTimeoutMs} ms`;
    this.#timer = setTimeout(() => this.#break(tooLate, null), connectTimeoutMs);
  }

  /** Calls back exactly once: with the answer, or with null if none comes, as when this ends. */
  ask(method: RaftMethod, request: Buffer, done: (reply: Buffer | null) => void): void {
    if (this.#hasEnded) {
      setImmediate(done, null);
      return;
    }
    const { path, requestSerialize, responseDeserialize } = raftService[method];
    const { callTimeoutMs, callsPendingMax } = this.#options.limits;
    const deadline = Date.now() + callTimeoutMs;
    const call = this.#client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      { deadline },
      // No answer is expected too: whoever asks may ask again later.
      (_error, reply) => this.#settle(call, reply ?? null),
    );
    this.#calls.set(call, done);
    const [oldest] = this.#calls.keys();
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
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.appends.cancel();
    this.forwards.cancel();
    for (const stream of [...this.#snapshots]) stream.cancel();
    for (const call of [...this.#calls.keys()]) {
      call.cancel();
      this.#settle(call, null);
    }
    this.#client.close();
    // After gRPC had its chance to say goodbye.
    setImmediate(() => this.#credentials.destroySockets());
  }

  #settle(call: ClientUnaryCall, reply: Buffer | null): void {
    const done = this.#calls.get(call);
    this.#calls.delete(call);
    done?.(reply);
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
      if (!this.#hasEnded) onReply(bytes);
    });
    stream.on("error", () => {}); // The status tells the same.
    stream.write(greeting);
    return stream;
  }

  #onStreamAccepted(diskId: string): void {
    if (this.#hasEnded || ++this.#streamsAccepted < 2) return;
    clearTimeout(this.#timer);
    this.#ports.onAccepted(diskId);
  }

  #break(why: string, refusal: PeerRefusal | null): void {
    if (this.#hasEnded) return;
    this.close();
    this.#ports.onBroken(why, refusal);
  }
}

function channelOptions(limits: TransportLimits): ChannelOptions {
  return {
    // A channel of our own: shared ones would keep each other's connection and back-off alive.
    "grpc.use_local_subchannel_pool": 1,
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
