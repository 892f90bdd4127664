import type { Server } from "@grpc/grpc-js";
import { loadSync, type PackageDefinition } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation, protoPath as healthProtoPath } from "grpc-health-check";
import { packageDefinition } from "../transport/load-proto.ts";
import { withMapEntriesNamed } from "./descriptors.ts";

const reflected: PackageDefinition = withMapEntriesNamed({ ...packageDefinition, ...loadSync(healthProtoPath) });
const healthService = "grpc.health.v1.Health";

/**
 * What any gRPC server of this project tells about itself: its services by reflection, so that tools need
 * no .proto files, and by grpc.health.v1 whether it is worth asking. Until told otherwise it is not.
 */
export class Introspection {
  readonly #health: HealthImplementation;
  readonly #services: readonly string[];
  #serving: boolean | null = null;

  /** @param services full names of the services that the server has, such as balsa.client.v1.ClientService */
  constructor(server: Server, services: readonly string[]) {
    this.#services = services;
    this.#health = new HealthImplementation();
    this.setServing(false);
    this.#health.addToServer(server);
    new ReflectionService(reflected, { services: [...services, healthService] }).addToServer(server);
  }

  /** A node serves while it knows of a leader. The empty name stands for the server as a whole. */
  setServing(serving: boolean): void {
    if (serving === this.#serving) return;
    this.#serving = serving;
    for (const service of ["", ...this.#services]) this.#health.setStatus(service, serving ? "SERVING" : "NOT_SERVING");
  }
}
