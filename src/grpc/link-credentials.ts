import type { Socket } from "node:net";
import { ChannelCredentials } from "@grpc/grpc-js";

type CreateConnector = ChannelCredentials["_createSecureConnector"];

/**
 * Plaintext credentials that keep hold of the socket, so that it can be closed.
 *
 * grpc-js waits without limit for a peer that takes the connection and then says nothing, as a stopped process
 * does, and closing its client does not end the wait: each retry would leave a socket behind. The credentials are
 * the one place where it shows that socket.
 */
export class LinkCredentials extends ChannelCredentials {
  readonly #plain = ChannelCredentials.createInsecure();
  readonly #sockets = new Set<Socket>();

  destroySockets(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  override _isSecure(): boolean {
    return false;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(...given: Parameters<CreateConnector>): ReturnType<CreateConnector> {
    const connector = this.#plain._createSecureConnector(...given);
    return {
      connect: (socket) => {
        this.#sockets.add(socket);
        socket.once("close", () => this.#sockets.delete(socket));
        return connector.connect(socket);
      },
      waitForReady: () => connector.waitForReady(),
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    };
  }
}
