import { ByteReader } from "./bytes.ts";

/**
 * The answers that a session keeps, in the order in which they were given, as one record; see session-records.ts for its
 * layout. Nearly every request of a session changes it, so it is changed as bytes.
 */

const headerBytes = 20;
const answerHeaderBytes = 12;

export interface Answers {
  /** The client has the answers to all requests before this one. */
  readonly firstOutstanding: number;
  /** No request with a greater number was answered. */
  readonly highest: number;
  readonly count: number;
  /** The answers themselves, as in the record. */
  readonly packed: Uint8Array;
}

/** @param record undefined if the session has answered nothing yet */
export function decodeAnswers(record: Uint8Array | undefined): Answers {
  if (record === undefined) return { firstOutstanding: 1, highest: 0, count: 0, packed: new Uint8Array(0) };
  const reader = new ByteReader(record);
  return {
    firstOutstanding: reader.u64(),
    highest: reader.u64(),
    count: reader.u32(),
    packed: record.subarray(headerBytes),
  };
}

/** The answer to the request of this number, a view of the record; null if there is none. */
export function findAnswer({ highest, packed }: Answers, sequence: number): Uint8Array | null {
  if (sequence > highest) return null;
  const reader = new ByteReader(packed);
  while (reader.remaining > 0) {
    const found = reader.u64();
    const answer = reader.bytes(reader.u32());
    if (found === sequence) return answer;
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
    start = packed.length - reader.remaining;
    count -= 1;
  }
  return { firstOutstanding, highest, count, packed: packed.subarray(start) };
}

/** The record with one answer more. @param sequence one that has no answer yet */
export function encodeWithAnswer(answers: Answers, sequence: number, answer: Uint8Array): Buffer {
  const { firstOutstanding, highest, count, packed } = answers;
  const record = Buffer.allocUnsafe(headerBytes + packed.length + answerHeaderBytes + answer.length);
  writeUint64(record, firstOutstanding, 0);
  writeUint64(record, Math.max(highest, sequence), 8);
  record.writeUInt32BE(count + 1, 16);
  record.set(packed, headerBytes);
  const place = headerBytes + packed.length;
  writeUint64(record, sequence, place);
  record.writeUInt32BE(answer.length, place + 8);
  record.set(answer, place + answerHeaderBytes);
  return record;
}

function writeUint64(bytes: Buffer, value: number, offset: number): void {
  bytes.writeUInt32BE(Math.floor(value / 0x1_0000_0000), offset);
  bytes.writeUInt32BE(value >>> 0, offset + 4);
}
