import { BackOff } from "./back-off.ts";
import { type BalsaError, clientError, errorOfItem, worthAnotherTry } from "./balsa-error.ts";
import type { NodeConnection, StreamDefinition } from "./node-connection.ts";
import type { ClientOptions } from "./options.ts";
import { type ItemResult, RequestStream } from "./request-stream.ts";
import type { Place, Session } from "./session.ts";

/** A request on its way to an answer. */
interface Call<Request, Response> {
  readonly request: Request;
  readonly bytes: number;
  /** When it is given up. */
  readonly deadlineAt: number;
  /** When it last left, on the clock of `performance.now()`. */
  sentAt: number;
  /** Its place in a session, which it keeps however often it is sent. */
  place: Place | null;
  /** An earlier try may have taken effect, or may yet. */
  mayHaveHappened: boolean;
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

export interface RequestQueuePorts<Request> {
  /** The node to talk to; null if one is being looked for. */
  readonly connect: () => NodeConnection | null;
  readonly onLost: (connection: NodeConnection) => void;
  readonly onLeaderMoved: () => void;
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

/** With this word a node says that it knows no such session. */
const sessionLost = "SESSION_LOST";
/** With this one, that its answers take too much room: those that came meanwhile make some. */
const sessionFull = "SESSION_FULL";
/** What a node says when it does not know what became of a write; the same place asked again tells. */
const repeatable: readonly string[] = ["TIMEOUT", "LEADER_CHANGED", "STOPPED_MIDWAY"];

/** How often it is looked whether requests have waited too long, in ms. */
const sweepMs = 20;

/**
 * Requests of one kind. Those of one turn leave together on one long-lived stream, and each is answered exactly
 * once. What surely did nothing is tried again until its time is up; a write that may have happened only if it has a
 * place in a session, which lets it happen once.
 */
export class RequestQueue<Request, Response> {
  readonly #options: RequestQueueOptions<Request, Response>;
  readonly #ports: RequestQueuePorts<Request>;
  readonly #backOff: BackOff;
  #waiting: Call<Request, Response>[] = [];
  /** Those that were sent before. They go first: until they are answered, a session may have no place for new ones. */
  #again: Call<Request, Response>[] = [];
  #stream: RequestStream<Call<Request, Response>, Request, Response> | null = null;
  /** The present stream, and older ones that still bring answers. */
  readonly #streams = new Set<RequestStream<Call<Request, Response>, Request, Response>>();
  #flushPlanned = false;
  #pauseTimer: NodeJS.Timeout | null = null;
  #sweepTimer: NodeJS.Timeout | null = null;
  /** When it was last looked for a better node because an answer does not come. */
  #checkedAt = 0;
  #closed = false;
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
  send(request: Request, bytes: number): Promise<Response> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(clientError("CLIENT_CLOSED"));
      // A node would end the stream for it, and with it every other request.
      if (bytes > this.#options.requestBytesMax) return reject(clientError("REQUEST_TOO_LARGE"));
      if (this.#waiting.length >= this.#options.waitingMax) return reject(clientError("TOO_MANY_REQUESTS"));
      const deadlineAt = performance.now() + this.#options.requestTimeoutMs;
      this.#waiting.push({
        request,
        bytes,
        deadlineAt,
        sentAt: 0,
        place: null,
        mayHaveHappened: false,
        lastError: null,
        resolve,
        reject,
      });
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
    const without = (call: Call<Request, Response>): boolean => call.place === null;
    for (const call of this.#takeWaiting(without)) this.#reject(call, error);
  }

  close(): void {
    this.#closed = true;
    if (this.#pauseTimer !== null) clearTimeout(this.#pauseTimer);
    if (this.#sweepTimer !== null) clearTimeout(this.#sweepTimer);
    for (const call of this.#takeWaiting(() => true))
      this.#reject(call, clientError(call.mayHaveHappened ? "CLOSED_MIDWAY" : "CLIENT_CLOSED"));
    for (const stream of this.#streams) {
      for (const call of stream.giveUp(() => true))
        this.#reject(call, clientError(this.#options.changes ? "CLOSED_MIDWAY" : "CLIENT_CLOSED"));
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
    if (this.#pauseTimer !== null || this.#closed) return;
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
  #placed(calls: Call<Request, Response>[]): Call<Request, Response>[] {
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
      call.place?.session.settle(call.place.sequence);
      call.resolve(response);
    } else if (error) {
      this.#onError(call, errorOfItem(error));
    }
    if (this.#waiting.length > 0) this.#planFlush();
  }

  #onError(call: Call<Request, Response>, error: BalsaError): void {
    const { sessions, onLeaderMoved } = this.#ports;
    // These say nothing about the request itself, but that this node is not the one to ask.
    if (error.mayHaveHappened || worthAnotherTry(error)) onLeaderMoved();
    if (call.place !== null && error.reason === sessionLost) {
      sessions?.onLost(call.place.session);
      this.#onSessionLost(call, sessions?.ended() ?? null);
    } else if (worthAnotherTry(error) || error.reason === sessionFull) this.#tryAgain(call, error);
    else if (error.mayHaveHappened && call.place !== null && repeatable.includes(error.reason)) {
      call.mayHaveHappened = true;
      this.#tryAgain(call, error);
    } else this.#reject(call, error);
  }

  /** In another session, what was sent in this one would be another request. */
  #onSessionLost(call: Call<Request, Response>, ended: BalsaError | null): void {
    if (call.mayHaveHappened) return this.#reject(call, clientError("SESSION_LOST_MIDWAY"));
    if (ended !== null) return this.#reject(call, ended);
    call.place = null;
    this.#tryAgain(call, clientError("UNREACHABLE"));
  }

  #onUnanswered(calls: readonly Call<Request, Response>[]): void {
    for (const call of calls) {
      const lost = clientError(this.#options.changes ? "CONNECTION_LOST" : "UNREACHABLE");
      call.mayHaveHappened = this.#options.changes;
      if (!call.mayHaveHappened || call.place !== null) this.#tryAgain(call, lost);
      else this.#reject(call, lost);
    }
  }

  #tryAgain(call: Call<Request, Response>, error: BalsaError): void {
    if (this.#closed) return this.#reject(call, error);
    call.lastError = error;
    this.#again.push(call);
    this.#pause();
  }

  #reject(call: Call<Request, Response>, error: BalsaError): void {
    call.place?.session.settle(call.place.sequence);
    call.reject(error);
  }

  /** Takes out the calls that wait to be sent, or to be sent again. */
  #takeWaiting(isTaken: (call: Call<Request, Response>) => boolean): Call<Request, Response>[] {
    const taken = [...this.#again.filter(isTaken), ...this.#waiting.filter(isTaken)];
    if (taken.length === 0) return taken;
    this.#again = this.#again.filter((call) => !isTaken(call));
    this.#waiting = this.#waiting.filter((call) => !isTaken(call));
    return taken;
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
      if (!this.#closed && (this.#waiting.length > 0 || this.#again.length > 0 || this.#streamsHaveCalls())) this.#planSweep();
    }, sweepMs);
  }

  #sweep(now: number): void {
    const isLate = (call: Call<Request, Response>): boolean => call.deadlineAt <= now;
    for (const call of this.#takeWaiting(isLate))
      this.#reject(call, call.mayHaveHappened ? clientError("CLIENT_TIMEOUT") : (call.lastError ?? clientError("UNREACHABLE")));
    for (const stream of this.#streams) {
      for (const call of stream.giveUp(isLate))
        this.#reject(call, clientError(this.#options.changes ? "CLIENT_TIMEOUT" : "CLIENT_READ_TIMEOUT"));
    }
    this.#checkAnswers(now);
  }

  /**
   * A node that was cut off from the others keeps requests until it has given up hope. So whoever waits for long looks for
   * a better node, and what may safely be sent again does not stay behind at the one before.
   */
  #checkAnswers(now: number): void {
    const { answerCheckMs, changes } = this.#options;
    const waitsLong = (call: Call<Request, Response>): boolean => now - call.sentAt >= answerCheckMs;
    for (const stream of this.#streams) {
      if (stream === this.#stream) {
        if (now - this.#checkedAt < answerCheckMs || !stream.hasCall(waitsLong)) continue;
        this.#checkedAt = now;
        this.#ports.onLeaderMoved();
      } else {
        for (const call of stream.giveUp((call) => waitsLong(call) && (!changes || call.place !== null))) {
          call.mayHaveHappened = changes;
          this.#again.push(call);
          this.#planFlush();
        }
      }
    }
  }

  #streamsHaveCalls(): boolean {
    for (const stream of this.#streams) if (stream.outstandingCount > 0) return true;
    return false;
  }
}
