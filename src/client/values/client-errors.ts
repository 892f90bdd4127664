import type { ErrorKind } from "../../grpc/error-kinds.ts";

/** Errors that the client itself finds; all others come from a node. Where both mean the same, the word is the same. */
export const clientErrorKinds = {
  UNREACHABLE: {
    grpcStatus: "UNAVAILABLE",
    mayHaveHappened: false,
    retry: "backOff",
    meaning: "No node could be reached in time.",
  },
  CONNECTION_LOST: {
    grpcStatus: "ABORTED",
    mayHaveHappened: true,
    retry: "readFirst",
    meaning: "The connection broke after a write without a session had left and before it was answered.",
  },
  TIMEOUT: {
    grpcStatus: "DEADLINE_EXCEEDED",
    mayHaveHappened: true,
    retry: "readFirst",
    meaning: "The write had left, and was not answered in time.",
  },
  READ_TIMEOUT: {
    grpcStatus: "DEADLINE_EXCEEDED",
    mayHaveHappened: false,
    retry: "backOff",
    meaning: "A read was not answered in time.",
  },
  SESSION_LOST: {
    grpcStatus: "FAILED_PRECONDITION",
    mayHaveHappened: false,
    retry: "never",
    meaning: "The client's session is lost, and the keys attached to it are gone or soon will be. Renew it to write on.",
  },
  SESSION_NOT_OPENED: {
    grpcStatus: "UNAVAILABLE",
    mayHaveHappened: false,
    retry: "backOff",
    meaning: "No session was opened in time, so the write was not sent: the leader was lost, or no majority answered.",
  },
  OTHER_CLUSTER: {
    grpcStatus: "FAILED_PRECONDITION",
    mayHaveHappened: false,
    retry: "never",
    meaning:
      "The cluster is another one than before: it was begun again, or recovered by force. Its revisions, sessions and keys are others. The next request goes to it.",
  },
  OTHER_CLUSTER_MIDWAY: {
    grpcStatus: "ABORTED",
    mayHaveHappened: true,
    retry: "readFirst",
    meaning:
      "The write had left for a cluster that was begun again, or recovered by force, before it was answered. The next request goes to the new one.",
  },
  SESSION_LOST_MIDWAY: {
    grpcStatus: "ABORTED",
    mayHaveHappened: true,
    retry: "readFirst",
    meaning: "The session ended after the write had left and before it was answered.",
  },
  REQUEST_TOO_LARGE: {
    grpcStatus: "INVALID_ARGUMENT",
    mayHaveHappened: false,
    retry: "never",
    meaning: "The request is larger than any message that a node takes (4 MiB by default).",
  },
  TOO_MANY_REQUESTS: {
    grpcStatus: "RESOURCE_EXHAUSTED",
    mayHaveHappened: false,
    retry: "backOff",
    meaning: "As many requests wait in this client as may. Await answers before sending more.",
  },
  ABORTED: { grpcStatus: "CANCELLED", mayHaveHappened: false, retry: "never", meaning: "The call was given up by its signal." },
  ABORTED_MIDWAY: {
    grpcStatus: "CANCELLED",
    mayHaveHappened: true,
    retry: "readFirst",
    meaning: "The call was given up by its signal after the write had left and before it was answered.",
  },
  LOCK_HELD: {
    grpcStatus: "DEADLINE_EXCEEDED",
    mayHaveHappened: false,
    retry: "backOff",
    meaning: "Somebody else held the lock, or led, for all of that time.",
  },
  LOCK_LOST: {
    grpcStatus: "ABORTED",
    mayHaveHappened: true,
    retry: "readFirst",
    meaning: "The lock or the leadership is lost, or may be: the session ended, or somebody else changed the key.",
  },
  CLIENT_CLOSED: { grpcStatus: "CANCELLED", mayHaveHappened: false, retry: "never", meaning: "The client was closed." },
  CLOSED_MIDWAY: {
    grpcStatus: "CANCELLED",
    mayHaveHappened: true,
    retry: "readFirst",
    meaning: "The client was closed after the write had left and before it was answered.",
  },
} as const satisfies Record<string, ErrorKind>;
