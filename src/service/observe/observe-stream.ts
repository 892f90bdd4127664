import type { AnswerRoom } from "../../door/unread.ts";
import type { SubscribeResponse } from "../../generated/balsa/admin/v1/SubscribeResponse.ts";
import { recordBytes, type Subscription } from "../../observe/feed/subscription.ts";
import type { NodeSample } from "../../observe/live.ts";
import { type Batch, protoBatchOf } from "../../observe/wire/batch-codec.ts";
import { type Failure, statusOf } from "../answers/failure.ts";

/** Who tells: the same in every batch but for the time. */
export type BatchHead = Pick<Batch, "node" | "life" | "bootId" | "now" | "toEpochMs">;

export interface ObserveStreamPorts {
  readonly call: ObserveCall;
  /** Of the connection. */
  readonly room: AnswerRoom;
  readonly head: () => BatchHead;
  readonly sample: () => NodeSample;
  /** Calls back once the news of this turn is known. */
  readonly soon: (callback: () => void) => void;
  /** Called once. */
  readonly onOver: () => void;
}

/** The call of an observer, as far as it is needed here. */
export interface ObserveCall {
  on(event: "cancelled", listener: () => void): unknown;
  /** @param taken called back when there is room for another message */
  write(message: SubscribeResponse, taken: () => void): unknown;
  emit(event: "error", why: Error & ReturnType<typeof statusOf>): unknown;
}

/** Most bytes of records in one message. */
const recordBytesMax = 32 * 1024;
/** About what a message takes beside its records, and one of its flows. */
const headBytes = 2_048;
const flowBytes = 48;

/**
 * One observer's stream. What the observer does not read waits in its subscription, which drops what is too much; gRPC is never given
 * more than the limit.
 */
export class ObserveStream {
  readonly #unreadBytesMax: number;
  readonly #ports: ObserveStreamPorts;
  #subscription: Subscription | null = null;
  /** Given to gRPC, and not taken by HTTP/2. */
  #unreadBytes = 0;
  /** A sample was due while there was no room. */
  #isSampleDue = false;
  #isPlanned = false;
  #isOver = false;

  constructor(options: { readonly observerUnreadBytesMax: number }, ports: ObserveStreamPorts) {
    this.#unreadBytesMax = options.observerUnreadBytesMax;
    this.#ports = ports;
    ports.call.on("cancelled", () => this.#close());
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Tells what this subscription has to tell, from now on. */
  begin(subscription: Subscription): void {
    this.#subscription = subscription;
    this.onDue(true);
  }

  /** Something is to be told: if it is urgent, once this turn's news are together, else at once. */
  onDue(isUrgent: boolean): void {
    this.#isSampleDue = true;
    if (!isUrgent) return this.#tell();
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#ports.soon(() => {
      this.#isPlanned = false;
      this.#tell();
    });
  }

  end(why: Failure): void {
    if (this.#isOver) return;
    this.#close();
    this.#ports.call.emit("error", Object.assign(new Error(why.message), statusOf(why)));
  }

  #tell(): void {
    const { call, head, sample } = this.#ports;
    const subscription = this.#subscription;
    while (subscription !== null && !this.#isOver && this.#hasRoom && (this.#isSampleDue || subscription.hasWaiting)) {
      const told = subscription.take(recordBytesMax);
      const state = this.#isSampleDue ? sample() : null;
      this.#isSampleDue = false;
      const bytes = headBytes + flowBytes * told.flows.length + told.records.reduce((sum, record) => sum + recordBytes(record), 0);
      this.#unreadBytes += bytes;
      call.write(protoBatchOf({ ...head(), sample: state, ...told }), () => {
        this.#unreadBytes -= bytes;
        this.#tell();
      });
    }
  }

  get #hasRoom(): boolean {
    // Once the connection has room again, the next sample is due soon enough.
    return this.#unreadBytes < this.#unreadBytesMax && this.#ports.room.state === "free";
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ports.onOver();
  }
}
