import { type Client, credentials, makeClientConstructor, type ServiceError } from "@grpc/grpc-js";
import { counter, durations } from "../../src/declared/figures.ts";
import { type DoorOptions, doorDefaults } from "../../src/door/options.ts";
import type { PlaceOptions } from "../../src/door/places.ts";
import { UnreadTotal } from "../../src/door/unread.ts";
import type { AdminServiceClient } from "../../src/generated/balsa/admin/v1/AdminService.ts";
import type { ObserveServiceClient } from "../../src/generated/balsa/admin/v1/ObserveService.ts";
import type { ClientServiceClient } from "../../src/generated/balsa/client/v1/ClientService.ts";
import type { ReadStreamResponse__Output } from "../../src/generated/balsa/client/v1/ReadStreamResponse.ts";
import type { SubmitStreamResponse__Output } from "../../src/generated/balsa/client/v1/SubmitStreamResponse.ts";
import { errorInfoOf } from "../../src/grpc/error-info.ts";
import { adminServiceDefinition, clientServiceDefinition, observeServiceDefinition } from "../../src/grpc/service-definitions.ts";
import type { PeerLinkState } from "../../src/service/admin/member-messages.ts";
import { Incarnation } from "../../src/service/answers/incarnation.ts";
import { type ServiceOptions, serviceOptionDefaults } from "../../src/service/answers/options.ts";
import type { FaultsPort } from "../../src/service/faults/fault-service.ts";
import { ClientServer } from "../../src/service/server.ts";
import { incarnationId as incarnationOfTests } from "../incarnations.ts";
import { FakeNode } from "./fake-node.ts";
import { FakeObserved } from "./fake-observed.ts";

const ClientClient = makeClientConstructor(clientServiceDefinition, "ClientService");
const ObserveClient = makeClientConstructor(observeServiceDefinition, "ObserveService");
const AdminClient = makeClientConstructor(adminServiceDefinition, "AdminService");

/** A client server over a fake node, in this process, on a free port; with plain gRPC clients of it. */
export class RunningServer {
  readonly node: FakeNode;
  readonly server: ClientServer;
  readonly address: string;
  readonly client: ClientServiceClient;
  readonly admin: AdminServiceClient;
  readonly observe: ObserveServiceClient;
  readonly observed: FakeObserved;
  readonly unread: UnreadTotal;
  readonly damages: Error[];

  private constructor(
    { node, observed }: { readonly node: FakeNode; readonly observed: FakeObserved },
    server: ClientServer,
    address: string,
    unread: UnreadTotal,
    damages: Error[],
  ) {
    this.node = node;
    this.observed = observed;
    this.server = server;
    this.address = address;
    this.unread = unread;
    this.damages = damages;
    this.client = new ClientClient(address, credentials.createInsecure()) as Client as ClientServiceClient;
    this.admin = new AdminClient(address, credentials.createInsecure()) as Client as AdminServiceClient;
    this.observe = new ObserveClient(address, credentials.createInsecure()) as Client as ObserveServiceClient;
  }

  static start(
    limits: Partial<ServiceOptions> = {},
    faults: FaultsPort | null = null,
    door: Partial<DoorOptions & PlaceOptions> = {},
    { incarnationId = incarnationOfTests, port = 0 }: { readonly incarnationId?: string; readonly port?: number } = {},
  ): Promise<RunningServer> {
    const node = new FakeNode();
    const observed = new FakeObserved(node);
    const damages: Error[] = [];
    const unreadTotal = new UnreadTotal(door.unreadBytesTotalMax ?? doorDefaults.unreadBytesTotalMax);
    const server = new ClientServer(
      {
        service: { ...serviceOptionDefaults, ...limits },
        door: { ...doorDefaults, connectionsMax: 1_000, perAddressMax: 1_000, whenFull: "refuse", ...door },
        admin: { clusterId: "test", incarnationId, version: "1.2.3" },
        servesMap: true,
      },
      {
        unreadTotal,
        onNotice: () => {},
        incarnation: new Incarnation(incarnationId),
        node,
        get state() {
          return node.state;
        },
        onStateDamaged: (error) => damages.push(error),
        soon: setImmediate,
        now: () => 10_000,
        linkStates: () => new Map<number, PeerLinkState>([[2, "connected"]]),
        transfers: () => [{ direction: "to", peer: 3, index: 40, bytes: 10, of: 100 }],
        strangersRefused: () => 7,
        messagesRefused: () => 8,
        verification: () => ({ scrubRounds: 1, scrubbedBytes: 2, compared: 3, differed: 4, comparedIndex: 5 }),
        diskBytes: () => 4_096,
        figures: () => [
          { name: "node_turns", ...counter("turns", "Steps of the core."), value: 12 },
          { name: "node_read_turn_ms", ...durations("Waiting."), value: { bounds: [1, 2], counts: [4, 6, 7], sum: 12.5 } },
        ],
        faults,
        observe: observed,
        process,
      },
    );
    return new Promise((resolve, reject) => {
      server.listen(`127.0.0.1:${port}`, (error, taken) => {
        if (error) reject(error);
        else resolve(new RunningServer({ node, observed }, server, `127.0.0.1:${taken}`, unreadTotal, damages));
      });
    });
  }

  get port(): number {
    return Number(this.address.split(":")[1]);
  }

  async stop(graceMs = 0): Promise<void> {
    this.client.close();
    this.admin.close();
    this.observe.close();
    await new Promise<void>((resolve) => this.server.stop(graceMs, resolve));
  }
}

/** A unary call as a promise. */
export function ask<Request, Response>(
  call: (request: Request, done: (error: ServiceError | null, response?: Response) => void) => unknown,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    call(request, (error, response) => {
      if (error === null && response !== undefined) resolve(response);
      else reject(error);
    });
  });
}

export interface SeenError {
  code: number;
  message: string;
  reason: string | undefined;
  metadata: Readonly<Record<string, string>> | undefined;
}

/** What a client sees of a call that fails. */
export async function errorOf(answer: Promise<unknown>): Promise<SeenError> {
  try {
    await answer;
  } catch (error) {
    const { code, details, metadata } = error as ServiceError;
    const info = errorInfoOf(metadata);
    return { code, message: details, reason: info?.reason, metadata: info?.metadata };
  }
  throw new Error("the call did not fail");
}

/** Gathers the results of a stream, whatever their order. */
export class Results<Result extends { id: number }> {
  readonly byId = new Map<number, Result>();
  /** How many results came in each message. */
  readonly sizes: number[] = [];
  /** The error that ended the stream, or null if it ended well. */
  readonly end: Promise<ServiceError | null>;

  constructor(call: NodeJS.EventEmitter) {
    call.on("data", ({ results }: { results: Result[] }) => {
      this.sizes.push(results.length);
      for (const result of results) this.byId.set(result.id, result);
    });
    this.end = new Promise((resolve) => {
      call.on("error", resolve);
      call.on("end", () => resolve(null));
    });
  }
}

export type SubmitResults = Results<SubmitStreamResponse__Output["results"][number]>;
export type ReadResults = Results<ReadStreamResponse__Output["results"][number]>;

/** Waits until it holds, at most 5 s or `timeoutMs`. */
export async function until(
  holds: () => boolean,
  what: string,
  meanwhile: () => Promise<unknown> = () => new Promise((resolve) => setTimeout(resolve, 2)),
  timeoutMs = 5_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`after ${timeoutMs} ms, still not: ${what}`);
    await meanwhile();
  }
}
