import { status } from "@grpc/grpc-js";
import { faultLimits } from "../node/faults.ts";

/** One kind of error that a client can see. docs/errors.md lists them all; a test compares the two. */
export interface ErrorKind {
  readonly code: status;
  /** True if the request may have taken effect, or may yet; false if it surely did nothing. */
  readonly mayHaveHappened: boolean;
  readonly retry: Retry;
  /** What happened, and what to do about it: one or two sentences. */
  readonly meaning: string;
}

/**
 * - `never`: the same request would fail again.
 * - `backOff`: the same request may be sent again, here or elsewhere, after a pause.
 * - `elsewhere`: the same request may be sent to another node at once.
 * - `readFirst`: look whether the change is there before sending it again.
 */
export type Retry = "never" | "backOff" | "elsewhere" | "readFirst";

/** Every reason by which a client can tell errors apart. This is the only place that knows their codes. */
export const errorKinds = {
  NO_LEADER: kind(
    status.UNAVAILABLE,
    "backOff",
    "No leader was found in time. A majority of the nodes must be up and reach each other.",
  ),
  NOT_LEADER: kind(
    status.UNAVAILABLE,
    "elsewhere",
    "This node does not lead and could not pass the request on. The metadata name the leader if it is known.",
  ),
  STOPPING: kind(status.UNAVAILABLE, "elsewhere", "This node is shutting down."),
  OVERLOADED: kind(status.RESOURCE_EXHAUSTED, "backOff", "The node has as much waiting as it may hold. Send less at a time."),
  TOO_MANY_ITEMS: kind(status.RESOURCE_EXHAUSTED, "never", "One message of a stream holds more items than the limit. Split it."),
  READ_TIMEOUT: kind(
    status.DEADLINE_EXCEEDED,
    "backOff",
    "A read was not answered in time: no majority confirmed the leader, or this node could not catch up with it.",
  ),
  TIMEOUT: unknown(status.DEADLINE_EXCEEDED, "The write was not known to be committed in time."),
  LEADER_CHANGED: unknown(status.ABORTED, "The leader stepped down or was lost before the outcome of the write was known."),
  STOPPED_MIDWAY: unknown(status.ABORTED, "The node stopped before the outcome of the write was known."),
  STATE_DAMAGED: kind(
    status.DATA_LOSS,
    "elsewhere",
    "This node found a damaged record on its disk and stops. The other nodes have the record.",
  ),
  EMPTY_REQUEST: invalid("The request holds no command, or a stream's item no request."),
  COMMAND_MISSING: invalid("A command is neither set, delete nor compare_and_set."),
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
    status.FAILED_PRECONDITION,
    "never",
    "The session has expired, was closed, or never was; its keys are gone. What is sent in it does nothing. Open another one.",
  ),
  TOO_MANY_SESSIONS: kind(
    status.RESOURCE_EXHAUSTED,
    "backOff",
    "The cluster has as many sessions as it may have. Close those that are no longer needed; others expire.",
  ),
  SESSION_FULL: kind(
    status.RESOURCE_EXHAUSTED,
    "backOff",
    "The session keeps as many answers as it may (1,024, or 256 KiB). Raise first_outstanding as answers come in.",
  ),
  ANSWER_FORGOTTEN: unknown(
    status.ABORTED,
    "The request's sequence is below the session's first_outstanding: if it ever took effect, its answer is forgotten.",
  ),
  TOO_MANY_ATTACHED: kind(
    status.RESOURCE_EXHAUSTED,
    "never",
    "The session has as many attached keys as it may have (1,024), or as large ones (256 KiB in all).",
  ),
  SESSION_MISSING: invalid("A key can be attached only by a request in a session."),
  SEQUENCE_OUT_OF_RANGE: invalid(
    "A number of a session is beyond 2^53 - 1, its id or a sequence is 0, or first_outstanding is above the sequence.",
  ),
  SESSION_TIMEOUT_OUT_OF_RANGE: invalid(
    "A session's time-out is shorter than 1 s or longer than a day; 0 stands for the server's default.",
  ),
  WATCH_KEYS_MISSING: invalid("A watch names neither a key nor a prefix nor all (which must then be true)."),
  REVISION_GONE: kind(
    status.OUT_OF_RANGE,
    "elsewhere",
    "This node no longer keeps changes that old. The metadata name the oldest revision it can tell; else read, and watch from there.",
  ),
  WATCH_TOO_SLOW: kind(
    status.RESOURCE_EXHAUSTED,
    "elsewhere",
    "The watcher did not take its changes in time and was dropped. Watch again from the revision after the last one told.",
  ),
  CHANGE_IN_PROGRESS: kind(
    status.FAILED_PRECONDITION,
    "backOff",
    "Another change of the members is under way, and there is one at a time. Wait for its end, or cancel it.",
  ),
  NOT_READY: kind(status.UNAVAILABLE, "backOff", "The leader has not yet committed an entry of its own term."),
  UNKNOWN_MEMBER: kind(
    status.NOT_FOUND,
    "never",
    "No member has this id, or the member it names is not of the kind that the call is for.",
  ),
  ID_USED: kind(status.ALREADY_EXISTS, "never", "Ids of nodes are never used again, and this one has been used."),
  ADDRESS_IN_USE: kind(
    status.ALREADY_EXISTS,
    "never",
    "A member with another disk has this peer address. If that one's disk is lost, balsa node rejoin takes its place.",
  ),
  WOULD_LOSE_QUORUM: kind(
    status.FAILED_PRECONDITION,
    "backOff",
    "Of those who would have a vote, no majority is up. Force the change only if the others never come back.",
  ),
  NO_VOTERS: kind(status.FAILED_PRECONDITION, "never", "Nobody would be left who has a vote."),
  TRANSFERRING: kind(status.UNAVAILABLE, "backOff", "The leader is just handing over to another node."),
  NOT_TRANSFERABLE: kind(
    status.FAILED_PRECONDITION,
    "never",
    "That node cannot lead: it has no vote or is not up, or there is no other node that could.",
  ),
  TRANSFER_TIMED_OUT: unknown(
    status.DEADLINE_EXCEEDED,
    "The other node did not take over in time. The old leader leads on, unless the other one is just about to.",
  ),
  INVALID_ADDRESS: invalid('An address is missing, or is none such as "host:7000".'),
  FAULT_INVALID: invalid("A fault that is asked for makes no sense, or goes beyond a limit."),
  TOO_MANY_FAULTS: kind(
    status.RESOURCE_EXHAUSTED,
    "never",
    `The node has as many faults in force as it may (${faultLimits.faultsMax}). Clear some first.`,
  ),
  MALFORMED_COMMAND: invalid("The state machine could not read the command; the nodes may run different versions."),
} as const satisfies Record<string, ErrorKind>;

export type Reason = keyof typeof errorKinds;

/** Surely nothing happened. */
function kind(code: status, retry: Retry, meaning: string): ErrorKind {
  return { code, mayHaveHappened: false, retry, meaning };
}

/** The outcome is not known, so sending the same again could make it happen twice. */
function unknown(code: status, meaning: string): ErrorKind {
  return { code, mayHaveHappened: true, retry: "readFirst", meaning };
}

function invalid(meaning: string): ErrorKind {
  return { code: status.INVALID_ARGUMENT, mayHaveHappened: false, retry: "never", meaning };
}
