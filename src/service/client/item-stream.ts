import type { ServerDuplexStream } from "@grpc/grpc-js";
import { type Failure, failure, statusOf } from "./failure.ts";
import type { ServiceOptions } from "./options.ts";

/** What a stream of one kind does with its items. */
export interface ItemHandler<Item, Result> {
  /** Carries out one item. `done` is called once, maybe before this returns. */
  handle(item: Item, done: (result: Result) => void): void;
  refuse(item: Item, failure: Failure): Result;
  /** About how many bytes the result takes in a message. */
  bytesOf(result: Result): number;
}

/** A client whose items are refused gets so long to turn to another node, in ms. */
const lingerMs = 200;

type Call<Item, Result> = ServerDuplexStream<{ items: Item[] }, { results: Result[] }>;

/**
 * The server's end of a stream of items, each with its own id and answered in any order. Results that are
 * ready in one turn share a message. The stream holds no more than its limits: with too many items
 * unanswered, or answered and not taken, it is not read on, and the client's own flow control makes it wait.
 */
export class ItemStream<Item extends { id: number }, Result> {
  readonly #call: Call<Item, Result>;
  readonly #options: ServiceOptions;
  readonly #handler: ItemHandler<Item, Result>;
  /** Items whose result is not handed to gRPC yet. */
  #outstanding = 0;
  #results: Result[] = [];
  #flushPlanned = false;
  /** gRPC holds as much as it likes to; it says when it wants more. */
  #full = false;
  /** The client sends no more. */
  #ended = false;
  /** Further items are refused. */
  #stopping = false;
  /** Runs while the client may notice that and leave by itself. */
  #linger: NodeJS.Timeout | null = null;
  /** The call is over, or its end is said. */
  #closed = false;

  constructor(call: Call<Item, Result>, options: ServiceOptions, handler: ItemHandler<Item, Result>) {
    this.#call = call;
    this.#options = options;
    this.#handler = handler;
    call.on("data", (message: { items: Item[] }) => this.#onMessage(message.items));
    call.on("end", () => {
      this.#ended = true;
      this.#endIfDone();
    });
    call.on("drain", () => this.#onDrain());
    // The client is gone: results have nowhere to go, and what is under way runs out by itself.
    call.on("cancelled", () => this.#close());
  }

  /**
   * Refuses further items, and ends the call once those read are answered. Not at once: an item that is on its way
   * then would be lost, and its client could not tell whether it was carried out.
   */
  stop(): void {
    if (this.#closed || this.#stopping) return;
    this.#stopping = true;
    this.#linger = setTimeout(() => {
      this.#linger = null;
      this.#endIfDone();
    }, lingerMs);
  }

  #onMessage(items: readonly Item[]): void {
    if (this.#stopping) return this.#refuseAll(items, failure("STOPPING"));
    const { messageItemsMax, streamItemsMax } = this.#options;
    for (const item of items.slice(0, messageItemsMax)) {
      if (!Number.isSafeInteger(item.id)) return this.#fail(failure("ITEM_ID_OUT_OF_RANGE"));
      this.#outstanding++;
      this.#handler.handle(item, (result) => this.#answer(result));
    }
    this.#refuseAll(items.slice(messageItemsMax), failure("TOO_MANY_ITEMS"));
    if (this.#outstanding >= streamItemsMax) this.#call.pause();
  }

  #refuseAll(items: readonly Item[], why: Failure): void {
    for (const item of items) {
      this.#outstanding++;
      this.#answer(this.#handler.refuse(item, why));
    }
  }

  #answer(result: Result): void {
    this.#results.push(result);
    if (this.#flushPlanned || this.#full) return;
    this.#flushPlanned = true;
    queueMicrotask(() => {
      this.#flushPlanned = false;
      this.#flush();
    });
  }

  #onDrain(): void {
    this.#full = false;
    this.#flush();
  }

  #flush(): void {
    while (this.#results.length > 0 && !this.#full && !this.#closed) {
      const results = this.#takeMessage();
      this.#outstanding -= results.length;
      this.#full = !this.#call.write({ results });
    }
    if (this.#outstanding < this.#options.streamItemsMax && this.#call.isPaused()) this.#call.resume();
    this.#endIfDone();
  }

  /** As many results as fit in one message. */
  #takeMessage(): Result[] {
    let bytes = 0;
    let count = 0;
    for (const result of this.#results) {
      bytes += this.#handler.bytesOf(result);
      if (count > 0 && bytes > this.#options.messageBytesMax) break;
      count++;
    }
    const message = count === this.#results.length ? this.#results : this.#results.slice(0, count);
    this.#results = count === this.#results.length ? [] : this.#results.slice(count);
    return message;
  }

  #endIfDone(): void {
    if (this.#outstanding > 0 || this.#closed) return;
    if (this.#ended) {
      this.#close();
      this.#call.end();
    } else if (this.#stopping && this.#linger === null) {
      this.#fail(failure("STOPPING"));
    }
  }

  #close(): void {
    this.#closed = true;
    if (this.#linger !== null) clearTimeout(this.#linger);
  }

  /** Ends the call at once with an error. */
  #fail(why: Failure): void {
    if (this.#closed) return;
    this.#close();
    this.#call.emit("error", Object.assign(new Error(why.message), statusOf(why)));
  }
}
