import type { AdminServiceDefinition } from "../../generated/balsa/admin/v1/AdminService.ts";
import type { FaultServiceDefinition } from "../../generated/balsa/admin/v1/FaultService.ts";
import type { ClientServiceDefinition } from "../../generated/balsa/client/v1/ClientService.ts";
import type { WatchRequest } from "../../generated/balsa/client/v1/WatchRequest.ts";
import type { WatchResponse__Output as WatchResponse } from "../../generated/balsa/client/v1/WatchResponse.ts";
import type { CallFailure } from "../values/balsa-error.ts";
import type { Said } from "./sighting.ts";

/** The connection to one node: over the network, or within the program of which the node is a part. */
export interface Connection {
  readonly endpoint: string;
  /** Whether what is sent now leaves at once. */
  readonly isReady: boolean;
  /** Whether it may yet be ready soon. */
  readonly isConnecting: boolean;
  readonly isClosed: boolean;
  /** What is under way on it is worth sending again: another node is known to lead, and this one to know nothing of it. */
  readonly isSuperseded: boolean;
  supersede(): void;
  /** What the node says of itself; undefined if it says nothing in that time. */
  getStatus(timeoutMs: number, done: (said: Said | undefined) => void): void;
  call<Request, Response>(
    method: PickOf<UnaryMethod<Request, Response>>,
    request: Request,
    timeoutMs: number,
    done: Answer<Response>,
  ): Cancelable;
  watch(request: WatchRequest, ends: WatchEnds): Flow;
  openStream<Item, Result>(definition: PickOf<StreamDefinition<Item, Result>>): ItemStream<Item, Result>;
  /** Closes the connection once its streams and calls have ended. */
  retire(): void;
  /** Ends what is under way. */
  close(): void;
}

/** What the client port serves. */
export interface Services {
  readonly client: ClientServiceDefinition;
  readonly admin: AdminServiceDefinition;
  readonly faults: FaultServiceDefinition;
}

/** Picks one of them. Whoever is loaded before gRPC can name a call by nothing else. */
export type PickOf<Definition> = (from: Services) => Definition;

/** A definition of the generated types, as far as a stream needs it. */
export interface StreamDefinition<Item, Result> {
  readonly path: string;
  readonly requestSerialize: (message: { items: Item[]; incarnationId: string }) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => { results: Result[] };
}

/** The same, of a call with one answer. */
export interface UnaryMethod<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

export type Answer<Response> = (failure: CallFailure | null, response?: Response) => void;

export interface Cancelable {
  cancel(): void;
}

/** Any of the two streams of client.proto. */
export interface ItemStream<Item, Result> extends Cancelable {
  on(event: "data", listener: (message: { results: Result[] }) => void): unknown;
  /** Comes before the end; the listener learns no more than that the stream broke. */
  on(event: "error", listener: (why: Error) => void): unknown;
  on(event: "drain" | "end", listener: () => void): unknown;
  /** False: it takes no more until it drains. */
  write(message: { items: Item[]; incarnationId: string }): boolean;
  end(): void;
}

export interface WatchEnds {
  readonly onMessage: (message: WatchResponse) => void;
  /** Called when it ends: null if the node says nothing of it, as after each failure. */
  readonly onEnd: (failure: CallFailure | null) => void;
}

/** Messages of a node, which can be made to wait. */
export interface Flow extends Cancelable {
  pause(): void;
  resume(): void;
  isPaused(): boolean;
}
