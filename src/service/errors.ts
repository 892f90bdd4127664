import { status } from "@grpc/grpc-js";

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
