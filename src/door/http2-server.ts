import type { Http2Server } from "node:http2";
import type { Server } from "@grpc/grpc-js";

/**
 * The HTTP/2 server inside a gRPC server that takes its connections from elsewhere.
 *
 * gRPC's interface shows neither the connections nor the streams below its calls, and what must be bounded is there. So
 * this looks into its one field that has them. The version of the library is pinned, and a test sees to it that the
 * field is still there.
 *
 * @throws Error if this version of the library has it elsewhere
 */
export function http2ServerOf(server: Server): Http2Server {
  const { http2Servers } = server as unknown as { readonly http2Servers: ReadonlyMap<Http2Server, unknown> | undefined };
  const found = http2Servers === undefined ? [] : [...http2Servers.keys()];
  const [http2Server] = found;
  if (http2Server === undefined || found.length > 1 || http2Server.listenerCount("stream") === 0)
    throw new Error("This version of @grpc/grpc-js keeps its HTTP/2 server in another place than the one that Balsa knows.");
  return http2Server;
}
