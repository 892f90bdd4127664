import type { GetStatusResponse__Output as NodeStatus } from "../generated/balsa/admin/v1/GetStatusResponse.ts";
import type { ReadRequest } from "../generated/balsa/client/v1/ReadRequest.ts";
import type { ReadResponse__Output as ReadResponse } from "../generated/balsa/client/v1/ReadResponse.ts";
import type { SubmitRequest } from "../generated/balsa/client/v1/SubmitRequest.ts";
import type { SubmitResponse__Output as SubmitResponse } from "../generated/balsa/client/v1/SubmitResponse.ts";
import { clientServiceDefinition } from "../transport/service-definitions.ts";
import { clientError, errorOfCall } from "./balsa-error.ts";
import { Connector } from "./connector.ts";
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
} from "./messages.ts";
import { NodeConnection } from "./node-connection.ts";
import { type ClientOptions, completeOptions } from "./options.ts";
import { RequestQueue, type RequestSessions } from "./request-queue.ts";
import { SessionKeeper } from "./session-keeper.ts";
import { UnaryCalls } from "./unary-calls.ts";
import { Watch, type WatchOptions } from "./watch.ts";

export interface ReadOptions {
  /** Answer from the node's own state at once, which may be old. Default: linearizable. */
  readonly local?: boolean;
}

export interface ScanOptions extends ReadOptions {
  /** Keys that begin with this; default: all. */
  readonly prefix?: string;
  /** The first key wanted. */
  readonly start?: string;
  /** The first key no longer wanted. */
  readonly end?: string;
  /** Most keys in a page; the node has a limit of its own. */
  readonly limit?: number;
}

export interface Page {
  readonly items: readonly KeyValue[];
  /** The start of the next page; null if this was the last. */
  readonly nextStart: string | null;
}

/**
 * A client of a cluster. It finds a node that is up, the leader if it can, and moves on when that one fails.
 * Requests made in one turn share a message, so make many before you await them.
 *
 * Every method throws BalsaError. Writes are made in a session, in which each takes effect once however often it is
 * sent: so whatever fails on the way is tried again until `requestTimeoutMs`. Only then, or if the session is lost,
 * a write fails with `mayHaveHappened`, and a read tells what became of it. With `session: false` a write that may have
 * happened is never sent again.
 */
export class BalsaClient {
  readonly #options: ClientOptions;
  readonly #connector: Connector;
  readonly #writes: RequestQueue<SubmitRequest, SubmitResponse>;
  readonly #reads: RequestQueue<ReadRequest, ReadResponse>;
  readonly #calls: UnaryCalls;
  readonly #sessions: SessionKeeper | null;
  readonly #watches = new Set<Watch>();

  /** Connects with the first request. @throws TypeError if an option makes no sense */
  constructor(options: Partial<ClientOptions> & Pick<ClientOptions, "endpoints">) {
    this.#options = completeOptions(options);
    this.#connector = new Connector(this.#options, {
      onConnected: () => {
        this.#writes.onConnected();
        this.#reads.onConnected();
      },
    });
    this.#calls = new UnaryCalls(this.#options, this.#connector);
    const sessions = this.#options.session ? this.#newSessionKeeper() : null;
    this.#sessions = sessions;
    const ports = {
      connect: () => this.#connector.connect(),
      onLost: (connection: NodeConnection) => this.#connector.onLost(connection),
      onLeaderMoved: () => this.#connector.onLeaderMoved(),
    };
    const { SubmitStream, ReadStream } = clientServiceDefinition;
    this.#writes = new RequestQueue<SubmitRequest, SubmitResponse>(
      { ...this.#options, definition: SubmitStream, changes: true },
      { ...ports, sessions: sessions === null ? null : requestSessions(sessions) },
    );
    this.#reads = new RequestQueue<ReadRequest, ReadResponse>(
      { ...this.#options, definition: ReadStream, changes: false },
      { ...ports, sessions: null },
    );
  }

  async set(key: string, value: Value, options: WriteOptions = {}): Promise<{ revision: number; existed: boolean }> {
    const { revision, results } = await this.#submit([{ type: "set", key, value, ...options }]);
    return { revision, existed: results[0]?.existed === true };
  }

  /** Done as well if the key does not exist; `existed` says whether it did. */
  async delete(key: string): Promise<{ revision: number; existed: boolean }> {
    const { revision, results } = await this.#submit([{ type: "delete", key }]);
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
    const result = await this.batch([{ type: "compareAndSet", key, expected, newValue, ...options }]);
    return { succeeded: result.succeeded, revision: result.revision, current: result.results[0]?.current ?? null };
  }

  /** Runs commands that take effect all or not at all. A later one sees the changes of the earlier ones. */
  async batch(commands: readonly Command[]): Promise<BatchResult> {
    return batchResultOf(await this.#submit(commands));
  }

  /** The newest value of a key, or null if it does not exist. */
  async get(key: string, { local = false }: ReadOptions = {}): Promise<KeyValue | null> {
    const { found } = await this.#reads.send({ key, local }, 3 * key.length);
    return found ? keyValueOf(found) : null;
  }

  /** Keys of a prefix or range in the order of their UTF-8, one page. */
  async scanPage(options: ScanOptions = {}): Promise<Page> {
    const { items, nextStart } = await this.#calls.call(clientServiceDefinition.Scan, options);
    return { items: items.map(keyValueOf), nextStart: nextStart === "" ? null : nextStart };
  }

  /** The same, page after page. Each page is of its own moment. */
  async *scan(options: ScanOptions = {}): AsyncGenerator<KeyValue, void, undefined> {
    let next: string | null = options.start ?? "";
    while (next !== null) {
      const page: Page = await this.scanPage({ ...options, start: next });
      yield* page.items;
      next = page.nextStart;
    }
  }

  /** What one node says of itself and, if it leads, of its followers. */
  status(endpoint: string): Promise<NodeStatus> {
    const connection = new NodeConnection(endpoint, this.#options);
    return new Promise((resolve, reject) => {
      connection.getStatus(this.#options.probeTimeoutMs, (error, status) => {
        connection.close();
        if (status !== undefined) resolve(status);
        else reject(error === null ? clientError("UNREACHABLE") : errorOfCall(error, false));
      });
    });
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
   */
  watch(options: WatchOptions = {}): Watch {
    const watch = new Watch(options, this.#options, {
      endpoints: () => this.#connector.endpoints,
      onEnded: () => this.#watches.delete(watch),
    });
    this.#watches.add(watch);
    return watch;
  }

  /** After the loss of a session to which keys were attached: the next write opens another one. Its keys must be set anew. */
  renewSession(): void {
    this.#sessions?.renew();
  }

  /**
   * Ends the session, and with it the keys that are attached to it, then the connection. What is under way fails at
   * once. A process that forgets this stays alive.
   */
  async close(): Promise<void> {
    this.#writes.close();
    this.#reads.close();
    for (const watch of this.#watches) watch.close();
    await this.#sessions?.close();
    this.#connector.close();
  }

  #submit(commands: readonly Command[]): Promise<SubmitResponse> {
    let bytes = 0;
    let attaches = false;
    for (const command of commands) {
      bytes += bytesOf(command);
      if (command.type !== "delete" && command.attached === true) attaches = true;
    }
    if (attaches) this.#sessions?.holdKeys();
    const lost = this.#sessions?.lost ?? null;
    if (lost !== null) return Promise.reject(lost);
    return this.#writes.send({ commands: commands.map(protoCommandOf) }, bytes);
  }

  #newSessionKeeper(): SessionKeeper {
    return new SessionKeeper(this.#options, {
      calls: this.#calls,
      onOpened: () => this.#writes.onSession(),
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
