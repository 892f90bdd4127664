import type { SubjectName } from "./measurement.ts";
import type { CommandLine } from "./processes.ts";

/** A kind of cluster that can be measured: how to run it, what to ask of it. */
export interface Subject {
  readonly name: SubjectName;
  readonly write: Operation;
  /** A linearizable read. */
  readonly read: Operation;
  /** One for each node. */
  plan(place: Place): readonly PlannedNode[];
  /** What the node at this client address says of itself; null if it does not answer. */
  readState(clientAddress: string): Promise<NodeState | null>;
  close(): void;
}

/** Where a cluster is to live. */
export interface Place {
  readonly nodes: number;
  readonly directory: string;
  /** Ports are free from the one after this, two for every node. */
  readonly portBase: number;
  /** Where nodes that can write a processor profile leave it when they stop; null for none. */
  readonly profileDirectory: string | null;
}

export interface PlannedNode {
  readonly id: number;
  readonly clientAddress: string;
  readonly commandLine: CommandLine;
  readonly dataDirectory: string;
}

export interface NodeState {
  readonly isLeader: boolean;
  readonly knowsLeader: boolean;
  readonly term: number;
  /** Log index up to which the node has applied. */
  readonly appliedIndex: number;
}

/** One kind of unary call that a client makes over and over. */
export interface Operation {
  readonly path: string;
  /** The message of the n-th call, as bytes. */
  request(n: number): Buffer;
  /** Reads an answer as a client would; throws if it is none. */
  readAnswer(bytes: Buffer): unknown;
}

/** A unary call as the definitions made from .proto files have it. */
export interface UnaryDefinition<Request, Answer> {
  readonly path: string;
  requestSerialize(message: Request): Buffer;
  responseDeserialize(bytes: Buffer): Answer;
}

export function operationOf<Request, Answer>(
  definition: UnaryDefinition<Request, Answer>,
  message: (n: number) => Request,
): Operation {
  const { path, requestSerialize, responseDeserialize } = definition;
  return { path, request: (n) => requestSerialize(message(n)), readAnswer: responseDeserialize };
}

/** What is written: keys in turn, each with a value of a given number of bytes. */
export const keysMax = 1_024;
export const valueBytes = 100;

export function keyOf(n: number, keys = keysMax): string {
  return `bench-${String(n % keys).padStart(6, "0")}`;
}
