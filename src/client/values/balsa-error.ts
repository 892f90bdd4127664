import type { Error__Output as ItemError } from "../../generated/balsa/client/v1/Error.ts";
import type { ErrorInfo } from "../../grpc/error-info.ts";
import { errorKinds, isNodeErrorCode, type NodeErrorCode } from "../../grpc/error-kinds.ts";
import { type GrpcStatus, grpcStatusOf } from "../../grpc/grpc-statuses.ts";
import { isRetry, type Retry } from "../../grpc/retry.ts";
import { clientErrorKinds } from "./client-errors.ts";

/**
 * What tells errors apart. docs/errors.md says what each means. Where gRPC itself speaks, the word is its own; `LEADER_UNSETTLED`
 * is for `balsa node rejoin` alone.
 */
export type BalsaErrorCode =
  | NodeErrorCode
  | keyof typeof clientErrorKinds
  | Exclude<GrpcStatus, "OK" | "ABORTED">
  | "LEADER_UNSETTLED";

/** What is known of an error beside its code and its message. */
export interface BalsaErrorDetails {
  readonly grpcStatus: GrpcStatus;
  readonly mayHaveHappened: boolean;
  /** Left out, it follows from the rest. */
  readonly retry?: Retry | undefined;
  readonly facts?: Readonly<Record<string, string>> | undefined;
  readonly cause?: unknown;
}

/** Every error of a BalsaClient, a BalsaAdmin and a BalsaNode. */
export class BalsaError extends Error {
  /** What happened; stable, unlike the message. */
  readonly code: BalsaErrorCode;
  /** What gRPC calls errors of this kind. */
  readonly grpcStatus: GrpcStatus;
  /** False: the request had no effect and never will. True: it may have taken effect, or may still do so. */
  readonly mayHaveHappened: boolean;
  /** What to do about it; docs/errors.md says more. */
  readonly retry: Retry;
  /** What else is known: the leader's id and client address, the oldest revision that is kept. */
  readonly facts: Readonly<Record<string, string>>;

  constructor(code: BalsaErrorCode, message: string, details: BalsaErrorDetails) {
    const { grpcStatus, mayHaveHappened, retry, facts = {}, cause } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.name = "BalsaError";
    this.code = code;
    this.grpcStatus = grpcStatus;
    this.mayHaveHappened = mayHaveHappened;
    this.retry = retry ?? usualRetry(grpcStatus, mayHaveHappened);
    this.facts = facts;
  }
}

export function clientError(
  code: keyof typeof clientErrorKinds,
  facts: Readonly<Record<string, string>> = {},
  why = "",
  cause?: unknown,
): BalsaError {
  const kind = clientErrorKinds[code];
  return new BalsaError(code, `${why}${kind.meaning}`, { ...kind, facts, cause });
}

export function errorOfItem({ code: number, reason, message, mayHaveHappened, retry }: ItemError): BalsaError {
  return errorOfNode({ number, reason, message, mayHaveHappened, retry, facts: {} });
}

/** How a call ended that was not answered. */
export interface CallFailure {
  /** gRPC's code. */
  readonly number: number;
  readonly message: string;
  /** What the node says of it; null: gRPC itself speaks. */
  readonly info: ErrorInfo | null;
}

/** @param changes whether the call could change anything: then an error without an explanation may hide a change */
export function errorOfCall({ number, message, info }: CallFailure, changes: boolean): BalsaError {
  if (info === null) {
    const grpcStatus = grpcStatusOf(number);
    return new BalsaError(codeOf(grpcStatus), message, { grpcStatus, mayHaveHappened: changes });
  }
  const { mayHaveHappened, retry, ...facts } = info.metadata;
  return errorOfNode({ number, reason: info.reason, message, mayHaveHappened: mayHaveHappened === "true", retry, facts });
}

interface NodeAnswer {
  readonly number: number;
  readonly reason: string;
  readonly message: string;
  readonly mayHaveHappened: boolean;
  readonly retry: string | undefined;
  readonly facts: Readonly<Record<string, string>>;
}

/** A word of a later version becomes gRPC's word for its kind, and is among the facts. */
function errorOfNode({ number, reason, message, mayHaveHappened, retry, facts }: NodeAnswer): BalsaError {
  const grpcStatus = grpcStatusOf(number);
  const said = isRetry(retry) ? retry : undefined;
  if (!isNodeErrorCode(reason))
    return new BalsaError(codeOf(grpcStatus), message, { grpcStatus, mayHaveHappened, retry: said, facts: { ...facts, reason } });
  // An older node does not say it.
  return new BalsaError(reason, message, { grpcStatus, mayHaveHappened, retry: said ?? errorKinds[reason].retry, facts });
}

/** gRPC's word, unless it stands for something else among the codes. */
function codeOf(grpcStatus: GrpcStatus): BalsaErrorCode {
  return grpcStatus === "OK" || grpcStatus === "ABORTED" ? "UNKNOWN" : grpcStatus;
}

function usualRetry(grpcStatus: GrpcStatus, mayHaveHappened: boolean): Retry {
  if (mayHaveHappened) return "readFirst";
  return grpcStatus === "UNAVAILABLE" || grpcStatus === "RESOURCE_EXHAUSTED" ? "backOff" : "never";
}

/** How gRPC says that a connection has carried nothing. */
const noConnection = "No connection established";

/** Whether a call that ended so may have left. */
export function hasLeft({ message }: CallFailure): boolean {
  return !message.startsWith(noConnection);
}

/** Whether the same request may well succeed at another try, here or at another node. Overload is for the caller to know. */
export function worthAnotherTry(error: BalsaError): boolean {
  return !error.mayHaveHappened && (error.grpcStatus === "UNAVAILABLE" || error.grpcStatus === "DATA_LOSS");
}
