import { flagOf, numberOf, textOf } from "./fields.ts";
import type { FieldValue, ObservedRecord } from "./records.ts";
import type { SeenMessage } from "./wire/record-table.ts";

/** How the messages between nodes show themselves: their names in the paper, their families, and what is in them. */
export interface MessageKind {
  /** Its name in the paper or the thesis, else in plain words. */
  readonly name: string;
  /** What belongs together, and has one colour. */
  readonly family: "vote" | "append" | "heartbeat" | "snapshot" | "read" | "transfer" | "forward" | "other";
  readonly isReply: boolean;
}

const kinds: Readonly<Record<SeenMessage, MessageKind>> = {
  voteRequest: { name: "RequestVote", family: "vote", isReply: false },
  voteReply: { name: "RequestVote reply", family: "vote", isReply: true },
  append: { name: "AppendEntries", family: "append", isReply: false },
  appendMatch: { name: "AppendEntries reply", family: "append", isReply: true },
  appendConflict: { name: "AppendEntries conflict", family: "append", isReply: true },
  heartbeat: { name: "Heartbeat", family: "heartbeat", isReply: false },
  heartbeatReply: { name: "Heartbeat reply", family: "heartbeat", isReply: true },
  readIndexRequest: { name: "ReadIndex", family: "read", isReply: false },
  readIndexReply: { name: "ReadIndex reply", family: "read", isReply: true },
  timeoutNow: { name: "TimeoutNow", family: "transfer", isReply: false },
  installSnapshot: { name: "InstallSnapshot", family: "snapshot", isReply: false },
  installSnapshotReply: { name: "InstallSnapshot reply", family: "snapshot", isReply: true },
  forward: { name: "Forwarded request", family: "forward", isReply: false },
  forwardReply: { name: "Forwarded request reply", family: "forward", isReply: true },
  compareState: { name: "Comparison of states", family: "other", isReply: false },
  compareStateReply: { name: "Comparison of states reply", family: "other", isReply: true },
};

/** Of a type that is not known here, its type is its name. */
export function messageKind(message: string): MessageKind {
  return Object.hasOwn(kinds, message) ? kinds[message as keyof typeof kinds] : { name: message, family: "other", isReply: false };
}

/** Every type of message that is known, in the order in which they are shown. */
export const messageTypes: readonly string[] = Object.keys(kinds);

/** The name of one message: a pre-vote asks only. */
export function messageName(record: ObservedRecord): string {
  const { name } = messageKind(textOf(record, "message") ?? "");
  return flagOf(record, "preVote") === true ? name.replace("RequestVote", "Pre-vote") : name;
}

/** What a message says, as a clause: "term 7, 3 entries after 6.120, commit 118". */
export function messageBody(record: ObservedRecord): string {
  const read = (field: string) => numberOf(record, field) ?? 0;
  const entry = (term: string, index: string) => `${read(term)}.${read(index)}`;
  const term = `term ${read("term")}`;
  switch (textOf(record, "message")) {
    case "voteRequest":
      return `${term}, its log ends with ${entry("lastLogTerm", "lastLogIndex")}${flagOf(record, "transfer") === true ? ", told to take over" : ""}`;
    case "voteReply":
      return `${flagOf(record, "granted") === true ? "granted" : "refused"}, ${term}`;
    case "append":
      return `${term}, ${entriesWords(read("entries"))} after ${entry("prevTerm", "prevIndex")}, commit ${read("commit")}`;
    case "appendMatch":
      return `${term}, equal and on disk up to ${read("matchIndex")}`;
    case "appendConflict":
      return `${term}, does not fit after ${read("prevIndex")}, may fit at ${entry("hintTerm", "hintIndex")}`;
    case "heartbeat":
      return `${term}, round ${read("round")}, commit ${read("commit")}`;
    case "heartbeatReply":
      return `${term}, round ${read("round")}, equal up to ${read("receivedIndex")}, on disk up to ${read("matchIndex")}`;
    case "readIndexReply":
      return `${term}, index ${read("index")}`;
    default:
      return messageContents(record)
        .filter(([name]) => !["message", "from", "to", "sequence"].includes(name))
        .map(([name, value]) => `${name} ${value}`)
        .join(", ");
  }
}

/** All that is known of a message, for whoever points at it: names in words, and values. */
export function messageContents(record: ObservedRecord): readonly (readonly [name: string, value: string])[] {
  const { node: _node, life: _life, number: _number, at: _at, turn: _turn, type: _type, ...fields } = record;
  return Object.entries(fields as Readonly<Record<string, FieldValue>>).map(([name, value]) => [
    inWords(name),
    name === "message" ? messageName(record) : valueWords(value),
  ]);
}

/** "prevIndex" is "prev index". */
export function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

export function valueWords(value: FieldValue): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? value.join(", ") : `${value}`;
}

export function entriesWords(count: number): string {
  if (count === 0) return "no entries";
  return count === 1 ? "1 entry" : `${count} entries`;
}
