import { type CallOptions, type Client, connectivityState, type requestCallback, type ServiceError } from "@grpc/grpc-js";
import type { WatchRequest } from "../../generated/balsa/client/v1/WatchRequest.ts";
import { openChannel } from "../../grpc/channel.ts";
import { errorInfoOf } from "../../grpc/error-info.ts";
import { LinkCredentials } from "../../grpc/link-credentials.ts";
import { adminServiceDefinition, clientServiceDefinition, faultServiceDefinition } from "../../grpc/service-definitions.ts";
import type { CallFailure } from "../values/balsa-error.ts";
import type { ClientOptions } from "../values/options.ts";
import type {
  Answer,
  Cancelable,
  Connection,
  Flow,
  ItemStream,
  PickOf,
  Services,
  StreamDefinition,
  UnaryMethod,
  WatchEnds,
} from "./connection.ts";
import type { Said } from "./sighting.ts";

export const services: Services = {
  client: clientServiceDefinition,
  admin: adminServiceDefinition,
  faults: faultServiceDefinition,
};

/** A node is not asked for its status again before the last question is that old, in ms. */
const statusMsMax = 10_000;

/**
 * The connection to one node. It is never mended: when it breaks, the next try is a new one, so that no
 * back-off of gRPC's own stands in its way.
 */
export class NodeConnection implements Connection {
  readonly endpoint: string;
  readonly #credentials = new LinkCredentials();
  readonly #client: Client;
  readonly #options: ClientOptions;
  readonly #madeAt = performance.now();
  /** Those who wait for the node's status. */
  readonly #askers = new Set<(status: Said | undefined) => void>();
  #isAsked = false;
  /** Streams and calls that have not ended. */
  #underWay = 0;
  /** One that is retired takes nothing new, and closes once what is under way has ended. */
  #life: "open" | "retired" | "closed" = "open";
  #isSuperseded = false;

  constructor(endpoint: string, options: ClientOptions) {
    this.endpoint = endpoint;
    this.#options = options;
    const channel = {
      "grpc.enable_http_proxy": options.proxy ? 1 : 0,
      "grpc.use_local_subchannel_pool": 1,
      "grpc.service_config_disable_resolution": 1,
      // What may be sent again is decided here, where it is known what each error means.
      "grpc.enable_retries": 0,
      "grpc.enable_channelz": 0,
      "grpc.keepalive_time_ms": options.keepaliveMs,
      "grpc.keepalive_timeout_ms": options.keepaliveTimeoutMs,
      // A page or a value is as large as the node's limits allow, which its operator knows and this client does not.
      "grpc.max_receive_message_length": -1,
    };
    this.#client = openChannel(endpoint, channel, this.#credentials);
  }

  /** Whether what is sent now leaves at once. Else it might wait for gRPC to connect again, and nobody could tell if it left. */
  get isReady(): boolean {
    return !this.isClosed && this.#client.getChannel().getConnectivityState(false) === connectivityState.READY;
  }

  /** What is under way on it is worth sending again: another node is known to lead, and this one to know nothing of it. */
  get isSuperseded(): boolean {
    return this.#isSuperseded;
  }

  supersede(): void {
    this.#isSuperseded = true;
  }

  /** Calls back once: whether it is ready now, or has not become so in that time. What was not sent by then has not left. */
  whenReady(timeoutMs: number, done: (isReady: boolean) => void): void {
    this.#client.waitForReady(Date.now() + timeoutMs, (error) => done(error === undefined && this.isReady));
  }

  /** Whether it may yet be ready soon. */
  get isConnecting(): boolean {
    const isYoung = performance.now() - this.#madeAt < this.#options.connectMs;
    return !this.isClosed && isYoung && this.#client.getChannel().getConnectivityState(false) === connectivityState.CONNECTING;
  }

  /**
   * What the node says of itself; undefined if it says nothing in that time. While an answer is under way it is not asked
   * again: one that comes late serves whoever asks by then. It is only a question, for which no connection is kept open.
   */
  getStatus(timeoutMs: number, done: (status: Said | undefined) => void): void {
    const answer = (status: Said | undefined): void => {
      clearTimeout(timer);
      if (this.#askers.delete(answer)) done(status);
    };
    // What has arrived already is heard before it is decided that nothing has.
    const timer = setTimeout(() => setImmediate(() => answer(undefined)), timeoutMs);
    this.#askers.add(answer);
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#send(services.admin.GetStatus, {}, Math.max(timeoutMs, statusMsMax), (_error, status) => {
      this.#isAsked = false;
      for (const each of [...this.#askers]) each(status);
    });
  }

  call<Request, Response>(
    method: PickOf<UnaryMethod<Request, Response>>,
    request: Request,
    timeoutMs: number,
    done: Answer<Response>,
  ): Cancelable {
    this.#underWay++;
    return this.#send(method(services), request, timeoutMs, (error, response) => {
      this.#onEnded();
      done(error && failureOf(error), response);
    });
  }

  watch(request: WatchRequest, { onMessage, onEnd }: WatchEnds): Flow {
    const { path, requestSerialize, responseDeserialize } = services.client.Watch;
    const stream = this.#client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
    stream.on("data", onMessage);
    stream.on("error", (error: ServiceError) => onEnd(failureOf(error)));
    stream.on("end", () => onEnd(null));
    return stream;
  }

  openStream<Item, Result>(definition: PickOf<StreamDefinition<Item, Result>>): ItemStream<Item, Result> {
    const { path, requestSerialize, responseDeserialize } = definition(services);
    const stream = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    this.#underWay++;
    stream.on("status", () => this.#onEnded());
    return stream;
  }

  /** Closes the connection once its streams and calls have ended. */
  retire(): void {
    if (this.isClosed) return;
    this.#life = "retired";
    if (this.#underWay === 0) this.close();
  }

  get isClosed(): boolean {
    return this.#life === "closed";
  }

  /** Ends what is under way. */
  close(): void {
    if (this.isClosed) return;
    this.#life = "closed";
    this.#client.close();
    // After gRPC had its chance to say goodbye. It would wait long for a node that takes a connection and says nothing.
    setImmediate(() => this.#credentials.destroySockets());
  }

  #send<Request, Response>(
    { path, requestSerialize, responseDeserialize }: UnaryMethod<Request, Response>,
    request: Request,
    timeoutMs: number,
    done: requestCallback<Response>,
  ): Cancelable {
    return this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, inTime(timeoutMs), done);
  }

  #onEnded(): void {
    this.#underWay--;
    if (this.#life === "retired" && this.#underWay === 0) this.close();
  }
}

/** @param error of gRPC */
export function failureOf({
  code: number,
  details: message,
  metadata,
}: Pick<ServiceError, "code" | "details" | "metadata">): CallFailure {
  return { number, message, info: errorInfoOf(metadata) };
}

function inTime(timeoutMs: number): CallOptions {
  return { deadline: Date.now() + timeoutMs };
}
