import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import type { NodeId } from "../../core/types.ts";
import type { PeerRefusal } from "../../node/ports/ports.ts";
import type { Admission, Admitted, Refused } from "../link/admission.ts";
import type { TransportCounters } from "../link/counters.ts";
import { Outbox, type Queued } from "../link/outbox.ts";
import { diskHeader, refusalTrailer } from "../link/refusal.ts";
import type { TransportLimits } from "../link/transport-options.ts";
import type { Envelope, Reading } from "../wire/envelope.ts";

export interface InboundStreamOptions<T> {
  /** This node's own, for the caller to know. */
  readonly diskId: string;
  readonly limits: TransportLimits;
  readonly read: (bytes: Buffer) => Reading<T>;
}

export interface InboundStreamPorts<T> {
  readonly call: ServerDuplexStream<Buffer, Buffer>;
  readonly admission: Admission;
  readonly counters: TransportCounters;
  /** The caller has said who it is. */
  readonly onOpened: (from: NodeId) => void;
  readonly onBody: (body: T, envelope: Envelope) => void;
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
  #caller: { readonly from: NodeId; readonly diskId: string; readonly run: number } | null = null;
  #hasEnded = false;

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

  /** What waits to be sent. */
  get queued(): Queued {
    return this.#outbox.queued;
  }

  /** Returns false if the message was dropped. */
  send(bytes: Buffer): boolean {
    if (!this.#hasEnded) return this.#outbox.send(bytes);
    this.#ports.counters.messagesDropped++;
    return false;
  }

  end(code: status, details: string, tells: PeerRefusal | null = null): void {
    if (this.#hasEnded) return;
    this.#onEnded();
    if (code === status.OK) this.#ports.call.end();
    else this.#ports.call.emit("error", { code, details, metadata: refusalTrailer(tells) });
  }

  /** The members have changed: a caller that is none of them any more is sent away. */
  recheck(): void {
    if (this.#caller === null) return;
    const { from, diskId } = this.#caller;
    const refused = this.#ports.admission.refusalOf(from, diskId);
    if (refused !== null) this.#refuse(refused);
  }

  #onData(bytes: Buffer): void {
    if (this.#hasEnded) return;
    const { counters, onBody } = this.#ports;
    counters.receivedBytes += bytes.length;
    const admitted = this.#admit(this.#options.read(bytes));
    if (admitted.type === "refused") this.#refuse(admitted);
    else if (!this.#hasEnded) onBody(admitted.body, admitted.envelope);
  }

  #admit(reading: Reading<T>): Admitted<T> {
    const { admission, call, onOpened } = this.#ports;
    if (this.#caller !== null) return admission.admit(reading, call.getPeer(), this.#caller.from);
    const admitted = admission.admitCaller(reading, call.getPeer());
    if (admitted.type === "refused") return admitted;
    const { from, diskId, run = 0 } = admitted.envelope;
    this.#caller = { from, diskId, run };
    admission.runs.enter(from, run);
    clearTimeout(this.#timer);
    call.sendMetadata(diskHeader(this.#options.diskId));
    onOpened(from);
    return admitted;
  }

  #refuse({ code, why, tells }: Refused): void {
    this.end(code, why, tells);
  }

  #onEnded(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    if (this.#caller !== null) this.#ports.admission.runs.leave(this.#caller.from, this.#caller.run);
    this.#outbox.close();
    this.#ports.onEnded();
  }
}
