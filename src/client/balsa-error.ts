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
  /** What else is known: the leader's id and client address, the oldest revision that is kept. */
  readonly facts: Readonly<Record<string, string>>;

  constructor(
    code: status,
    reason: string,
    mayHaveHappened: boolean,
    message: string,
    facts: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "BalsaError";
    this.code = code;
    this.reason = reason;
    this.mayHaveHappened = mayHaveHappened;
    this.facts = facts;
  }
}

/** Errors that the client itself finds; all others come from a node. */
export const clientErrorKinds = {
  UNREACHABLE: { code: status.UNAVAILABLE, mayHaveHappened: false, retry: "backOff", meaning: "No node could be reached in time." },
  CONNECTION_LOST: {
    code: status.ABORTED,
    mayHaveHappened: true,
    retry: "readFirst",
    meaning: "The connection broke after a write without a session had left and before it was answered.",
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
  SESSION_ENDED: {
    code: status.FAILED_PRECONDITION,
    mayHaveHappened: false,
    retry: "never",
    meaning: "The client's session is lost, and the keys attached to it are gone or soon will be. Renew it to write on.",
  },
  SESSION_LOST_MIDWAY: {
    code: status.ABORTED,
    mayHaveHappened: true,
    retry: "readFirst",
    meaning: "The session ended after the write had left and before it was answered.",
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
  if (info !== null) {
    const { mayHaveHappened, ...facts } = info.metadata;
    return new BalsaError(error.code, info.reason, mayHaveHappened === "true", error.details, facts);
  }
  return new BalsaError(error.code, status[error.code] ?? "UNKNOWN", changes, error.details);
}

/** Whether the same request may well succeed at another try, here or at another node. Overload is for the caller to know. */
export function worthAnotherTry(error: BalsaError): boolean {
  return !error.mayHaveHappened && (error.code === status.UNAVAILABLE || error.code === status.DATA_LOSS);
}
