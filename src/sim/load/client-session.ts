import type { Index, Millis } from "../../core/types.ts";
import type { SessionId } from "../../machine/machine.ts";
import { encodeSessionCommand } from "../../machine/session-codec.ts";
import { decodeSessionResult } from "../../machine/session-results.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Random } from "../base/random.ts";

/** How one attempt to run a command ended. `refused`: it had no effect. */
export type Attempted =
  | { readonly type: "written"; readonly index: Index; readonly result: Uint8Array }
  | { readonly type: "refused" | "unknown" };

export interface SessionOptions {
  readonly timeoutMs: Millis;
  /** Whether it says that it lives when it has nothing else to say; else it may expire between two requests. */
  readonly keepsAlive: boolean;
  /** Most sessions of its owner. */
  readonly ownerMax: number;
}

export interface SessionPorts {
  readonly queue: EventQueue;
  readonly random: Random;
  /** Gives a command to some node. Calls back once. */
  readonly attempt: (command: Uint8Array, done: (outcome: Attempted) => void) => void;
  /** Something was answered that cannot be. */
  readonly onNonsense: (sentence: string) => void;
}

interface Request {
  readonly bytes: Uint8Array;
  readonly giveUpAt: Millis;
  readonly done: (outcome: Attempted) => void;
  /** 0 until it has been sent. */
  sequence: number;
  mayHaveHappened: boolean;
}

/** Longest until an attempt is repeated, in ms. */
const retryMsMax = 60;
/** Chance that a session with nothing to do is left for good. */
const closeChance = 0.03;

/**
 * A client's session, as a client that wants each request done once keeps it: whatever it does not hear of it asks for
 * again, at any node, under the same number. A request that is given up, or whose session has ended, may have happened.
 */
export class ClientSession {
  readonly #options: SessionOptions;
  readonly #owner: string;
  readonly #ports: SessionPorts;
  #session: SessionId | null = null;
  #isOpening = false;
  #isSilent = false;
  #lastSequence = 0;
  #waiting: Request[] = [];
  readonly #outstanding = new Map<number, Request>();

  /** @param owner whom it counts for */
  constructor(options: SessionOptions, owner: string, ports: SessionPorts) {
    this.#options = options;
    this.#owner = owner;
    this.#ports = ports;
  }

  /** Whether it has a session that it takes for alive. */
  get isOpen(): boolean {
    return this.#session !== null;
  }

  /** Calls back once. `written` says where the request took effect, whichever attempt it was. */
  submit(bytes: Uint8Array, patienceMs: Millis, done: (outcome: Attempted) => void): void {
    const { queue } = this.#ports;
    this.#waiting.push({ bytes, giveUpAt: queue.now + patienceMs, done, sequence: 0, mayHaveHappened: false });
    this.#goOn();
  }

  /** From now on it only ends what it has begun, and lets its session expire. */
  fallSilent(): void {
    this.#isSilent = true;
  }

  #goOn(): void {
    if (this.#session === null) return this.#open();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const request of waiting) {
      this.#lastSequence += 1;
      request.sequence = this.#lastSequence;
      this.#outstanding.set(request.sequence, request);
      this.#send(request, this.#session);
    }
  }

  #open(): void {
    const { timeoutMs, ownerMax } = this.#options;
    this.#waiting = this.#waiting.filter((request) => !this.#isGivenUp(request));
    if (this.#isOpening || this.#waiting.length === 0) return;
    this.#isOpening = true;
    this.#ports.attempt(encodeSessionCommand({ type: "openAs", timeoutMs, ownerMax, owner: this.#owner, name: "" }), (outcome) => {
      this.#isOpening = false;
      const result = outcome.type === "written" ? decodeSessionResult(outcome.result) : null;
      if (result?.type !== "opened") return this.#later(() => this.#goOn());
      this.#session = result.session;
      this.#lastSequence = 0;
      if (this.#options.keepsAlive) this.#keepAlive(result.session);
      this.#goOn();
    });
  }

  #send(request: Request, session: SessionId): void {
    const { sequence, bytes } = request;
    const firstOutstanding = Math.min(...this.#outstanding.keys());
    const command = encodeSessionCommand({ type: "request", session, sequence, firstOutstanding, request: bytes });
    this.#ports.attempt(command, (outcome) => {
      if (this.#session !== session || !this.#outstanding.has(sequence)) return;
      if (outcome.type === "unknown") request.mayHaveHappened = true;
      if (outcome.type !== "written" || !this.#onResult(request, outcome.result)) {
        if (this.#isGivenUp(request)) this.#outstanding.delete(sequence);
        else this.#later(() => this.#again(request, session));
      }
    });
  }

  #again(request: Request, session: SessionId): void {
    if (this.#session === session && this.#outstanding.has(request.sequence)) this.#send(request, session);
  }

  /** Whether that was the end of the request. */
  #onResult(request: Request, bytes: Uint8Array): boolean {
    const result = decodeSessionResult(bytes);
    if (result.type === "answered") {
      this.#outstanding.delete(request.sequence);
      request.done({ type: "written", index: result.index, result: result.result });
      this.#perhapsClose();
      return true;
    }
    if (result.type === "refused" && result.reason === "tooManyAnswers") return false;
    if (result.type === "refused" && result.reason === "noSession") this.#lose();
    else
      this.#ports.onNonsense(
        `Request ${request.sequence} of session ${this.#session} waits, and is told ${JSON.stringify(result)}.`,
      );
    return true;
  }

  /** Nobody knows any more what became of its requests. */
  #lose(): void {
    const lost = [...this.#outstanding.values()];
    this.#outstanding.clear();
    this.#session = null;
    for (const request of lost) request.done({ type: "unknown" });
    this.#goOn();
  }

  #isGivenUp(request: Request): boolean {
    if (this.#ports.queue.now < request.giveUpAt) return false;
    request.done({ type: request.mayHaveHappened ? "unknown" : "refused" });
    return true;
  }

  #keepAlive(session: SessionId): void {
    const { queue, attempt } = this.#ports;
    queue.add(queue.now + this.#options.timeoutMs / 4, () => {
      if (this.#session !== session || this.#isSilent) return;
      attempt(encodeSessionCommand({ type: "keepAlive", session }), (outcome) => {
        if (this.#session !== session || outcome.type !== "written") return;
        if (decodeSessionResult(outcome.result).type === "refused") this.#lose();
      });
      this.#keepAlive(session);
    });
  }

  #perhapsClose(): void {
    const session = this.#session;
    if (session === null || this.#outstanding.size > 0 || !this.#ports.random.chance(closeChance)) return;
    // Every other one is ended by an operator, so that the client hears of it only when it goes on.
    if (session % 2 === 0) this.#session = null;
    this.#ports.attempt(encodeSessionCommand({ type: "close", session }), () => undefined);
  }

  #later(run: () => void): void {
    const { queue, random } = this.#ports;
    queue.add(queue.now + random.within(1, retryMsMax), run);
  }
}
