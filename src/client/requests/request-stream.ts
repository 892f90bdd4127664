import type { Error__Output as ItemError } from "../../generated/balsa/client/v1/Error.ts";
import type { ItemStream } from "../connection/connection.ts";

/** What a stream answers about one item. */
export interface ItemResult<Response> {
  readonly id: number;
  readonly response?: Response | null;
  readonly error?: ItemError | null;
}

export interface RequestStreamPorts<Call, Response> {
  readonly onAnswer: (call: Call, result: ItemResult<Response>) => void;
  /** The stream takes more. */
  readonly onDrain: () => void;
  /** The stream is over; these calls left and were not answered. Called once. */
  readonly onEnd: (unanswered: readonly Call[], error: Error | null) => void;
}

/** One stream to one node, with the calls that have left on it and are not answered yet. */
export class RequestStream<Call extends { readonly request: Request }, Request, Response> {
  readonly #stream: ItemStream<{ id: number; request: Request }, ItemResult<Response>>;
  /** The life of the cluster that all calls are for. */
  readonly #incarnationId: string;
  readonly #calls = new Map<number, Call>();
  #lastId = 0;
  #isFull = false;

  constructor(
    stream: ItemStream<{ id: number; request: Request }, ItemResult<Response>>,
    incarnationId: string,
    { onAnswer, onDrain, onEnd }: RequestStreamPorts<Call, Response>,
  ) {
    this.#stream = stream;
    this.#incarnationId = incarnationId;
    let error: Error | null = null;
    stream.on("data", ({ results }) => {
      for (const result of results) {
        const call = this.#calls.get(result.id);
        // A call that was given up is answered too late.
        if (call === undefined) continue;
        this.#calls.delete(result.id);
        onAnswer(call, result);
      }
    });
    stream.on("drain", () => {
      this.#isFull = false;
      onDrain();
    });
    stream.on("error", (why) => {
      error = why;
    });
    // Comes after the last answer, however the stream ended.
    stream.on("end", () => {
      const unanswered = [...this.#calls.values()];
      this.#calls.clear();
      onEnd(unanswered, error);
    });
  }

  get outstandingCount(): number {
    return this.#calls.size;
  }

  /** The socket takes no more for now. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Sends calls in one message. */
  send(calls: readonly Call[]): void {
    const items = calls.map((call) => {
      const id = ++this.#lastId;
      this.#calls.set(id, call);
      return { id, request: call.request };
    });
    this.#isFull = !this.#stream.write({ items, incarnationId: this.#incarnationId });
  }

  /** Whether any call that has left and is not answered is such. */
  hasCall(isSuch: (call: Call) => boolean): boolean {
    for (const call of this.#calls.values()) if (isSuch(call)) return true;
    return false;
  }

  /** Takes out the calls that have left and are given up. */
  giveUp(isGivenUp: (call: Call) => boolean): Call[] {
    const givenUp: Call[] = [];
    for (const [id, call] of this.#calls) {
      if (!isGivenUp(call)) continue;
      this.#calls.delete(id);
      givenUp.push(call);
    }
    return givenUp;
  }

  /** Sends no more; the answers under way still come, then the stream ends. */
  end(): void {
    this.#stream.end();
  }

  cancel(): void {
    this.#stream.cancel();
  }
}
