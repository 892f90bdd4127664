import { Door, type DoorPorts } from "../door/door.ts";
import type { DoorOptions } from "../door/options.ts";
import type { PlaceOptions } from "../door/places.ts";
import {
  adminServiceDefinition,
  clientServiceDefinition,
  faultServiceDefinition,
  observeServiceDefinition,
} from "../grpc/service-definitions.ts";
import { type AdminOptions, type AdminPorts, AdminService } from "./admin/admin-service.ts";
import { addLegibleService } from "./answers/legible-service.ts";
import { requestBytesMax, type ServiceOptions } from "./answers/options.ts";
import type { ServicePorts } from "./answers/ports.ts";
import { ClientService } from "./client/client-service.ts";
import { FaultService } from "./faults/fault-service.ts";
import { Introspection } from "./introspection/introspection.ts";
import { type ObservePort, ObserveService } from "./observe/observe-service.ts";
import { SessionList } from "./sessions/session-list.ts";
import { Sessions } from "./sessions/sessions.ts";

export interface ClientServerOptions {
  readonly service: ServiceOptions;
  readonly door: DoorOptions & PlaceOptions;
  readonly admin: Omit<AdminOptions, "requestTimeoutMs">;
  /** Whether the key-value map is what is replicated; else there is nothing that clients could call. */
  readonly servesMap: boolean;
}

/** The gRPC server of the client port: what clients and operators call, with reflection and health. */
export class ClientServer {
  readonly door: Door;
  readonly #clientService: ClientService;
  readonly #admin: AdminService;
  readonly #observe: ObserveService;
  readonly #introspection: Introspection;

  constructor(options: ClientServerOptions, ports: ServicePorts & AdminPorts & DoorPorts & { readonly observe: ObservePort }) {
    const { service } = options;
    const serverOptions = {
      "grpc.max_receive_message_length": requestBytesMax(service),
      "grpc.max_concurrent_streams": service.callsPerConnectionMax,
    };
    this.door = new Door(options.door, serverOptions, ports);
    const { server } = this.door;
    this.#clientService = new ClientService(service, ports, (origin) => this.door.roomFor(origin));
    const ofItems = ["SubmitStream", "ReadStream"];
    if (options.servesMap) addLegibleService(server, clientServiceDefinition, this.#clientService.handlers, ofItems);
    const sessions = options.servesMap ? { list: new SessionList(ports), sessions: new Sessions(service, ports) } : null;
    this.#admin = new AdminService({ ...options.admin, requestTimeoutMs: service.requestTimeoutMs }, ports, sessions);
    addLegibleService(server, adminServiceDefinition, this.#admin.handlers);
    const { servesMap } = options;
    const roomFor = (origin: string) => this.door.roomFor(origin);
    this.#observe = new ObserveService({ ...service, servesMap }, { ...ports, roomFor });
    addLegibleService(server, observeServiceDefinition, this.#observe.handlers);
    const { faults } = ports;
    if (faults !== null) addLegibleService(server, faultServiceDefinition, new FaultService({ ...ports, faults }).handlers);
    this.#introspection = new Introspection(server, [
      ...(options.servesMap ? ["balsa.client.v1.ClientService"] : []),
      "balsa.admin.v1.AdminService",
      "balsa.admin.v1.ObserveService",
      ...(faults === null ? [] : ["balsa.admin.v1.FaultService"]),
    ]);
  }

  get sessionFigures(): AdminService["sessionFigures"] {
    return this.#admin.sessionFigures;
  }

  /** @param address host:port; port 0 takes a free one. `done` gets the port. */
  listen(address: string, done: (error: Error | null, port: number) => void): void {
    this.door.listen(address, done);
  }

  /** What the health service says: whether this node knows of a leader. Cheap to call at every event. */
  setServing(serving: boolean): void {
    this.#introspection.setServing(serving);
  }

  /** Takes no new calls, lets those under way be answered for at most `graceMs`, then ends them. Calls `done` once. */
  stop(graceMs: number, done: () => void): void {
    this.setServing(false);
    this.#clientService.stop();
    this.#observe.stop();
    this.door.stop(graceMs, done);
  }
}
