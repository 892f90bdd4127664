import { counter, gauge } from "../declared/figures.ts";
import { digestFigures } from "./duties/digest-watch.ts";
import { refusalFigures } from "./requests/refusals.ts";
import { stageFigures } from "./requests/stages.ts";
import { storeFigures } from "./turn/stores.ts";
import { turnFigures } from "./turn/turns.ts";

/** What a node itself counts. */
export const doneFigures = {
  messagesSent: counter("messages", "Messages of Raft to other nodes."),
  entriesApplied: counter("entries", "Entries that were applied to the state."),
};

/** All that a node counts, and what it has in hand now. */
export const nodeFigures = {
  term: gauge("term", "The term that this node is in."),
  firstIndex: gauge("index", "The oldest entry that the log still has."),
  lastIndex: gauge("index", "The newest entry of the log."),
  commitIndex: gauge("index", "Entries up to here are committed."),
  appliedIndex: gauge("index", "Entries up to here are in the state."),
  requestsWaiting: gauge("requests", "Writes and reads that wait for their outcome."),
  watchers: gauge("watches", "Watches that are told of changes."),
  ...turnFigures,
  ...storeFigures,
  ...doneFigures,
  ...refusalFigures,
  ...digestFigures,
  ...stageFigures,
};
