import { ByteReader, ByteWriter, Malformed } from "./bytes.ts";
import { type Content, contentOfRecord, keyBytesOfRecord, revisionOfRecord, type Value, valueOfContent } from "./kv-records.ts";

/**
 * What the key-value map answers to a request, as bytes.
 *
 *     u8 status (0 applied, 1 conflict, 2 and above refused), then
 *     applied, conflict: u16 count, then for each command u8 flags, and if there is a current record:
 *                        u16 length and key, u64 revision, [u32 length and content]
 *     refused:           a sentence; the status says why (2 malformed, 3 without a session, 4 too many attached keys)
 *
 * All numbers are big-endian, all text is UTF-8.
 */

/**
 * - `applied`: all commands took effect.
 * - `conflict`: a comparison did not hold, and nothing was changed.
 * - `refused`: the request cannot be carried out, and nothing was changed.
 */
export type KvResult =
  | { readonly type: "applied" | "conflict"; readonly results: readonly CommandResult[] }
  | { readonly type: "refused"; readonly reason: KvRefusal; readonly why: string };

/**
 * - `malformed`: the request makes no sense.
 * - `withoutSession`: only a request in a session can attach keys.
 * - `tooManyAttached`: the session has as many attached keys, or as large ones, as it may have.
 */
export type KvRefusal = "malformed" | "withoutSession" | "tooManyAttached";

export interface CommandResult {
  /** False only for a comparison that did not hold. */
  readonly succeeded: boolean;
  /** Whether the key existed before this command. */
  readonly existed: boolean;
  /** For a comparison that did not hold: what is there now, null if nothing. */
  readonly current: Current | null;
}

export interface Current {
  readonly key: string;
  readonly revision: number;
  /** Null if it was left out to keep the result small. */
  readonly value: Value | null;
}

/** What became of one command, before it is encoded. */
export interface CommandOutcome {
  readonly succeeded: boolean;
  readonly existed: boolean;
  readonly recordKey: Uint8Array;
  /** The record as it is in the map, for a comparison that did not hold. */
  readonly record: Uint8Array | null;
}

/**
 * Once the current values in a result reach this size, further ones are left out: else 128 comparisons
 * that fail could make a result of 128 MiB out of a small request.
 */
export const currentBytesMax = 1024 * 1024;

const statuses = ["applied", "conflict", "malformed", "withoutSession", "tooManyAttached"] as const;
const succeededFlag = 1;
const existedFlag = 2;
const currentFlag = 4;
const valueFlag = 8;

export function encodeOutcomes(outcomes: readonly CommandOutcome[]): Buffer {
  const writer = new ByteWriter();
  const applied = outcomes.every((outcome) => outcome.succeeded);
  writer.u8(statuses.indexOf(applied ? "applied" : "conflict"));
  writer.u16(outcomes.length);
  let currentBytes = 0;
  for (const { succeeded, existed, recordKey, record } of outcomes) {
    const flags = (succeeded ? succeededFlag : 0) | (existed ? existedFlag : 0);
    if (record === null) {
      writer.u8(flags);
      continue;
    }
    const withValue = currentBytes < currentBytesMax;
    writer.u8(flags | currentFlag | (withValue ? valueFlag : 0));
    writeCurrent(writer, recordKey, record, withValue);
    currentBytes += record.length;
  }
  return writer.finish();
}

function writeCurrent(writer: ByteWriter, recordKey: Uint8Array, record: Uint8Array, withValue: boolean): void {
  const key = keyBytesOfRecord(recordKey);
  writer.u16(key.length);
  writer.bytes(key);
  writer.u64(revisionOfRecord(record));
  if (!withValue) return;
  const content = contentOfRecord(record);
  writer.u32(content.length);
  writer.bytes(content);
}

export function encodeRefusal(reason: KvRefusal, why: string): Buffer {
  const writer = new ByteWriter();
  writer.u8(statuses.indexOf(reason));
  writer.text(why);
  return writer.finish();
}

/** @throws Malformed if the bytes are not exactly one result */
export function decodeResult(bytes: Uint8Array): KvResult {
  const reader = new ByteReader(bytes);
  const status = reader.u8();
  const type = statuses[status];
  if (type === undefined) throw new Malformed(`has the status ${status}, which this version does not know`);
  if (type !== "applied" && type !== "conflict") return { type: "refused", reason: type, why: reader.text(reader.remaining) };
  const results: CommandResult[] = [];
  for (let left = reader.u16(); left > 0; left--) results.push(readResult(reader));
  reader.end();
  return { type, results };
}

function readResult(reader: ByteReader): CommandResult {
  const flags = reader.u8();
  return {
    succeeded: (flags & succeededFlag) !== 0,
    existed: (flags & existedFlag) !== 0,
    current: (flags & currentFlag) === 0 ? null : readCurrent(reader, (flags & valueFlag) !== 0),
  };
}

function readCurrent(reader: ByteReader, withValue: boolean): Current {
  const key = reader.text(reader.u16());
  const revision = reader.u64();
  const content: Content | null = withValue ? reader.bytes(reader.u32()) : null;
  return { key, revision, value: content === null ? null : valueOfContent(content) };
}
