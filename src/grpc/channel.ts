import { type ChannelCredentials, type ChannelOptions, Client, credentials } from "@grpc/grpc-js";

/**
 * Opens a channel to a node. Every channel of this project is made here.
 *
 * gRPC by itself sends all calls, also those to this machine and to other nodes, through the proxy that `grpc_proxy`,
 * `https_proxy` or `http_proxy` names. Such variables are set for other traffic, and for whole machines and containers at a
 * time. A node is reached directly, unless the caller permits the proxy with `"grpc.enable_http_proxy": 1`.
 */
export function openChannel(
  address: string,
  options: ChannelOptions = {},
  channelCredentials: ChannelCredentials = credentials.createInsecure(),
): Client {
  // Without the scheme, a host that is called "unix" would be taken for one.
  return new Client(`dns:${address}`, channelCredentials, { "grpc.enable_http_proxy": 0, ...options });
}
