import type { WatchRequest } from "../generated/balsa/client/v1/WatchRequest.ts";
import type { WatchResponse__Output as WatchResponse } from "../generated/balsa/client/v1/WatchResponse.ts";
import { BackOff } from "./back-off.ts";
import type { BalsaError } from "./balsa-error.ts";
import { shuffled } from "./connector.ts";
import { type Change, changeOf } from "./messages.ts";
import type { ClientOptions } from "./options.ts";
import { WatchSource } from "./watch-source.ts";

export interface WatchOptions {
  /** This key alone... */
  readonly key?: string;
  /** ...or all that begin with this; neither: all keys. */
  readonly prefix?: string;
  /** The first revision wanted; default: whatever changes from now on. */
  readonly from?: number;
}

export interface WatchPorts {
  /** All addresses at which a node may be. */
  readonly endpoints: () => readonly string[];
  readonly onEnded: (watch: Watch) => void;
}

/** After these another node may do better, or the same one later. Whatever else is refused, any node would refuse. */
const passing: readonly string[] = [
  ...["NO_LEADER", "NOT_LEADER", "STOPPING", "OVERLOADED", "READ_TIMEOUT", "WATCH_TOO_SLOW", "STATE_DAMAGED"],
  ...["UNREACHABLE", "UNAVAILABLE", "CANCELLED", "INTERNAL", "UNKNOWN", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED"],
];
const gone = "REVISION_GONE";

/**
 * Changes in the order of their revisions, none twice and none missing. When a node fails or falls behind, another one
 * goes on from the revision after the last one told. Only when no node keeps changes that old does the watch fail.
 */
export class Watch implements AsyncIterable<Change> {
  readonly #options: ClientOptions;
  readonly #ports: WatchPorts;
  readonly #wanted: WatchOptions;
  readonly #backOff: BackOff;
  #source: WatchSource | null = null;
  /** The next revision to ask for; 0 before anything is known. */
  #next: number;
  #revision = 0;
  #isStarted = false;
  #changes: Change[] = [];
  #taken = 0;
  /** Endpoints that have not been tried since the last news. */
  #untried: string[] = [];
  /** What a node tried since then has said that no longer keeps the changes. */
  #gone: { readonly error: BalsaError; readonly since: number } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #end: { readonly error: BalsaError | null } | null = null;
  /** Whoever waits for news, or for the end. */
  #waiters: (() => void)[] = [];

  constructor(wanted: WatchOptions, options: ClientOptions, ports: WatchPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#wanted = wanted;
    this.#next = wanted.from ?? 0;
    this.#backOff = new BackOff({ minMs: options.backOffMinMs, maxMs: options.backOffMaxMs });
    this.#connect();
  }

  /** Every change up to this revision has arrived; 0 before the first word of a node. */
  get revision(): number {
    return this.#revision;
  }

  /** Resolves once a node has begun to tell: what is written from then on will be seen. @throws BalsaError */
  async started(): Promise<void> {
    while (!this.#isStarted && this.#end === null) await this.#news();
    if (this.#end?.error) throw this.#end.error;
  }

  /** Ends the watch, and its iteration. */
  close(): void {
    this.#finish(null);
  }

  /** @throws BalsaError if no node can tell the changes any more */
  async *[Symbol.asyncIterator](): AsyncGenerator<Change, void, undefined> {
    try {
      for (;;) {
        const change = this.#take();
        if (change !== undefined) yield change;
        else if (this.#end === null) await this.#news();
        else if (this.#end.error !== null) throw this.#end.error;
        else return;
      }
    } finally {
      this.close();
    }
  }

  #take(): Change | undefined {
    const change = this.#changes[this.#taken];
    if (change === undefined) return undefined;
    this.#taken++;
    if (this.#taken === this.#changes.length) {
      this.#changes = [];
      this.#taken = 0;
      this.#source?.resume();
    }
    return change;
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
    });
  }

  #connect(): void {
    if (this.#end !== null) return;
    if (this.#untried.length === 0) this.#untried = shuffled(this.#ports.endpoints());
    const endpoint = this.#untried.pop() ?? "";
    const source = new WatchSource(endpoint, this.#request(), this.#options, {
      onMessage: (message) => this.#onMessage(message),
      onEnd: (error) => this.#onSourceEnd(source, error),
    });
    this.#source = source;
  }

  #request(): WatchRequest {
    const { key, prefix } = this.#wanted;
    const keys = key !== undefined ? { key } : prefix !== undefined && prefix !== "" ? { prefix } : { all: true };
    return { ...keys, fromRevision: this.#next };
  }

  #onMessage({ changes, revision }: WatchResponse): void {
    // The first word of a node tells nothing new; it may yet say that it cannot go on from there.
    if (changes.length > 0 || revision >= this.#next) {
      this.#backOff.reset();
      this.#untried = [];
      this.#gone = null;
    }
    this.#isStarted = true;
    for (const change of changes) this.#changes.push(changeOf(change));
    // A node that is behind tells its own revision, which may be less than what another one has told.
    this.#revision = Math.max(this.#revision, revision);
    this.#next = Math.max(this.#next, revision + 1);
    if (this.#changes.length - this.#taken > this.#options.watchChangesMax) this.#source?.pause();
    this.#wake();
  }

  #onSourceEnd(source: WatchSource, error: BalsaError): void {
    if (source !== this.#source || this.#end !== null) return;
    this.#source = null;
    if (error.reason === gone) this.#onGone(error);
    else if (!passing.includes(error.reason)) this.#finish(error);
    if (this.#untried.length > 0) return this.#connect();
    // Nodes that cannot be reached may keep more than the others, and may come back soon.
    const { requestTimeoutMs } = this.#options;
    const isOver = this.#gone !== null && (error.reason === gone || performance.now() - this.#gone.since > requestTimeoutMs);
    if (isOver) return this.#finish(this.#gone?.error ?? error);
    this.#timer = setTimeout(() => this.#connect(), this.#backOff.nextMs());
  }

  /** A node that has started again has forgotten more than the others: the last word is that of the one that keeps most. */
  #onGone(error: BalsaError): void {
    const oldest = ({ facts }: BalsaError): number => Number(facts.oldestRevision);
    if (this.#gone === null) this.#gone = { error, since: performance.now() };
    else if (oldest(error) < oldest(this.#gone.error)) this.#gone = { ...this.#gone, error };
  }

  #finish(error: BalsaError | null): void {
    if (this.#end !== null) return;
    this.#end = { error };
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#ports.onEnded(this);
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
