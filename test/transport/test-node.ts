import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { PeerMessage } from "../../src/core/messages.ts";
import type { Outcome, TransportHandler } from "../../src/node/ports.ts";
import { GrpcTransport } from "../../src/transport/grpc-transport.ts";
import type { TransportNotice } from "../../src/transport/notices.ts";
import { peerServerOptions } from "../../src/transport/peer-service.ts";
import { type TransportLimits, transportDefaults } from "../../src/transport/transport-options.ts";
import { until } from "./until.ts";

interface ForwardedTo {
  readonly command: string;
  readonly done: (outcome: Outcome) => void;
}

export interface TestNodeOptions {
  readonly id: number;
  /** Address of each peer, as "host:port". */
  readonly peers: ReadonlyMap<number, string>;
  readonly clusterId?: string;
  readonly limits?: Partial<TransportLimits>;
}

/** A transport with its gRPC server on loopback, and a handler that keeps what comes in. */
export class TestNode implements TransportHandler {
  readonly transport: GrpcTransport;
  readonly received: PeerMessage[] = [];
  readonly forwarded: ForwardedTo[] = [];
  readonly notices: TransportNotice[] = [];
  readonly #server: Server;

  constructor(options: TestNodeOptions, server: Server) {
    const limits = { ...transportDefaults, ...options.limits };
    const { id, peers, clusterId = "balsa" } = options;
    const ports = { random: () => 0.5, onNotice: (notice: TransportNotice) => this.notices.push(notice) };
    this.transport = new GrpcTransport({ clusterId, id, peers, limits }, ports);
    this.#server = server;
    this.transport.addTo(server);
    this.transport.start(this);
  }

  /** As abrupt as a killed process, as far as the others can tell. */
  stop(): void {
    this.transport.close();
    this.#server.forceShutdown();
  }

  onMessage(message: PeerMessage): void {
    this.received.push(message);
  }

  onForward(command: Uint8Array, done: (outcome: Outcome) => void): void {
    this.forwarded.push({ command: Buffer.from(command).toString(), done });
  }

  linkTo(peer: number): string | undefined {
    return this.transport.links().find((link) => link.peer === peer)?.state;
  }

  connected(): boolean {
    return this.transport.links().every((link) => link.state === "connected");
  }
}

/** So many nodes with ids from 1 on, each linked to all others. */
export async function startNodes(count: number, limits: Partial<TransportLimits> = {}): Promise<TestNode[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen()));
  const addresses = new Map(servers.map(({ address }, at) => [at + 1, address]));
  const nodes = servers.map(({ server }, at) => new TestNode({ id: at + 1, peers: peersOf(at + 1, addresses), limits }, server));
  await until("all links are connected", () => nodes.every((node) => node.connected()));
  return nodes;
}

/** A gRPC server on a port of loopback, any free one unless `address` names it. */
export async function listen(address = "127.0.0.1:0"): Promise<{ server: Server; address: string }> {
  const server = new Server(peerServerOptions(transportDefaults));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { server, address: `127.0.0.1:${port}` };
}

export function peersOf(id: number, addresses: ReadonlyMap<number, string>): Map<number, string> {
  return new Map([...addresses].filter(([peer]) => peer !== id));
}
