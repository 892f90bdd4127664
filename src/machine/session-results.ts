import type { Index } from "../core/types.ts";
import { ByteReader, ByteWriter, Malformed } from "./bytes.ts";
import type { SessionId } from "./machine.ts";

/**
 * What a machine with sessions answers to all but plain requests, whose results are those of the machine inside.
 *
 *     u8 status (its place in the list below), then
 *     answered   an answer: u64 log index at which the request took effect, the result of the machine inside
 *     opened     u64 session
 *     expired    u16 how many sessions
 *     refusals   a sentence
 */
export type SessionResult =
  /** What the machine inside said to the request when it took effect, now or earlier, and at which index of the log. */
  | { readonly type: "answered"; readonly index: Index; readonly result: Uint8Array }
  | { readonly type: "opened"; readonly session: SessionId }
  | { readonly type: "keptAlive" | "closed" }
  | { readonly type: "expired"; readonly count: number }
  /** Nothing was done. */
  | { readonly type: "refused"; readonly reason: SessionRefusal; readonly why: string };

/**
 * - `noSession`: there is no such session: it was closed or has expired. Whether its requests took effect is not known any more.
 * - `acknowledged`: the client has said that it has the answer to this request; it may have taken effect then.
 * - `tooManyAnswers`: the session keeps as many answers as it may; try again once earlier ones were received.
 * - `tooManySessions`: try again later.
 * - `timeoutOutOfRange`: a session must not live as short or as long as this.
 * - `malformed`: these bytes are no command.
 * - `tooManyOfOwner`: its owner has as many sessions as it may; try again later.
 */
export type SessionRefusal = (typeof refusals)[number];

const refusals = [
  "noSession",
  "acknowledged",
  "tooManyAnswers",
  "tooManySessions",
  "timeoutOutOfRange",
  "malformed",
  "tooManyOfOwner",
] as const;
const statuses = ["answered", "opened", "keptAlive", "closed", "expired", ...refusals] as const;

/** What a session keeps of a request that took effect. */
export function encodeAnswer(index: Index, result: Uint8Array): Buffer {
  const writer = new ByteWriter();
  writer.u64(index);
  writer.bytes(result);
  return writer.finish();
}

/** @param answer as it was kept */
export function encodeAnswered(answer: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(1 + answer.length);
  bytes[0] = statuses.indexOf("answered");
  bytes.set(answer, 1);
  return bytes;
}

export function encodeSessionResult(result: Exclude<SessionResult, { type: "answered" }>): Buffer {
  const writer = new ByteWriter();
  writer.u8(statuses.indexOf(result.type === "refused" ? result.reason : result.type));
  if (result.type === "opened") writer.u64(result.session);
  if (result.type === "expired") writer.u16(result.count);
  if (result.type === "refused") writer.text(result.why);
  return writer.finish();
}

/** @throws Malformed if the bytes are not exactly one result */
export function decodeSessionResult(bytes: Uint8Array): SessionResult {
  const reader = new ByteReader(bytes);
  const status = reader.u8();
  const type = statuses[status];
  if (type === undefined) throw new Malformed(`has the status ${status}, which this version does not know`);
  const result = read(type, reader);
  reader.end();
  return result;
}

function read(type: (typeof statuses)[number], reader: ByteReader): SessionResult {
  switch (type) {
    case "answered":
      return { type, index: reader.u64(), result: reader.bytes(reader.remaining) };
    case "opened":
      return { type, session: reader.u64() };
    case "keptAlive":
    case "closed":
      return { type };
    case "expired":
      return { type, count: reader.u16() };
    default:
      return { type: "refused", reason: type, why: reader.text(reader.remaining) };
  }
}
