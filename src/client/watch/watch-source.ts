import type { ClientReadableStream, ServiceError } from "@grpc/grpc-js";
import type { WatchRequest } from "../generated/balsa/client/v1/WatchRequest.ts";
import type { WatchResponse__Output as WatchResponse } from "../generated/balsa/client/v1/WatchResponse.ts";
import { type BalsaError, clientError, errorOfCall } from "./balsa-error.ts";
import { NodeConnection } from "./node-connection.ts";
import type { ClientOptions } from "./options.ts";

export interface WatchSourcePorts {
  readonly onMessage: (message: WatchResponse) => void;
  /** Called once, unless `close` was. */
  readonly onEnd: (error: BalsaError) => void;
}

/** One node that tells changes, over a connection of its own. A node that says nothing at all is soon given up. */
export class WatchSource {
  readonly #ports: WatchSourcePorts;
  readonly #connection: NodeConnection;
  readonly #stream: ClientReadableStream<WatchResponse>;
  readonly #startTimer: NodeJS.Timeout;
  #over = false;

  constructor(endpoint: string, request: WatchRequest, options: ClientOptions, ports: WatchSourcePorts) {
    this.#ports = ports;
    this.#connection = new NodeConnection(endpoint, options);
    this.#stream = this.#connection.watch(request);
    this.#startTimer = setTimeout(() => this.#end(clientError("UNREACHABLE")), options.watchStartMs);
    this.#stream.on("data", (message: WatchResponse) => {
      clearTimeout(this.#startTimer);
      if (!this.#over) ports.onMessage(message);
    });
    this.#stream.on("error", (error: ServiceError) => this.#end(errorOfCall(error, false)));
    this.#stream.on("end", () => this.#end(clientError("UNREACHABLE")));
  }

  /** The node is not read on, so that it waits. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    if (this.#stream.isPaused()) this.#stream.resume();
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#startTimer);
    this.#stream.cancel();
    this.#connection.close();
  }

  #end(error: BalsaError): void {
    if (this.#over) return;
    this.close();
    this.#ports.onEnd(error);
  }
}
