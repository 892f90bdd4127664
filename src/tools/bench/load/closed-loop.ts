import { percentile } from "../measure/statistics.ts";

/** What a load came to in one round. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the client, in cores. */
  readonly clientCores: number;
  readonly failures: number;
  /** What the first failure said; null if there was none. */
  readonly firstFailure: string | null;
}

/** Sends the n-th request, and calls back once, later, when it is answered. */
export type Send = (n: number, done: (failure: string | null) => void) => void;

/** Until when to go on: for a time, or for a number of requests. */
export type Extent = { readonly ms: number } | { readonly requests: number };

/**
 * Keeps a number of requests open: each answer sends the next. So the cluster sets the pace, and what is measured is how
 * fast it can go with that many clients. Counts what is answered within the time; the rest is waited for, not counted.
 */
export class ClosedLoop {
  readonly #outstanding: number;
  readonly #send: Send;
  #sent = 0;

  constructor(options: { outstanding: number }, send: Send) {
    this.#outstanding = options.outstanding;
    this.#send = send;
  }

  run(extent: Extent): Promise<LoadResult> {
    const round = new Round(extent);
    return new Promise((resolve) => {
      let open = this.#outstanding;
      const next = (): void => {
        if (round.isOver) {
          open -= 1;
          if (open === 0) resolve(round.result());
          return;
        }
        const sentAt = round.send();
        this.#sent += 1;
        this.#send(this.#sent, (failure) => {
          round.count(sentAt, failure);
          // A refusal may come at once, and another one after it: the rest of the world must get its turn.
          if (failure === null) next();
          else setImmediate(next);
        });
      };
      for (let i = 0; i < this.#outstanding; i += 1) next();
    });
  }
}

class Round {
  readonly #startedAt = performance.now();
  readonly #cpuBefore = process.cpuUsage();
  readonly #endsAt: number;
  readonly #requestsMax: number;
  readonly #latenciesMs: number[] = [];
  #sentCount = 0;
  #answeredAt = this.#startedAt;
  #failures = 0;
  #firstFailure: string | null = null;
  #cpuMs: number | null = null;

  constructor(extent: Extent) {
    this.#endsAt = "ms" in extent ? this.#startedAt + extent.ms : Number.POSITIVE_INFINITY;
    this.#requestsMax = "requests" in extent ? extent.requests : Number.POSITIVE_INFINITY;
  }

  get isOver(): boolean {
    return this.#sentCount >= this.#requestsMax || performance.now() >= this.#endsAt;
  }

  /** One more request leaves. @returns when */
  send(): number {
    this.#sentCount += 1;
    return performance.now();
  }

  count(sentAt: number, failure: string | null): void {
    const now = performance.now();
    if (failure !== null) {
      this.#failures += 1;
      this.#firstFailure ??= failure;
    } else if (now <= this.#endsAt) {
      this.#latenciesMs.push(now - sentAt);
      this.#answeredAt = now;
    } else {
      this.#cpuMs ??= this.#cpuSinceStart();
    }
  }

  result(): LoadResult {
    const ms = this.#answeredAt - this.#startedAt;
    const none = this.#latenciesMs.length === 0;
    return {
      perSecond: none ? 0 : (this.#latenciesMs.length * 1_000) / ms,
      p50Ms: none ? 0 : percentile(this.#latenciesMs, 0.5),
      p99Ms: none ? 0 : percentile(this.#latenciesMs, 0.99),
      clientCores: (this.#cpuMs ?? this.#cpuSinceStart()) / ms,
      failures: this.#failures,
      firstFailure: this.#firstFailure,
    };
  }

  #cpuSinceStart(): number {
    const { user, system } = process.cpuUsage(this.#cpuBefore);
    return (user + system) / 1_000;
  }
}
