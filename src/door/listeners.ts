import { lookup } from "node:dns/promises";
import { type AddressInfo, createServer, isIP, type Server, type Socket } from "node:net";

/** Listens at every address that a name stands for, as gRPC does. */
export class Listeners {
  readonly #servers: Server[] = [];
  readonly #onConnection: (socket: Socket) => void;

  constructor(onConnection: (socket: Socket) => void) {
    this.#onConnection = onConnection;
  }

  /**
   * @param address host:port; port 0 takes a free one
   * @returns the port
   * @throws the error of the system, if it cannot listen at any of the addresses
   */
  async open(address: string): Promise<number> {
    const colon = address.lastIndexOf(":");
    const name = address.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
    const hosts = isIP(name) === 0 ? (await lookup(name, { all: true })).map((found) => found.address) : [name];
    let port = Number(address.slice(colon + 1));
    let failure: unknown = null;
    for (const host of hosts) {
      try {
        port = await this.#listen(host, port);
      } catch (error) {
        failure ??= error;
      }
    }
    if (this.#servers.length === 0) throw failure;
    return port;
  }

  /** Takes no more connections; those that are there go on. */
  close(): void {
    for (const server of this.#servers) server.close();
  }

  #listen(host: string, port: number): Promise<number> {
    const server = createServer({ allowHalfOpen: false }, this.#onConnection);
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port }, () => {
        server.off("error", reject);
        // What goes wrong at one connection, as a lack of handles does, concerns no other.
        server.on("error", () => {});
        this.#servers.push(server);
        resolve((server.address() as AddressInfo).port);
      });
    });
  }
}
