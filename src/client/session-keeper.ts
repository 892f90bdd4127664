import { clientServiceDefinition } from "../transport/service-definitions.ts";
import { BackOff } from "./back-off.ts";
import { BalsaError, clientError } from "./balsa-error.ts";
import type { ClientOptions } from "./options.ts";
import { Session } from "./session.ts";
import type { UnaryCalls } from "./unary-calls.ts";

export interface SessionKeeperPorts {
  readonly calls: UnaryCalls;
  /** There is a session now. */
  readonly onOpened: () => void;
  /** There is none, and what waits for one should not wait longer. */
  readonly onFailed: (error: BalsaError) => void;
}

/** A session is kept so many times in each of its time-outs, so that a lost message or an election does no harm. */
const keepsPerTimeout = 4;
/** What is left unsaid at the end is not waited for longer, in ms: the session expires by itself. */
const closeWithinMs = 500;

/**
 * The client's session: opened when it is first needed, kept alive while it is of use, closed at the end.
 *
 * Without attached keys a session is only a means against doubles: one that is idle is given up, one that is lost is
 * followed by another. With attached keys its loss is something that the program must know, as they are gone: then
 * every write fails until `renew` is called.
 */
export class SessionKeeper {
  readonly #options: ClientOptions;
  readonly #ports: SessionKeeperPorts;
  readonly #backOff: BackOff;
  #session: Session | null = null;
  #opening = false;
  #holdsKeys = false;
  #lost: BalsaError | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** When the last sign of life that the cluster has confirmed was sent. */
  #keptAt = 0;
  #usedAt = 0;
  #closed = false;

  constructor(options: ClientOptions, ports: SessionKeeperPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#backOff = new BackOff({ minMs: options.backOffMinMs, maxMs: options.backOffMaxMs });
  }

  /** The session; null while one is being opened, which this begins. */
  use(): Session | null {
    if (this.#session === null) this.#open();
    else this.#usedAt = performance.now();
    return this.#session;
  }

  get current(): Session | null {
    return this.#session;
  }

  /** Why no write may be made: the session to which keys were attached is lost. */
  get lost(): BalsaError | null {
    return this.#lost;
  }

  /** From now on, a loss of the session is the program's to know. */
  holdKeys(): void {
    this.#holdsKeys = true;
  }

  /** The loss is known; the next write opens another session. */
  renew(): void {
    this.#lost = null;
    this.#holdsKeys = false;
  }

  /** The cluster does not know this session any more. */
  onLost(session: Session): void {
    if (session !== this.#session) return;
    this.#session = null;
    clearTimeout(this.#timer);
    if (!this.#holdsKeys || this.#closed) return;
    const { onSessionLost } = this.#options;
    this.#lost = clientError("SESSION_ENDED");
    this.#ports.onFailed(this.#lost);
    onSessionLost?.(this.#lost);
  }

  /** Ends the session, and with it the keys that are attached to it, as far as a node can be reached at once. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const session = this.#session;
    this.#session = null;
    if (session !== null) await this.#end(session);
  }

  #open(): void {
    if (this.#opening || this.#closed || this.#lost !== null) return;
    this.#opening = true;
    const { sessionTimeoutMs, sessionWindowMax } = this.#options;
    const sentAt = performance.now();
    this.#ports.calls.call(clientServiceDefinition.OpenSession, { timeoutMs: sessionTimeoutMs }).then(
      ({ sessionId, timeoutMs }) => {
        this.#opening = false;
        const session = new Session(sessionId, timeoutMs, sessionWindowMax);
        if (this.#closed) return void this.#end(session);
        this.#session = session;
        this.#keptAt = sentAt;
        this.#usedAt = performance.now();
        this.#planKeeping(timeoutMs / keepsPerTimeout);
        this.#ports.onOpened();
      },
      (error) => {
        this.#opening = false;
        this.#ports.onFailed(errorOf(error));
      },
    );
  }

  #planKeeping(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keep(), ms);
    // The connection keeps the process alive, or nothing does.
    this.#timer.unref();
  }

  async #keep(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    const now = performance.now();
    // The log's clock may be behind, and the session still there; but by this clock it need not be.
    const lastsUntil = this.#keptAt + session.timeoutMs;
    if (now >= lastsUntil) return this.onLost(session);
    if (!this.#holdsKeys && session.isIdle && now - this.#usedAt > session.timeoutMs) {
      this.#session = null;
      return this.#end(session);
    }
    try {
      const tryUntil = Math.min(lastsUntil, now + session.timeoutMs / keepsPerTimeout);
      await this.#ports.calls.call(clientServiceDefinition.KeepSession, { sessionId: session.id }, tryUntil);
      this.#keptAt = now;
      this.#backOff.reset();
      if (this.#session === session) this.#planKeeping(session.timeoutMs / keepsPerTimeout);
    } catch (error) {
      if (errorOf(error).reason === "SESSION_LOST") this.onLost(session);
      else if (this.#session === session) this.#planKeeping(Math.min(this.#backOff.nextMs(), lastsUntil - performance.now()));
    }
  }

  async #end({ id }: Session): Promise<void> {
    try {
      await this.#ports.calls.call(clientServiceDefinition.CloseSession, { sessionId: id }, performance.now() + closeWithinMs);
    } catch {
      // It expires by itself.
    }
  }
}

function errorOf(error: unknown): BalsaError {
  if (error instanceof BalsaError) return error;
  throw error;
}
