import { BackOff } from "../connection/back-off.ts";
import type { ClusterPin } from "../connection/cluster-pin.ts";
import { BalsaError, clientError } from "../values/balsa-error.ts";
import type { ClientOptions } from "../values/options.ts";
import { Session } from "./session.ts";
import type { UnaryCalls } from "./unary-calls.ts";

export interface SessionKeeperPorts {
  readonly pin: ClusterPin;
  readonly calls: UnaryCalls;
  /** There is a session now. */
  readonly onOpened: () => void;
  /** It is lost; the next write opens another one, unless keys were attached to it. */
  readonly onLost: (error: BalsaError) => void;
  /** There is none, and what waits for one should not wait longer. */
  readonly onFailed: (error: BalsaError) => void;
}

type State =
  | { readonly type: "none" }
  | { readonly type: "opening" }
  | OpenSession
  /** The session to which keys were attached is lost, and the program has not yet said that it knows. */
  | { readonly type: "lost"; readonly error: BalsaError }
  | { readonly type: "closed" };

interface OpenSession {
  readonly type: "open";
  readonly session: Session;
  /** When the last sign of life that the cluster has confirmed was sent. */
  keptAt: number;
  usedAt: number;
}

/** Number of keepalives in each time-out of a session, so that a lost message or an election does no harm. */
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
  #state: State = { type: "none" };
  #holdsKeys = false;
  /** Those who hold a key each, and look after its loss by themselves. */
  readonly #holders = new Set<(error: BalsaError) => void>();
  #losses = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ClientOptions, ports: SessionKeeperPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#backOff = new BackOff({ minMs: options.backOffMinMs, maxMs: options.backOffMaxMs });
  }

  /** The session; null while one is being opened, which this begins. */
  use(): Session | null {
    const state = this.#state;
    if (state.type === "none") this.#open();
    if (state.type !== "open") return null;
    state.usedAt = performance.now();
    return state.session;
  }

  /** Why no write may be made: the session to which keys were attached is lost. */
  get lost(): BalsaError | null {
    return this.#state.type === "lost" ? this.#state.error : null;
  }

  /** From now on, a loss of the session is the program's to know. */
  holdKeys(): void {
    this.#holdsKeys = true;
  }

  /** Number of sessions that were lost. */
  get losses(): number {
    return this.#losses;
  }

  /** Calls back once, when the session is lost or the client closed. @returns ends that */
  hold(onLost: (error: BalsaError) => void): () => void {
    this.#holders.add(onLost);
    return () => void this.#holders.delete(onLost);
  }

  /** The loss is known; the next write opens another session. */
  renew(): void {
    if (this.#state.type === "lost") this.#state = { type: "none" };
    this.#holdsKeys = false;
  }

  /**
   * The cluster is another one by now, which never knew the session.
   * @returns whether the program is told of it
   */
  onOtherCluster(): boolean {
    if (this.#state.type === "open") this.onLost(this.#state.session, "The cluster is another one than before. ");
    return this.lost !== null;
  }

  /** The cluster does not know this session any more. */
  onLost(session: Session, why = ""): void {
    if (!this.#isOpen(session)) return;
    this.#losses += 1;
    clearTimeout(this.#timer);
    const error = clientError("SESSION_LOST", {}, why);
    const holdsKeys = this.#holdsKeys;
    this.#state = holdsKeys ? { type: "lost", error } : { type: "none" };
    this.#tellHolders(error);
    this.#ports.onLost(error);
    if (!holdsKeys) return;
    const { onSessionLost } = this.#options;
    this.#ports.onFailed(error);
    onSessionLost?.(error);
  }

  /** Ends the session, and with it the keys that are attached to it, as far as a node can be reached at once. */
  async close(): Promise<void> {
    const before = this.#state;
    this.#state = { type: "closed" };
    clearTimeout(this.#timer);
    this.#tellHolders(clientError("CLIENT_CLOSED"));
    if (before.type === "open") await this.#end(before.session);
  }

  #open(): void {
    this.#state = { type: "opening" };
    const { sessionTimeoutMs, sessionWindowMax, name } = this.#options;
    const { pin, calls } = this.#ports;
    const sentAt = performance.now();
    const life = pin.id;
    calls
      .call(
        ({ client }) => client.OpenSession,
        (incarnationId) => ({ timeoutMs: sessionTimeoutMs, incarnationId, name }),
      )
      .then(
        ({ sessionId: id, timeoutMs, incarnationId }) => {
          const session = new Session({ id, timeoutMs, incarnationId }, sessionWindowMax);
          if (this.#state.type === "closed") return void this.#end(session);
          // The cluster became another one while the answer was on its way.
          if (pin.isOther(incarnationId)) return this.#open();
          this.#state = { type: "open", session, keptAt: sentAt, usedAt: performance.now() };
          this.#planKeeping(timeoutMs / keepsPerTimeout);
          this.#ports.onOpened();
        },
        (error) => {
          if (this.#state.type === "closed") return;
          // Whoever waited then has been told; who waits now wants one of the cluster that there is.
          if (pin.isOther(life)) return this.#open();
          this.#state = { type: "none" };
          this.#ports.onFailed(notOpened(errorOf(error)));
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
    const state = this.#state;
    if (state.type !== "open") return;
    const { session } = state;
    const now = performance.now();
    // The log's clock may be behind, and the session still there; but by this clock it need not be.
    const lastsUntil = state.keptAt + session.timeoutMs;
    if (now >= lastsUntil) return this.onLost(session);
    if (!this.#holdsKeys && this.#holders.size === 0 && session.isIdle && now - state.usedAt > session.timeoutMs) {
      this.#state = { type: "none" };
      return this.#end(session);
    }
    try {
      const tryUntil = Math.min(lastsUntil, now + session.timeoutMs / keepsPerTimeout);
      await this.#ports.calls.call(
        ({ client }) => client.KeepSession,
        () => nameOf(session),
        { deadlineAt: tryUntil },
      );
      state.keptAt = now;
      this.#backOff.reset();
      if (this.#isOpen(session)) this.#planKeeping(session.timeoutMs / keepsPerTimeout);
    } catch (error) {
      if (errorOf(error).code === "SESSION_LOST") this.onLost(session);
      else if (this.#isOpen(session)) this.#planKeeping(Math.min(this.#backOff.nextMs(), lastsUntil - performance.now()));
    }
  }

  #isOpen(session: Session): boolean {
    return this.#state.type === "open" && this.#state.session === session;
  }

  #tellHolders(error: BalsaError): void {
    const holders = [...this.#holders];
    this.#holders.clear();
    for (const onLost of holders) onLost(error);
  }

  async #end(session: Session): Promise<void> {
    try {
      const deadlineAt = performance.now() + closeWithinMs;
      await this.#ports.calls.call(
        ({ client }) => client.CloseSession,
        () => nameOf(session),
        { deadlineAt },
      );
    } catch {
      // It expires by itself.
    }
  }
}

/** Whether there is a session now or not, what waits for it was not sent. */
function notOpened(error: BalsaError): BalsaError {
  return error.mayHaveHappened ? clientError("SESSION_NOT_OPENED") : error;
}

/** What names the session to any node of any cluster. */
function nameOf({ id: sessionId, incarnationId }: Session) {
  return { sessionId, incarnationId };
}

function errorOf(error: unknown): BalsaError {
  if (error instanceof BalsaError) return error;
  throw error;
}
