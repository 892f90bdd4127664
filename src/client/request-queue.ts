import { BackOff } from "./back-off.ts";
import { type BalsaError, clientError, errorOfItem, worthAnotherTry } from "./balsa-error.ts";
import type { NodeConnection, StreamDefinition } from "./node-connection.ts";
import type { ClientOptions } from "./options.ts";
import { type ItemResult, RequestStream } from "./request-stream.ts";

/** A request on its way to an answer. */
interface Call<Request, Response> {
  readonly request: Request;
  readonly bytes: number;
  /** When it is given up. */
  readonly deadlineAt: number;
  /** Why the last try did nothing, for the case that there is no time for another. */
  lastError: BalsaError | null;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: BalsaError) => void;
}

export interface RequestQueueOptions<Request, Response> extends ClientOptions {
  readonly definition: StreamDefinition<{ id: number; request: Request }, ItemResult<Response>>;
  /** Whether the requests may change anything. Those that cannot are sent again whenever their answer was lost. */
  readonly changes: boolean;
}

export interface RequestQueuePorts {
  /** The node to talk to; null if one is being looked for. */
  readonly connect: () => NodeConnection | null;
  readonly onLost: (connection: NodeConnection) => void;
  readonly onLeaderMoved: () => void;
}

/** How often it is looked whether requests have waited too long, in ms. */
const sweepMs = 20;

/**
 * Requests of one kind. Those of one turn leave together on one long-lived stream, and each is answered exactly
 * once. What surely did nothing is tried again until its time is up; a write that may have happened never is.
 */
export class RequestQueue<Request, Response> {
  readonly #options: RequestQueueOptions<Request, Response>;
  readonly #ports: RequestQueuePorts;
  readonly #backOff: BackOff;
  #waiting: Call<Request, Response>[] = [];
  #stream: RequestStream<Call<Request, Response>, Request, Response> | null = null;
  /** The present stream, and older ones that still bring answers. */
  readonly #streams = new Set<RequestStream<Call<Request, Response>, Request, Response>>();
  #flushPlanned = false;
  #pauseTimer: NodeJS.Timeout | null = null;
  #sweepTimer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: RequestQueueOptions<Request, Response>, ports: RequestQueuePorts) {
    this.#options = options;
    this.#ports = ports;
    this.#backOff = new BackOff({ minMs: options.backOffMinMs, maxMs: options.backOffMaxMs });
  }

  /** @param bytes about how large the request is */
  send(request: Request, bytes: number): Promise<Response> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(clientError("CLIENT_CLOSED"));
      // A node would end the stream for it, and with it every other request.
      if (bytes > this.#options.requestBytesMax) return reject(clientError("REQUEST_TOO_LARGE"));
      if (this.#waiting.length >= this.#options.waitingMax) return reject(clientError("TOO_MANY_REQUESTS"));
      const deadlineAt = performance.now() + this.#options.requestTimeoutMs;
      this.#waiting.push({ request, bytes, deadlineAt, lastError: null, resolve, reject });
      this.#planFlush();
      this.#planSweep();
    });
  }

  /** There is a new connection: what waits, and what comes, takes it. */
  onConnected(): void {
    this.#stream?.end();
    this.#stream = null;
    this.#flush();
  }

  close(): void {
    this.#closed = true;
    if (this.#pauseTimer !== null) clearTimeout(this.#pauseTimer);
    if (this.#sweepTimer !== null) clearTimeout(this.#sweepTimer);
    for (const call of this.#waiting) call.reject(clientError("CLIENT_CLOSED"));
    this.#waiting = [];
    for (const stream of this.#streams) {
      for (const call of stream.giveUp(() => true))
        call.reject(clientError(this.#options.changes ? "CLOSED_MIDWAY" : "CLIENT_CLOSED"));
      stream.cancel();
    }
  }

  /** Not before the end of the turn: whoever awaits several answers of one message sends the next requests together. */
  #planFlush(): void {
    if (this.#flushPlanned || this.#pauseTimer !== null) return;
    this.#flushPlanned = true;
    setImmediate(() => {
      this.#flushPlanned = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#waiting.length === 0 || this.#pauseTimer !== null || this.#closed) return;
    const stream = this.#stream ?? this.#open();
    if (stream === null) return;
    let sent = 0;
    while (sent < this.#waiting.length && !stream.isFull) {
      const calls = this.#nextMessage(sent, this.#options.outstandingMax - stream.outstandingCount);
      if (calls.length === 0) break;
      sent += calls.length;
      stream.send(calls);
    }
    this.#waiting = this.#waiting.slice(sent);
  }

  /** The calls from `first` on that fit in one message. */
  #nextMessage(first: number, countMax: number): Call<Request, Response>[] {
    const { messageItemsMax, messageBytesMax } = this.#options;
    const most = first + Math.min(countMax, messageItemsMax);
    let bytes = 0;
    let next = first;
    for (; next < most; next++) {
      const call = this.#waiting[next];
      if (call === undefined) break;
      bytes += call.bytes;
      if (next > first && bytes > messageBytesMax) break;
    }
    return this.#waiting.slice(first, next);
  }

  #open(): RequestStream<Call<Request, Response>, Request, Response> | null {
    const connection = this.#ports.connect();
    if (connection === null) return null;
    if (!connection.isReady) {
      this.#ports.onLost(connection);
      return null;
    }
    const stream = new RequestStream<Call<Request, Response>, Request, Response>(connection.openStream(this.#options.definition), {
      onAnswer: (call, result) => this.#onAnswer(call, result),
      onDrain: () => this.#flush(),
      onEnd: (unanswered, error) => {
        this.#streams.delete(stream);
        if (this.#stream === stream) this.#stream = null;
        if (error !== null) this.#ports.onLost(connection);
        this.#onUnanswered(unanswered);
      },
    });
    this.#stream = stream;
    this.#streams.add(stream);
    return stream;
  }

  #onAnswer(call: Call<Request, Response>, { response, error }: ItemResult<Response>): void {
    if (response) {
      this.#backOff.reset();
      call.resolve(response);
    } else if (error) {
      this.#onError(call, errorOfItem(error));
    }
    if (this.#waiting.length > 0) this.#planFlush();
  }

  #onError(call: Call<Request, Response>, error: BalsaError): void {
    // These say nothing about the request itself, but that this node is not the one to ask.
    if (error.mayHaveHappened || worthAnotherTry(error)) this.#ports.onLeaderMoved();
    if (worthAnotherTry(error)) this.#tryAgain(call, error);
    else call.reject(error);
  }

  #onUnanswered(calls: readonly Call<Request, Response>[]): void {
    for (const call of calls) {
      if (this.#options.changes) call.reject(clientError("CONNECTION_LOST"));
      else this.#tryAgain(call, clientError("UNREACHABLE"));
    }
  }

  #tryAgain(call: Call<Request, Response>, error: BalsaError): void {
    if (this.#closed) return call.reject(error);
    call.lastError = error;
    this.#waiting.push(call);
    this.#pause();
  }

  /** After a failure nothing is sent for a while. */
  #pause(): void {
    if (this.#pauseTimer !== null) return;
    this.#pauseTimer = setTimeout(() => {
      this.#pauseTimer = null;
      this.#flush();
    }, this.#backOff.nextMs());
  }

  #planSweep(): void {
    if (this.#sweepTimer !== null) return;
    this.#sweepTimer = setTimeout(() => {
      this.#sweepTimer = null;
      this.#sweep(performance.now());
      if (!this.#closed && (this.#waiting.length > 0 || this.#streamsHaveCalls())) this.#planSweep();
    }, sweepMs);
  }

  #sweep(now: number): void {
    const isLate = (call: Call<Request, Response>): boolean => call.deadlineAt <= now;
    const late = this.#waiting.filter(isLate);
    if (late.length > 0) this.#waiting = this.#waiting.filter((call) => !isLate(call));
    for (const call of late) call.reject(call.lastError ?? clientError("UNREACHABLE"));
    for (const stream of this.#streams) {
      for (const call of stream.giveUp(isLate))
        call.reject(clientError(this.#options.changes ? "CLIENT_TIMEOUT" : "CLIENT_READ_TIMEOUT"));
    }
  }

  #streamsHaveCalls(): boolean {
    for (const stream of this.#streams) if (stream.outstandingCount > 0) return true;
    return false;
  }
}
