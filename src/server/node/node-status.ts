import type { Client } from "@grpc/grpc-js";
import type { GetStatusResponse__Output } from "../../generated/balsa/admin/v1/GetStatusResponse.ts";
import { openChannel } from "../../grpc/channel.ts";
import { adminServiceDefinition } from "../../grpc/service-definitions.ts";

export type NodeStatus = GetStatusResponse__Output;

export interface StatusReaderOptions {
  readonly timeoutMs: number;
  /** Whether nodes are reached through the proxy that the environment names; left out, directly. */
  readonly proxy?: boolean;
  /** Whether they are to tell their figures too; left out, they do not. */
  readonly withFigures?: boolean;
}

/** Asks nodes for their status, each by its client address, over connections that are kept. */
export class StatusReader {
  readonly #options: StatusReaderOptions;
  readonly #clients = new Map<string, Client>();

  constructor(options: StatusReaderOptions) {
    this.#options = options;
  }

  /** The node's status, or why there is none. Never rejects. */
  read(address: string): Promise<NodeStatus | Error> {
    const { path, requestSerialize, responseDeserialize } = adminServiceDefinition.GetStatus;
    const { timeoutMs, withFigures = false } = this.#options;
    const deadline = Date.now() + timeoutMs;
    const request = { withFigures };
    return new Promise((resolve) => {
      this.#client(address).makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        { deadline },
        (error, status) => {
          if (status) resolve(status);
          else resolve(error ?? new Error(`${address} gave an empty answer`));
        },
      );
    });
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  #client(address: string): Client {
    const known = this.#clients.get(address);
    if (known) return known;
    // A node that was down is tried again at once, not after ever longer pauses.
    const reconnects = { "grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 500 };
    const client = openChannel(address, { "grpc.enable_http_proxy": this.#options.proxy === true ? 1 : 0, ...reconnects });
    this.#clients.set(address, client);
    return client;
  }
}
