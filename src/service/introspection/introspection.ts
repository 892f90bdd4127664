import type { Server } from "@grpc/grpc-js";
import { healthDefinition, reflectionDefinition } from "../../grpc/service-definitions.ts";
import { addLegibleService } from "../answers/legible-service.ts";
import { Health } from "./health.ts";
import { Reflection } from "./reflection.ts";

/** Older tools call the same methods by this name. */
const alphaReflectionDefinition = {
  ServerReflectionInfo: {
    ...reflectionDefinition.ServerReflectionInfo,
    path: "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
  },
};

/**
 * What any gRPC server of this project tells about itself: its services by reflection, so that tools need
 * no .proto files, and by grpc.health.v1 whether it is worth asking. Until told otherwise it is not.
 */
export class Introspection {
  readonly #health: Health;

  /** @param services full names of the services that the server has, such as balsa.client.v1.ClientService */
  constructor(server: Server, services: readonly string[]) {
    this.#health = new Health(services);
    addLegibleService(server, healthDefinition, this.#health.handlers);
    const { handlers } = new Reflection([...services, "grpc.health.v1.Health"]);
    addLegibleService(server, reflectionDefinition, handlers);
    addLegibleService(server, alphaReflectionDefinition, handlers);
  }

  /** A node serves while it knows of a leader. The empty name stands for the server as a whole. */
  setServing(serving: boolean): void {
    this.#health.setServing(serving);
  }
}
