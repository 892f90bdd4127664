import { type ServiceError, status } from "@grpc/grpc-js";
import type { Error__Output as ItemError } from "../generated/balsa/client/v1/Error.ts";
import { errorInfoOf } from "../transport/error-info.ts";

/** Every error of a BalsaClient. docs/errors.md lists the reasons. */
export class BalsaError extends Error {
  /** gRPC status code. */
  readonly code: status;
  /** What happened, in UPPER_SNAKE_CASE; stable, unlike the message. */
  readonly reason: string;
  /** False: the request surely did nothing, nor will. True: it may have taken effect, or may yet. */
  readonly mayHaveHappened: boolean;

  constructor(code: status, reason: string, mayHaveHappened: boolean, message: string) {
    super(message);
    this.name = "BalsaError";
    this.code = code;
    this.reason = reason;
    this.mayHaveHappened = mayHaveHappened;
  }
}

/** Errors that the client itself finds; all others come from a node. */
export const clientErrorKinds = {
  UNREACHABLE: { code: status.UNAVAILABLE, mayHaveHappened: false, retry: "backOff", meaning: "No node could be reached in time." },
  CONNECTION_LOST: {
    code: status.ABORTED,
    mayHaveHappened: true,
    retry: "readFirst",
    meaning: "The connection broke after the write had left and before it was answered.",
  },
  CLIENT_TIMEOUT: {
    code: status.DEADLINE_EXCEEDED,
    mayHaveHappened: true,
    retry: "readFirst",
    meaning: "The write had left, and was not answered in time.",
  },
  CLIENT_READ_TIMEOUT: {
    code: status.DEADLINE_EXCEEDED,
    mayHaveHappened: false,
    retry: "backOff",
    meaning: "A read was not answered in time.",
  },
  REQUEST_TOO_LARGE: {
    code: status.INVALID_ARGUMENT,
    mayHaveHappened: false,
    retry: "never",
    meaning: "The request is larger than any message that a node takes (4 MiB by default).",
  },
  TOO_MANY_REQUESTS: {
    code: status.RESOURCE_EXHAUSTED,
    mayHaveHappened: false,
    retry: "backOff",
    meaning: "As many requests wait in this client as may. Await answers before sending more.",
  },
  CLIENT_CLOSED: { code: status.CANCELLED, mayHaveHappened: false, retry: "never", meaning: "The client was closed." },
  CLOSED_MIDWAY: {
    code: status.CANCELLED,
    mayHaveHappened: true,
    retry: "readFirst",
    meaning: "The client was closed after the write had left and before it was answered.",
  },
} as const;

export function clientError(reason: keyof typeof clientErrorKinds): BalsaError {
  const { code, mayHaveHappened, meaning } = clientErrorKinds[reason];
  return new BalsaError(code, reason, mayHaveHappened, meaning);
}

export function errorOfItem({ code, reason, message, mayHaveHappened }: ItemError): BalsaError {
  return new BalsaError(code, reason, mayHaveHappened, message);
}

/** @param changes whether the call could change anything: then an error without an explanation may hide a change */
export function errorOfCall(error: ServiceError, changes: boolean): BalsaError {
  const info = errorInfoOf(error.metadata);
  if (info !== null) return new BalsaError(error.code, info.reason, info.metadata.mayHaveHappened === "true", error.details);
  return new BalsaError(error.code, status[error.code] ?? "UNKNOWN", changes, error.details);
}

/** Whether the same request may well succeed at another try, here or at another node. Overload is for the caller to know. */
export function worthAnotherTry(error: BalsaError): boolean {
  return !error.mayHaveHappened && (error.code === status.UNAVAILABLE || error.code === status.DATA_LOSS);
}
