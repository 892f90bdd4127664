import {
  type CallOptions,
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  connectivityState,
  type ServiceError,
} from "@grpc/grpc-js";
import type { GetStatusResponse__Output as Status } from "../generated/balsa/admin/v1/GetStatusResponse.ts";
import type { WatchRequest } from "../generated/balsa/client/v1/WatchRequest.ts";
import type { WatchResponse__Output as WatchResponse } from "../generated/balsa/client/v1/WatchResponse.ts";
import { LinkCredentials } from "../transport/link-credentials.ts";
import { adminServiceDefinition as admin, clientServiceDefinition as service } from "../transport/service-definitions.ts";
import type { ClientOptions } from "./options.ts";

/** Any of the two streams of client.proto. */
export type ItemStream<Item, Result> = ClientDuplexStream<{ items: Item[] }, { results: Result[] }>;

/** A definition of the generated types, as far as a stream needs it. */
export interface StreamDefinition<Item, Result> {
  readonly path: string;
  readonly requestSerialize: (message: { items: Item[] }) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => { results: Result[] };
}

/** The same, of a call with one answer. */
export interface UnaryMethod<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

type Answer<Response> = (error: ServiceError | null, response?: Response) => void;

/**
 * The connection to one node. It is never mended: when it breaks, the next try is a new one, so that no
 * back-off of gRPC's own stands in its way.
 */
export class NodeConnection {
  readonly endpoint: string;
  readonly #credentials = new LinkCredentials();
  readonly #client: Client;
  #streams = 0;
  #retired = false;

  constructor(endpoint: string, options: ClientOptions) {
    this.endpoint = endpoint;
    this.#client = new Client(endpoint, this.#credentials, {
      "grpc.use_local_subchannel_pool": 1,
      "grpc.service_config_disable_resolution": 1,
      // What may be sent again is decided here, where it is known what each error means.
      "grpc.enable_retries": 0,
      "grpc.enable_channelz": 0,
      "grpc.keepalive_time_ms": options.keepaliveMs,
      "grpc.keepalive_timeout_ms": options.keepaliveTimeoutMs,
      // A page or a value is as large as the node's limits allow, which its operator knows and this client does not.
      "grpc.max_receive_message_length": -1,
    });
  }

  /** Whether what is sent now leaves at once. Else it might wait for gRPC to connect again, and nobody could tell if it left. */
  get isReady(): boolean {
    return this.#client.getChannel().getConnectivityState(false) === connectivityState.READY;
  }

  getStatus(timeoutMs: number, done: Answer<Status>): void {
    this.call(admin.GetStatus, {}, timeoutMs, done);
  }

  call<Request, Response>(
    method: UnaryMethod<Request, Response>,
    request: Request,
    timeoutMs: number,
    done: Answer<Response>,
  ): void {
    const { path, requestSerialize, responseDeserialize } = method;
    this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, inTime(timeoutMs), done);
  }

  watch(request: WatchRequest): ClientReadableStream<WatchResponse> {
    const { path, requestSerialize, responseDeserialize } = service.Watch;
    return this.#client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
  }

  openStream<Item, Result>(definition: StreamDefinition<Item, Result>): ItemStream<Item, Result> {
    const { path, requestSerialize, responseDeserialize } = definition;
    const stream = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    this.#streams++;
    stream.on("status", () => {
      this.#streams--;
      this.#closeIfDone();
    });
    return stream;
  }

  /** Closes the connection once its streams have ended. */
  retire(): void {
    this.#retired = true;
    this.#closeIfDone();
  }

  /** Ends what is under way. */
  close(): void {
    this.#client.close();
    // After gRPC had its chance to say goodbye. It would wait long for a node that takes a connection and says nothing.
    setImmediate(() => this.#credentials.destroySockets());
  }

  #closeIfDone(): void {
    if (this.#retired && this.#streams === 0) this.close();
  }
}

function inTime(timeoutMs: number): CallOptions {
  return { deadline: Date.now() + timeoutMs };
}
