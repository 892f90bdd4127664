import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { AnswerRoom } from "../../door/unread.ts";
import { holdsNoText } from "../../grpc/strict-text.ts";
import { type Failure, failure, statusOf } from "../answers/failure.ts";
import type { Incarnation } from "../answers/incarnation.ts";
import { isIllegible } from "../answers/legible-service.ts";
import type { ServiceOptions } from "../answers/options.ts";

/** What a stream of one kind does with its items. */
export interface ItemHandler<Item, Result> {
  /** Carries out one item. `done` is called once, maybe before this returns. */
  handle(item: Item, done: (result: Result) => void): void;
  refuse(item: Item, failure: Failure): Result;
  /** About how many bytes the result takes in a message. */
  bytesOf(result: Result): number;
}

export interface ItemStreamPorts<Item, Result> {
  readonly incarnation: Incarnation;
  readonly handler: ItemHandler<Item, Result>;
  readonly room: AnswerRoom;
}

/** Time that a client whose items are refused gets to turn to another node, in ms. */
const lingerMs = 200;

type Call<Item, Result> = ServerDuplexStream<ItemMessage<Item>, { results: Result[]; incarnationId: string }>;
type ItemMessage<Item> = { items: Item[]; incarnationId: string };

/**
 * The server's end of a stream of items, each with its own id and answered in any order. Results that are
 * ready in one turn share a message. The stream holds no more than its limits: with too many items
 * unanswered, or answered and not taken, it is not read on, and the client's own flow control makes it wait.
 */
export class ItemStream<Item extends { id: number }, Result> {
  readonly #call: Call<Item, Result>;
  readonly #options: ServiceOptions;
  readonly #handler: ItemHandler<Item, Result>;
  readonly #incarnation: Incarnation;
  /** Items whose result is not handed to gRPC yet. */
  #outstanding = 0;
  #results: Result[] = [];
  readonly #room: AnswerRoom;
  /** What the results count for in the room. */
  #held = 0;
  /**
   * Whether a message is to be written at the end of this turn, or gRPC has one that HTTP/2 has not taken. A second one would wait
   * in gRPC's own queue, where nobody counts it.
   */
  #output: "idle" | "planned" | "writing" = "idle";
  #phase: Phase = { type: "open" };

  constructor(call: Call<Item, Result>, options: ServiceOptions, { handler, incarnation, room }: ItemStreamPorts<Item, Result>) {
    this.#call = call;
    this.#options = options;
    this.#handler = handler;
    this.#incarnation = incarnation;
    this.#room = room;
    call.on("data", (message: ItemMessage<Item>) => {
      if (isIllegible(message)) this.#onIllegible(message);
      else this.#onMessage(message);
    });
    call.on("end", () => this.#onEnd());
    // The client is gone: results have nowhere to go, and what is under way runs out by itself.
    call.on("cancelled", () => this.#close());
  }

  /**
   * Refuses further items, and ends the call once those read are answered. Not at once: an item that is on its way
   * then would be lost, and its client could not tell whether it was carried out.
   */
  stop(): void {
    if (this.#phase.type !== "open") return;
    const timer = setTimeout(() => {
      this.#phase = { type: "leaving" };
      this.#endIfDone();
    }, lingerMs);
    this.#phase = { type: "lingering", timer };
  }

  #onEnd(): void {
    if (this.#phase.type === "closed") return;
    if (this.#phase.type === "lingering") clearTimeout(this.#phase.timer);
    this.#phase = { type: "ended" };
    this.#endIfDone();
  }

  #onMessage({ items, incarnationId }: ItemMessage<Item>): void {
    const isStopping = this.#phase.type === "lingering" || this.#phase.type === "leaving";
    const refused = isStopping ? failure("STOPPING") : this.#incarnation.refusal(incarnationId);
    if (refused !== null) return this.#refuseAll(items, refused);
    const { messageItemsMax, streamItemsMax } = this.#options;
    for (const item of items.slice(0, messageItemsMax)) {
      if (!Number.isSafeInteger(item.id)) return this.#fail(failure("ITEM_ID_OUT_OF_RANGE"));
      this.#outstanding += 1;
      this.#handler.handle(item, (result) => this.#answer(result));
    }
    this.#refuseAll(items.slice(messageItemsMax), failure("TOO_MANY_ITEMS"));
    if (this.#outstanding >= streamItemsMax) this.#call.pause();
  }

  /** A text is no UTF-8. Where none of the items has it, it is the message's, or was overwritten in an item that nobody can name. */
  #onIllegible({ items, incarnationId }: ItemMessage<Item>): void {
    if (items.length === 0) return this.#fail(failure("NOT_UTF8"));
    const refused = items.filter(holdsNoText);
    if (refused.length === 0) return this.#refuseAll(items, failure("NOT_UTF8"));
    this.#refuseAll(refused, failure("NOT_UTF8"));
    this.#onMessage({ items: items.filter((item) => !holdsNoText(item)), incarnationId });
  }

  #refuseAll(items: readonly Item[], why: Failure): void {
    for (const item of items) {
      this.#outstanding += 1;
      this.#answer(this.#handler.refuse(item, why));
    }
  }

  #answer(result: Result): void {
    if (this.#phase.type === "closed") return;
    this.#results.push(result);
    this.#hold(this.#handler.bytesOf(result));
    if (this.#output !== "idle") return;
    this.#output = "planned";
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#output = "idle";
    if (this.#results.length > 0 && this.#phase.type !== "closed") {
      const results = this.#takeMessage();
      this.#outstanding -= results.length;
      this.#output = "writing";
      this.#call.write({ results, incarnationId: this.#incarnation.id }, () => this.#flush());
    }
    if (this.#outstanding < this.#options.streamItemsMax && this.#call.isPaused()) this.#call.resume();
    this.#endIfDone();
  }

  /** As many results as fit in one message. From here on it is counted by what is written. */
  #takeMessage(): Result[] {
    let bytes = 0;
    let count = 0;
    for (const result of this.#results) {
      const more = this.#handler.bytesOf(result);
      if (count > 0 && bytes + more > this.#options.clientMessageBytesMax) break;
      bytes += more;
      count += 1;
    }
    this.#release(bytes);
    const message = count === this.#results.length ? this.#results : this.#results.slice(0, count);
    this.#results = count === this.#results.length ? [] : this.#results.slice(count);
    return message;
  }

  #endIfDone(): void {
    if (this.#outstanding > 0) return;
    if (this.#phase.type === "ended") {
      this.#close();
      this.#call.end();
    } else if (this.#phase.type === "leaving") {
      this.#fail(failure("STOPPING"));
    }
  }

  #hold(bytes: number): void {
    this.#held += bytes;
    this.#room.hold(bytes);
  }

  #release(bytes: number): void {
    this.#held -= bytes;
    this.#room.release(bytes);
  }

  #close(): void {
    if (this.#phase.type === "lingering") clearTimeout(this.#phase.timer);
    this.#phase = { type: "closed" };
    this.#results = [];
    this.#release(this.#held);
  }

  /** Ends the call at once with an error. */
  #fail(why: Failure): void {
    if (this.#phase.type === "closed") return;
    this.#close();
    this.#call.emit("error", Object.assign(new Error(why.message), statusOf(why)));
  }
}

type Phase =
  /** Items are taken. */
  | { readonly type: "open" }
  /** Items are refused; until the timer rings, the client may notice that and leave by itself. */
  | { readonly type: "lingering"; readonly timer: NodeJS.Timeout }
  /** Items are refused, and the call ends once all are answered. */
  | { readonly type: "leaving" }
  /** The client sends no more. */
  | { readonly type: "ended" }
  /** The call is over, or its end is said. */
  | { readonly type: "closed" };
