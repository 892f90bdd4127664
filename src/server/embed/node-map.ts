import { BalsaClient } from "../../client/client.ts";
import type { BalsaMap } from "../../client/map.ts";
import type { NodeId } from "../../core/types.ts";
import type { ServiceOptions } from "../../service/answers/options.ts";
import type { ServicePorts } from "../../service/answers/ports.ts";
import { LocalConnection } from "./local-connection.ts";
import { LocalService } from "./local-service.ts";

/** The map that a node replicates, as a client has it; docs/client.md tells how it is used. */
export interface NodeMap extends BalsaMap {
  /** After the loss of a session to which keys were attached: the next write opens another one. Its keys must be set again. */
  renewSession(): void;
}

/** Nobody connects to it, so it leads nowhere. */
const endpoint = "within.this.program:1";

/** A client of the node that it is in: its writes are in a session, and nothing goes over a network but what nodes say to each other. */
export function nodeMapOf(id: NodeId, options: ServiceOptions, ports: ServicePorts): BalsaClient {
  const service = new LocalService(options, ports);
  const connect = (address: string): LocalConnection => new LocalConnection(address, service);
  // Its own node serves it best, whether that one leads or not.
  return new BalsaClient({ endpoints: [endpoint], discover: false, prefer: "any", name: `node ${id}` }, async () => connect);
}
