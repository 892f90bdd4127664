import type { NodeId, SnapshotMeta, Term } from "../../core/types.ts";
import type { Answered } from "../../node/ports/peer-calls.ts";
import type { ChunkReply, SnapshotChunk } from "../../node/ports/ports.ts";
import type { TransportCounters } from "../link/counters.ts";
import type { TransportLimits } from "../link/transport-options.ts";
import { type ClusterMark, type Envelope, envelopeOf, numberOf } from "../wire/envelope.ts";
import { type SentReply, writeSnapshotBegin, writeSnapshotChunk } from "../wire/snapshots.ts";

export interface SnapshotCallsOptions extends ClusterMark {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly limits: TransportLimits;
}

/** As much of a gRPC stream as is needed here. */
export interface SnapshotStream {
  write(bytes: Buffer): boolean;
  cancel(): void;
}

export interface SnapshotStreamPorts {
  readonly onReply: (bytes: Buffer) => void;
  /** Nothing comes after it. */
  readonly onEnded: () => void;
}

export interface SnapshotCallsPorts {
  /** Opens a stream to the peer, greeting included. */
  readonly open: (ports: SnapshotStreamPorts) => SnapshotStream;
  /** Null if these bytes are no reply; then the link has been given up. */
  readonly admit: (bytes: Buffer) => { readonly envelope: Envelope; readonly body: SentReply } | null;
  readonly counters: TransportCounters;
}

interface Call {
  readonly done: Answered<ChunkReply>;
  readonly timer: NodeJS.Timeout;
}

/**
 * The pieces of snapshots that go to one peer over one connection, one at a time. Each call's `done` is called exactly
 * once. The stream is opened when it is needed; when it ends, the link lives on, and the next call opens another.
 */
export class SnapshotCalls {
  readonly #options: SnapshotCallsOptions;
  readonly #ports: SnapshotCallsPorts;
  #stream: SnapshotStream | null = null;
  /** What the chunks on the stream belong to, as the peer knows it. */
  #begun: { readonly term: Term; readonly meta: SnapshotMeta } | null = null;
  #call: Call | null = null;

  constructor(options: SnapshotCallsOptions, ports: SnapshotCallsPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  /** `done` is never called before this returns. */
  send(chunk: SnapshotChunk, done: Answered<ChunkReply>, sequence?: number): void {
    // A call that was not answered is given up together with its stream, or its reply would be taken for this one's.
    if (this.#call !== null) this.fail();
    const { from, to, limits } = this.#options;
    const envelope = envelopeOf(this.#options, { from, to, term: chunk.term });
    const bytes = writeSnapshotChunk({ ...envelope, ...numberOf(sequence) }, chunk);
    if (bytes.length > limits.messageBytesMax) {
      const why = `A chunk of ${bytes.length} bytes is longer than a message may be (${limits.messageBytesMax})`;
      setImmediate(done, { type: "refused", why });
      return;
    }
    const stream = this.#stream ?? this.#open();
    if (this.#begun === null || this.#begun.term !== chunk.term || this.#begun.meta !== chunk.meta) {
      this.#begun = { term: chunk.term, meta: chunk.meta };
      this.#write(stream, writeSnapshotBegin(envelope, chunk.meta));
    }
    this.#call = { done, timer: setTimeout(() => this.fail(), limits.chunkTimeoutMs) };
    this.#write(stream, bytes);
  }

  /** The connection is gone, or nobody waits any longer: what was sent may have been kept or not. */
  fail(): void {
    const stream = this.#stream;
    this.#stream = null;
    stream?.cancel();
    this.#settle({ type: "broken" });
  }

  #open(): SnapshotStream {
    const stream = this.#ports.open({
      onReply: (bytes) => {
        if (this.#stream === stream) this.#onReply(bytes);
      },
      onEnded: () => {
        if (this.#stream === stream) this.fail();
      },
    });
    this.#stream = stream;
    this.#begun = null;
    return stream;
  }

  #onReply(bytes: Buffer): void {
    const reply = this.#ports.admit(bytes);
    if (reply !== null) this.#settle(reply.body, reply.envelope.sequence ?? 0);
  }

  #settle(reply: ChunkReply, sequence?: number): void {
    const call = this.#call;
    if (call === null) return;
    this.#call = null;
    clearTimeout(call.timer);
    call.done(reply, sequence);
  }

  #write(stream: SnapshotStream, bytes: Buffer): void {
    const { counters } = this.#ports;
    counters.messagesSent++;
    counters.sentBytes += bytes.length;
    stream.write(bytes);
  }
}
