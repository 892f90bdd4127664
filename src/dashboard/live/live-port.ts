import type { IncomingMessage } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Frame } from "../../observe/live.ts";
import type { DashboardLimits } from "../base/limits.ts";
import { hostProblem, originProblem } from "../http/guard.ts";
import { Browser, type BrowserPorts } from "./browser.ts";

export const livePath = "/live";

/** All pages that look on, each with its WebSocket. */
export class LivePort {
  readonly #limits: DashboardLimits;
  readonly #hostNames: readonly string[];
  readonly #ports: BrowserPorts;
  readonly #server: WebSocketServer;
  readonly #browsers = new Map<WebSocket, Browser>();
  /** Who has answered the last ping. */
  readonly #alive = new WeakSet<WebSocket>();
  readonly #pings: NodeJS.Timeout;

  constructor(options: { readonly limits: DashboardLimits; readonly hostNames: readonly string[] }, ports: BrowserPorts) {
    this.#limits = options.limits;
    this.#hostNames = options.hostNames;
    this.#ports = ports;
    // Compressing costs memory for each browser, and time for each frame.
    this.#server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 16 * this.#limits.messageBytesMax });
    this.#pings = setInterval(() => this.#ping(), this.#limits.pingMs);
  }

  get browsers(): number {
    return this.#browsers.size;
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on("error", () => undefined);
    const refusal = this.#refusalOf(request);
    if (refusal !== null) {
      this.#ports.onRefused();
      return refuse(socket, ...refusal);
    }
    this.#server.handleUpgrade(request, socket, head, (connection) => this.#onOpen(connection));
  };

  /** @param json the frame as text */
  send(frame: Frame, json: Buffer): void {
    for (const browser of this.#browsers.values()) browser.onFrame(frame, json);
  }

  /** What pages may do, or who the nodes are, has changed. */
  welcomeAgain(): void {
    for (const browser of this.#browsers.values()) browser.welcomeAgain();
  }

  /** All pages begin again: what they have seen was of another cluster. */
  restart(reason: string): void {
    for (const socket of this.#browsers.keys()) socket.close(1012, reason);
  }

  close(): void {
    clearInterval(this.#pings);
    for (const [socket, browser] of this.#browsers) {
      browser.onClosed();
      // It is told, and not waited for.
      socket.close(1001, "The dashboard stops.");
      socket.terminate();
    }
    this.#browsers.clear();
    this.#server.close();
  }

  #refusalOf({ url = "", headers }: IncomingMessage): [status: number, sentence: string] | null {
    const foreignHost = hostProblem(headers, this.#hostNames);
    if (foreignHost !== null) return [421, foreignHost];
    if (url.split("?")[0] !== livePath) return [404, `WebSockets are served at ${livePath}.`];
    const foreignOrigin = originProblem(headers);
    if (foreignOrigin !== null) return [403, foreignOrigin];
    const { browsersMax } = this.#limits;
    return this.#browsers.size < browsersMax ? null : [503, `${browsersMax} pages look on already, as many as may.`];
  }

  #onOpen(socket: WebSocket): void {
    const browser = new Browser(socket, this.#limits, this.#ports);
    this.#browsers.set(socket, browser);
    this.#alive.add(socket);
    socket.on("message", (data, isBinary) => browser.onMessage(bytesOf(data), isBinary));
    socket.on("pong", () => this.#alive.add(socket));
    // A message that is far too long, for example: it ends the connection, which is told by "close".
    socket.on("error", () => this.#ports.onRefused());
    socket.on("close", () => {
      browser.onClosed();
      this.#browsers.delete(socket);
    });
  }

  #ping(): void {
    for (const socket of this.#browsers.keys()) {
      if (this.#alive.delete(socket)) socket.ping();
      else socket.terminate();
    }
  }
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

function refuse(socket: Duplex, status: number, sentence: string): void {
  const body = `${sentence}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  // Its other end may never close its own half.
  socket.once("finish", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
