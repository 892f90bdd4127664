import type { ClientOptions } from "../values/options.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import type { LeaderSearch, Verdict } from "./leader-search.ts";
import { type Said, type Sighting, sightingOf } from "./sighting.ts";

export interface SearchRoundPorts {
  readonly pool: ConnectionPool;
  /** Whether this is of another life of the cluster than the client's own: then it is no answer to what is asked. */
  readonly isOther: (sighting: Sighting) => boolean;
  readonly onSighting: (sighting: Sighting) => void;
  /** Called once, unless `cancel` was. */
  readonly onDone: (verdict: Verdict) => void;
}

/**
 * Carries out one search: asks nodes for their status one after the other, the next one as soon as an answer does not
 * suffice, or is late. A node to which there is a connection is given more time: it is there, and has other work.
 */
export class SearchRound {
  readonly #search: LeaderSearch;
  readonly #options: ClientOptions;
  readonly #ports: SearchRoundPorts;
  /** Runs until the last node that was asked counts as late. */
  #lateTimer: NodeJS.Timeout | undefined;
  /** With nobody to talk to, what there is must do once this has run. */
  #settleTimer: NodeJS.Timeout | undefined;
  /** Who was asked last, until it has answered or is late. */
  #awaited: string | null = null;
  #lateCount = 0;
  /** The longest that an answer took, in ms. */
  #slowestMs = 0;
  #isOver = false;

  constructor(search: LeaderSearch, options: ClientOptions, ports: SearchRoundPorts) {
    this.#search = search;
    this.#options = options;
    this.#ports = ports;
    ports.pool.whenLoaded(() => this.#askNext());
  }

  cancel(): void {
    this.#isOver = true;
    clearTimeout(this.#lateTimer);
    clearTimeout(this.#settleTimer);
  }

  #askNext(): void {
    if (this.#isOver) return;
    clearTimeout(this.#lateTimer);
    this.#awaited = null;
    const endpoint = this.#search.next();
    if (endpoint === null) return this.#endIf(this.#search.verdict);
    this.#awaited = endpoint;
    const { probeTimeoutMs } = this.#options;
    const connection = this.#ports.pool.to(endpoint);
    const waitMs = this.#waitMs(endpoint);
    const readyMs = this.#readyMs(endpoint, waitMs);
    const wait = (ms: number, moreMs: number): void => {
      this.#lateTimer = setTimeout(() => {
        // It was connected to meanwhile: it is there.
        if (moreMs > 0 && connection.isReady) wait(moreMs, 0);
        else this.#onLate(endpoint);
      }, ms);
    };
    if (connection.isReady) wait(readyMs, 0);
    else wait(waitMs, readyMs - waitMs);
    const askedAt = performance.now();
    connection.getStatus(probeTimeoutMs, (status) => {
      if (status !== undefined) this.#slowestMs = Math.max(this.#slowestMs, performance.now() - askedAt);
      this.#onAnswer(endpoint, status);
    });
  }

  /** Time after which a node that was asked counts as late, in ms. All are asked in half of a request's time. */
  #waitMs(endpoint: string): number {
    const { leaderWaitMs, probeTimeoutMs, requestTimeoutMs } = this.#options;
    // Where everything is late, it is not for want of nodes that are asked; and with a node to talk to there is no hurry:
    // clients of a busy cluster would all connect to each of its nodes, and make it busier.
    const wantedMs =
      this.#search.hasPresent && !this.#search.isPresent(endpoint)
        ? probeTimeoutMs
        : Math.max(leaderWaitMs * 2 ** this.#lateCount, this.#usualMs);
    return Math.min(wantedMs, requestTimeoutMs / 2 / this.#search.endpointsCount);
  }

  /** The same for one to which there is a connection: it is alive, or was just now. The one that is talked to was late before. */
  #readyMs(endpoint: string, waitMs: number): number {
    const { answerCheckMs, probeTimeoutMs, requestTimeoutMs } = this.#options;
    const wantedMs = this.#search.isPresent(endpoint) ? answerCheckMs : probeTimeoutMs;
    return Math.max(waitMs, Math.min(wantedMs, requestTimeoutMs / 2 / this.#search.endpointsCount));
  }

  /** What a node may take because another one took about as long, to be connected to and to answer. */
  get #usualMs(): number {
    return 2 * this.#slowestMs;
  }

  #onAnswer(endpoint: string, status: Said | undefined): void {
    if (this.#isOver) return;
    const sighting = status === undefined ? null : sightingOf(endpoint, status);
    if (sighting !== null) this.#ports.onSighting(sighting);
    if (sighting === null || this.#ports.isOther(sighting)) this.#search.onFailure();
    else this.#onOwn(sighting);
    this.#endIf(this.#search.verdict);
    // While another one is awaited, nobody else need be asked, unless this one has named the leader.
    if (this.#awaited === null || this.#awaited === endpoint || this.#search.isHinted) this.#askNext();
  }

  #onLate(endpoint: string): void {
    // What has arrived already is heard first: it may be this process that is late.
    setImmediate(() => {
      if (this.#awaited !== endpoint) return;
      if (this.#search.isOverdue && !this.#search.isHinted) return this.#endIf(this.#search.settle());
      this.#lateCount += 1;
      this.#askNext();
    });
  }

  #onOwn(sighting: Sighting): void {
    this.#search.onSighting(sighting);
    if (!this.#search.isUrgent) return;
    const ms = Math.max(this.#options.leaderWaitMs, this.#usualMs);
    this.#settleTimer ??= setTimeout(() => setImmediate(() => this.#endIf(this.#search.settle())), ms);
  }

  #endIf(verdict: Verdict | null): void {
    if (verdict === null || this.#isOver) return;
    this.cancel();
    this.#ports.onDone(verdict);
  }
}
