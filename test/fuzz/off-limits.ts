import type protobuf from "protobufjs";
import type { Entry } from "../../src/core/types.ts";
import { decodeEntry } from "../../src/format/entry-codec.ts";
import type { Known } from "./known.ts";
import type { Method } from "./methods.ts";

/**
 * What is never said, since it does by design what no test could tell from harm: the ports know no users, so whoever
 * reaches them may remove members and end sessions (guarantees.md, "Malice"), and whoever has a member's name and disk
 * may speak for a leader (ADR 25). All else is said, and must do no harm.
 */
export function isOffLimits({ path, request }: Method, bytes: Buffer, known: Known): boolean {
  const isAppend = path.endsWith("/AppendEntries");
  if (!isAppend && !/^\/balsa\.(admin|client)\./.test(path)) return false;
  const message = decoded(request, bytes);
  if (message === null) return false;
  if (isAppend) return isLeadersWord(message, known);
  return path.startsWith("/balsa.admin.") ? isOperatorsHarm(path, message, known) : namesHonestSession(message, known);
}

/** What an operator may do at any time, but not all the time: it keeps the cluster from its work for a moment. */
export function isDisturbing({ path }: Method): boolean {
  return path.endsWith("/TransferLeadership");
}

interface AppendMessage {
  readonly append?: { readonly prevIndex?: unknown; readonly commit?: unknown; readonly entries?: Uint8Array };
}

/**
 * Entries behind what all have committed, or the news that something there is committed: in the leader's name and term, or
 * as the first word in a term to come, no check of a message tells them from the leader's, and the states may then differ.
 * All that contradicts what is committed may be said.
 */
function isLeadersWord({ append }: AppendMessage, { committed, indexes, terms }: Known): boolean {
  if (append === undefined) return false;
  const [prevIndex, commit] = [Number(append.prevIndex ?? 0), Number(append.commit ?? 0)];
  const entries = entriesIn(append.entries ?? new Uint8Array(0));
  // Terms never fall, so what is committed by now is of none of the terms to come.
  if (entries.some(({ index, term }) => index <= committed && term > Math.max(...terms))) return false;
  // By the time that it arrives the log may be longer.
  const end = Math.max(...indexes) + 1_000_000;
  if (prevIndex > committed && prevIndex <= end && commit > committed) return true;
  return entries.some(({ index }) => index > committed);
}

/** None if they cannot be read. */
function entriesIn(bytes: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  try {
    for (let offset = 0; offset < bytes.length; ) {
      const { entry, next } = decodeEntry(bytes, offset);
      entries.push(entry);
      offset = next;
    }
  } catch {
    return [];
  }
  return entries;
}

function isOperatorsHarm(path: string, message: object, { disks, honestSessions }: Known): boolean {
  const { nodeId, diskId, sessionId } = message as { nodeId?: unknown; diskId?: unknown; sessionId?: unknown };
  if (path.endsWith("/TransferLeadership")) return false;
  if (path.endsWith("/EndSession")) return honestSessions.has(Number(sessionId ?? 0));
  return disks.has(Number(nodeId ?? 0)) || [...disks.values()].includes(String(diskId ?? ""));
}

/** Whoever names a session in a request speaks for its client. */
function namesHonestSession(part: unknown, { honestSessions }: Known): boolean {
  const isHonest = (id: unknown) => honestSessions.has(Number(id));
  const look = (value: unknown, name: string): boolean => {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return name === "sessionId" && isHonest(value);
    if (name === "session" && "id" in value && isHonest(value.id)) return true;
    return Object.entries(value).some(([key, each]) => look(each, Array.isArray(value) ? name : key));
  };
  return look(part, "");
}

/** As a node reads it; null if that cannot be. */
function decoded(type: protobuf.Type, bytes: Buffer): object | null {
  try {
    return type.toObject(type.decode(bytes), { longs: Number });
  } catch {
    return null;
  }
}
