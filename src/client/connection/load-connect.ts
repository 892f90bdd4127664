import type { ClientOptions } from "../values/options.ts";
import type { Connection } from "./connection.ts";
import type { NodeConnection } from "./node-connection.ts";

/** Makes a connection to an endpoint, which begins to connect when it is first used. */
export type Connect = (endpoint: string) => Connection;

/**
 * Loads gRPC, once in a process. With the definitions of the services it takes far longer than the rest of a client, so a
 * program that imports the client, and may never use it, does not wait for it.
 */
export async function loadConnect(options: ClientOptions): Promise<(endpoint: string) => NodeConnection> {
  const { NodeConnection } = await import("./node-connection.ts");
  return (endpoint) => new NodeConnection(endpoint, options);
}
