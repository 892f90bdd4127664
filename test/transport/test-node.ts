import type { Socket } from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import type { PeerMessage } from "../../src/core/messages.ts";
import { http2ServerOf } from "../../src/door/http2-server.ts";
import { compareState } from "../../src/node/duties/digest-watch.ts";
import type { Introduction, IntroductionAnswer } from "../../src/node/founding/introduction.ts";
import { type Answered, CallTakers, type PeerCall } from "../../src/node/ports/peer-calls.ts";
import type {
  ChunkReply,
  Outcome,
  PeerPlace,
  PeerRefusal,
  SnapshotChunk,
  StateDigest,
  TransportHandler,
} from "../../src/node/ports/ports.ts";
import { forward } from "../../src/node/requests/requests.ts";
import { installSnapshot } from "../../src/node/snapshots/snapshot-stream.ts";
import { GrpcTransport } from "../../src/transport/grpc-transport.ts";
import { peerServerOptions } from "../../src/transport/in/peer-service.ts";
import type { TransportNotice } from "../../src/transport/link/notices.ts";
import { type TransportLimits, transportDefaults } from "../../src/transport/link/transport-options.ts";
import { incarnationId as ownIncarnation } from "../incarnations.ts";
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
  readonly listed?: ReadonlyMap<number, string>;
  readonly diskId?: string;
  readonly clusterId?: string;
  readonly incarnationId?: string;
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
  readonly members: { id: number; origin: string }[] = [];
  readonly introductions: Introduction[] = [];
  /** Messages that went nowhere. */
  readonly dropped: { type: string; why: string }[] = [];
  /** Numbers of the calls that came in, by their names. */
  readonly numbers: { call: string; sequence: number | undefined }[] = [];
  /** The number of each answer of this node; undefined: they have none. */
  answerNumber: number | undefined;
  readonly digestsAsked: { index: number; from: number }[] = [];
  readonly #takers = new CallTakers()
    .on(forward, (command, done) => this.forwarded.push({ command: Buffer.from(command).toString(), done }))
    .on(installSnapshot, (chunk, done, from) => this.chunks.push({ from, chunk, done }))
    .on(compareState, (index, done, from) => {
      this.digestsAsked.push({ index, from });
      this.#unanswered.push(() => done(this.digest?.appliedIndex === index ? this.digest : null));
      if (!this.isSilent) this.answerAll();
    });
  readonly #unanswered: (() => void)[] = [];
  /** Keeps questions about its state until they are answered all at once. */
  isSilent = false;
  readonly #server: Server;

  constructor(options: TestNodeOptions, server: Server) {
    const limits = { ...transportDefaults, ...options.limits };
    const {
      id,
      peers,
      clusterId = "balsa",
      incarnationId = ownIncarnation,
      diskId = "",
      listed = new Map<number, string>(),
      lastId = Math.max(id, ...peers.keys()),
    } = options;
    const ports = {
      random: () => 0.5,
      onNotice: (notice: TransportNotice) => this.notices.push(notice),
      onMember: (id: number, origin: string) => this.members.push({ id, origin }),
      onDropped: ({ type }: PeerMessage, why: string) => this.dropped.push({ type, why }),
      introduce: (question: Introduction): IntroductionAnswer => {
        this.introductions.push(question);
        const stage = { type: "born", birth: { incarnationId, members: [] }, acquaintance: "sameDisk", clientAddress: "" } as const;
        return { clusterId, from: id, diskId: "its disk", stage };
      },
    };
    this.transport = new GrpcTransport({ clusterId, incarnationId, id, diskId, limits, listed }, ports);
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

  answerAll(): void {
    for (const answer of this.#unanswered.splice(0)) answer();
  }

  onMessage(message: PeerMessage): void {
    this.received.push(message);
  }

  onAsk<Question, Answer>(
    from: number,
    call: PeerCall<Question, Answer>,
    question: Question,
    done: Answered<Answer>,
    sequence?: number,
  ): void {
    this.numbers.push({ call: call.name, sequence });
    this.#takers.give(from, call, question, (answer) => done(answer, this.answerNumber));
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

/** gRPC forgets connections whose other end goes away while it shuts down, as one that has just been accepted. This one closes all. */
class ClosableServer extends Server {
  readonly #sockets = new Set<Socket>();
  #isClosed = false;

  keepSockets(): void {
    http2ServerOf(this).on("connection", (socket: Socket) => {
      if (this.#isClosed) socket.destroy();
      this.#sockets.add(socket.once("close", () => this.#sockets.delete(socket)));
    });
  }

  override forceShutdown(): void {
    super.forceShutdown();
    this.#isClosed = true;
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** A gRPC server on a port of loopback, any free one unless `address` names it. */
export async function listen(address = "127.0.0.1:0"): Promise<{ server: Server; address: string }> {
  const server = new ClosableServer(peerServerOptions(transportDefaults));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  server.keepSockets();
  return { server, address: `127.0.0.1:${port}` };
}

export function peersOf(id: number, addresses: ReadonlyMap<number, string>): Map<number, string> {
  return new Map([...addresses].filter(([peer]) => peer !== id));
}

/** Peers of whom nobody knows the disk. */
export function placesOf(addresses: ReadonlyMap<number, string>): Map<number, PeerPlace> {
  return new Map([...addresses].map(([id, address]) => [id, { address, diskId: "" }]));
}
