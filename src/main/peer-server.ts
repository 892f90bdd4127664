import { Server, ServerCredentials } from "@grpc/grpc-js";
import { Introspection } from "../service/introspection.ts";
import type { GrpcTransport } from "../transport/grpc-transport.ts";
import { peerServerOptions } from "../transport/peer-service.ts";
import type { TransportLimits } from "../transport/transport-options.ts";

/** The gRPC server of the peer port: RaftService, with reflection and health. */
export class PeerServer {
  readonly #server: Server;
  readonly #introspection: Introspection;

  constructor(limits: TransportLimits, transport: GrpcTransport) {
    this.#server = new Server(peerServerOptions(limits));
    transport.addTo(this.#server);
    this.#introspection = new Introspection(this.#server, ["balsa.raft.v1.RaftService"]);
  }

  listen(address: string, done: (error: Error | null) => void): void {
    this.#server.bindAsync(address, ServerCredentials.createInsecure(), done);
  }

  setServing(serving: boolean): void {
    this.#introspection.setServing(serving);
  }

  /** Breaks off whatever is under way: between nodes, everything can be said again. */
  stop(): void {
    this.setServing(false);
    this.#server.forceShutdown();
  }
}
