import { counter, gauge } from "../declared/figures.ts";
import type { Closing } from "./inbound-connection.ts";

/** The figures of a port. */
export const doorFigures = {
  connections: gauge("connections", "Connections that are open."),
  calls: gauge("calls", "Calls that are under way, streams and watches included."),
  unfinishedBytes: gauge("bytes", "Held parts of messages that have not arrived as a whole."),
  accepted: counter("connections", "Connections that have come in."),
  refused: counter("connections", "Connections that were closed as soon as they were accepted, for want of a place."),
};

/** Connections that this node has closed, by why it did. */
export const closingFigures = {
  silent: counter("connections", "Closed because they did not begin to speak HTTP/2."),
  idle: counter("connections", "Closed because nobody called on them."),
  vanished: counter("connections", "Closed because their other end was gone without a word."),
  unread: counter("connections", "Closed because their clients did not read their answers."),
  unfinished: counter("connections", "Closed because their clients sent too many parts of messages."),
  over: counter("connections", "Closed because their HTTP/2 had ended, and the socket was left behind."),
  replaced: counter("connections", "Closed because another one took their place."),
  stopping: counter("connections", "Closed because the node stops."),
} satisfies Record<Closing, unknown>;
