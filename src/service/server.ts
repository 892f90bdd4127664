import { Server, ServerCredentials } from "@grpc/grpc-js";
import { adminServiceDefinition, clientServiceDefinition, faultServiceDefinition } from "../transport/service-definitions.ts";
import { type AdminOptions, type AdminPorts, AdminService } from "./admin-service.ts";
import { ClientService } from "./client-service.ts";
import { FaultService } from "./fault-service.ts";
import { Introspection } from "./introspection.ts";
import { requestBytesMax, type ServiceOptions } from "./options.ts";
import type { ServicePorts } from "./ports.ts";

export interface ClientServerOptions {
  readonly service: ServiceOptions;
  readonly admin: Omit<AdminOptions, "requestTimeoutMs">;
  /** Whether the key-value map is what is replicated; else there is nothing that clients could call. */
  readonly servesMap: boolean;
}

/** The gRPC server of the client port: what clients and operators call, with reflection and health. */
export class ClientServer {
  readonly #server: Server;
  readonly #clientService: ClientService;
  readonly #introspection: Introspection;

  constructor(options: ClientServerOptions, ports: ServicePorts & AdminPorts) {
    const { service } = options;
    this.#server = new Server({
      "grpc.max_receive_message_length": requestBytesMax(service),
      "grpc.max_concurrent_streams": service.callsPerConnectionMax,
      "grpc.enable_channelz": 0,
    });
    this.#clientService = new ClientService(service, ports);
    if (options.servesMap) this.#server.addService(clientServiceDefinition, this.#clientService.handlers);
    const admin = new AdminService({ ...options.admin, requestTimeoutMs: service.requestTimeoutMs }, ports);
    this.#server.addService(adminServiceDefinition, admin.handlers);
    const { faults } = ports;
    if (faults !== null) this.#server.addService(faultServiceDefinition, new FaultService({ ...ports, faults }).handlers);
    this.#introspection = new Introspection(this.#server, [
      ...(options.servesMap ? ["balsa.client.v1.ClientService"] : []),
      "balsa.admin.v1.AdminService",
      ...(faults === null ? [] : ["balsa.admin.v1.FaultService"]),
    ]);
  }

  /** @param address host:port; port 0 takes a free one. `done` gets the port. */
  listen(address: string, done: (error: Error | null, port: number) => void): void {
    this.#server.bindAsync(address, ServerCredentials.createInsecure(), done);
  }

  /** What the health service says: whether this node knows of a leader. Cheap to call at every event. */
  setServing(serving: boolean): void {
    this.#introspection.setServing(serving);
  }

  /** Takes no new calls, lets those under way be answered for at most `graceMs`, then ends them. Calls `done` once. */
  stop(graceMs: number, done: () => void): void {
    this.setServing(false);
    this.#clientService.stop();
    const timer = setTimeout(() => {
      // The clients' sockets close when they like; nobody need wait for that.
      this.#server.forceShutdown();
      finish();
    }, graceMs);
    let finished = false;
    const finish = (): void => {
      clearTimeout(timer);
      if (!finished) done();
      finished = true;
    };
    this.#server.tryShutdown(finish);
  }
}
