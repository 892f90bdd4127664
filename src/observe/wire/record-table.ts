import type { MessageType } from "../../core/messages.ts";
import type { NodeEvent } from "../../node/ports/node-events.ts";
import type { OwnRecords } from "../records.ts";

/** What a field holds. */
export type FieldKind = "number" | "text" | "flag" | "numbers";

/** Names of the fields, and what each holds. */
export type Fields = Readonly<Record<string, FieldKind>>;

/**
 * How often such things happen, and so how they are told:
 * - `rare`: each, at once.
 * - `index`: comes with every write; those that follow on each other are told as one, which says how many they are.
 * - `message`: counted, and told singly as far as the observer asked for.
 */
export type Rate = "rare" | "index" | "message";

export interface RecordKind {
  readonly rate: Rate;
  /** All that lies around it is worth a look: it is told unsampled, see Recorder. */
  readonly isMoment: boolean;
  readonly fields: Fields;
}

/** What a node tells of itself. */
export type NodeRecordType = NodeEvent["type"] | Exclude<keyof OwnRecords, "nodeHeard" | "nodeLost" | "control">;

const messageHead: Fields = { message: "text", from: "number", to: "number", term: "number", sequence: "number" };
/** How many records one stands for that tells several; left out: it is one. */
const merged: Fields = { merged: "number" };

/** The types of records that nodes make, and their fields. What is written on the wire and read from it follows from here. */
export const recordTable: Readonly<Record<NodeRecordType, RecordKind>> = {
  messageSent: message({}),
  messageReceived: message({}),
  messageLost: message({ why: "text" }),
  stored: index({ lastIndex: "number", entries: "number", tookMs: "number" }),
  faultSet: moment({ id: "number", what: "text" }),
  faultCleared: moment({ id: "number", what: "text" }),
  nodeStarted: moment({ version: "text", processId: "number" }),

  timerExpired: moment({ role: "text", term: "number" }),
  stateChange: moment({ from: "text", to: "text", term: "number", why: "text" }),
  termChange: moment({ from: "number", to: "number" }),
  electionStarted: moment({ term: "number", preVote: "flag" }),
  voteGranted: moment({ to: "number", term: "number", preVote: "flag" }),
  voteRefused: moment({
    ...({ to: "number", term: "number", preVote: "flag", why: "text" } as const),
    ...({ lastLogIndex: "number", lastLogTerm: "number", ownLastIndex: "number", ownLastTerm: "number" } as const),
  }),
  leaderElected: moment({ leader: "number", term: "number" }),
  leaderLost: moment({ term: "number" }),
  messageRefused: moment({ from: "number", what: "text", why: "text", isImpossible: "flag" }),
  termsExhausted: moment({ term: "number" }),
  // The runs of terms: from runFirsts[i] on entries are of runTerms[i].
  logAppended: index({ first: "number", last: "number", term: "number", runFirsts: "numbers", runTerms: "numbers" }),
  logTruncated: moment({ from: "number", last: "number" }),
  logCommitted: index({ index: "number", term: "number" }),
  readServed: index({ count: "number", index: "number" }),
  progressChanged: moment({ peer: "number", to: "text", nextIndex: "number" }),
  logCompacted: quiet({ to: "number" }),
  snapshotOffered: moment({ to: "number", nextIndex: "number" }),
  snapshotProgress: index({ direction: "text", peer: "number", bytes: "number", of: "number" }),
  snapshotInstalled: moment({ index: "number", term: "number" }),
  membersChanged: moment({
    ...({ index: "number", voters: "numbers", outgoing: "numbers", learners: "numbers" } as const),
    ...({ hasPlan: "flag", promote: "numbers", remove: "numbers" } as const),
  }),
  learnerCaughtUp: moment({ learner: "number", index: "number" }),
  confirmedLost: moment({ peer: "number", index: "number" }),
  removed: moment({ index: "number" }),
  transferStarted: moment({ to: "number" }),
  transferEnded: moment({ to: "number", outcome: "text", why: "text" }),
  diskStalled: moment({ forMs: "number" }),
  wokeLate: moment({ lateMs: "number" }),
  scrubbed: quiet({ bytes: "number", forMs: "number" }),
  scrubCutShort: quiet({ why: "text" }),
  damageFound: moment({ what: "text" }),
  stateDiffers: moment({ index: "number", nodes: "numbers" }),
};

/** Types of messages: those of the core, and the calls among nodes with their answers. */
export type SeenMessage =
  | MessageType
  | "forward"
  | "forwardReply"
  | "installSnapshot"
  | "installSnapshotReply"
  | "compareState"
  | "compareStateReply";

/** What each type of message says beside from, to, term and sequence. */
export const messageTable: Readonly<Record<SeenMessage, Fields>> = {
  voteRequest: { preVote: "flag", transfer: "flag", lastLogIndex: "number", lastLogTerm: "number" },
  voteReply: { preVote: "flag", granted: "flag" },
  append: { prevIndex: "number", prevTerm: "number", entries: "number", commit: "number" },
  appendMatch: { matchIndex: "number" },
  appendConflict: { prevIndex: "number", hintIndex: "number", hintTerm: "number" },
  heartbeat: { commit: "number", round: "number", lastSent: "number", confirmed: "number" },
  heartbeatReply: { round: "number", lastSent: "number", receivedIndex: "number", matchIndex: "number", lacks: "number" },
  readIndexRequest: { id: "number" },
  readIndexReply: { id: "number", index: "number" },
  timeoutNow: {},
  forward: { bytes: "number" },
  forwardReply: { outcome: "text", index: "number" },
  installSnapshot: { index: "number", bytes: "number", isLast: "flag" },
  installSnapshotReply: { outcome: "text" },
  compareState: { index: "number" },
  compareStateReply: { isKnown: "flag" },
};

/** Null: of a type that is not known here. */
export function kindOf(type: string): RecordKind | null {
  return Object.hasOwn(recordTable, type) ? recordTable[type as NodeRecordType] : null;
}

/** The fields of such a record. What a message says of itself depends on its type. */
export function fieldsOf({ rate, fields }: RecordKind, message: unknown): Fields {
  if (rate !== "message") return fields;
  const isKnown = typeof message === "string" && Object.hasOwn(messageTable, message);
  return { ...messageHead, ...(isKnown ? messageTable[message as SeenMessage] : {}), ...fields };
}

function moment(fields: Fields): RecordKind {
  return { rate: "rare", isMoment: true, fields };
}

/** Rare, and no reason to look at what lies around it. */
function quiet(fields: Fields): RecordKind {
  return { rate: "rare", isMoment: false, fields };
}

function index(fields: Fields): RecordKind {
  return { rate: "index", isMoment: false, fields: { ...fields, ...merged } };
}

function message(fields: Fields): RecordKind {
  return { rate: "message", isMoment: false, fields };
}
