import { type Client, credentials, Metadata, makeClientConstructor, type ServiceError } from "@grpc/grpc-js";
import { failureOf } from "../../src/client/connection/node-connection.ts";
import { type BalsaError, errorOfCall } from "../../src/client/values/balsa-error.ts";
import {
  type BatchResult,
  batchResultOf,
  type Command,
  type KeyValue,
  keyValueOf,
  protoCommandOf,
} from "../../src/client/values/messages.ts";
import type { ClientServiceClient } from "../../src/generated/balsa/client/v1/ClientService.ts";
import type { ReadResponse__Output } from "../../src/generated/balsa/client/v1/ReadResponse.ts";
import type { ScanResponse__Output } from "../../src/generated/balsa/client/v1/ScanResponse.ts";
import type { SubmitResponse__Output } from "../../src/generated/balsa/client/v1/SubmitResponse.ts";
import { clientServiceDefinition } from "../../src/grpc/service-definitions.ts";
import { type Answer, answerOf, type CommandCaller } from "./command-caller.ts";

export interface NodeCallerOptions {
  readonly nodeId: number;
  readonly endpoint: string;
  readonly timeoutMs: number;
}

export interface Everything {
  readonly map: ReadonlyMap<string, string>;
  /** Log index up to which the node had applied when it gave the last page. */
  readonly appliedIndex: number;
}

const ServiceClient = makeClientConstructor(clientServiceDefinition, "ClientService");

type Reply<T> = (error: ServiceError | null, response?: T) => void;
type Call<T> = (client: ClientServiceClient, deadline: { deadline: number }, reply: Reply<T>) => void;

/** As many as a node gives in one page. */
const pageKeys = 1_000;

/** Asks one node, each time by one plain call that is never made again: what that very node says, and nothing cleverer. */
export class NodeCaller implements CommandCaller {
  readonly via: string;
  readonly nodeId: number;
  readonly repeats = 0;
  readonly #timeoutMs: number;
  readonly #client: ClientServiceClient;

  constructor({ nodeId, endpoint, timeoutMs }: NodeCallerOptions) {
    this.nodeId = nodeId;
    this.via = `node ${nodeId}`;
    this.#timeoutMs = timeoutMs;
    // A node that was down is tried again at once, not after ever longer pauses.
    const reconnect = { "grpc.initial_reconnect_backoff_ms": 50, "grpc.max_reconnect_backoff_ms": 200 };
    this.#client = new ServiceClient(endpoint, credentials.createInsecure(), reconnect) as Client as ClientServiceClient;
  }

  submit(commands: readonly Command[]): Promise<Answer<BatchResult>> {
    const request = { commands: commands.map(protoCommandOf) };
    return this.#call<SubmitResponse__Output, BatchResult>(
      true,
      (client, deadline, reply) => client.submit(request, deadline, reply),
      (response) => batchResultOf(response),
    );
  }

  read(key: string): Promise<Answer<string | null>> {
    return this.#call<ReadResponse__Output, string | null>(
      false,
      (client, deadline, reply) => client.read({ key }, deadline, reply),
      ({ found }) => (found ? String(keyValueOf(found).value) : null),
    );
  }

  scan(prefix: string): Promise<Answer<readonly KeyValue[]>> {
    return this.#call<ScanResponse__Output, readonly KeyValue[]>(
      false,
      (client, deadline, reply) => client.scan({ prefix }, deadline, reply),
      ({ items }) => items.map(keyValueOf),
    );
  }

  /** Every key, page after page; with `local`, as this node has it, without asking the others. @throws BalsaError */
  async scanAll({ local }: { readonly local: boolean }): Promise<Everything> {
    const map = new Map<string, string>();
    // Connections to one address are shared, with their back-off: the node may be back before that is over.
    const whenReady = new Metadata({ waitForReady: true });
    let [start, appliedIndex] = ["", 0];
    do {
      const request = { start, local, limit: pageKeys };
      const page = await this.#ask<ScanResponse__Output>(false, (client, deadline, reply) =>
        client.scan(request, whenReady, deadline, reply),
      );
      for (const item of page.items) map.set(item.key, String(keyValueOf(item).value));
      start = page.nextStart;
      appliedIndex = page.appliedIndex;
    } while (start !== "");
    return { map, appliedIndex };
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  #call<Response, T>(changes: boolean, call: Call<Response>, convert: (response: Response) => T): Promise<Answer<T>> {
    return answerOf(async () => convert(await this.#ask(changes, call)));
  }

  #ask<Response>(changes: boolean, call: Call<Response>): Promise<Response> {
    return new Promise((resolve, reject: (error: BalsaError) => void) => {
      call(this.#client, { deadline: Date.now() + this.#timeoutMs }, (error, response) => {
        if (response !== undefined) resolve(response);
        // A connection that could not be made has carried nothing.
        else if (error !== null)
          reject(errorOfCall(failureOf(error), changes && !error.details.startsWith("No connection established")));
      });
    });
  }
}
