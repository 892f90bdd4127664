import { type Client, credentials, makeClientConstructor, type ServiceError } from "@grpc/grpc-js";
import type { AdminServiceClient } from "../../src/generated/balsa/admin/v1/AdminService.ts";
import type { ClientServiceClient } from "../../src/generated/balsa/client/v1/ClientService.ts";
import type { ReadStreamResponse__Output } from "../../src/generated/balsa/client/v1/ReadStreamResponse.ts";
import type { SubmitStreamResponse__Output } from "../../src/generated/balsa/client/v1/SubmitStreamResponse.ts";
import type { FaultsPort } from "../../src/service/fault-service.ts";
import type { PeerLinkState } from "../../src/service/member-messages.ts";
import { type ServiceOptions, serviceOptionDefaults } from "../../src/service/options.ts";
import { ClientServer } from "../../src/service/server.ts";
import { errorInfoOf } from "../../src/transport/error-info.ts";
import { adminServiceDefinition, clientServiceDefinition } from "../../src/transport/service-definitions.ts";
import { FakeNode } from "./fake-node.ts";

const ClientClient = makeClientConstructor(clientServiceDefinition, "ClientService");
const AdminClient = makeClientConstructor(adminServiceDefinition, "AdminService");

/** A client server over a fake node, in this process, on a free port; with plain gRPC clients of it. */
export class RunningServer {
  readonly node: FakeNode;
  readonly server: ClientServer;
  readonly address: string;
  readonly client: ClientServiceClient;
  readonly admin: AdminServiceClient;
  readonly damages: Error[];

  private constructor(node: FakeNode, server: ClientServer, address: string, damages: Error[]) {
    this.node = node;
    this.server = server;
    this.address = address;
    this.damages = damages;
    this.client = new ClientClient(address, credentials.createInsecure()) as Client as ClientServiceClient;
    this.admin = new AdminClient(address, credentials.createInsecure()) as Client as AdminServiceClient;
  }

  static start(limits: Partial<ServiceOptions> = {}, faults: FaultsPort | null = null): Promise<RunningServer> {
    const node = new FakeNode();
    const damages: Error[] = [];
    const server = new ClientServer(
      { service: { ...serviceOptionDefaults, ...limits }, admin: { clusterId: "test", version: "1.2.3" }, servesMap: true },
      {
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
        verification: () => ({ scrubRounds: 1, scrubbedBytes: 2, compared: 3, differed: 4, comparedIndex: 5 }),
        diskBytes: () => 4_096,
        faults,
        process,
      },
    );
    return new Promise((resolve, reject) => {
      server.listen("127.0.0.1:0", (error, port) => {
        if (error) reject(error);
        else resolve(new RunningServer(node, server, `127.0.0.1:${port}`, damages));
      });
    });
  }

  async stop(graceMs = 0): Promise<void> {
    this.client.close();
    this.admin.close();
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

/** Waits until it holds, at most 5 s. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`after 5 s, still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
