import type { TransportCounters } from "./counters.ts";
import type { TransportLimits } from "./transport-options.ts";
import { type Sink, Valve } from "./valve.ts";

/** Up to this size a message goes into the queue past its limit of bytes: a heartbeat is worth more than its room. */
const smallBytes = 1024;

/** Why a message was dropped: there is nobody to send it to, or too much waits already. */
export type Dropped = "noLink" | "queueFull";

/** How much waits to be sent. */
export interface Queued {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * A bounded queue before one stream. Messages leave in order, because the core reads loss out of gaps: a heartbeat
 * that overtook the appends before it would make the follower report them lost. A message that finds no room is
 * dropped, so that a slow peer costs a few megabytes and nothing else.
 */
export class Outbox {
  readonly #limits: TransportLimits;
  readonly #counters: TransportCounters;
  readonly #valve: Valve;
  #queue: Buffer[] = [];
  #queuedBytes = 0;

  constructor(limits: TransportLimits, ports: { readonly sink: Sink; readonly counters: TransportCounters }) {
    this.#limits = limits;
    this.#counters = ports.counters;
    this.#valve = new Valve({ windowBytes: limits.streamWindowBytes }, { sink: ports.sink, onOpen: () => this.#drain() });
  }

  get queued(): Queued {
    return { messages: this.#queue.length, bytes: this.#queuedBytes };
  }

  /** Returns false if the message was dropped. */
  send(bytes: Buffer): boolean {
    if (this.#queue.length === 0 && this.#valve.open) {
      this.#write(bytes);
      return true;
    }
    if (!this.#hasRoom(bytes)) {
      this.#counters.messagesDropped++;
      return false;
    }
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    return true;
  }

  /** The stream has ended: what waits is lost, and must not be written when the socket takes the last message. */
  close(): void {
    this.#counters.messagesDropped += this.#queue.length;
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #hasRoom(bytes: Buffer): boolean {
    const { queueMessagesMax, queueBytesMax } = this.#limits;
    if (this.#queue.length >= queueMessagesMax) return false;
    return bytes.length <= smallBytes || this.#queue.length === 0 || this.#queuedBytes + bytes.length <= queueBytesMax;
  }

  #drain(): void {
    let count = 0;
    while (count < this.#queue.length && this.#valve.open) {
      const bytes = this.#queue[count++];
      if (bytes === undefined) break;
      this.#queuedBytes -= bytes.length;
      this.#write(bytes);
    }
    // One cut for the whole run: a shift for each message would move a long queue over and over.
    if (count > 0) this.#queue = this.#queue.slice(count);
  }

  #write(bytes: Buffer): void {
    this.#counters.messagesSent++;
    this.#counters.sentBytes += bytes.length;
    this.#valve.write(bytes);
  }
}
