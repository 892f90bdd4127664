import type { Millis } from "../core/types.ts";
import { ByteReader, ByteWriter, Malformed } from "./bytes.ts";
import type { SessionId } from "./machine.ts";

/**
 * What a machine with sessions is told, as bytes. A request outside of any session goes as it is, unless it begins with
 * the byte that all others begin with:
 *
 *     u8 0, u8 kind, then
 *     0 plain       a request outside of any session
 *     1 request     u64 session, u64 sequence, u64 first outstanding, a request
 *     2 open        u32 timeout in ms
 *     3 keep alive  u64 session
 *     4 close       u64 session
 *     5 expire      u16 count, then each session as u64
 *     6 open as     u32 timeout in ms, u32 sessions that this owner may have, u8 length and owner, u8 length and name
 *
 * All numbers are big-endian.
 */
export type SessionCommand =
  | { readonly type: "plain"; readonly request: Uint8Array }
  | {
      readonly type: "request";
      readonly session: SessionId;
      /** Numbers the session's requests from 1 on; a repetition has the number of the first attempt. */
      readonly sequence: number;
      /** The client has the answers to all requests before this one. At most `sequence`. */
      readonly firstOutstanding: number;
      readonly request: Uint8Array;
    }
  | { readonly type: "open"; readonly timeoutMs: Millis }
  | {
      readonly type: "openAs";
      readonly timeoutMs: Millis;
      /** Whom the session counts for. */
      readonly owner: string;
      /** Most sessions of one owner; a further one is refused. */
      readonly ownerMax: number;
      /** What the client calls itself. */
      readonly name: string;
    }
  | { readonly type: "keepAlive" | "close"; readonly session: SessionId }
  /** Ends those of them that have expired. */
  | { readonly type: "expire"; readonly sessions: readonly SessionId[] };

const marker = 0;
const kinds = ["plain", "request", "open", "keepAlive", "close", "expire", "openAs"] as const;

/** Most sessions that one command may expire, so that what it does stays bounded. */
export const expireMax = 64;

/** Longest name of a client or of an owner, in bytes of UTF-8. */
export const clientNameBytesMax = 128;

/** Whether these bytes are, as they are, a request outside of any session. */
export function isPlain(bytes: Uint8Array): boolean {
  return bytes[0] !== marker;
}

/** A request outside of any session: in nearly all cases just these bytes. */
export function encodePlain(request: Uint8Array): Uint8Array {
  if (isPlain(request)) return request;
  const writer = begin("plain");
  writer.bytes(request);
  return writer.finish();
}

export function encodeSessionCommand(command: Exclude<SessionCommand, { type: "plain" }>): Buffer {
  const writer = begin(command.type);
  switch (command.type) {
    case "request":
      writer.u64(command.session);
      writer.u64(command.sequence);
      writer.u64(command.firstOutstanding);
      writer.bytes(command.request);
      break;
    case "open":
      writer.u32(command.timeoutMs);
      break;
    case "openAs":
      writer.u32(command.timeoutMs);
      writer.u32(command.ownerMax);
      writeName(writer, command.owner);
      writeName(writer, command.name);
      break;
    case "keepAlive":
    case "close":
      writer.u64(command.session);
      break;
    case "expire":
      writer.u16(command.sessions.length);
      for (const session of command.sessions) writer.u64(session);
      break;
    default:
      command satisfies never;
  }
  return writer.finish();
}

/** What the bytes say; requests are views of them. @throws Malformed if they are not exactly one command */
export function decodeSessionCommand(bytes: Uint8Array): SessionCommand {
  if (isPlain(bytes)) return { type: "plain", request: bytes };
  const reader = new ByteReader(bytes);
  reader.u8();
  const kind = reader.u8();
  const type = kinds[kind];
  if (type === undefined) throw new Malformed(`is of kind ${kind}, which this version does not know`);
  const command = read(type, reader);
  reader.end();
  return command;
}

function read(type: (typeof kinds)[number], reader: ByteReader): SessionCommand {
  switch (type) {
    case "plain":
      return { type, request: reader.bytes(reader.remaining) };
    case "request":
      return readRequest(reader);
    case "open":
      return { type, timeoutMs: reader.u32() };
    case "openAs": {
      const [timeoutMs, ownerMax] = [reader.u32(), reader.u32()];
      return { type, timeoutMs, ownerMax, owner: readName(reader), name: readName(reader) };
    }
    case "keepAlive":
    case "close":
      return { type, session: reader.u64() };
    case "expire": {
      const count = reader.u16();
      if (count > expireMax) throw new Malformed(`names ${count} sessions, and may name ${expireMax}`);
      return { type, sessions: Array.from({ length: count }, () => reader.u64()) };
    }
    default:
      return type satisfies never;
  }
}

/** @throws RangeError if it is longer than a name may be */
function writeName(writer: ByteWriter, name: string): void {
  const length = Buffer.byteLength(name);
  if (length > clientNameBytesMax) throw new RangeError(`a name has ${length} bytes, and may have ${clientNameBytesMax}`);
  writer.u8(length);
  writer.text(name);
}

function readName(reader: ByteReader): string {
  const length = reader.u8();
  if (length > clientNameBytesMax) throw new Malformed(`holds a name of ${length} bytes, and may hold ${clientNameBytesMax}`);
  return reader.text(length);
}

function readRequest(reader: ByteReader): SessionCommand {
  const session = reader.u64();
  const sequence = reader.u64();
  const firstOutstanding = reader.u64();
  if (sequence === 0) throw new Malformed("has the sequence number 0; they begin with 1");
  if (firstOutstanding > sequence) throw new Malformed("says that its own answer was received");
  return { type: "request", session, sequence, firstOutstanding, request: reader.bytes(reader.remaining) };
}

function begin(type: (typeof kinds)[number]): ByteWriter {
  const writer = new ByteWriter();
  writer.u8(marker);
  writer.u8(kinds.indexOf(type));
  return writer;
}
