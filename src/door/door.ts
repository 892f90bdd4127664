import type { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { Server, ServerCredentials, type ServerOptions } from "@grpc/grpc-js";
import { type FiguresOf, zerosOf } from "../declared/figures.ts";
import { closingFigures, type doorFigures } from "./counters.ts";
import { http2ServerOf } from "./http2-server.ts";
import { type Closing, InboundConnection } from "./inbound-connection.ts";
import { Listeners } from "./listeners.ts";
import type { DoorOptions } from "./options.ts";
import { type PlaceOptions, Places } from "./places.ts";
import { type AnswerRoom, UnreadTotal } from "./unread.ts";

/** What an operator may want to read of a port's connections. At most one a second. */
export interface DoorNotice {
  readonly origin: string;
  /** A clause, without a full stop. */
  readonly why: string;
  /** Further connections that were refused or closed since the last notice. */
  readonly others: number;
}

export interface DoorPorts {
  /** Of all doors of the node together. */
  readonly unreadTotal: UnreadTotal;
  readonly onNotice: (notice: DoorNotice) => void;
}

/** Clauses for an operator; what ends as it should is not worth one. */
const closings: Readonly<Record<Closing, string | null>> = {
  silent: "closed: it did not begin to speak HTTP/2 in time",
  idle: null,
  vanished: "closed: nothing was heard of its other end, not even an answer to a probe",
  unread: "closed: its client does not read the answers",
  unfinished: "closed: its client has sent more parts of messages than this node keeps",
  over: null,
  replaced: "closed: the port is full, and another connection took its place",
  stopping: null,
};

type StreamHandler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number) => void;

const noticeEveryMs = 1_000;
/** A connection has this time to close by itself after the end, in ms. */
const lastWordsMs = 1_000;
/** Connections are looked at no more often than this, in ms, and no less often. */
const lookMs = { min: 10, max: 1_000 };

/**
 * The gRPC server of one port, behind a door of its own: every connection is accepted, counted, watched and closed
 * here, and gRPC is handed those that have a place.
 */
export class Door {
  /** The server's services are to be added before `listen`. */
  readonly server: Server;
  readonly counters = { accepted: 0, refused: 0, closed: zerosOf(closingFigures) };
  readonly #options: DoorOptions;
  readonly #ports: DoorPorts;
  readonly #places: Places<InboundConnection>;
  /** Of messages that have not arrived as a whole. They are counted as what is not read is: they are kept for clients. */
  readonly #unfinishedTotal: UnreadTotal;
  readonly #byOrigin = new Map<string, InboundConnection>();
  readonly #bySession = new Map<ServerHttp2Session, InboundConnection>();
  readonly #listeners = new Listeners((socket) => this.#onConnection(socket));
  readonly #inject: (socket: Socket) => void;
  /** The connection that is being handed to gRPC. */
  #entering: InboundConnection | null = null;
  readonly #timer: NodeJS.Timeout;
  readonly #everyMs: number;
  /** Runs only while this process does. */
  #now = 0;
  #lookedAt = performance.now();
  #noticedAt = Number.NEGATIVE_INFINITY;
  #unnoticed = 0;

  constructor(options: DoorOptions & PlaceOptions, serverOptions: ServerOptions, ports: DoorPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#places = new Places(options);
    this.#unfinishedTotal = new UnreadTotal(options.unfinishedBytesMax);
    this.server = new Server({ ...serverOptions, "grpc.enable_channelz": 0 });
    const injector = this.server.createConnectionInjector(ServerCredentials.createInsecure());
    this.#inject = (socket) => injector.injectConnection(socket);
    this.#standBefore(http2ServerOf(this.server));
    this.#everyMs = Math.min(lookMs.max, Math.max(lookMs.min, shortestTimeout(options) / 4));
    this.#timer = setInterval(() => this.#look(), this.#everyMs).unref();
  }

  /** @param address host:port; port 0 takes a free one. `done` gets the port. */
  listen(address: string, done: (error: Error | null, port: number) => void): void {
    this.#listeners.open(address).then(
      (port) => done(null, port),
      (error: Error) => done(error, 0),
    );
  }

  get figures(): FiguresOf<typeof doorFigures> {
    const { accepted, refused } = this.counters;
    let calls = 0;
    for (const connection of this.#places) calls += connection.openCalls;
    return { connections: this.connectionCount, calls, unfinishedBytes: this.unfinishedBytes, accepted, refused };
  }

  get connectionCount(): number {
    return this.#places.size;
  }

  /** Of messages that have not arrived as a whole. */
  get unfinishedBytes(): number {
    return this.#unfinishedTotal.bytes;
  }

  /** Of the connection of a call. @param origin as the call's getPeer() has it */
  roomFor(origin: string): AnswerRoom {
    return this.#byOrigin.get(origin)?.unread ?? nowhere;
  }

  /** Member `id` calls on the connection from `origin`. */
  onMember(origin: string, id: number): void {
    this.#byOrigin.get(origin)?.provedBy(id);
  }

  /** Takes no new connections and calls, lets those under way end for at most `graceMs`, then ends them. Calls `done` once. */
  stop(graceMs: number, done: () => void): void {
    this.#listeners.close();
    const timer = setTimeout(() => finish(), graceMs);
    let isFinished = false;
    const finish = (): void => {
      if (isFinished) return;
      isFinished = true;
      clearTimeout(timer);
      this.server.forceShutdown();
      // What is said last may still leave, but nobody need wait for it.
      setTimeout(() => {
        clearInterval(this.#timer);
        for (const connection of [...this.#places]) connection.close("stopping");
      }, lastWordsMs).unref();
      done();
    };
    if (graceMs === 0) finish();
    else this.server.tryShutdown(finish);
  }

  /** gRPC's own handlers of its HTTP/2 server come after the door. */
  #standBefore(http2Server: Http2Server): void {
    const handlers = http2Server.listeners("stream") as StreamHandler[];
    http2Server.removeAllListeners("stream");
    http2Server.prependListener("session", (session: ServerHttp2Session) => {
      const connection = this.#entering;
      if (connection === null) return session.destroy();
      connection.onSession(session);
      this.#bySession.set(session, connection);
      session.once("close", () => this.#bySession.delete(session));
    });
    http2Server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number) => {
      const connection = stream.session && this.#bySession.get(stream.session as ServerHttp2Session);
      connection?.onStream(stream, headers, () => {
        for (const handle of handlers) handle(stream, headers, flags);
      });
    });
  }

  #onConnection(socket: Socket): void {
    const { remoteAddress } = socket;
    this.counters.accepted++;
    // It is gone already.
    if (remoteAddress === undefined) return void socket.destroy();
    const admission = this.#places.admission(remoteAddress);
    if (admission.type === "refused") {
      this.counters.refused++;
      this.#notice(`${remoteAddress}:${socket.remotePort}`, `refused: ${admission.why}`);
      return void socket.resetAndDestroy();
    }
    if (admission.type === "replaces") {
      this.#places.delete(admission.guest);
      admission.guest.close("replaced");
    }
    const connection: InboundConnection = new InboundConnection(socket, this.#now, this.#options, {
      unreadTotal: this.#ports.unreadTotal,
      unfinishedTotal: this.#unfinishedTotal,
      onClosed: (why) => {
        this.#places.delete(connection);
        if (this.#byOrigin.get(connection.origin) === connection) this.#byOrigin.delete(connection.origin);
        if (why === null) return;
        this.counters.closed[why]++;
        const clause = closings[why];
        if (clause !== null) this.#notice(connection.origin, clause);
      },
    });
    this.#places.add(connection);
    this.#byOrigin.set(connection.origin, connection);
    this.#entering = connection;
    this.#inject(socket);
    this.#entering = null;
  }

  #look(): void {
    const now = performance.now();
    // After a pause of the process nobody is to blame for silence: what was said meanwhile is not read yet.
    this.#now += Math.min(now - this.#lookedAt, 2 * this.#everyMs);
    this.#lookedAt = now;
    for (const connection of [...this.#places]) connection.look(this.#now);
  }

  #notice(origin: string, why: string): void {
    const now = performance.now();
    if (now - this.#noticedAt < noticeEveryMs) {
      this.#unnoticed++;
      return;
    }
    this.#ports.onNotice({ origin, why, others: this.#unnoticed });
    this.#noticedAt = now;
    this.#unnoticed = 0;
  }
}

/** Where there is no connection there is nobody to answer. */
const nowhere: AnswerRoom = {
  state: "gone",
  hold: () => {},
  release: () => {},
  whenFree: (callback) => void setImmediate(callback),
};

function shortestTimeout(options: DoorOptions): number {
  const { handshakeTimeoutMs, idleTimeoutMs, connectionKeepaliveMs, connectionKeepaliveTimeoutMs, unreadTimeoutMs } = options;
  return Math.min(handshakeTimeoutMs, idleTimeoutMs, connectionKeepaliveMs, connectionKeepaliveTimeoutMs, unreadTimeoutMs);
}
