import { connect, createServer, type Server, type Socket } from "node:net";

/** A wire that can be cut: passes bytes between whoever connects to it and a target on loopback. */
export class Relay {
  readonly #target: () => number;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #isFrozen = false;
  address = "";
  /** Connections made to it so far. */
  accepted = 0;
  /** Bytes of the caller that went through. */
  bytes = 0;

  constructor(target: () => number) {
    this.#target = target;
    this.#server = createServer((caller) => this.#onCaller(caller));
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size / 2;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const bound = this.#server.address();
    if (bound === null || typeof bound !== "object") throw new Error("The relay has no port.");
    this.address = `127.0.0.1:${bound.port}`;
  }

  /** From now on connections stay open and nothing passes, as if the process behind them were stopped. */
  freeze(): void {
    this.#isFrozen = true;
    for (const socket of this.#sockets) socket.pause();
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const socket of this.#sockets) socket.resume();
  }

  /** Breaks every connection there is. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #onCaller(caller: Socket): void {
    this.accepted++;
    const target = connect(this.#target(), "127.0.0.1");
    caller.on("data", (data) => {
      this.bytes += data.length;
      if (!target.write(data)) caller.pause();
    });
    target.on("drain", () => {
      if (!this.#isFrozen) caller.resume();
    });
    target.on("data", (data) => caller.write(data));
    for (const [socket, other] of [
      [caller, target],
      [target, caller],
    ] as const) {
      this.#sockets.add(socket);
      if (this.#isFrozen) socket.pause();
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
