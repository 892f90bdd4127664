import { EventEmitter } from "node:events";
import type { NodeConnection } from "../../src/client/connection/node-connection.ts";
import type { GetStatusResponse__Output as Status } from "../../src/generated/balsa/admin/v1/GetStatusResponse.ts";

/** What a node of the fake network says of itself; null: nothing, though it takes connections. */
export type Said = {
  readonly id: number;
  readonly term: number;
  readonly leaderId: number;
  /** The life of the cluster that it is of; left out: it does not say. */
  readonly incarnationId?: string;
} | null;

/** A message that has left on a stream. */
export interface Sent {
  readonly endpoint: string;
  readonly ids: readonly number[];
  readonly requests: readonly unknown[];
  readonly stream: FakeStream;
}

/** One of the streams of requests; a test answers as it likes. */
export class FakeStream extends EventEmitter {
  readonly #onWrite: (items: { id: number; request: unknown }[]) => void;
  hasEnded = false;

  constructor(onWrite: (items: { id: number; request: unknown }[]) => void) {
    super();
    this.#onWrite = onWrite;
  }

  write({ items }: { items: { id: number; request: unknown }[] }): boolean {
    this.#onWrite(items);
    return true;
  }

  /** Answers these items. */
  answer(ids: readonly number[]): void {
    this.emit("data", { results: ids.map((id) => ({ id, response: { id } })) });
  }

  /** The connection is gone. */
  break(): void {
    this.emit("error", new Error("gone"));
    this.emit("end");
  }

  end(): void {
    this.hasEnded = true;
  }

  cancel(): void {
    this.emit("end");
  }
}

/** Nodes that do what a test wants, and what was asked of them. Nothing takes time but for the test's own timers. */
export class FakeNetwork {
  readonly said = new Map<string, Said>();
  /** Every connection that was made, in order. */
  readonly made: string[] = [];
  /** Every question for a status. */
  readonly questions: string[] = [];
  readonly sent: Sent[] = [];
  readonly #open = new Map<FakeConnection, (status: undefined) => void>();

  connect(endpoint: string): NodeConnection {
    this.made.push(endpoint);
    return new FakeConnection(endpoint, this) as unknown as NodeConnection;
  }

  get openCount(): number {
    return this.#open.size;
  }

  opened(connection: FakeConnection): void {
    this.#open.set(connection, () => undefined);
  }

  closed(connection: FakeConnection): void {
    this.#open.delete(connection);
  }
}

/** As much of a connection as its users need. */
class FakeConnection {
  readonly endpoint: string;
  readonly #network: FakeNetwork;
  isClosed = false;
  isSuperseded = false;
  readonly isConnecting = false;
  #streams = 0;
  #isRetired = false;

  constructor(endpoint: string, network: FakeNetwork) {
    this.endpoint = endpoint;
    this.#network = network;
    network.opened(this);
  }

  get isReady(): boolean {
    return !this.isClosed && this.#network.said.has(this.endpoint);
  }

  supersede(): void {
    this.isSuperseded = true;
  }

  getStatus(timeoutMs: number, done: (status: Status | undefined) => void): void {
    this.#network.questions.push(this.endpoint);
    const said = this.#network.said.get(this.endpoint);
    if (said) setImmediate(() => done(statusOf(said)));
    else setTimeout(() => done(undefined), said === null ? timeoutMs : 0);
  }

  openStream(): FakeStream {
    this.#streams += 1;
    const stream: FakeStream = new FakeStream((items) =>
      this.#network.sent.push({
        endpoint: this.endpoint,
        ids: items.map(({ id }) => id),
        requests: items.map(({ request }) => request),
        stream,
      }),
    );
    stream.once("end", () => {
      this.#streams -= 1;
      if (this.#isRetired && this.#streams === 0) this.close();
    });
    return stream;
  }

  retire(): void {
    this.#isRetired = true;
    if (this.#streams === 0) this.close();
  }

  close(): void {
    this.isClosed = true;
    this.#network.closed(this);
  }
}

function statusOf({ id, term, leaderId, incarnationId = "" }: NonNullable<Said>): Status {
  const role = leaderId === id ? "ROLE_LEADER" : "ROLE_FOLLOWER";
  return { nodeId: id, term, role, leaderId, leaderAddress: "", members: [], incarnationId } as unknown as Status;
}
