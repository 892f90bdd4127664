import type { GrpcStatus } from "./grpc-statuses.ts";
import type { Retry } from "./retry.ts";

/** One kind of error, of a node or of a client. docs/errors.md lists them all; a test compares the two. */
export interface ErrorKind {
  readonly grpcStatus: GrpcStatus;
  /** True if the request may have taken effect, or may yet; false if it had no effect. */
  readonly mayHaveHappened: boolean;
  readonly retry: Retry;
  /** What happened, and what to do about it: one or two sentences. */
  readonly meaning: string;
}

/**
 * The words by which nodes tell errors apart; on the wire, the reason of an ErrorInfo. They stay the same from version to version. This is
 * the only place that knows what each means: nodes answer by it, and clients read it.
 */
export const errorKinds = {
  NO_LEADER: kind(
    "UNAVAILABLE",
    "backOff",
    "No leader was found in time. A majority of the nodes must be up and reach each other.",
  ),
  NOT_LEADER: kind(
    "UNAVAILABLE",
    "elsewhere",
    "This node does not lead and could not pass the request on. The metadata name the leader if it is known.",
  ),
  STOPPING: kind("UNAVAILABLE", "elsewhere", "This node is shutting down."),
  OVERLOADED: kind("RESOURCE_EXHAUSTED", "backOff", "Too many requests are waiting at this node. Send fewer at a time."),
  TOO_MANY_ITEMS: kind("RESOURCE_EXHAUSTED", "never", "One message of a stream holds more items than the limit. Split it."),
  READ_TIMEOUT: kind(
    "DEADLINE_EXCEEDED",
    "backOff",
    "A read was not answered in time: no majority confirmed the leader, or this node could not catch up with it.",
  ),
  TIMEOUT: unknown("DEADLINE_EXCEEDED", "The write was not confirmed in time; it may still take effect."),
  LEADER_CHANGED: unknown("ABORTED", "The leader stepped down or was lost before the outcome of the write was known."),
  STOPPED_MIDWAY: unknown("ABORTED", "The node stopped before the outcome of the write was known."),
  STATE_DAMAGED: kind(
    "DATA_LOSS",
    "elsewhere",
    "This node found a damaged record on its disk and stops. The other nodes have the record.",
  ),
  EMPTY_REQUEST: invalid("The request holds no command, or a stream's item no request."),
  COMMAND_MISSING: invalid("A command is neither set, delete nor compare_and_set."),
  NOT_UTF8: invalid(
    "A text of the request is no UTF-8: a key, a prefix, a value's text or an address. Only a value's data may be any bytes.",
  ),
  EMPTY_KEY: invalid("A key is empty."),
  KEY_TOO_LARGE: invalid("A key is longer than the limit (4 KiB of UTF-8 by default)."),
  VALUE_MISSING: invalid("A value is neither text nor data. An empty text or empty data is a value."),
  VALUE_TOO_LARGE: invalid("A value is larger than the limit (1 MiB by default)."),
  BATCH_TOO_LARGE: invalid(
    "A batch has more commands, or more bytes of keys and values, than the limit (128 commands, 1 MiB by default).",
  ),
  EXPECTED_MISSING: invalid(
    "A compare_and_set does not say what it expects: a value, a revision, or absent (which must then be true).",
  ),
  REVISION_OUT_OF_RANGE: invalid("An expected revision is 0 or beyond 2^53 - 1. Expect absent for a key that should not exist."),
  ITEM_ID_OUT_OF_RANGE: invalid("The id of a stream's item is beyond 2^53 - 1. The stream ends, as no answer could name the item."),
  SESSION_LOST: kind(
    "FAILED_PRECONDITION",
    "never",
    "The session has expired, was closed, or is of another life of the cluster; its keys are gone. What is sent in it does nothing. Open another one.",
  ),
  OTHER_CLUSTER: kind(
    "FAILED_PRECONDITION",
    "never",
    "The request is for another life of the cluster than that of this node: it was begun again, or recovered by force. Read what there is now.",
  ),
  TOO_MANY_SESSIONS: kind(
    "RESOURCE_EXHAUSTED",
    "backOff",
    "The cluster has reached its limit of sessions. Close those that are no longer needed; others expire. balsa session list shows whose they are.",
  ),
  SESSION_FULL: kind(
    "RESOURCE_EXHAUSTED",
    "backOff",
    "The session has reached its limit of kept answers (1,024, or 256 KiB). Raise first_outstanding as answers come in.",
  ),
  ANSWER_FORGOTTEN: unknown(
    "ABORTED",
    "The request's sequence is below the session's first_outstanding: if it ever took effect, its answer is forgotten.",
  ),
  TOO_MANY_ATTACHED: kind(
    "RESOURCE_EXHAUSTED",
    "never",
    "The session has reached its limit of attached keys (1,024, or 256 KiB in all).",
  ),
  SESSION_MISSING: invalid("A key can be attached only by a request in a session."),
  SEQUENCE_OUT_OF_RANGE: invalid(
    "A number of a session is beyond 2^53 - 1, its id or a sequence is 0, or first_outstanding is above the sequence.",
  ),
  SESSION_TIMEOUT_OUT_OF_RANGE: invalid(
    "A session's time-out is shorter than 1 s or longer than the limit (5 min by default); 0 stands for the server's default.",
  ),
  CLIENT_NAME_TOO_LONG: invalid("A client's name has more than 128 bytes of UTF-8."),
  TOO_MANY_SESSIONS_OF_CLIENT: kind(
    "RESOURCE_EXHAUSTED",
    "backOff",
    "The limit of sessions from one address is reached (1,000 by default). Others expire, or are ended by balsa session end.",
  ),
  UNKNOWN_SESSION: kind("NOT_FOUND", "never", "There is no such session: it has already ended, or never existed."),
  NO_SESSIONS: kind("UNIMPLEMENTED", "never", "This cluster replicates a machine of its own, which has no sessions."),
  WATCH_KEYS_MISSING: invalid("A watch names neither a key nor a prefix nor all (which must then be true)."),
  REVISION_GONE: kind(
    "OUT_OF_RANGE",
    "elsewhere",
    "This node no longer keeps changes that old. The metadata name the oldest revision it has; else read, and watch from there.",
  ),
  WATCH_TOO_SLOW: kind(
    "RESOURCE_EXHAUSTED",
    "elsewhere",
    "The watcher did not take its changes in time and was dropped. Watch again from the revision after the last one received.",
  ),
  CHANGE_IN_PROGRESS: kind(
    "FAILED_PRECONDITION",
    "backOff",
    "Another change of the members is under way; only one can be at a time. Wait for its end, or cancel it.",
  ),
  NOT_READY: kind("UNAVAILABLE", "backOff", "The leader has not yet committed an entry of its own term."),
  UNKNOWN_MEMBER: kind(
    "NOT_FOUND",
    "never",
    "No member has this id, or the member it names is not of the kind that the call is for.",
  ),
  ID_USED: kind("ALREADY_EXISTS", "never", "Ids of nodes are never used again, and this one has been used."),
  ADDRESS_IN_USE: kind(
    "ALREADY_EXISTS",
    "never",
    "A member with another disk has this peer address. If that one's disk is lost, balsa node rejoin takes its place.",
  ),
  WOULD_LOSE_QUORUM: kind(
    "FAILED_PRECONDITION",
    "backOff",
    "After this change, most voters would be down. Use force only if they will never return.",
  ),
  NO_VOTERS: kind("FAILED_PRECONDITION", "never", "The change would remove the last voter."),
  TRANSFERRING: kind("UNAVAILABLE", "backOff", "The leader is handing over to another node."),
  NOT_TRANSFERABLE: kind(
    "FAILED_PRECONDITION",
    "never",
    "That node cannot lead: it has no vote or is not up, or there is no other node that could.",
  ),
  TRANSFER_TIMED_OUT: unknown(
    "DEADLINE_EXCEEDED",
    "The transfer did not finish in time. The old leader continues, unless the target is being elected now.",
  ),
  INVALID_ADDRESS: invalid(
    'An address is missing, is not of the form "host:7000", or is one such as 0.0.0.0 at which no other machine reaches the node.',
  ),
  TOO_MANY_OBSERVERS: kind(
    "RESOURCE_EXHAUSTED",
    "never",
    "As many observers watch this node as may (8 by default). End one first.",
  ),
  FAULT_INVALID: invalid("A requested fault makes no sense or is beyond a limit."),
  TOO_MANY_FAULTS: kind("RESOURCE_EXHAUSTED", "never", "The node has reached its limit of faults in force (64). Clear some first."),
  MALFORMED_COMMAND: invalid("The state machine could not read the command; the nodes may run different versions."),
} as const satisfies Record<string, ErrorKind>;

export type NodeErrorCode = keyof typeof errorKinds;

/** What another version may say is checked. */
export function isNodeErrorCode(word: string): word is NodeErrorCode {
  return Object.hasOwn(errorKinds, word);
}

/** The request had no effect. */
function kind(grpcStatus: GrpcStatus, retry: Retry, meaning: string): ErrorKind {
  return { grpcStatus, mayHaveHappened: false, retry, meaning };
}

/** The outcome is not known, so sending the same again could make it happen twice. */
function unknown(grpcStatus: GrpcStatus, meaning: string): ErrorKind {
  return { grpcStatus, mayHaveHappened: true, retry: "readFirst", meaning };
}

function invalid(meaning: string): ErrorKind {
  return { grpcStatus: "INVALID_ARGUMENT", mayHaveHappened: false, retry: "never", meaning };
}
