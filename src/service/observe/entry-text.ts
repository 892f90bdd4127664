import { describeMembers } from "../../core/describe.ts";
import { decodeMembers } from "../../core/members-codec.ts";
import type { Entry } from "../../core/types.ts";
import { Malformed } from "../../machine/bytes.ts";
import { decodeRequest, type Operation } from "../../machine/kv-codec.ts";
import { type Content, keyOfRecord, valueOfContent } from "../../machine/kv-records.ts";
import { decodeSessionCommand } from "../../machine/session-codec.ts";

export interface EntryTextOptions {
  /** Whether the entries' commands are those of the map; else nothing is known of them but their size. */
  readonly isMap: boolean;
  /** Whether keys and values are told: they are users' data. */
  readonly withValues: boolean;
}

/** Longest text of one entry, key or value, in characters. */
const textMax = 200;
const partMax = 64;

/** What an entry does, in words: `set a b`, or only `set`. */
export function entryText({ kind, data }: Entry, options: EntryTextOptions): string {
  if (kind === "noop") return "";
  if (kind === "members") return describeMembers(decodeMembers(data));
  return cut(commandText(data, options), textMax);
}

function commandText(data: Uint8Array, { isMap, withValues }: EntryTextOptions): string {
  if (!isMap) return `${data.length} bytes`;
  try {
    const command = decodeSessionCommand(data);
    switch (command.type) {
      case "plain":
      case "request":
        return decodeRequest(command.request)
          .map((operation) => operationText(operation, withValues))
          .join("; ");
      case "open":
      case "openAs":
        return "open a session";
      case "keepAlive":
        return `keep session ${command.session}`;
      case "close":
        return `close session ${command.session}`;
      case "expire":
        return `expire sessions ${command.sessions.join(", ")}`;
      default:
        return command satisfies never;
    }
  } catch (error) {
    if (error instanceof Malformed) return `${data.length} bytes that this version cannot read`;
    throw error;
  }
}

function operationText(operation: Operation, withValues: boolean): string {
  const { type, recordKey, newContent, expectedContent, expectedRevision } = operation;
  const name = newContent === null ? "delete" : "set";
  if (!withValues) return name;
  const said = newContent === null ? "" : ` ${contentText(newContent)}`;
  const condition = conditionText(type, expectedContent, expectedRevision);
  return `${name} ${cut(keyOfRecord(recordKey), partMax)}${said}${condition}`;
}

function conditionText(type: Operation["type"], content: Content | null, revision: number): string {
  if (type === "ifValue" && content !== null) return ` if it is ${contentText(content)}`;
  if (type === "ifRevision") return ` if its revision is ${revision}`;
  return type === "ifAbsent" ? " if it is absent" : "";
}

function contentText(content: Content): string {
  // A long value is not made a text as a whole for its beginning.
  const value = valueOfContent(content.length > 4 * partMax ? content.subarray(0, 4 * partMax) : content);
  return typeof value === "string" ? cut(value, partMax) : `(${content.length - 1} bytes)`;
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
