import { EventEmitter } from "node:events";
import type { Flow, WatchEnds } from "../../client/connection/connection.ts";
import { failureOf, services } from "../../client/connection/node-connection.ts";
import type { WatchRequest__Output as WatchRequest } from "../../generated/balsa/client/v1/WatchRequest.ts";
import type { WatchResponse } from "../../generated/balsa/client/v1/WatchResponse.ts";
import type { WatchCall } from "../../service/client/watch-stream.ts";

type End = Parameters<typeof failureOf>[0];

/** A watch within a program: the service writes to it, and the client takes from it, a message at a time. */
export class LocalWatch extends EventEmitter implements WatchCall, Flow {
  readonly request: WatchRequest;
  readonly #ends: WatchEnds;
  readonly #onOver: () => void;
  readonly #waiting: { readonly message: WatchResponse; readonly taken: () => void }[] = [];
  #failure: End | null = null;
  #isPaused = false;
  #isOver = false;

  /** @param onOver called once */
  constructor(request: WatchRequest, ends: WatchEnds, onOver: () => void) {
    super();
    this.request = request;
    this.#ends = ends;
    this.#onOver = onOver;
    this.on("error", (why: End) => {
      this.#failure = why;
      this.#planTake();
    });
  }

  get cancelled(): boolean {
    return this.#isOver;
  }

  write(message: WatchResponse, taken: () => void): void {
    this.#waiting.push({ message, taken });
    this.#planTake();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#planTake();
  }

  isPaused(): boolean {
    return this.#isPaused;
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onOver();
    this.emit("cancelled");
  }

  #planTake(): void {
    setImmediate(() => this.#take());
  }

  #take(): void {
    if (this.#isOver || this.#isPaused) return;
    const next = this.#waiting.shift();
    if (next !== undefined) {
      const { responseSerialize, responseDeserialize } = services.client.Watch;
      this.#ends.onMessage(responseDeserialize(responseSerialize(next.message)));
      next.taken();
    } else if (this.#failure !== null) {
      const failure = failureOf(this.#failure);
      this.cancel();
      this.#ends.onEnd(failure);
    }
  }
}
