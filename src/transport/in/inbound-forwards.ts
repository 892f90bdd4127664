import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import type { PeerMessage, ReadIndexReply } from "../../core/messages.ts";
import type { NodeId, Term } from "../../core/types.ts";
import type { Answered } from "../../node/ports/peer-calls.ts";
import type { Outcome, TransportHandler } from "../../node/ports/ports.ts";
import { forward } from "../../node/requests/requests.ts";
import type { Admission } from "../link/admission.ts";
import { takeBatch } from "../link/batch.ts";
import type { TransportCounters } from "../link/counters.ts";
import type { Dropped } from "../link/outbox.ts";
import { type Envelope, envelopeOf, numberOf } from "../wire/envelope.ts";
import { type ForwardBatch, type ForwardedResult, readForwardBatch, writeForwardResults } from "../wire/forwards.ts";
import type { InboundOptions } from "./inbound-appends.ts";
import { InboundStream } from "./inbound-stream.ts";

export interface InboundForwardsPorts {
  readonly admission: Admission;
  readonly counters: TransportCounters;
  readonly onMessage: (message: PeerMessage) => void;
  readonly onAsk: TransportHandler["onAsk"];
}

/** A peer's newest stream, and the results that wait for the end of the turn to share a message. */
interface Caller {
  readonly stream: InboundStream<ForwardBatch>;
  results: ForwardedResult[];
  flush: NodeJS.Immediate | null;
}

/** What a result takes on the wire beside the machine's own bytes, at most. */
const resultOverheadBytes = 40;

/** The Forward streams that peers have opened to this node, to give it their clients' commands and reads. */
export class InboundForwards {
  readonly #options: InboundOptions;
  readonly #ports: InboundForwardsPorts;
  readonly #all = new Set<InboundStream<ForwardBatch>>();
  readonly #byPeer = new Map<NodeId, Caller>();

  constructor(options: InboundOptions, ports: InboundForwardsPorts) {
    this.#options = options;
    this.#ports = ports;
  }

  take(call: ServerDuplexStream<Buffer, Buffer>): void {
    const { admission, counters } = this.#ports;
    let peer: NodeId | null = null;
    const stream: InboundStream<ForwardBatch> = new InboundStream(
      { ...this.#options, read: readForwardBatch },
      {
        call,
        admission,
        counters,
        onOpened: (from) => {
          peer = from;
          this.#onOpened(from, stream);
        },
        onBody: (batch) => {
          if (peer !== null) this.#onBatch(peer, batch);
        },
        onEnded: () => this.#onEnded(stream),
      },
    );
    this.#all.add(stream);
  }

  /** Returns why the message was dropped; null if it was not. */
  reply(message: ReadIndexReply): Dropped | null {
    const caller = this.#byPeer.get(message.to);
    if (caller === undefined) {
      this.#ports.counters.messagesDropped++;
      return "noLink";
    }
    const envelope = this.#envelope(message.to, message.term);
    return caller.stream.send(writeForwardResults(envelope, { results: [], reads: [message] })) ? null : "queueFull";
  }

  /** The members have changed. */
  recheck(): void {
    for (const stream of [...this.#all]) stream.recheck();
  }

  /** Results that are known by now still leave: without them the callers could only say that it may have happened. */
  close(): void {
    for (const [from, caller] of [...this.#byPeer]) this.#flush(from, caller);
    for (const stream of [...this.#all]) stream.end(status.UNAVAILABLE, "This node is stopping");
  }

  #onOpened(from: NodeId, stream: InboundStream<ForwardBatch>): void {
    const older = this.#byPeer.get(from);
    this.#byPeer.set(from, { stream, results: [], flush: null });
    older?.stream.end(status.ABORTED, "A newer stream of the same node has taken its place");
  }

  #onBatch(from: NodeId, { commands, reads }: ForwardBatch): void {
    const caller = this.#byPeer.get(from);
    for (const read of reads) this.#ports.onMessage(read);
    for (const { id, command, sequence } of commands) {
      const done: Answered<Outcome> = (outcome, number) => {
        // Back to the stream on which the command came, even if it has ended: on a newer one the id means another.
        if (caller !== undefined) this.#gather(from, caller, { id, outcome, ...numberOf(number) });
      };
      this.#ports.onAsk(from, forward, command, done, sequence);
    }
  }

  #gather(from: NodeId, caller: Caller, result: ForwardedResult): void {
    caller.results.push(result);
    caller.flush ??= setImmediate(() => this.#flush(from, caller));
  }

  #flush(from: NodeId, caller: Caller): void {
    if (caller.flush !== null) clearImmediate(caller.flush);
    caller.flush = null;
    while (caller.results.length > 0) {
      const results = takeBatch(caller.results, resultBytes, this.#options.limits.forwardBatchBytesMax);
      const sent = caller.stream.send(writeForwardResults(this.#envelope(from, 0), { results, reads: [] }));
      if (sent) continue;
      // A result must not be lost while its stream lives: its client would wait for ever. The end of the stream tells it.
      caller.stream.end(status.RESOURCE_EXHAUSTED, "Results are not read as fast as they come");
      return;
    }
  }

  #envelope(to: NodeId, term: Term): Envelope {
    return envelopeOf(this.#options, { from: this.#options.id, to, term });
  }

  #onEnded(stream: InboundStream<ForwardBatch>): void {
    this.#all.delete(stream);
    for (const [peer, caller] of this.#byPeer) {
      if (caller.stream !== stream) continue;
      this.#byPeer.delete(peer);
      if (caller.flush !== null) clearImmediate(caller.flush);
    }
  }
}

function resultBytes({ outcome }: ForwardedResult): number {
  return resultOverheadBytes + (outcome.type === "done" ? outcome.result.length : 0);
}
