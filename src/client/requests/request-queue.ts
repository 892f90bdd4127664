import { BackOff } from "../connection/back-off.ts";
import type { ClusterPin } from "../connection/cluster-pin.ts";
import type { Connection, PickOf, StreamDefinition } from "../connection/connection.ts";
import { type BalsaError, clientError, errorOfItem, worthAnotherTry } from "../values/balsa-error.ts";
import { aborted, type Bounds } from "../values/call-options.ts";
import type { ClientOptions } from "../values/options.ts";
import { newCall, type RequestCall } from "./request-call.ts";
import { type ItemResult, RequestStream } from "./request-stream.ts";
import { remedyFor } from "./retry-policy.ts";
import type { Place, Session } from "./session.ts";

export interface RequestQueueOptions<Request, Response> extends ClientOptions {
  readonly definition: PickOf<StreamDefinition<{ id: number; request: Request }, ItemResult<Response>>>;
  /** Whether the requests may change anything. Those that cannot are sent again whenever their answer was lost. */
  readonly changes: boolean;
}

export interface RequestQueuePorts<Request> {
  readonly pin: ClusterPin;
  /** The node to talk to; null if one is being looked for. */
  readonly connect: () => Connection | null;
  readonly onLost: (connection: Connection) => void;
  readonly onLeaderMoved: () => void;
  /** How long a request may wait before its answer counts as late, in ms. */
  readonly lateMs: () => number;
  /** A request has waited for that long, or still does. */
  readonly onNoAnswer: () => void;
  /** One was answered. */
  readonly onAnswer: (tookMs: number) => void;
  /** Null: requests are in no session, so what may have happened must not be sent again. */
  readonly sessions: RequestSessions<Request> | null;
}

/** What gives requests their places in a session. */
export interface RequestSessions<Request> {
  /** The session to take places in; null if one is being opened. */
  readonly use: () => Session | null;
  readonly onLost: (session: Session) => void;
  /** Why there will be no other one, if so. */
  readonly ended: () => BalsaError | null;
  /** Writes the place into the request that is about to leave. */
  readonly put: (request: Request, place: Place) => void;
}

/** With this word a node says that it is of another life of the cluster. */
const otherCluster = "OTHER_CLUSTER";

/** How often it is looked whether requests have waited too long, in ms. */
const sweepMs = 20;

/** When what waits leaves: at the end of the turn, or after a pause. */
type Pace =
  | { readonly type: "free" }
  | { readonly type: "planned" }
  | { readonly type: "paused"; readonly timer: NodeJS.Timeout }
  | { readonly type: "closed" };

/**
 * Requests of one kind. Those of one turn leave together on one long-lived stream, and each is answered exactly
 * once. What had no effect is tried again until its time is up; a write that may have happened only if it has a
 * place in a session, which lets it happen once.
 */
export class RequestQueue<Request, Response> {
  readonly #options: RequestQueueOptions<Request, Response>;
  readonly #ports: RequestQueuePorts<Request>;
  readonly #backOff: BackOff;
  #waiting: RequestCall<Request, Response>[] = [];
  /** Those that were sent before. They go first: until they are answered, a session may have no place for new ones. */
  #again: RequestCall<Request, Response>[] = [];
  #stream: RequestStream<RequestCall<Request, Response>, Request, Response> | null = null;
  /** The present stream, and older ones that still bring answers, with what they go over. */
  readonly #streams = new Map<RequestStream<RequestCall<Request, Response>, Request, Response>, Connection>();
  #pace: Pace = { type: "free" };
  #sweepTimer: NodeJS.Timeout | null = null;
  #repeats = 0;

  constructor(options: RequestQueueOptions<Request, Response>, ports: RequestQueuePorts<Request>) {
    this.#options = options;
    this.#ports = ports;
    this.#backOff = new BackOff({ minMs: options.backOffMinMs, maxMs: options.backOffMaxMs });
  }

  /** How many requests were sent once more in their place of a session though they may have taken effect. */
  get repeats(): number {
    return this.#repeats;
  }

  /** @param bytes about how large the request is */
  send(request: Request, bytes: number, { timeoutMs, signal }: Bounds): Promise<Response> {
    return new Promise((resolve, reject) => {
      if (this.#pace.type === "closed") return reject(clientError("CLIENT_CLOSED"));
      if (signal?.aborted) return reject(aborted(signal, false));
      const untold = this.#ports.pin.takeUntold(this.#options.changes ? "writes" : "reads");
      if (untold !== null) return reject(untold);
      // A node would end the stream for it, and with it every other request.
      if (bytes > this.#options.requestBytesMax) return reject(clientError("REQUEST_TOO_LARGE"));
      if (this.#waiting.length >= this.#options.waitingMax) return reject(clientError("TOO_MANY_REQUESTS"));
      const call = newCall({ request, bytes, timeoutMs, signal }, (by) => this.#abort(call, by), { resolve, reject });
      this.#waiting.push(call);
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

  /** There is a session: what waits for one leaves now. */
  onSession(): void {
    this.#flush();
  }

  /** There will be no session for what waits for one. */
  onNoSession(error: BalsaError): void {
    const without = (call: RequestCall<Request, Response>): boolean => call.place === null;
    for (const call of this.#takeWaiting(without)) this.#reject(call, error);
  }

  /** The cluster is another one by now: whatever is under way was meant for the one before. */
  onOtherCluster(): void {
    const { pin } = this.#ports;
    const facts = { incarnationId: pin.id };
    const isTold = this.#failAll(clientError("OTHER_CLUSTER", facts), clientError("OTHER_CLUSTER_MIDWAY", facts));
    if (isTold) pin.takeUntold(this.#options.changes ? "writes" : "reads");
  }

  close(): void {
    if (this.#pace.type === "paused") clearTimeout(this.#pace.timer);
    this.#pace = { type: "closed" };
    if (this.#sweepTimer !== null) clearTimeout(this.#sweepTimer);
    this.#failAll(clientError("CLIENT_CLOSED"), clientError("CLOSED_MIDWAY"));
  }

  /** @returns whether there was any call @param midway for those that may have happened */
  #failAll(error: BalsaError, midway: BalsaError): boolean {
    const waiting = this.#takeWaiting(() => true);
    for (const call of waiting) this.#reject(call, call.mayHaveHappened ? midway : error);
    let count = waiting.length;
    for (const stream of this.#streams.keys()) {
      for (const call of stream.giveUp(() => true)) {
        this.#reject(call, this.#options.changes ? midway : error);
        count += 1;
      }
      stream.cancel();
    }
    this.#stream = null;
    return count > 0;
  }

  /** Not before the end of the turn: whoever awaits several answers of one message sends the next requests together. */
  #planFlush(): void {
    if (this.#pace.type !== "free") return;
    const planned = { type: "planned" } as const;
    this.#pace = planned;
    setImmediate(() => {
      if (this.#pace !== planned) return;
      this.#pace = { type: "free" };
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#pace.type === "paused" || this.#pace.type === "closed") return;
    if (this.#again.length > 0) {
      this.#waiting = this.#again.concat(this.#waiting);
      this.#again = [];
    }
    if (this.#waiting.length === 0) return;
    const stream = this.#stream ?? this.#open();
    if (stream === null) return;
    let sent = 0;
    while (sent < this.#waiting.length && !stream.isFull) {
      const calls = this.#placed(this.#nextMessage(sent, this.#options.outstandingMax - stream.outstandingCount));
      if (calls.length === 0) break;
      sent += calls.length;
      const now = performance.now();
      for (const call of calls) {
        call.sentAt = now;
        if (call.mayHaveHappened && call.place !== null) this.#repeats += 1;
      }
      stream.send(calls);
    }
    this.#waiting = this.#waiting.slice(sent);
  }

  /** Those of the calls, from the first on, that have a place in a session, if they need one. */
  #placed(calls: RequestCall<Request, Response>[]): RequestCall<Request, Response>[] {
    const { sessions } = this.#ports;
    if (sessions === null) return calls;
    let count = 0;
    for (const call of calls) {
      call.place ??= sessions.use()?.take() ?? null;
      if (call.place === null) break;
      count++;
    }
    const placed = count === calls.length ? calls : calls.slice(0, count);
    for (const { place, request } of placed) if (place !== null) sessions.put(request, place);
    return placed;
  }

  /** The calls from `first` on that fit in one message. */
  #nextMessage(first: number, countMax: number): RequestCall<Request, Response>[] {
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

  #open(): RequestStream<RequestCall<Request, Response>, Request, Response> | null {
    const connection = this.#ports.connect();
    if (connection === null) return null;
    if (!connection.isReady) {
      this.#ports.onLost(connection);
      return null;
    }
    const stream = new RequestStream<RequestCall<Request, Response>, Request, Response>(
      connection.openStream(this.#options.definition),
      this.#ports.pin.id,
      {
        onAnswer: (call, result) => {
          // The connection was made again without notice, and leads to another cluster now.
          if (result.error?.reason === otherCluster) this.#ports.onLost(connection);
          this.#onAnswer(call, result);
        },
        onDrain: () => this.#flush(),
        onEnd: (unanswered, error) => {
          this.#streams.delete(stream);
          if (this.#stream === stream) this.#stream = null;
          if (error !== null) this.#ports.onLost(connection);
          this.#onUnanswered(unanswered);
        },
      },
    );
    this.#stream = stream;
    this.#streams.set(stream, connection);
    return stream;
  }

  #onAnswer(call: RequestCall<Request, Response>, { response, error }: ItemResult<Response>): void {
    if (response) {
      this.#backOff.reset();
      this.#ports.onAnswer(performance.now() - call.sentAt);
      call.place?.session.settle(call.place.sequence);
      call.resolve(response);
    } else if (error) {
      this.#onError(call, errorOfItem(error));
    }
    if (this.#waiting.length > 0) this.#planFlush();
  }

  #onError(call: RequestCall<Request, Response>, error: BalsaError): void {
    // These say nothing about the request itself, but that this node is not the one to ask.
    if (error.mayHaveHappened || worthAnotherTry(error)) this.#ports.onLeaderMoved();
    const remedy = remedyFor(error, call.place !== null);
    switch (remedy) {
      case "again":
        return this.#tryAgain(call, error);
      case "repeat":
        call.mayHaveHappened = true;
        return this.#tryAgain(call, error);
      case "renew":
        return this.#onSessionLost(call);
      case "fail":
        return this.#reject(call, error);
      default:
        remedy satisfies never;
    }
  }

  /** In another session, what was sent in this one would be another request. */
  #onSessionLost(call: RequestCall<Request, Response>): void {
    const { sessions } = this.#ports;
    if (call.place !== null) sessions?.onLost(call.place.session);
    const ended = sessions?.ended() ?? null;
    if (call.mayHaveHappened) return this.#reject(call, clientError("SESSION_LOST_MIDWAY"));
    if (ended !== null) return this.#reject(call, ended);
    call.place = null;
    this.#tryAgain(call, clientError("UNREACHABLE"));
  }

  #onUnanswered(calls: readonly RequestCall<Request, Response>[]): void {
    for (const call of calls) {
      const lost = clientError(this.#options.changes ? "CONNECTION_LOST" : "UNREACHABLE");
      call.mayHaveHappened = this.#options.changes;
      if (!call.mayHaveHappened || call.place !== null) this.#tryAgain(call, lost);
      else this.#reject(call, lost);
    }
  }

  #tryAgain(call: RequestCall<Request, Response>, error: BalsaError): void {
    if (this.#pace.type === "closed") return this.#reject(call, error);
    call.lastError = error;
    this.#again.push(call);
    this.#pause();
  }

  #reject(call: RequestCall<Request, Response>, error: BalsaError): void {
    call.place?.session.settle(call.place.sequence);
    call.reject(error);
  }

  /** Takes out the calls that wait to be sent, or to be sent again. */
  #takeWaiting(isTaken: (call: RequestCall<Request, Response>) => boolean): RequestCall<Request, Response>[] {
    const taken = [...this.#again.filter(isTaken), ...this.#waiting.filter(isTaken)];
    if (taken.length === 0) return taken;
    this.#again = this.#again.filter((call) => !isTaken(call));
    this.#waiting = this.#waiting.filter((call) => !isTaken(call));
    return taken;
  }

  /** After a failure nothing is sent for a while. */
  #pause(): void {
    if (this.#pace.type === "paused") return;
    const timer = setTimeout(() => {
      this.#pace = { type: "free" };
      this.#flush();
    }, this.#backOff.nextMs());
    this.#pace = { type: "paused", timer };
  }

  #abort(call: RequestCall<Request, Response>, signal: AbortSignal): void {
    const isCall = (each: RequestCall<Request, Response>): boolean => each === call;
    const waited = this.#takeWaiting(isCall).length > 0;
    for (const stream of this.#streams.keys()) stream.giveUp(isCall);
    this.#reject(call, aborted(signal, waited ? call.mayHaveHappened : this.#options.changes));
  }

  #planSweep(): void {
    if (this.#sweepTimer !== null) return;
    this.#sweepTimer = setTimeout(() => {
      this.#sweepTimer = null;
      this.#sweep(performance.now());
      if (this.#pace.type !== "closed" && (this.#waiting.length > 0 || this.#again.length > 0 || this.#streamsHaveCalls()))
        this.#planSweep();
    }, sweepMs);
  }

  #sweep(now: number): void {
    const isLate = (call: RequestCall<Request, Response>): boolean => call.deadlineAt <= now;
    for (const call of this.#takeWaiting(isLate))
      this.#reject(call, call.mayHaveHappened ? clientError("TIMEOUT") : (call.lastError ?? clientError("UNREACHABLE")));
    for (const stream of this.#streams.keys()) {
      for (const call of stream.giveUp(isLate)) this.#reject(call, clientError(this.#options.changes ? "TIMEOUT" : "READ_TIMEOUT"));
    }
    this.#checkAnswers(now);
  }

  /**
   * A node that was cut off from the others keeps requests until it has given up hope. So whoever waits for long has it
   * looked for a better node; and what may safely be sent again does not stay behind at one that another leader has
   * superseded. What any other node has may yet be answered, and stays there, however long that takes.
   */
  #checkAnswers(now: number): void {
    const { changes } = this.#options;
    const lateMs = this.#ports.lateMs();
    const waitsLong = (call: RequestCall<Request, Response>): boolean => now - call.sentAt >= lateMs;
    for (const [stream, connection] of this.#streams) {
      if (connection.isSuperseded) {
        for (const call of stream.giveUp((call) => !changes || call.place !== null)) {
          call.mayHaveHappened = changes;
          this.#again.push(call);
          this.#planFlush();
        }
      } else if (stream.hasCall(waitsLong)) this.#ports.onNoAnswer();
    }
  }

  #streamsHaveCalls(): boolean {
    for (const stream of this.#streams.keys()) if (stream.outstandingCount > 0) return true;
    return false;
  }
}
