import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { PeerMessage } from "../../src/core/messages.ts";
import type {
  ChunkReply,
  Outcome,
  PeerPlace,
  PeerRefusal,
  SnapshotChunk,
  StateDigest,
  TransportHandler,
} from "../../src/node/ports.ts";
import { GrpcTransport } from "../../src/transport/grpc-transport.ts";
import type { TransportNotice } from "../../src/transport/notices.ts";
import { peerServerOptions } from "../../src/transport/peer-service.ts";
import { type TransportLimits, transportDefaults } from "../../src/transport/transport-options.ts";
import { until } from "./until.ts";

interface ForwardedTo {
  readonly command: string;
  readonly done: (outcome: Outcome) => void;
}

interface ChunkFrom {
  readonly from: number;
  readonly chunk: SnapshotChunk;
  readonly done: (reply: ChunkReply) => void;
}

export interface TestNodeOptions {
  readonly id: number;
  /** Address of each peer, as "host:port". */
  readonly peers: ReadonlyMap<number, string>;
  /** Highest id ever used, as far as this node knows; by default, the highest of its own and its peers'. */
  readonly lastId?: number;
  readonly diskId?: string;
  readonly clusterId?: string;
  readonly limits?: Partial<TransportLimits>;
}

/** A transport with its gRPC server on loopback, and a handler that keeps what comes in. */
export class TestNode implements TransportHandler {
  readonly transport: GrpcTransport;
  readonly received: PeerMessage[] = [];
  readonly forwarded: ForwardedTo[] = [];
  readonly chunks: ChunkFrom[] = [];
  readonly disks: { id: number; diskId: string }[] = [];
  readonly refusals: { by: number; reason: PeerRefusal; why: string }[] = [];
  readonly notices: TransportNotice[] = [];
  readonly digestsAsked: { index: number; from: number }[] = [];
  readonly #server: Server;

  constructor(options: TestNodeOptions, server: Server) {
    const limits = { ...transportDefaults, ...options.limits };
    const { id, peers, clusterId = "balsa", diskId = "", lastId = Math.max(id, ...peers.keys()) } = options;
    const ports = { random: () => 0.5, onNotice: (notice: TransportNotice) => this.notices.push(notice) };
    this.transport = new GrpcTransport({ clusterId, id, diskId, limits }, ports);
    this.transport.setPeers(placesOf(peers), lastId);
    this.#server = server;
    this.transport.addTo(server);
    this.transport.start(this);
  }

  /** As abrupt as a killed process, as far as the others can tell. */
  stop(): void {
    this.transport.close();
    this.#server.forceShutdown();
  }

  /** What its state is. */
  digest: StateDigest | null = null;

  digestAt(index: number, from: number): StateDigest | null {
    this.digestsAsked.push({ index, from });
    return this.digest?.appliedIndex === index ? this.digest : null;
  }

  onMessage(message: PeerMessage): void {
    this.received.push(message);
  }

  onForward(command: Uint8Array, done: (outcome: Outcome) => void): void {
    this.forwarded.push({ command: Buffer.from(command).toString(), done });
  }

  onChunk(from: number, chunk: SnapshotChunk, done: (reply: ChunkReply) => void): void {
    this.chunks.push({ from, chunk, done });
  }

  onPeerDisk(id: number, diskId: string): void {
    this.disks.push({ id, diskId });
  }

  onRefused(by: number, reason: PeerRefusal, why: string): void {
    this.refusals.push({ by, reason, why });
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

/** Peers of whom nobody knows the disk. */
export function placesOf(addresses: ReadonlyMap<number, string>): Map<number, PeerPlace> {
  return new Map([...addresses].map(([id, address]) => [id, { address, diskId: "" }]));
}
