import type { AdminServiceDefinition } from "../generated/balsa/admin/v1/AdminService.ts";
import type { FaultServiceDefinition } from "../generated/balsa/admin/v1/FaultService.ts";
import type { ClientServiceDefinition } from "../generated/balsa/client/v1/ClientService.ts";
import { packageDefinition } from "./load-proto.ts";

/** The services of the client port, as gRPC serves and calls them. Their types are made from the same files. */
export const clientServiceDefinition = packageDefinition["balsa.client.v1.ClientService"] as unknown as ClientServiceDefinition;
export const adminServiceDefinition = packageDefinition["balsa.admin.v1.AdminService"] as unknown as AdminServiceDefinition;
export const faultServiceDefinition = packageDefinition["balsa.admin.v1.FaultService"] as unknown as FaultServiceDefinition;
