import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { BalsaAdmin } from "../../src/client/admin.ts";
import { BalsaClient } from "../../src/client/client.ts";
import { openChannel } from "../../src/grpc/channel.ts";
import { cli } from "./cli-world.ts";
import { type OneNode, startOneNode } from "./one-node.ts";
import { Program } from "./program.ts";

/** What gRPC reads, and what other programs read; upper case is set beside lower case on many machines. */
const variables = ["grpc_proxy", "https_proxy", "http_proxy", "all_proxy"].flatMap((name) => [name, name.toUpperCase()]);

let node: OneNode;
let proxy: ConnectProxy;
const before = new Map(variables.map((name) => [name, process.env[name]]));

beforeAll(async () => {
  node = await startOneNode();
  proxy = await ConnectProxy.start();
  for (const name of variables) process.env[name] = proxy.url;
});
beforeEach(() => {
  proxy.targets.length = 0;
});
afterAll(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await proxy.stop();
  await node.remove();
});

test("the client library reaches a node directly, whatever proxy the environment names", async () => {
  const client = new BalsaClient({ endpoints: [node.address] });
  await client.set("a", "b");
  await client.close();
  await new BalsaAdmin({ endpoints: [node.address] }).members();
  expect(proxy.targets).toEqual([]);
});

test.each([["set", "a", "b"], ["status"], ["member", "list"], ["scan"]])(
  "balsa %s reaches a node directly, and through the proxy if it is told to",
  async (...command) => {
    const args = ["--endpoints", node.address, ...command];
    expect((await cli(...args)).code).toBe(0);
    expect(proxy.targets).toEqual([]);
    expect((await cli("--proxy", ...args)).code).toBe(0);
    expect(new Set(proxy.targets)).toEqual(new Set([node.address]));
  },
);

test("a channel goes to its node directly, as every other user of it", async () => {
  const channel = openChannel(node.address);
  await new Promise<void>((resolve, reject) =>
    channel.waitForReady(Date.now() + 5_000, (error) => (error ? reject(error) : resolve())),
  );
  channel.close();
  expect(proxy.targets).toEqual([]);
});

test("the health check reaches its node", async () => {
  const program = new Program("health", { args: [node.address] });
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(proxy.targets).toEqual([]);
});

/** A proxy for connections of any kind, as a company's network has it. */
class ConnectProxy {
  /** Where connections were wanted to, as "host:port". */
  readonly targets: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket: Socket) => this.#sockets.add(socket));
    server.on("connect", ({ url = "" }: IncomingMessage, near: Socket) => {
      this.targets.push(url);
      const [host, port] = url.split(":");
      const far = connect(Number(port), host, () => {
        near.write("HTTP/1.1 200 OK\r\n\r\n");
        far.pipe(near).pipe(far);
      });
      this.#sockets.add(far);
      for (const socket of [near, far]) socket.on("error", () => undefined);
    });
  }

  static start(): Promise<ConnectProxy> {
    const server = createServer();
    return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(new ConnectProxy(server))));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
