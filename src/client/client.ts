import { EventEmitter } from "node:events";
import type { ReadRequest } from "../generated/balsa/client/v1/ReadRequest.ts";
import type { ReadResponse__Output as ReadResponse } from "../generated/balsa/client/v1/ReadResponse.ts";
import type { ScanRequest } from "../generated/balsa/client/v1/ScanRequest.ts";
import type { SubmitRequest } from "../generated/balsa/client/v1/SubmitRequest.ts";
import type { SubmitResponse__Output as SubmitResponse } from "../generated/balsa/client/v1/SubmitResponse.ts";
import { ClusterPin } from "./connection/cluster-pin.ts";
import type { Connection } from "./connection/connection.ts";
import { ConnectionPool } from "./connection/connection-pool.ts";
import { Connector } from "./connection/connector.ts";
import { type Connect, loadConnect } from "./connection/load-connect.ts";
import { Election } from "./locks/election.ts";
import type { HeldKeyPorts } from "./locks/held-key.ts";
import { Lock } from "./locks/lock.ts";
import type { BalsaMap, Page } from "./map.ts";
import { PrefixedMap } from "./prefixed-map.ts";
import { RequestQueue, type RequestSessions } from "./requests/request-queue.ts";
import { SessionKeeper } from "./requests/session-keeper.ts";
import { UnaryCalls } from "./requests/unary-calls.ts";
import { optionsArgument, textArgument, valueArgument } from "./values/arguments.ts";
import { BalsaError, clientError, errorOfCall } from "./values/balsa-error.ts";
import { aborted, type Bounds, boundsArgument, type CallOptions, whenAborted } from "./values/call-options.ts";
import type { ChangeStream } from "./values/change-stream.ts";
import type { NodeStatus } from "./values/cluster.ts";
import { attachedArgument, commandsArgument, expectedArgument, newValueArgument } from "./values/command-arguments.ts";
import {
  type BatchResult,
  batchResultOf,
  bytesOf,
  type Command,
  type Current,
  type Expected,
  type KeyValue,
  keyValueOf,
  protoCommandOf,
  type Value,
  type WriteOptions,
} from "./values/messages.ts";
import { type ClientOptions, completeOptions, endpointArgument, type GivenClientOptions } from "./values/options.ts";
import { localArgument, type ReadOptions, type ScanOptions, scanArgument } from "./values/read-options.ts";
import { type WatchOptions, watchArgument } from "./values/watch-options.ts";
import { Watch } from "./watch/watch.ts";

/** What a client tells, with `client.on`: each with its arguments. */
export interface ClientEvents {
  /** There is a connection to a node, or a better one. */
  connected: [endpoint: string];
  /** The connection is lost; another one is being looked for. */
  disconnected: [endpoint: string];
  /** A node leads that did not lead before, as far as this client has heard. */
  leader: [leader: { readonly nodeId: number; readonly term: number }];
  /** The session is lost. Where keys were attached to it, writes fail until `renewSession`. */
  sessionLost: [error: BalsaError];
  /** The cluster is another one: it was begun again, or recovered by force. */
  otherCluster: [incarnationId: string];
}

/**
 * A client of a cluster. It finds a node that is up, the leader if it can, and moves on when that one fails.
 * Requests made in one turn share a message, so make many before you await them.
 *
 * Every method throws BalsaError, and TypeError for an argument that makes no sense, before anything is sent. Writes are made in a session, in which each takes effect once however often it is
 * sent: so whatever fails on the way is tried again until `requestTimeoutMs`. Only then, or if the session is lost,
 * a write fails with `mayHaveHappened`, and a read tells what became of it. With `session: false` a write that may have
 * happened is never sent again.
 */
export class BalsaClient extends EventEmitter<ClientEvents> implements BalsaMap, AsyncDisposable {
  readonly #options: ClientOptions;
  readonly #load: () => Promise<Connect>;
  readonly #pin: ClusterPin;
  readonly #connector: Connector;
  readonly #writes: RequestQueue<SubmitRequest, SubmitResponse>;
  readonly #reads: RequestQueue<ReadRequest, ReadResponse>;
  readonly #calls: UnaryCalls;
  readonly #sessions: SessionKeeper | null;
  readonly #watches = new Set<Watch>();

  /** Connects with the first request. @throws TypeError if an option makes no sense */
  constructor(options: GivenClientOptions);
  /** @internal With connections that are not made over the network. */
  constructor(options: GivenClientOptions, load: () => Promise<Connect>);
  constructor(options: GivenClientOptions, load: () => Promise<Connect> = () => loadConnect(this.#options)) {
    super();
    this.#options = completeOptions(options);
    this.#load = load;
    this.#pin = new ClusterPin(this.#options.incarnationId);
    this.#connector = new Connector(this.#options, {
      pin: this.#pin,
      onOtherCluster: (incarnationId) => this.#onOtherCluster(incarnationId),
      pool: new ConnectionPool(this.#load),
      onConnected: ({ endpoint }) => {
        this.#writes.onConnected();
        this.#reads.onConnected();
        this.#tell("connected", endpoint);
      },
      onLost: (endpoint) => this.#tell("disconnected", endpoint),
      onLeader: (leader) => this.#tell("leader", leader),
    });
    this.#calls = new UnaryCalls(this.#options, this.#connector, this.#pin);
    const sessions = this.#options.session ? this.#newSessionKeeper() : null;
    this.#sessions = sessions;
    const ports = {
      pin: this.#pin,
      connect: () => this.#connector.connect(),
      onLost: (connection: Connection) => this.#connector.onLost(connection),
      onLeaderMoved: () => this.#connector.onLeaderMoved(),
      onNoAnswer: () => this.#connector.onNoAnswer(),
      lateMs: () => this.#connector.lateMs,
      onAnswer: (tookMs: number) => this.#connector.onAnswer(tookMs),
    };
    this.#writes = new RequestQueue<SubmitRequest, SubmitResponse>(
      { ...this.#options, definition: ({ client }) => client.SubmitStream, changes: true },
      { ...ports, sessions: sessions === null ? null : requestSessions(sessions) },
    );
    this.#reads = new RequestQueue<ReadRequest, ReadResponse>(
      { ...this.#options, definition: ({ client }) => client.ReadStream, changes: false },
      { ...ports, sessions: null },
    );
  }

  async set(key: string, value: Value, options: WriteOptions = {}): Promise<{ revision: number; existed: boolean }> {
    const { attached } = optionsArgument("options", options);
    const command = {
      type: "set",
      key: textArgument("key", key),
      value: valueArgument("value", value),
      attached: attachedArgument("options", attached),
    } as const;
    const { revision, results } = await this.#submit([command], options);
    return { revision, existed: results[0]?.existed === true };
  }

  /** Done as well if the key does not exist; `existed` says whether it did. */
  async delete(key: string, options: CallOptions = {}): Promise<{ revision: number; existed: boolean }> {
    const { revision, results } = await this.#submit([{ type: "delete", key: textArgument("key", key) }], options);
    return { revision, existed: results[0]?.existed === true };
  }

  /**
   * Sets the key, or deletes it if the new value is null, if its present state is the expected one.
   * If it is not, `succeeded` is false and `current` is what is there, or null if nothing.
   */
  async compareAndSet(
    key: string,
    expected: Expected,
    newValue: Value | null,
    options: WriteOptions = {},
  ): Promise<{ succeeded: boolean; revision: number; current: Current | null }> {
    const { attached } = optionsArgument("options", options);
    const command = {
      type: "compareAndSet",
      key: textArgument("key", key),
      expected: expectedArgument("expected", expected),
      newValue: newValueArgument("newValue", newValue),
      attached: attachedArgument("options", attached),
    } as const;
    const result = batchResultOf(await this.#submit([command], options));
    return { succeeded: result.succeeded, revision: result.revision, current: result.results[0]?.current ?? null };
  }

  /** Runs commands that take effect all or not at all. A later one sees the changes of the earlier ones. */
  async batch(commands: readonly Command[], options: CallOptions = {}): Promise<BatchResult> {
    return batchResultOf(await this.#submit(commandsArgument(commands), options));
  }

  /** The newest value of a key, or null if it does not exist. */
  async get(key: string, options: ReadOptions = {}): Promise<KeyValue | null> {
    const request = { key: textArgument("key", key), local: localArgument(options) };
    const { found } = await this.#reads.send(request, 3 * key.length, this.#bounds(options));
    return found ? keyValueOf(found) : null;
  }

  /** Keys of a prefix or range in the order of their UTF-8, one page. */
  async scanPage(options: ScanOptions = {}): Promise<Page> {
    return (await this.#scanPage(scanArgument(options), this.#bounds(options))).page;
  }

  /** The same, page after page. Each page is of its own moment, and has `timeoutMs` of its own. */
  async *scan(options: ScanOptions = {}): AsyncGenerator<KeyValue, void, undefined> {
    const { start, ...others } = scanArgument(options);
    const bounds = this.#bounds(options);
    let [next, life]: [string | null, string | undefined] = [start, undefined];
    while (next !== null) {
      const { page, incarnationId } = await this.#scanPage({ ...others, start: next }, bounds, life);
      yield* page.items;
      [next, life] = [page.nextStart, incarnationId];
    }
  }

  /** What one node says of itself and, if it leads, of its followers. */
  async status(endpoint: string, options: CallOptions = {}): Promise<NodeStatus> {
    const { signal, timeoutMs } = boundsArgument(options, this.#options.probeTimeoutMs);
    const address = endpointArgument("endpoint", endpoint);
    const connect = await this.#load();
    if (signal?.aborted) throw aborted(signal, false);
    const connection = connect(address);
    return new Promise((resolve, reject) => {
      const forget = whenAborted(signal, () => call.cancel());
      const call = connection.call(
        ({ admin }) => admin.GetStatus,
        {},
        timeoutMs,
        (failure, status) => {
          forget();
          connection.close();
          if (status !== undefined) resolve(status);
          else if (signal?.aborted) reject(aborted(signal, false));
          else reject(failure === null ? clientError("UNREACHABLE") : errorOfCall(failure, false));
        },
      );
    });
  }

  /**
   * The life of the cluster that this client works with; "" before it has met a node. It is another one when the cluster was begun
   * again or recovered by force: then revisions of before mean nothing any more, which an error of code OTHER_CLUSTER has told.
   */
  get incarnationId(): string {
    return this.#pin.id;
  }

  /** How many writes were sent once more though they may have happened: in the session each happens once all the same. */
  get repeatedWrites(): number {
    return this.#writes.repeats;
  }

  /** The endpoint in use; null if there is none yet. */
  get endpoint(): string | null {
    return this.#connector.current?.endpoint ?? null;
  }

  /**
   * Changes of a key, a prefix or all keys, in order, none twice and none missing, whatever becomes of the nodes.
   * It begins at once; leaving a `for await` over it, or `close`, ends it.
   * @param options `timeoutMs`: until a node has begun to tell; by default without a limit
   * @throws TypeError if an option makes no sense
   */
  watch(options: WatchOptions = {}): ChangeStream {
    const bounds = boundsArgument(options, Number.POSITIVE_INFINITY);
    const watch = new Watch(watchArgument(options), bounds, this.#options, {
      pin: this.#pin,
      load: this.#load,
      endpoints: () => this.#connector.endpoints,
      onOtherCluster: (incarnationId) => {
        if (!this.#pin.isOther(incarnationId)) return;
        this.#onOtherCluster(incarnationId);
        this.#connector.onMoved();
      },
      onEnded: () => this.#watches.delete(watch),
    });
    this.#watches.add(watch);
    return watch;
  }

  /** @throws TypeError if the name is no text, or this client has no session */
  lock(name: string): Lock {
    return new Lock(textArgument("name", name), this.#heldKeyPorts());
  }

  /** @throws TypeError if the name is no text, or this client has no session */
  election(name: string): Election {
    return new Election(textArgument("name", name), this.#heldKeyPorts());
  }

  withPrefix(prefix: string): BalsaMap {
    return new PrefixedMap(this, prefix);
  }

  /** After the loss of a session to which keys were attached: the next write opens another one. Its keys must be set again. */
  renewSession(): void {
    this.#sessions?.renew();
  }

  /**
   * Ends the session, and with it the keys that are attached to it, then the connection. What is under way fails at
   * once. A process that forgets this stays alive.
   */
  async close(): Promise<void> {
    const ended = this.#sessions?.close();
    this.#writes.close();
    this.#reads.close();
    for (const watch of this.#watches) watch.close();
    await ended;
    this.#connector.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Not before the end of the turn: what a listener throws is the program's own. */
  #tell<Name extends keyof ClientEvents>(name: Name, ...args: ClientEvents[Name]): void {
    if (this.listenerCount(name) > 0) queueMicrotask(() => (this as EventEmitter).emit(name, ...args));
  }

  #heldKeyPorts(): HeldKeyPorts {
    const sessions = this.#sessions;
    if (sessions === null) throw new TypeError("A lock needs a session, and this client was made with session: false.");
    return {
      requestTimeoutMs: this.#options.requestTimeoutMs,
      attach: async (key, value, options) => {
        const command = { type: "compareAndSet", key, expected: { absent: true }, newValue: value, attached: true } as const;
        const { succeeded, revision } = await this.#write([command], options);
        return { succeeded, revision };
      },
      deleteIf: async (key, expected, options) => {
        await this.#write([{ type: "compareAndSet", key, expected, newValue: null }], options);
      },
      get: (key, options) => this.get(key, options),
      watch: (key, from) => this.watch(from === null ? { key } : { key, from }),
      losses: () => sessions.losses,
      hold: (onLost) => sessions.hold(onLost),
    };
  }

  #bounds(options: CallOptions): Bounds {
    return boundsArgument(options, this.#options.requestTimeoutMs);
  }

  #submit(commands: readonly Command[], options: CallOptions): Promise<SubmitResponse> {
    if (commands.some((command) => "attached" in command && command.attached === true)) this.#sessions?.holdKeys();
    return this.#write(commands, options);
  }

  #write(commands: readonly Command[], options: CallOptions): Promise<SubmitResponse> {
    const bounds = this.#bounds(options);
    const bytes = commands.reduce((sum, command) => sum + bytesOf(command), 0);
    const lost = this.#sessions?.lost ?? null;
    if (lost !== null) return Promise.reject(lost);
    return this.#writes.send({ commands: commands.map(protoCommandOf) }, bytes, bounds);
  }

  async #scanPage(
    request: ScanRequest,
    { timeoutMs, signal }: Bounds,
    life?: string,
  ): Promise<{ page: Page; incarnationId: string }> {
    const untold = this.#pin.takeUntold("reads");
    if (untold !== null) throw untold;
    try {
      const call = (incarnationId: string) => ({ ...request, incarnationId });
      const bounds = { deadlineAt: performance.now() + timeoutMs, signal, ...(life !== undefined && { life }) };
      const found = await this.#calls.call(({ client }) => client.Scan, call, bounds);
      const page = { items: found.items.map(keyValueOf), nextStart: found.nextStart === "" ? null : found.nextStart };
      return { page, incarnationId: found.incarnationId };
    } catch (error) {
      if (error instanceof BalsaError && error.code === "OTHER_CLUSTER") this.#pin.takeUntold("reads");
      throw error;
    }
  }

  /** What was under way was meant for the cluster of before, and each use that is made of this one is told of it once. */
  #onOtherCluster(incarnationId: string): void {
    this.#pin.move(incarnationId);
    this.#tell("otherCluster", incarnationId);
    if (this.#sessions?.onOtherCluster()) this.#pin.takeUntold("writes");
    this.#writes.onOtherCluster();
    this.#reads.onOtherCluster();
  }

  #newSessionKeeper(): SessionKeeper {
    return new SessionKeeper(this.#options, {
      pin: this.#pin,
      calls: this.#calls,
      onOpened: () => this.#writes.onSession(),
      onLost: (error) => this.#tell("sessionLost", error),
      onFailed: (error) => this.#writes.onNoSession(error),
    });
  }
}

/** How writes get their places in the client's session. */
function requestSessions(sessions: SessionKeeper): RequestSessions<SubmitRequest> {
  return {
    use: () => sessions.use(),
    onLost: (session) => sessions.onLost(session),
    ended: () => sessions.lost,
    put: (request, { session, sequence }) => {
      request.session = { id: session.id, sequence, firstOutstanding: session.firstOutstanding };
    },
  };
}
