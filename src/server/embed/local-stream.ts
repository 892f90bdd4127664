import { EventEmitter } from "node:events";
import type { ItemStream } from "../../client/connection/connection.ts";

export interface LocalStreamPorts<Item, Result> {
  /** Answers the items of a message, each once, in any order. */
  readonly answer: (message: { items: Item[]; incarnationId: string }, done: (message: { results: Result[] }) => void) => void;
  /** Called once. */
  readonly onEnd: () => void;
}

/** One of the streams of client.proto, within a program. */
export class LocalStream<Item, Result> extends EventEmitter implements ItemStream<Item, Result> {
  readonly #ports: LocalStreamPorts<Item, Result>;
  #outstanding = 0;
  /** Whether more items may come, or only answers, or nothing. */
  #phase: "open" | "ending" | "over" = "open";

  constructor(ports: LocalStreamPorts<Item, Result>) {
    super();
    this.#ports = ports;
  }

  write(message: { items: Item[]; incarnationId: string }): boolean {
    this.#outstanding += message.items.length;
    // Not before this returns, as over a network.
    this.#ports.answer(message, (answer) => queueMicrotask(() => this.#onAnswer(answer)));
    return true;
  }

  end(): void {
    if (this.#phase !== "open") return;
    this.#phase = "ending";
    this.#finishIfDone();
  }

  cancel(): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#ports.onEnd();
    this.emit("end");
  }

  #onAnswer(answer: { results: Result[] }): void {
    this.#outstanding -= answer.results.length;
    if (this.#phase === "over") return;
    this.emit("data", answer);
    this.#finishIfDone();
  }

  #finishIfDone(): void {
    if (this.#phase === "ending" && this.#outstanding === 0) this.cancel();
  }
}
