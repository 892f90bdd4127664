import { Malformed } from "./bytes.ts";
import { Decoded } from "./decoded.ts";
import { attachedKeys, attachmentsKey, hasRoom, withBytes, withKey, withoutKey } from "./kv-attachments.ts";
import { type Changes, Direct, Draft } from "./kv-changes.ts";
import { decodeRequest, type Operation } from "./kv-codec.ts";
import {
  type Content,
  contentOfRecord,
  encodeRecord,
  isKeyRecord,
  keyBytesOfRecord,
  recordKeyOfBytes,
  revisionOfRecord,
  sessionOfRecord,
} from "./kv-records.ts";
import { type CommandOutcome, encodeOutcomes, encodeRefusal } from "./kv-results.ts";
import type { At, Machine, SessionEnd, SessionId } from "./machine.ts";

/** A session ends: its keys are deleted, as by any delete. */
const sessionEnd: SessionEnd = {
  reads: (session) => [attachmentsKey(session)],

  dependentReads: (session, records) => attachedKeys(records.get(attachmentsKey(session))).map(recordKeyOfBytes),

  apply(_at, session, records) {
    const listKey = attachmentsKey(session);
    const attachments = records.get(listKey);
    if (attachments === undefined) return;
    for (const key of attachedKeys(attachments)) records.delete(recordKeyOfBytes(key));
    records.delete(listKey);
  },
};

/**
 * The key-value map. A request is a batch of one or more commands that take effect all or not at all:
 * if any comparison does not hold, nothing is changed. A later command of a batch sees the changes of the
 * earlier ones. The revision of a key is the log index of the request that changed it last.
 */
export const kvMachine: Machine = {
  reads({ session }, request) {
    const operations = requests.look(request);
    if (typeof operations === "string") return none;
    const keys = operations.map(({ recordKey }) => recordKey);
    if (session && operations.some(({ isAttached }) => isAttached)) keys.push(attachmentsKey(session));
    return keys;
  },

  /** Who changes an attached key detaches it, and so changes the list of the session it belongs to. */
  dependentReads(_at, request, records) {
    const operations = requests.look(request);
    if (typeof operations === "string") return none;
    let keys: Buffer[] | null = null;
    for (const { recordKey } of operations) {
      const session = ownerOf(records.get(recordKey));
      if (session === 0) continue;
      keys ??= [];
      keys.push(attachmentsKey(session));
    }
    return keys ?? none;
  },

  apply(at, request, records) {
    const operations = requests.take(request);
    // Every node comes to the same verdict on the same bytes, so refusing here keeps them equal. Throwing would stop them all.
    if (typeof operations === "string") return encodeRefusal("malformed", operations);
    if (!at.session && operations.some(({ isAttached }) => isAttached))
      return encodeRefusal("withoutSession", "Only a request in a session can attach a key.");
    const [first] = operations;
    const changes = first !== undefined && operations.length === 1 ? new Direct(records) : new Draft(records);
    const outcomes: CommandOutcome[] = [];
    for (const operation of operations) {
      const outcome = run(operation, at, changes);
      if (outcome === null)
        return encodeRefusal("tooManyAttached", "The session has as many or as large attached keys as it may have.");
      outcomes.push(outcome);
    }
    if (outcomes.every((outcome) => outcome.succeeded)) changes.keep();
    return encodeOutcomes(outcomes);
  },

  sessionEnd,

  isVisible: isKeyRecord,
};

const none: readonly Uint8Array[] = [];

const requests = new Decoded(decode);

function decode(request: Uint8Array): Operation[] | string {
  try {
    return decodeRequest(request);
  } catch (error) {
    if (error instanceof Malformed) return `The request ${error.message}.`;
    throw error;
  }
}

/** Null: the key cannot be attached to the session, and nothing was changed. */
function run(operation: Operation, at: At, changes: Changes): CommandOutcome | null {
  const { recordKey } = operation;
  const record = changes.get(recordKey);
  const existed = record !== undefined;
  if (!holds(operation, record)) return { succeeded: false, existed, recordKey, record: changes.stored(recordKey) ?? null };
  const session = operation.isAttached ? (at.session ?? 0) : 0;
  const next = operation.newContent === null ? null : encodeRecord(at.index, operation.newContent, session);
  if (!moveAttachment(recordKey, record, next, changes)) return null;
  if (next !== null || existed) changes.set(recordKey, next);
  return { succeeded: true, existed, recordKey, record: null };
}

/** Keeps the lists of attached keys as the records say. Returns false, having changed nothing, if there is no room in a list. */
function moveAttachment(
  recordKey: Uint8Array,
  before: Uint8Array | undefined,
  after: Uint8Array | null,
  changes: Changes,
): boolean {
  const from = ownerOf(before);
  const to = ownerOf(after ?? undefined);
  if (from === 0 && to === 0) return true;
  const bytesBefore = before?.length ?? 0;
  const bytesAfter = after?.length ?? 0;
  const toKey = attachmentsKey(to);
  const list = to === 0 ? undefined : changes.get(toKey);
  if (to !== 0 && !hasRoom(list, bytesAfter, from === to ? bytesBefore : null)) return false;
  if (from === to && list !== undefined) {
    changes.set(toKey, withBytes(list, bytesAfter - bytesBefore));
    return true;
  }
  if (to !== 0) changes.set(toKey, withKey(list, keyBytesOfRecord(recordKey), bytesAfter));
  if (from !== 0) {
    const fromKey = attachmentsKey(from);
    const left = changes.get(fromKey);
    if (left !== undefined) changes.set(fromKey, withoutKey(left, keyBytesOfRecord(recordKey), bytesBefore));
  }
  return true;
}

function ownerOf(record: Uint8Array | undefined): SessionId {
  return record === undefined ? 0 : sessionOfRecord(record);
}

function holds(operation: Operation, record: Uint8Array | undefined): boolean {
  switch (operation.type) {
    case "set":
    case "delete":
      return true;
    case "ifValue":
      return (
        record !== undefined && operation.expectedContent !== null && equal(contentOfRecord(record), operation.expectedContent)
      );
    case "ifRevision":
      return record !== undefined && revisionOfRecord(record) === operation.expectedRevision;
    case "ifAbsent":
      return record === undefined;
    default:
      return operation.type satisfies never;
  }
}

function equal(a: Content, b: Content): boolean {
  return Buffer.compare(a, b) === 0;
}
