import type { WatchRequest } from "../../generated/balsa/client/v1/WatchRequest.ts";
import type { WatchResponse__Output as WatchResponse } from "../../generated/balsa/client/v1/WatchResponse.ts";
import { BackOff } from "../connection/back-off.ts";
import type { ClusterPin } from "../connection/cluster-pin.ts";
import type { Connect } from "../connection/load-connect.ts";
import { shuffled } from "../connection/shuffled.ts";
import { type BalsaError, clientError } from "../values/balsa-error.ts";
import { aborted, type Bounds, whenAborted } from "../values/call-options.ts";
import type { ChangeStream } from "../values/change-stream.ts";
import { type Change, changeOf } from "../values/messages.ts";
import { type ClientOptions, patienceMsOf } from "../values/options.ts";
import type { WatchedKeys } from "../values/watch-options.ts";
import { WatchSource } from "./watch-source.ts";

export interface WatchPorts {
  readonly pin: ClusterPin;
  readonly load: () => Promise<Connect>;
  /** The watch ends because the cluster is another one by now. */
  readonly onOtherCluster: (incarnationId: string) => void;
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
const otherCluster = "OTHER_CLUSTER";

/**
 * Changes in the order of their revisions, none twice and none missing. When a node fails or falls behind, another one
 * goes on from the revision after the last one told. Only when no node keeps changes that old does the watch fail, or when
 * the cluster was begun again or recovered by force: revisions of before are none of what there is then.
 */
export class Watch implements ChangeStream {
  readonly #options: ClientOptions;
  readonly #ports: WatchPorts;
  readonly #wanted: WatchedKeys;
  /** No node has begun to tell before it runs out. */
  readonly #startTimer: NodeJS.Timeout | undefined;
  readonly #forgetSignal: () => void;
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
  /** The life of the cluster that the revisions are of; "" before anything is known. */
  #incarnationId: string;
  /** What a node tried has said that is of another one, and since when no other kind was met. */
  #other: { readonly error: BalsaError; readonly since: number } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #end: { readonly error: BalsaError | null } | null = null;
  /** Whoever waits for news, or for the end. */
  #waiters: (() => void)[] = [];

  /** @param bounds `timeoutMs`: until a node has begun to tell; infinite by default */
  constructor(wanted: WatchedKeys, { timeoutMs, signal }: Bounds, options: ClientOptions, ports: WatchPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#wanted = wanted;
    this.#next = wanted.from ?? 0;
    this.#backOff = new BackOff({ minMs: options.backOffMinMs, maxMs: options.backOffMaxMs });
    this.#incarnationId = ports.pin.id;
    this.#startTimer = timeoutMs === Number.POSITIVE_INFINITY ? undefined : setTimeout(() => this.#onLateStart(), timeoutMs);
    this.#forgetSignal = whenAborted(signal, (by) => this.#finish(aborted(by, false)));
    // Whoever asks for a revision means one of the cluster that is known to the program.
    const untold = this.#next > 0 ? ports.pin.takeUntold("watches") : null;
    const refusal = signal?.aborted ? aborted(signal, false) : untold;
    if (refusal === null) this.#connect();
    else queueMicrotask(() => this.#finish(refusal));
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
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
      load: this.#ports.load,
      onMessage: (message) => this.#onMessage(message),
      onEnd: (error) => this.#onSourceEnd(source, error),
    });
    this.#source = source;
  }

  #request(): WatchRequest {
    const { key, prefix } = this.#wanted;
    const keys = key !== undefined ? { key } : prefix !== undefined && prefix !== "" ? { prefix } : { all: true };
    return { ...keys, fromRevision: this.#next, incarnationId: this.#incarnationId };
  }

  #onMessage({ changes, revision, incarnationId }: WatchResponse): void {
    this.#other = null;
    if (this.#incarnationId === "") {
      this.#incarnationId = incarnationId;
      this.#ports.pin.meet(incarnationId);
    }
    // The first word of a node tells nothing new; it may yet say that it cannot go on from there.
    if (changes.length > 0 || revision >= this.#next) {
      this.#backOff.reset();
      this.#untried = [];
      this.#gone = null;
    }
    this.#isStarted = true;
    clearTimeout(this.#startTimer);
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
    if (error.code === gone) this.#onGone(error);
    else if (error.code === otherCluster) this.#onOther(error);
    else if (!passing.includes(error.code)) this.#finish(error);
    if (this.#end !== null) return;
    if (this.#untried.length > 0) return this.#connect();
    // Nodes that cannot be reached may keep more than the others, and may come back soon.
    const { requestTimeoutMs } = this.#options;
    const now = performance.now();
    if (this.#gone !== null && (error.code === gone || now - this.#gone.since > requestTimeoutMs)) {
      return this.#finish(this.#gone.error);
    }
    // One more round of the nodes comes just then: whoever waits is to be told in time.
    const patienceLeftMs = this.#other === null ? Number.POSITIVE_INFINITY : this.#other.since + patienceMsOf(this.#options) - now;
    if (this.#other !== null && patienceLeftMs <= 0) return this.#finish(this.#other.error);
    this.#timer = setTimeout(() => this.#connect(), Math.min(this.#backOff.nextMs(), Math.max(0, patienceLeftMs)));
  }

  /** A node that has started again has forgotten more than the others: the last word is that of the one that keeps most. */
  #onGone(error: BalsaError): void {
    const oldest = ({ facts }: BalsaError): number => Number(facts.oldestRevision);
    if (this.#gone === null) this.#gone = { error, since: performance.now() };
    else if (oldest(error) < oldest(this.#gone.error)) this.#gone = { ...this.#gone, error };
  }

  /** A node of another life of the cluster may be there beside those of this one. But a revision that no node of this one has come to is none of it. */
  #onOther(error: BalsaError): void {
    const { incarnationId = "" } = error.facts;
    if (this.#incarnationId === "" || this.#incarnationId === incarnationId) return this.#finish(error);
    this.#other ??= { error, since: performance.now() };
  }

  #finish(error: BalsaError | null): void {
    if (this.#end !== null) return;
    this.#end = { error };
    if (error?.code === otherCluster) {
      this.#ports.onOtherCluster(error.facts.incarnationId ?? "");
      this.#ports.pin.takeUntold("watches");
    }
    clearTimeout(this.#timer);
    clearTimeout(this.#startTimer);
    this.#forgetSignal();
    this.#source?.close();
    this.#source = null;
    this.#ports.onEnded(this);
    this.#wake();
  }

  #onLateStart(): void {
    this.#finish(this.#gone?.error ?? this.#other?.error ?? clientError("UNREACHABLE"));
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
