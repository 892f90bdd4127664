import type { WatchRequest } from "../../generated/balsa/client/v1/WatchRequest.ts";
import type { WatchResponse__Output as WatchResponse } from "../../generated/balsa/client/v1/WatchResponse.ts";
import type { Connection, Flow } from "../connection/connection.ts";
import type { Connect } from "../connection/load-connect.ts";
import { type BalsaError, clientError, errorOfCall } from "../values/balsa-error.ts";
import type { ClientOptions } from "../values/options.ts";

export interface WatchSourcePorts {
  readonly load: () => Promise<Connect>;
  readonly onMessage: (message: WatchResponse) => void;
  /** Called once, unless `close` was. */
  readonly onEnd: (error: BalsaError) => void;
}

/** One node that tells changes, over a connection of its own. A node that says nothing at all is soon given up. */
export class WatchSource {
  readonly #ports: WatchSourcePorts;
  /** Null until gRPC is loaded. */
  #open: { readonly connection: Connection; readonly stream: Flow } | null = null;
  readonly #startTimer: NodeJS.Timeout;
  #isOver = false;

  constructor(endpoint: string, request: WatchRequest, options: ClientOptions, ports: WatchSourcePorts) {
    this.#ports = ports;
    this.#startTimer = setTimeout(() => this.#end(clientError("UNREACHABLE")), options.watchStartMs);
    void ports.load().then((connect) => {
      if (!this.#isOver) this.#begin(connect(endpoint), request);
    });
  }

  /** The node is not read on, so that it waits. */
  pause(): void {
    this.#open?.stream.pause();
  }

  resume(): void {
    if (this.#open?.stream.isPaused()) this.#open.stream.resume();
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#startTimer);
    this.#open?.stream.cancel();
    this.#open?.connection.close();
  }

  #begin(connection: Connection, request: WatchRequest): void {
    const stream = connection.watch(request, {
      onMessage: (message) => {
        clearTimeout(this.#startTimer);
        if (!this.#isOver) this.#ports.onMessage(message);
      },
      onEnd: (failure) => this.#end(failure === null ? clientError("UNREACHABLE") : errorOfCall(failure, false)),
    });
    this.#open = { connection, stream };
  }

  #end(error: BalsaError): void {
    if (this.#isOver) return;
    this.close();
    this.#ports.onEnd(error);
  }
}
