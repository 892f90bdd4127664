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
} from "./messages.ts";
import { NodeConnection } from "./node-connection.ts";
import { type ClientOptions, completeOptions } from "./options.ts";
import { RequestQueue } from "./request-queue.ts";
import { ScanCalls } from "./scan-calls.ts";

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
 * Every method throws BalsaError. What surely did nothing is tried again until `requestTimeoutMs`. A write that
 * may have happened is never sent again: it fails with `mayHaveHappened`, and a read tells what became of it.
 */
export class BalsaClient {
  readonly #options: ClientOptions;
  readonly #connector: Connector;
  readonly #writes: RequestQueue<SubmitRequest, SubmitResponse>;
  readonly #reads: RequestQueue<ReadRequest, ReadResponse>;
  readonly #scans: ScanCalls;

  /** Connects with the first request. @throws TypeError if an option makes no sense */
  constructor(options: Partial<ClientOptions> & Pick<ClientOptions, "endpoints">) {
    this.#options = completeOptions(options);
    this.#connector = new Connector(this.#options, {
      onConnected: () => {
        this.#writes.onConnected();
        this.#reads.onConnected();
      },
    });
    const ports = {
      connect: () => this.#connector.connect(),
      onLost: (connection: NodeConnection) => this.#connector.onLost(connection),
      onLeaderMoved: () => this.#connector.onLeaderMoved(),
    };
    const { SubmitStream, ReadStream } = clientServiceDefinition;
    this.#writes = new RequestQueue<SubmitRequest, SubmitResponse>(
      { ...this.#options, definition: SubmitStream, changes: true },
      ports,
    );
    this.#reads = new RequestQueue<ReadRequest, ReadResponse>({ ...this.#options, definition: ReadStream, changes: false }, ports);
    this.#scans = new ScanCalls(this.#options, this.#connector);
  }

  async set(key: string, value: Value): Promise<{ revision: number; existed: boolean }> {
    const { revision, results } = await this.#submit([{ type: "set", key, value }]);
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
  ): Promise<{ succeeded: boolean; revision: number; current: Current | null }> {
    const result = await this.batch([{ type: "compareAndSet", key, expected, newValue }]);
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
    const { items, nextStart } = await this.#scans.page(options);
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

  /** The endpoint in use; null if there is none yet. */
  get endpoint(): string | null {
    return this.#connector.current?.endpoint ?? null;
  }

  /** Ends the connection. What is under way fails at once. A process that forgets this stays alive. */
  close(): void {
    this.#writes.close();
    this.#reads.close();
    this.#connector.close();
  }

  #submit(commands: readonly Command[]): Promise<SubmitResponse> {
    let bytes = 0;
    for (const command of commands) bytes += bytesOf(command);
    return this.#writes.send({ commands: commands.map(protoCommandOf) }, bytes);
  }
}
