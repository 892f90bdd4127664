import { Metadata, type ServerDuplexStream, status } from "@grpc/grpc-js";
import type { NodeId } from "../core/types.ts";
import type { Admission } from "./admission.ts";
import type { TransportCounters } from "./counters.ts";
import { Outbox } from "./outbox.ts";
import type { TransportLimits } from "./transport-options.ts";
import type { Reading } from "./wire/envelope.ts";

export interface InboundStreamOptions<T> {
  readonly limits: TransportLimits;
  readonly read: (bytes: Buffer) => Reading<T>;
}

export interface InboundStreamPorts<T> {
  readonly call: ServerDuplexStream<Buffer, Buffer>;
  readonly admission: Admission;
  readonly counters: TransportCounters;
  /** The caller has said who it is. */
  readonly onOpened: (from: NodeId) => void;
  readonly onBody: (body: T) => void;
  /** Called once; nothing comes after it. */
  readonly onEnded: () => void;
}

/**
 * A stream that a peer has opened to this node. Its first message says who the caller is; after that, each message
 * must be the same caller's. What is refused ends the stream.
 */
export class InboundStream<T> {
  readonly #options: InboundStreamOptions<T>;
  readonly #ports: InboundStreamPorts<T>;
  readonly #outbox: Outbox;
  readonly #timer: NodeJS.Timeout;
  #from: NodeId | null = null;
  #ended = false;

  constructor(options: InboundStreamOptions<T>, ports: InboundStreamPorts<T>) {
    this.#options = options;
    this.#ports = ports;
    const { call, counters } = ports;
    this.#outbox = new Outbox(options.limits, { sink: call, counters });
    const { connectTimeoutMs } = options.limits;
    this.#timer = setTimeout(() => this.end(status.DEADLINE_EXCEEDED, "The caller did not say who it is"), connectTimeoutMs);
    call.on("data", (bytes: Buffer) => this.#onData(bytes));
    call.on("end", () => this.end(status.OK, ""));
    call.on("cancelled", () => this.#onEnded());
    call.on("close", () => this.#onEnded());
  }

  /** Returns false if the message was dropped. */
  send(bytes: Buffer): boolean {
    if (!this.#ended) return this.#outbox.send(bytes);
    this.#ports.counters.messagesDropped++;
    return false;
  }

  end(code: status, details: string): void {
    if (this.#ended) return;
    this.#onEnded();
    if (code === status.OK) this.#ports.call.end();
    else this.#ports.call.emit("error", { code, details });
  }

  #onData(bytes: Buffer): void {
    if (this.#ended) return;
    const { admission, counters, call, onOpened, onBody } = this.#ports;
    counters.bytesReceived += bytes.length;
    const admitted = admission.admit(this.#options.read(bytes), call.getPeer(), this.#from ?? undefined);
    if (admitted.type === "refused") {
      this.end(admitted.code, admitted.why);
      return;
    }
    if (this.#from === null) {
      this.#from = admitted.from;
      clearTimeout(this.#timer);
      call.sendMetadata(new Metadata());
      onOpened(admitted.from);
    }
    onBody(admitted.body);
  }

  #onEnded(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#outbox.close();
    this.#ports.onEnded();
  }
}
