import { noMembers } from "../core/members.ts";
import { describeNodeEvent, type NodeEvent } from "../node/ports/node-events.ts";
import { appendedRuns, flagOf, numberOf, numbersOf, textOf } from "./fields.ts";
import { entriesWords, inWords, messageBody, messageName, valueWords } from "./messages.ts";
import type { FieldValue, ObservedRecord, OwnRecords } from "./records.ts";
import { kindOf, type Rate, recordTable } from "./wire/record-table.ts";
import { capital, millisWords } from "./words.ts";

/**
 * Each record as one line, in the voice of the log: events of a node are told by `core/describe.ts` itself, what only an observer
 * sees is told here. Pure, and the same on the page, in a recording and in a test.
 */
export interface RecordLine {
  /** How often such things happen, and so how a page may treat them. */
  readonly class: RecordClass;
  /** The type in two words: "Leader elected". */
  readonly label: string;
  /** One sentence or more, without the node and the time. */
  readonly text: string;
}

/** "rare": worth a look each time. "index": comes with every write. "message": sent, received or lost. "server": seen by the dashboard's server. */
export type RecordClass = Rate | "server";

type Kind = "number" | "string" | "boolean";

/** Of each event, what its sentence needs, and its kind; null: its sentence is made here. */
const eventFields: { readonly [Type in NodeEvent["type"]]: Readonly<Record<string, Kind>> | null } = {
  timerExpired: { role: "string", term: "number" },
  stateChange: { from: "string", to: "string", term: "number", why: "string" },
  termChange: { from: "number", to: "number" },
  electionStarted: { term: "number", preVote: "boolean" },
  voteGranted: { to: "number", term: "number", preVote: "boolean" },
  voteRefused: { to: "number", term: "number", preVote: "boolean", why: "string" },
  leaderElected: { leader: "number", term: "number" },
  leaderLost: { term: "number" },
  messageRefused: { from: "number", what: "string", why: "string" },
  termsExhausted: { term: "number" },
  logAppended: null,
  logTruncated: { from: "number", last: "number" },
  logCommitted: { index: "number", term: "number" },
  readServed: { count: "number", index: "number" },
  progressChanged: { peer: "number", to: "string", nextIndex: "number" },
  logCompacted: { to: "number" },
  snapshotOffered: { to: "number", nextIndex: "number" },
  snapshotInstalled: { index: "number", term: "number" },
  membersChanged: null,
  learnerCaughtUp: { learner: "number", index: "number" },
  confirmedLost: { peer: "number", index: "number" },
  removed: { index: "number" },
  transferStarted: { to: "number" },
  transferEnded: { to: "number", outcome: "string", why: "string" },
  diskStalled: { forMs: "number" },
  wokeLate: { lateMs: "number" },
  snapshotProgress: { direction: "string", peer: "number", bytes: "number", of: "number" },
  scrubbed: { bytes: "number", forMs: "number" },
  scrubCutShort: { why: "string" },
  damageFound: { what: "string" },
  stateDiffers: null,
};

/** Texts that must be one of these, or the sentence of the event cannot be made. */
const roles = ["follower", "preCandidate", "candidate", "leader"];
const choices: Readonly<Record<string, readonly string[]>> = {
  "timerExpired role": roles,
  "stateChange from": roles,
  "stateChange to": roles,
  "progressChanged to": ["probe", "replicate", "snapshot"],
  "messageRefused what": [
    ...["voteRequest", "voteReply", "append", "appendMatch", "appendConflict", "heartbeat", "heartbeatReply"],
    ...["readIndexRequest", "readIndexReply", "timeoutNow", "snapshot"],
  ],
};

const ofServer: readonly (keyof OwnRecords)[] = ["nodeHeard", "nodeLost", "control"];

/** Every type of record that is known, for filters. */
export const recordTypes: readonly string[] = [...ofServer, ...Object.keys(recordTable)];

export function lineOf(record: ObservedRecord): RecordLine {
  return { class: classOf(record.type), label: labelOf(record.type), text: textOfRecord(record) };
}

/** Of an unknown type: "rare", so that it is not overlooked. */
export function classOf(type: string): RecordClass {
  return (ofServer as readonly string[]).includes(type) ? "server" : (kindOf(type)?.rate ?? "rare");
}

/** "Leader elected" of "leaderElected". */
export function labelOf(type: string): string {
  return capital(inWords(type));
}

function textOfRecord(record: ObservedRecord): string {
  return eventText(record) ?? ownText(record) ?? plainText(record);
}

/** The sentence of the log; null: it is no event of a node, or lacks what the sentence needs. */
function eventText(record: ObservedRecord): string | null {
  if (record.type === "logAppended") return appendedText(record);
  if (record.type === "membersChanged") return membersText(record);
  if (record.type === "stateDiffers") return differsText(record);
  const wanted = Object.hasOwn(eventFields, record.type) ? eventFields[record.type as NodeEvent["type"]] : null;
  if (wanted === null) return null;
  const isWhole = Object.entries(wanted).every(([field, kind]) => isFit(record, field, kind));
  return isWhole ? describeNodeEvent(record as unknown as NodeEvent) : null;
}

function isFit(record: ObservedRecord, field: string, kind: Kind): boolean {
  const value = record[field];
  const among = choices[`${record.type} ${field}`];
  return typeof value === kind && (among === undefined || among.includes(`${value}`));
}

/** The terms of all the entries are lists on the wire; the log has them as runs. */
function appendedText(record: ObservedRecord): string | null {
  const [first, last, term] = [numberOf(record, "first"), numberOf(record, "last"), numberOf(record, "term")];
  if (first === null || last === null || term === null) return null;
  return describeNodeEvent({ type: "logAppended", first, last, term, terms: appendedRuns(record) });
}

function membersText(record: ObservedRecord): string | null {
  const index = numberOf(record, "index");
  if (index === null) return null;
  const list = (field: string) => numbersOf(record, field) ?? [];
  if (numbersOf(record, "voters") === null) return `As of entry ${index} there are other members.`;
  const plan = flagOf(record, "hasPlan") === true ? { promote: list("promote"), remove: list("remove") } : null;
  const members = { ...noMembers, voters: list("voters"), outgoing: list("outgoing"), learners: list("learners"), plan };
  return describeNodeEvent({ type: "membersChanged", index, members });
}

function differsText(record: ObservedRecord): string | null {
  const [index, nodes] = [numberOf(record, "index"), numbersOf(record, "nodes")];
  return index === null || nodes === null ? null : describeNodeEvent({ type: "stateDiffers", index, nodes });
}

/** What only an observer sees; null: it is nothing of that. */
function ownText(record: ObservedRecord): string | null {
  const read = (field: string) => numberOf(record, field) ?? 0;
  const say = (field: string) => textOf(record, field) ?? "";
  switch (record.type as keyof OwnRecords) {
    case "messageSent":
      return `${messageName(record)} sent to node ${read("to")}: ${messageBody(record)}.`;
    case "messageReceived":
      return `${messageName(record)} received from node ${read("from")}: ${messageBody(record)}.`;
    case "messageLost":
      return `${messageName(record)} ${lostWhere(record)}: ${lostWhy(say("why"))}. It said: ${messageBody(record)}.`;
    case "stored":
      return `On disk up to ${read("lastIndex")}: ${entriesWords(read("entries"))} in ${millisWords(read("tookMs"))}.`;
    case "faultSet":
      return `Fault ${read("id")} is set: ${say("what")}.`;
    case "faultCleared":
      return `Fault ${read("id")} is cleared: ${say("what")}.`;
    case "nodeStarted":
      return `Started, as process ${read("processId")}, version ${say("version")}.`;
    case "nodeHeard":
      return `Node ${read("of")} is heard by the dashboard.`;
    case "nodeLost":
      return `Node ${read("of")} is not heard by the dashboard any more: ${withoutStop(say("why"))}.`;
    case "control":
      return `${flagOf(record, "ok") === true ? "Done" : "Refused"}: ${withoutStop(say("what"))}. ${capital(withoutStop(say("outcome")))}.`;
    default:
      return null;
  }
}

function lostWhere(record: ObservedRecord): string {
  const isAtReceiver = record.node === record.to;
  return isAtReceiver
    ? `of node ${numberOf(record, "from") ?? 0} was lost on arrival`
    : `to node ${numberOf(record, "to") ?? 0} was lost`;
}

function lostWhy(why: string): string {
  switch (why) {
    case "fault":
      return "a fault that was set on purpose took it";
    case "noLink":
      return "there is no connection";
    case "queueFull":
      return "the queue is full";
    default:
      return why === "" ? "it is not known why" : why;
  }
}

/** Of a type that is not known here, or of which something is missing: what it says. */
function plainText(record: ObservedRecord): string {
  const { node: _node, life: _life, number: _number, at: _at, turn: _turn, type, ...fields } = record;
  const words = Object.entries(fields as Readonly<Record<string, FieldValue>>).map(
    ([name, value]) => `${inWords(name)} ${valueWords(value)}`,
  );
  return words.length === 0 ? `${labelOf(type)}.` : `${labelOf(type)}: ${words.join(", ")}.`;
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, "");
}
