import { ByteReader, writeUint64 } from "./bytes.ts";

/**
 * The answers that a session keeps, in the order in which they were given, as one record. Nearly every request of a session
 * adds one, so it is appended to in place while it has room:
 *
 *     each answer: u64 sequence number, u32 length, bytes, then what held once it was given:
 *                  u64 first outstanding, u64 highest sequence number answered, u32 number of answers
 *
 * All numbers are big-endian. What holds now stands at the end of the record.
 */

const headBytes = 12;
const tailBytes = 20;
/** Room that a record has at least, in bytes. */
const roomMin = 512;

export interface Answers {
  /** The client has the answers to all requests before this one. */
  readonly firstOutstanding: number;
  /** No request with a greater number was answered. */
  readonly highest: number;
  readonly count: number;
  /** The record. */
  readonly packed: Uint8Array;
}

const noAnswers: Answers = { firstOutstanding: 1, highest: 0, count: 0, packed: new Uint8Array(0) };

/** @param record undefined if the session has answered nothing yet */
export function decodeAnswers(record: Uint8Array | undefined): Answers {
  if (record === undefined) return noAnswers;
  const reader = new ByteReader(record.subarray(record.length - tailBytes));
  return { firstOutstanding: reader.u64(), highest: reader.u64(), count: reader.u32(), packed: record };
}

/** The answer to the request of this number, a view of the record; null if there is none. */
export function findAnswer({ highest, packed }: Answers, sequence: number): Uint8Array | null {
  if (sequence > highest) return null;
  const reader = new ByteReader(packed);
  while (reader.remaining > 0) {
    const found = reader.u64();
    const answer = reader.bytes(reader.u32());
    if (found === sequence) return answer;
    reader.bytes(tailBytes);
  }
  return null;
}

/**
 * Without the answers that the client has received, from the oldest one on up to the first that it has not. One that was
 * overtaken is forgotten a little later: so the work is that of the answers that go, not of those that stay.
 */
export function forget(answers: Answers, firstOutstanding: number): Answers {
  if (firstOutstanding <= answers.firstOutstanding) return answers;
  const { highest, packed } = answers;
  const reader = new ByteReader(packed);
  let { count } = answers;
  let start = 0;
  while (reader.remaining > 0 && reader.u64() < firstOutstanding) {
    reader.bytes(reader.u32());
    reader.bytes(tailBytes);
    start = packed.length - reader.remaining;
    count -= 1;
  }
  return { firstOutstanding, highest, count, packed: packed.subarray(start) };
}

/** The record with one answer more. @param sequence one that has no answer yet */
export function encodeWithAnswer(answers: Answers, sequence: number, answer: Uint8Array): Buffer {
  const { firstOutstanding, highest, count, packed } = answers;
  const record = withRoom(packed, headBytes + answer.length + tailBytes);
  let place = packed.length;
  writeUint64(record, sequence, place);
  record.writeUInt32BE(answer.length, place + 8);
  record.set(answer, place + headBytes);
  place += headBytes + answer.length;
  writeUint64(record, firstOutstanding, place);
  writeUint64(record, Math.max(highest, sequence), place + 8);
  record.writeUInt32BE(count + 1, place + 16);
  return record;
}

/** Of each buffer that records were made in, how many bytes belong to one of them. These are never written again. */
const usedBytes = new WeakMap<ArrayBufferLike, number>();

/**
 * A record that begins with the bytes of `packed` and has room for that many more: in the same memory if nothing has been put
 * behind them yet, else in a copy. It saves copying all answers for each; what comes of it is the same.
 */
function withRoom(packed: Uint8Array, bytes: number): Buffer {
  const { buffer, byteOffset } = packed;
  const length = packed.length + bytes;
  const end = byteOffset + length;
  if (usedBytes.get(buffer) === end - bytes && end <= buffer.byteLength) {
    usedBytes.set(buffer, end);
    return Buffer.from(buffer, byteOffset, length);
  }
  const room = Buffer.allocUnsafeSlow(Math.max(2 * length, roomMin));
  room.set(packed);
  usedBytes.set(room.buffer, length);
  return room.subarray(0, length);
}
