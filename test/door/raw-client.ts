import { connect, type Socket } from "node:net";
import { greeting, types } from "./raw-http2.ts";

export interface Frame {
  readonly type: number;
  readonly flag: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** A client that speaks HTTP/2 frame by frame, and answers nothing by itself. */
export class RawClient {
  readonly socket: Socket;
  readonly frames: Frame[] = [];
  /** How the connection ended: "end" if the other side closed it, else the code of an error; null while it is open. */
  ending: string | null = null;
  #rest = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes) => this.#onData(bytes));
    socket.on("end", () => {
      this.ending ??= "end";
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.ending ??= error.code ?? error.message;
    });
    socket.on("close", () => {
      this.ending ??= "close";
    });
  }

  /** @param begin what is sent at once */
  static open(port: number, begin: Buffer = greeting): Promise<RawClient> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const client = new RawClient(socket);
    return new Promise((resolve) => {
      const done = () => resolve(client);
      socket.once("connect", () => {
        if (begin.length > 0) socket.write(begin);
        done();
      });
      socket.once("close", done);
    });
  }

  send(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** Sends no more, and still reads. */
  finish(): void {
    this.socket.end();
  }

  close(): void {
    this.socket.destroy();
  }

  /** Bytes of answers that it has read. */
  get dataBytes(): number {
    return this.frames.reduce((sum, { type, payload }) => sum + (type === types.data ? payload.length : 0), 0);
  }

  get pings(): Frame[] {
    return this.frames.filter(({ type, flag }) => type === types.ping && flag === 0);
  }

  get isToldToGo(): boolean {
    return this.frames.some(({ type }) => type === types.goaway);
  }

  #onData(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 9) {
      const length = this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < 9 + length) return;
      const [, , , type = 0, flag = 0] = this.#rest;
      this.frames.push({ type, flag, stream: this.#rest.readUInt32BE(5), payload: this.#rest.subarray(9, 9 + length) });
      this.#rest = this.#rest.subarray(9 + length);
    }
  }
}
