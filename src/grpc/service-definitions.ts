import type { AdminServiceDefinition } from "../generated/balsa/admin/v1/AdminService.ts";
import type { FaultServiceDefinition } from "../generated/balsa/admin/v1/FaultService.ts";
import type { ObserveServiceDefinition } from "../generated/balsa/admin/v1/ObserveService.ts";
import type { ClientServiceDefinition } from "../generated/balsa/client/v1/ClientService.ts";
import type { HealthDefinition } from "../generated/grpc/health/v1/Health.ts";
import type { ServerReflectionDefinition } from "../generated/grpc/reflection/v1/ServerReflection.ts";
import { packageDefinition } from "./load-proto.ts";

/** The services of the client port, as gRPC serves and calls them. Their types are made from the same files. */
export const clientServiceDefinition = packageDefinition["balsa.client.v1.ClientService"] as unknown as ClientServiceDefinition;
export const adminServiceDefinition = packageDefinition["balsa.admin.v1.AdminService"] as unknown as AdminServiceDefinition;
export const observeServiceDefinition = packageDefinition["balsa.admin.v1.ObserveService"] as unknown as ObserveServiceDefinition;
export const faultServiceDefinition = packageDefinition["balsa.admin.v1.FaultService"] as unknown as FaultServiceDefinition;

/** Those of both ports, by which a server tells about itself. */
export const healthDefinition = packageDefinition["grpc.health.v1.Health"] as unknown as HealthDefinition;
export const reflectionDefinition = packageDefinition[
  "grpc.reflection.v1.ServerReflection"
] as unknown as ServerReflectionDefinition;
