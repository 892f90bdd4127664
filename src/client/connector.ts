import type { GetStatusResponse__Output as Status } from "../generated/balsa/admin/v1/GetStatusResponse.ts";
import { BackOff } from "./back-off.ts";
import { Endpoints } from "./endpoints.ts";
import { NodeConnection } from "./node-connection.ts";
import type { ClientOptions } from "./options.ts";

export interface ConnectorPorts {
  /** There is a connection, or a better one: what is sent from now on should take it. */
  readonly onConnected: (connection: NodeConnection) => void;
}

/**
 * Finds a node to talk to. It asks all endpoints for their status at once and takes the leader as soon as it
 * answers, else after a short wait any that does; so a node that is down or stands still costs no time.
 */
export class Connector {
  readonly #options: ClientOptions;
  readonly #ports: ConnectorPorts;
  readonly #backOff: BackOff;
  /** Pauses of the search for a leader, while there is a connection to another node. */
  readonly #leaderBackOff: BackOff;
  #current: NodeConnection | null = null;
  #search: Search | null = null;
  /** The next search, if one is planned. */
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  readonly #endpoints: Endpoints;
  #membersTimer: NodeJS.Timeout | undefined;
  readonly #waiters = new Set<(connection: NodeConnection | null) => void>();
  #closed = false;

  constructor(options: ClientOptions, ports: ConnectorPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#endpoints = new Endpoints(options.endpoints);
    const { backOffMinMs, backOffMaxMs, leaderCheckMs } = options;
    this.#backOff = new BackOff({ minMs: backOffMinMs, maxMs: backOffMaxMs });
    this.#leaderBackOff = new BackOff({ minMs: leaderCheckMs, maxMs: 30 * leaderCheckMs });
  }

  get current(): NodeConnection | null {
    return this.#current;
  }

  /** All addresses at which a node may be. */
  get endpoints(): readonly string[] {
    return this.#endpoints.all;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Null if there is none yet; then one is looked for, and `onConnected` is called. */
  connect(): NodeConnection | null {
    if (this.#current === null) this.#planIn(0);
    return this.#current;
  }

  /** The connection as soon as there is one, or null if there is none by then. */
  connectionBy(deadlineAt: number): Promise<NodeConnection | null> {
    const connection = this.connect();
    if (connection !== null || this.#closed) return Promise.resolve(connection);
    return new Promise((resolve) => {
      const timer = setTimeout(() => give(null), Math.max(0, deadlineAt - performance.now()));
      const give = (found: NodeConnection | null): void => {
        clearTimeout(timer);
        this.#waiters.delete(give);
        resolve(found);
      };
      this.#waiters.add(give);
    });
  }

  /** The connection broke, or takes nothing new. What is still under way on it may yet be answered. */
  onLost(connection: NodeConnection): void {
    if (this.#current !== connection) return;
    this.#current = null;
    connection.retire();
    this.#planIn(0);
  }

  /** Something suggests that the leader is elsewhere. The present connection serves until a better one is found. */
  onLeaderMoved(): void {
    this.#planIn(this.#backOff.nextMs());
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#membersTimer);
    this.#search?.cancel();
    this.#current?.close();
    for (const give of this.#waiters) give(null);
  }

  /** Plans a search, unless one goes on or is planned earlier. */
  #planIn(ms: number): void {
    const at = performance.now() + ms;
    if (this.#search !== null || at >= this.#timerAt || this.#closed) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#search = new Search(this.#endpoints.all, this.#options, (found) => this.#onFound(found));
    }, ms);
    // To look for a better node is no reason to keep a process alive.
    if (this.#current !== null) this.#timer.unref();
  }

  #onFound(found: Found | null): void {
    this.#search = null;
    if (found === null) return this.#planIn(this.#backOff.nextMs());
    const { connection, isLeader } = found;
    this.#learn(found.members);
    const before = this.#current;
    if (before?.endpoint === connection.endpoint && before.isReady) {
      connection.close();
    } else {
      this.#current = connection;
      this.#ports.onConnected(connection);
      for (const give of this.#waiters) give(connection);
      before?.retire();
    }
    this.#backOff.reset();
    if (isLeader) this.#leaderBackOff.reset();
    else if (this.#options.prefer === "leader" && this.#endpoints.all.length > 1) this.#planIn(this.#leaderBackOff.nextMs());
  }

  #learn(members: Status["members"]): void {
    if (this.#options.discover) this.#endpoints.learn(members.map((member) => member.clientAddress));
    this.#planMembersCheck();
  }

  /** Members may come and go while one connection lasts; when it breaks, it is too late to ask. */
  #planMembersCheck(): void {
    const { discover, membersCheckMs, probeTimeoutMs } = this.#options;
    clearTimeout(this.#membersTimer);
    if (!discover || this.#closed) return;
    this.#membersTimer = setTimeout(() => {
      this.#current?.getStatus(probeTimeoutMs, (_error, status) => this.#learn(status?.members ?? []));
    }, membersCheckMs);
    this.#membersTimer.unref();
  }
}

interface Found {
  readonly connection: NodeConnection;
  readonly isLeader: boolean;
  readonly members: Status["members"];
}

/** One round of asking every endpoint. Calls back once, with null if none has answered. */
class Search {
  readonly #prefersLeader: boolean;
  readonly #done: (found: Found | null) => void;
  readonly #connections: NodeConnection[];
  /** The best of those that have answered. */
  #best: { readonly connection: NodeConnection; readonly status: Status } | null = null;
  #unanswered: number;
  readonly #timer: NodeJS.Timeout;
  #hasWaited = false;
  #over = false;

  constructor(endpoints: readonly string[], options: ClientOptions, done: (found: Found | null) => void) {
    this.#prefersLeader = options.prefer === "leader";
    this.#done = done;
    this.#connections = shuffled(endpoints).map((endpoint) => new NodeConnection(endpoint, options));
    this.#unanswered = this.#connections.length;
    this.#timer = setTimeout(() => this.#onLeaderWaitOver(), options.leaderWaitMs);
    for (const connection of this.#connections) {
      connection.getStatus(options.probeTimeoutMs, (_error, status) => this.#onStatus(connection, status));
    }
  }

  cancel(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    for (const connection of this.#connections) connection.close();
  }

  #onStatus(connection: NodeConnection, status: Status | undefined): void {
    if (this.#over) return;
    this.#unanswered--;
    if (status !== undefined && (this.#best === null || worthOf(status) > worthOf(this.#best.status))) {
      this.#best = { connection, status };
    }
    const best = this.#best?.status;
    const good = best !== undefined && (this.#prefersLeader ? leads(best) : best.leaderId !== 0);
    if (good || this.#unanswered === 0 || (best !== undefined && this.#hasWaited)) this.#finish();
  }

  #onLeaderWaitOver(): void {
    this.#hasWaited = true;
    if (this.#best !== null) this.#finish();
  }

  #finish(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    const best = this.#best;
    for (const connection of this.#connections) {
      if (connection !== best?.connection) connection.close();
    }
    this.#done(best === null ? null : { connection: best.connection, isLeader: leads(best.status), members: best.status.members });
  }
}

/** A leader beats a node that knows one, which beats one that knows none. */
function worthOf(status: Status): number {
  if (leads(status)) return 2;
  return status.leaderId !== 0 ? 1 : 0;
}

function leads(status: Status): boolean {
  return status.role === "ROLE_LEADER";
}

export function shuffled<T>(items: readonly T[]): T[] {
  const left = [...items];
  const taken: T[] = [];
  while (left.length > 0) taken.push(...left.splice(Math.floor(Math.random() * left.length), 1));
  return taken;
}
