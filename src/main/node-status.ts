import { credentials } from "@grpc/grpc-js";
import type { ProtoGrpcType } from "../generated/admin.ts";
import type { AdminServiceClient } from "../generated/balsa/admin/v1/AdminService.ts";
import type { GetStatusResponse__Output } from "../generated/balsa/admin/v1/GetStatusResponse.ts";
import { packages } from "../transport/load-proto.ts";

export type NodeStatus = GetStatusResponse__Output;

/** Asks nodes for their status, each by its client address, over connections that are kept. */
export class StatusReader {
  readonly #timeoutMs: number;
  readonly #clients = new Map<string, AdminServiceClient>();

  constructor(options: { timeoutMs: number }) {
    this.#timeoutMs = options.timeoutMs;
  }

  /** The node's status, or why there is none. Never rejects. */
  read(address: string): Promise<NodeStatus | Error> {
    return new Promise((resolve) => {
      const deadline = Date.now() + this.#timeoutMs;
      this.#client(address).getStatus({}, { deadline }, (error, status) => {
        if (status) resolve(status);
        else resolve(error ?? new Error(`${address} gave an empty answer`));
      });
    });
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  #client(address: string): AdminServiceClient {
    const known = this.#clients.get(address);
    if (known) return known;
    const { balsa } = packages as unknown as ProtoGrpcType;
    // A node that was down is tried again at once, not after ever longer pauses.
    const options = { "grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 500 };
    const client = new balsa.admin.v1.AdminService(address, credentials.createInsecure(), options);
    this.#clients.set(address, client);
    return client;
  }
}
