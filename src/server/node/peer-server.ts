import type { Server } from "@grpc/grpc-js";
import { Door, type DoorPorts } from "../../door/door.ts";
import type { DoorOptions } from "../../door/options.ts";
import type { PlaceOptions } from "../../door/places.ts";
import { Introspection } from "../../service/introspection/introspection.ts";
import { peerServerOptions } from "../../transport/in/peer-service.ts";
import type { TransportLimits } from "../../transport/link/transport-options.ts";

export interface PeerServerOptions {
  readonly door: DoorOptions & PlaceOptions;
  readonly transport: TransportLimits;
}

/** An address cannot be listened on. */
export class CannotListen extends Error {
  constructor(message: string, cause?: Error) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "CannotListen";
  }
}

/** The gRPC server of the peer port: RaftService, with reflection and health. */
export class PeerServer {
  readonly door: Door;
  readonly #introspection: Introspection;

  /** @param raft adds RaftService to the server */
  constructor(options: PeerServerOptions, raft: { addTo(server: Server): void }, ports: DoorPorts) {
    this.door = new Door(options.door, peerServerOptions(options.transport), ports);
    raft.addTo(this.door.server);
    this.#introspection = new Introspection(this.door.server, ["balsa.raft.v1.RaftService"]);
  }

  /** @throws CannotListen */
  listen(address: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.door.listen(address, (error) => {
        if (error === null) resolve();
        else reject(new CannotListen(error.message, error));
      });
    });
  }

  setServing(serving: boolean): void {
    this.#introspection.setServing(serving);
  }

  /** Breaks off whatever is under way: between nodes, everything can be said again. */
  stop(): void {
    this.setServing(false);
    this.door.stop(0, () => {});
  }
}
