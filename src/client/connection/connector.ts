import { type ClientOptions, patienceMsOf } from "../values/options.ts";
import { BackOff } from "./back-off.ts";
import type { ClusterPin } from "./cluster-pin.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionPool } from "./connection-pool.ts";
import { Endpoints } from "./endpoints.ts";
import { LeaderSearch, type Verdict } from "./leader-search.ts";
import { OtherLives } from "./other-lives.ts";
import { SearchRound } from "./search-round.ts";
import { shuffled } from "./shuffled.ts";
import { hearsLeader, type Sighting, sightingOf } from "./sighting.ts";
import { UsualAnswer } from "./usual-answer.ts";

export interface ConnectorPorts {
  readonly pool: ConnectionPool;
  readonly pin: ClusterPin;
  /** No node of the client's own cluster can be found any more, and one of another life of it is there. */
  readonly onOtherCluster: (incarnationId: string) => void;
  /** There is a connection, or a better one: what is sent from now on should take it. */
  readonly onConnected: (connection: Connection) => void;
  /** The connection to this endpoint is of no use any more. */
  readonly onLost: (endpoint: string) => void;
  /** A leader was heard of that is another one than the last. */
  readonly onLeader: (leader: { readonly nodeId: number; readonly term: number }) => void;
}

/** A node that is or was talked to, and what it said when it was last asked. */
interface Contact {
  readonly connection: Connection;
  readonly sighting: Sighting;
}

/** Answers do not come, and it is looked about for a better node. */
interface Looking {
  /** When it may next be done. */
  nextAt: number;
  /** When it was last said that an answer does not come. */
  noAnswerAt: number;
  /** It was done before, and has changed nothing. */
  isRepeated: boolean;
}

/** Factor by which the pauses between searches, and the time after which an answer is late, grow at most. */
const looksSpread = 10;

/**
 * Finds a node to talk to, and looks for a better one while answers do not come (`LeaderSearch` has the rules). However
 * many requests wait, one search goes on at a time, over connections that are there already where it can, and with ever
 * longer pauses while it finds nothing new: clients that are slow to be answered must not be what makes the cluster slow.
 */
export class Connector {
  readonly #options: ClientOptions;
  readonly #ports: ConnectorPorts;
  readonly #endpoints: Endpoints;
  readonly #backOff: BackOff;
  /** Pauses of the search for a leader, while there is a connection to another node. */
  readonly #leaderBackOff: BackOff;
  /** Pauses of the search while answers do not come. */
  readonly #lookBackOff: BackOff;
  #present: Contact | null = null;
  /** The last leader that was heard of. */
  #leader: { readonly nodeId: number; readonly term: number } = { nodeId: 0, term: 0 };
  /** Those of before that still have something under way. */
  #former: Contact[] = [];
  #round: SearchRound | null = null;
  readonly #others: OtherLives;
  /** The next search, if one is planned. */
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  /** Null if answers have come as they should. */
  #looking: Looking | null = null;
  readonly #usual: UsualAnswer;
  #membersTimer: NodeJS.Timeout | undefined;
  #spareTimer: NodeJS.Timeout | undefined;
  readonly #waiters = new Set<(connection: Connection | null) => void>();
  #isClosed = false;

  constructor(options: ClientOptions, ports: ConnectorPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#endpoints = new Endpoints(options.endpoints);
    this.#others = new OtherLives({ patienceMs: patienceMsOf(options) });
    const { backOffMinMs, backOffMaxMs, leaderCheckMs, answerCheckMs } = options;
    this.#backOff = new BackOff({ minMs: backOffMinMs, maxMs: backOffMaxMs });
    this.#leaderBackOff = new BackOff({ minMs: leaderCheckMs, maxMs: 30 * leaderCheckMs });
    this.#lookBackOff = new BackOff({ minMs: answerCheckMs, maxMs: looksSpread * answerCheckMs });
    this.#usual = new UsualAnswer({ minMs: answerCheckMs, maxMs: looksSpread * answerCheckMs });
  }

  get current(): Connection | null {
    return this.#present?.connection ?? null;
  }

  /** All addresses at which a node may be. */
  get endpoints(): readonly string[] {
    return this.#endpoints.all;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Null if there is none yet; then one is looked for, and `onConnected` is called. */
  connect(): Connection | null {
    if (this.#present === null) this.#planIn(0);
    return this.current;
  }

  /** The connection as soon as there is one, or null if there is none by then. */
  connectionBy(deadlineAt: number): Promise<Connection | null> {
    const connection = this.connect();
    if (connection !== null || this.#isClosed) return Promise.resolve(connection);
    return new Promise((resolve) => {
      const timer = setTimeout(() => give(null), Math.max(0, deadlineAt - performance.now()));
      const give = (found: Connection | null): void => {
        clearTimeout(timer);
        this.#waiters.delete(give);
        resolve(found);
      };
      this.#waiters.add(give);
    });
  }

  /** The connection broke, or takes nothing new. What is still under way on it may yet be answered. */
  onLost(connection: Connection): void {
    if (this.#present?.connection !== connection) return;
    this.#former.push(this.#present);
    this.#present = null;
    this.#ports.pool.retire(connection);
    this.#ports.onLost(connection.endpoint);
    // What was asked about the present node is of no use any more.
    this.#round?.cancel();
    this.#round = null;
    this.#planIn(0);
  }

  /** A node says that it is not the one to ask. The present connection serves until a better one is found. */
  onLeaderMoved(): void {
    this.#planIn(this.#backOff.nextMs());
  }

  /** How long a request may wait before its answer counts as late, in ms. */
  get lateMs(): number {
    return this.#usual.lateMs;
  }

  /** A request has waited for its answer for `lateMs`, or still does. Says nothing yet of the node: it may be busy. */
  onNoAnswer(): void {
    const now = performance.now();
    // Whatever holds up one client holds up many, and they should not all ask at the same time.
    this.#looking ??= { nextAt: now + (Math.random() * this.#options.answerCheckMs) / 4, noAnswerAt: now, isRepeated: false };
    this.#looking.noAnswerAt = now;
    if (now < this.#looking.nextAt || this.#present === null) return;
    this.#planIn(0);
  }

  /** An answer came. If it was not late, nor others are since as long, there is no need to look for a better node. */
  onAnswer(tookMs: number): void {
    const { lateMs } = this.#usual;
    this.#usual.onAnswer(tookMs);
    if (this.#looking === null || tookMs >= lateMs || performance.now() - this.#looking.noAnswerAt < lateMs) return;
    this.#stopLooking();
  }

  /** The client works with another life of the cluster from now on: a connection to the one before is of no use. */
  onMoved(): void {
    this.#leader = { nodeId: 0, term: 0 };
    const isWanted = this.#round !== null;
    this.#round?.cancel();
    this.#round = null;
    if (this.#present !== null) this.onLost(this.#present.connection);
    else if (isWanted) this.#planIn(0);
    for (const { connection } of this.#former) connection.supersede();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#membersTimer);
    clearTimeout(this.#spareTimer);
    this.#round?.cancel();
    for (const { connection } of this.#former) connection.close();
    this.#ports.pool.close();
    for (const give of this.#waiters) give(null);
  }

  #stopLooking(): void {
    this.#looking = null;
    this.#lookBackOff.reset();
  }

  /** Plans a search, unless one goes on or is planned earlier. */
  #planIn(ms: number): void {
    const at = performance.now() + ms;
    if (this.#round !== null || at >= this.#timerAt || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#search(), ms);
    // To look for a better node is no reason to keep a process alive.
    if (this.#present !== null) this.#timer.unref();
  }

  #search(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#others.onSearch();
    const { prefer, discover } = this.#options;
    const { homes } = this.#endpoints;
    const search = new LeaderSearch({
      endpoints: this.#order(),
      present: this.#present?.sighting ?? null,
      prefer,
      discover,
      doubts: this.#looking?.isRepeated === true,
      isPatient: false,
      homes,
    });
    this.#round = new SearchRound(search, this.#options, {
      pool: this.#ports.pool,
      isOther: ({ incarnationId }) => this.#ports.pin.isOther(incarnationId),
      onSighting: (sighting) => this.#onSighting(sighting),
      onDone: (verdict) => this.#onVerdict(verdict),
    });
  }

  /** Those first to which there is a connection; the one that was lost last. */
  #order(): string[] {
    const lost = this.#present === null ? (this.#former.at(-1)?.sighting.endpoint ?? null) : null;
    const rankOf = (endpoint: string): number => (this.#ports.pool.has(endpoint) ? 0 : endpoint === lost ? 2 : 1);
    return shuffled(this.#endpoints.all).sort((a, b) => rankOf(a) - rankOf(b));
  }

  #onSighting(sighting: Sighting): void {
    if (this.#ports.pin.isOther(sighting.incarnationId)) return this.#others.meet(sighting);
    this.#endpoints.meet(sighting);
    this.#noteLeader(sighting);
    if (this.#options.discover) this.#endpoints.learn(sighting.clientAddresses);
    const present = this.#present;
    if (present !== null && present.sighting.endpoint === sighting.endpoint) this.#present = { ...present, sighting };
    this.#planMembersCheck();
  }

  #noteLeader({ leaderId, term }: Sighting): void {
    const { nodeId, term: termBefore } = this.#leader;
    if (leaderId === 0 || term < termBefore || (term === termBefore && leaderId === nodeId)) return;
    this.#leader = { nodeId: leaderId, term };
    if (leaderId !== nodeId) this.#ports.onLeader(this.#leader);
  }

  #onVerdict(verdict: Verdict): void {
    this.#round = null;
    if (this.#looking !== null) {
      this.#looking.nextAt = performance.now() + this.#lookBackOff.nextMs();
      this.#looking.isRepeated = true;
    }
    const isOwn = verdict.type === "take" ? hearsLeader(verdict.found) : verdict.type === "stay" && verdict.isSure;
    const other = this.#others.chosen(isOwn);
    if (other === null) this.#carryOut(verdict);
    else this.#takeOther(other);
    this.#keepSpare();
  }

  #takeOther(found: Sighting): void {
    this.#ports.onOtherCluster(found.incarnationId);
    this.#onSighting(found);
    this.#take(found, true);
    for (const { connection } of this.#former) connection.supersede();
  }

  #carryOut(verdict: Verdict): void {
    switch (verdict.type) {
      case "take":
        return this.#take(verdict.found, verdict.supersedes);
      case "nobody":
        return this.#searchAgain();
      case "stay":
        // Nobody knows of a leader, and somebody waits: one will be elected soon.
        if (!verdict.isSure && this.#looking !== null) return this.#searchAgain();
        return this.#onSettled();
      default:
        verdict satisfies never;
    }
  }

  /** After a pause, but no later than another life of the cluster may be taken: requests that wait are to be told in time. */
  #searchAgain(): void {
    this.#planIn(Math.min(this.#backOff.nextMs(), this.#others.dueInMs));
  }

  #take(found: Sighting, supersedes: boolean): void {
    const connection = this.#ports.pool.to(found.endpoint);
    if (!connection.isReady) return this.#planIn(this.#backOff.nextMs());
    this.#ports.pin.meet(found.incarnationId);
    const before = this.#present;
    this.#present = { connection, sighting: found };
    if (before !== null) {
      this.#former.push(before);
      if (supersedes) before.connection.supersede();
    }
    for (const former of this.#former) if (former.sighting.term < found.term) former.connection.supersede();
    this.#stopLooking();
    this.#usual.reset();
    this.#ports.onConnected(connection);
    for (const give of this.#waiters) give(connection);
    if (before !== null) this.#ports.pool.retire(before.connection);
    this.#former = this.#former.filter((former) => !former.connection.isClosed);
    this.#onSettled();
  }

  /** There is somebody to talk to; if it is not the leader, that one is looked for now and then. */
  #onSettled(): void {
    this.#backOff.reset();
    if (this.#present?.sighting.leads !== false) this.#leaderBackOff.reset();
    else if (this.#options.prefer === "leader" && this.#endpoints.all.length > 1) this.#planIn(this.#leaderBackOff.nextMs());
  }

  /** Keeps one more connection for a while, to ask for a second opinion by: a client has at most two. */
  #keepSpare(): void {
    clearTimeout(this.#spareTimer);
    // Whoever has not answered yet may do so by the next search, and need not be connected to again.
    if (this.#present === null) return this.#ports.pool.dropBroken();
    const { endpoint } = this.#present.sighting;
    const others = this.#ports.pool.endpoints.filter((each) => each !== endpoint);
    // One that is being made will be asked by the next search, which need not connect again.
    const spare = others.find((each) => this.#ports.pool.has(each)) ?? others.at(-1) ?? "";
    this.#ports.pool.keepOnly([endpoint, spare]);
    if (this.#isClosed) return;
    this.#spareTimer = setTimeout(() => this.#ports.pool.keepOnly([this.#present?.sighting.endpoint ?? ""]), this.#options.spareMs);
    this.#spareTimer.unref();
  }

  /** Members may come and go while one connection lasts; when it breaks, it is too late to ask. */
  #planMembersCheck(): void {
    const { discover, membersCheckMs, probeTimeoutMs } = this.#options;
    clearTimeout(this.#membersTimer);
    if (!discover || this.#isClosed) return;
    this.#membersTimer = setTimeout(() => {
      const { connection } = this.#present ?? {};
      connection?.getStatus(probeTimeoutMs, (status) => {
        if (status === undefined) return;
        if (this.#ports.pin.isOther(status.incarnationId)) this.onLost(connection);
        else this.#onSighting(sightingOf(connection.endpoint, status));
      });
      this.#planMembersCheck();
    }, membersCheckMs);
    this.#membersTimer.unref();
  }
}
