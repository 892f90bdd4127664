import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import type { NodeId, SnapshotMeta, Term } from "../../core/types.ts";
import type { Answered } from "../../node/ports/peer-calls.ts";
import type { ChunkReply, SnapshotChunk, TransportHandler } from "../../node/ports/ports.ts";
import { installSnapshot } from "../../node/snapshots/snapshot-stream.ts";
import type { Admission } from "../link/admission.ts";
import type { TransportCounters } from "../link/counters.ts";
import { type ClusterMark, type Envelope, envelopeOf, numberOf } from "../wire/envelope.ts";
import { readSnapshotMessage, type SnapshotBody, type SnapshotRecords, writeSnapshotReply } from "../wire/snapshots.ts";
import type { InboundOptions } from "./inbound-appends.ts";
import { InboundStream } from "./inbound-stream.ts";

export interface InboundSnapshotsPorts {
  readonly admission: Admission;
  readonly counters: TransportCounters;
  readonly onAsk: TransportHandler["onAsk"];
}

/** A peer's newest stream, and where it stands. */
interface Sender {
  readonly stream: InboundStream<SnapshotBody>;
  /** What the chunks on this stream belong to; null: it has not said so yet. */
  begun: { readonly term: Term; readonly meta: SnapshotMeta } | null;
  /** Whether a chunk is with the handler. */
  isBusy: boolean;
}

/**
 * The InstallSnapshot streams that peers have opened to this node: one for each peer, the newest. Each chunk belongs to
 * the beginning that came before it on its own stream, so that two leaders who send at a time are never mixed up
 * (rule 42). One chunk at a time: a sender that does not wait for the answers has no claim on this node's memory.
 */
export class InboundSnapshots {
  readonly #options: InboundOptions;
  readonly #ports: InboundSnapshotsPorts;
  readonly #all = new Set<InboundStream<SnapshotBody>>();
  readonly #byPeer = new Map<NodeId, Sender>();

  constructor(options: InboundOptions, ports: InboundSnapshotsPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  take(call: ServerDuplexStream<Buffer, Buffer>): void {
    const { admission, counters } = this.#ports;
    const stream: InboundStream<SnapshotBody> = new InboundStream(
      { ...this.#options, read: readSnapshotMessage },
      {
        call,
        admission,
        counters,
        onOpened: (from) => this.#onOpened(from, stream),
        onBody: (body, { sequence }) => this.#onBody(stream, body, sequence),
        onEnded: () => this.#onEnded(stream),
      },
    );
    this.#all.add(stream);
  }

  /** The members have changed. */
  recheck(): void {
    for (const stream of [...this.#all]) stream.recheck();
  }

  close(): void {
    for (const stream of [...this.#all]) stream.end(status.UNAVAILABLE, "This node is stopping");
  }

  #onOpened(from: NodeId, stream: InboundStream<SnapshotBody>): void {
    const older = this.#byPeer.get(from);
    this.#byPeer.set(from, { stream, begun: null, isBusy: false });
    older?.stream.end(status.ABORTED, "A newer stream of the same node has taken its place");
  }

  #onBody(stream: InboundStream<SnapshotBody>, body: SnapshotBody, sequence: number | undefined): void {
    const [from, sender] = [...this.#byPeer].find(([, each]) => each.stream === stream) ?? [];
    if (from === undefined || sender === undefined || body.type === "greeting") return;
    const fault = faultOf(sender, body);
    if (fault !== null) {
      this.#ports.counters.malformedRefused++;
      stream.end(status.FAILED_PRECONDITION, fault);
    } else if (body.type === "begin") {
      sender.begun = { term: body.term, meta: body.meta };
    } else if (sender.begun !== null) {
      this.#onRecords(from, sender, { ...sender.begun, ...recordsOf(body) }, sequence);
    }
  }

  #onRecords(from: NodeId, sender: Sender, chunk: SnapshotChunk, sequence: number | undefined): void {
    sender.isBusy = true;
    const done: Answered<ChunkReply> = (reply, number) => {
      if (!sender.isBusy) return;
      sender.isBusy = false;
      this.#reply(sender, { from: this.#options.id, to: from, term: chunk.term, ...numberOf(number) }, reply);
    };
    this.#ports.onAsk(from, installSnapshot, chunk, done, sequence);
  }

  /** Back to the stream on which the chunk came, even if it has ended: on a newer one it would answer another chunk. */
  #reply({ stream }: Sender, way: Omit<Envelope, keyof ClusterMark>, reply: ChunkReply): void {
    if (reply.type === "broken") stream.end(status.ABORTED, "The chunk was given up");
    else stream.send(writeSnapshotReply(envelopeOf(this.#options, way), reply));
  }

  #onEnded(stream: InboundStream<SnapshotBody>): void {
    this.#all.delete(stream);
    for (const [peer, sender] of this.#byPeer) if (sender.stream === stream) this.#byPeer.delete(peer);
  }
}

function recordsOf({ after, records, isLast }: SnapshotRecords): SnapshotRecords {
  return { after, records, isLast };
}

/** Why `body` cannot come here; null if it can. */
function faultOf({ begun, isBusy }: Sender, body: SnapshotBody): string | null {
  if (isBusy) return "A chunk has not been answered yet, and the next message came";
  if (body.type !== "chunk") return null;
  if (begun === null) return "A chunk came without the beginning of its snapshot";
  return body.term === begun.term ? null : `A chunk of term ${body.term} came to a snapshot of term ${begun.term}`;
}
