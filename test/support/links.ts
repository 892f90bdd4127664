import { connect, createServer, type Server, type Socket } from "node:net";

/** One direction of who calls whom. */
interface Link {
  readonly from: number;
  readonly to: number;
  readonly port: number;
  readonly server: Server;
  /** Both ends of every connection that was made through it. */
  readonly sockets: Set<Socket>;
}

/**
 * The wires between the nodes, in the hands of the test: each node calls each other one through a small relay. A cut
 * wire is silent: what is sent over it waits, and comes late once it is mended. Clients call the nodes directly.
 */
export class Links {
  readonly #links: Link[] = [];
  #isCut: (from: number, to: number) => boolean = () => false;

  /** @param targets where each node listens, by id @param ports as many as there are pairs */
  static async open(targets: ReadonlyMap<number, number>, ports: readonly number[]): Promise<Links> {
    const links = new Links();
    const pairs = [...targets].flatMap(([to, target]) =>
      [...targets.keys()].filter((from) => from !== to).map((from) => ({ from, to, target })),
    );
    await Promise.all(pairs.map((pair, place) => links.#open(pair, ports[place] ?? 0)));
    return links;
  }

  /** The port at which `from` calls `to`. */
  port(from: number, to: number): number {
    const link = this.#links.find((each) => each.from === from && each.to === to);
    if (link === undefined) throw new Error(`There is no link from node ${from} to node ${to}.`);
    return link.port;
  }

  /** Cuts every wire for which this holds, in both directions of talk; mends all others. */
  cut(isCut: (from: number, to: number) => boolean): void {
    this.#isCut = isCut;
    for (const link of this.#links) {
      for (const socket of link.sockets) this.#settle(link, socket);
    }
  }

  /** Cuts these nodes off from all others, but not from each other. */
  cutOff(...ids: readonly number[]): void {
    this.cut((from, to) => ids.includes(from) !== ids.includes(to));
  }

  heal(): void {
    this.cut(() => false);
  }

  close(): void {
    for (const { server, sockets } of this.#links) {
      server.close();
      for (const socket of sockets) socket.destroy();
    }
  }

  #open(pair: { from: number; to: number; target: number }, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true }, (incoming) => this.#relay(link, incoming, pair.target));
      const link: Link = { from: pair.from, to: pair.to, port, server, sockets: new Set() };
      this.#links.push(link);
      server.once("error", reject);
      server.listen({ host: "127.0.0.1", port }, resolve);
    });
  }

  #relay(link: Link, incoming: Socket, target: number): void {
    const outgoing = connect({ host: "127.0.0.1", port: target, noDelay: true });
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      link.sockets.add(socket);
      socket.on("data", (bytes) => other.write(bytes));
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        link.sockets.delete(socket);
        other.destroy();
      });
      this.#settle(link, socket);
    }
  }

  #settle({ from, to }: Link, socket: Socket): void {
    if (this.#isCut(from, to)) socket.pause();
    else socket.resume();
  }
}
