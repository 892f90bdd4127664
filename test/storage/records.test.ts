import type { Entry } from "../../src/core/types.ts";
import { RecordDamaged } from "../../src/storage/files/records.ts";
import {
  decodeMark,
  decodeStore,
  emptyTail,
  encodeMark,
  encodeStore,
  storeKey,
  storeNumber,
} from "../../src/storage/log/store-records.ts";
import {
  dataKey,
  decodeData,
  decodeWrite,
  encodeData,
  encodeWrite,
  type WriteRecord,
  writeKey,
} from "../../src/storage/state/state-records.ts";
import { storeOf, textOf } from "./support.ts";

/** Where numbers of 31, 32 and 53 bits end. */
const borders = [1, 2, 255, 256, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 1, 2 ** 53 - 2, 2 ** 53 - 1];

const tail = { ...emptyTail, hardState: { term: 3, votedFor: 2 }, lastIndex: 2, lastTerm: 3 };
const write: WriteRecord = {
  number: 5,
  previous: 0xffffffff,
  appliedIndex: 17,
  term: 3,
  time: 99,
  membersIndex: 9,
  membersChecksum: 0xfffffff0,
  count: 4,
  bytes: 40,
  digest: [1, 0xfffffffe],
  bytesWritten: 1_000,
  firstKept: 3,
};

test("rule 55: keys sort as their numbers do, up to 2^53 - 1", () => {
  for (const keyOf of [storeKey, writeKey]) {
    const keys = borders.map(keyOf);
    expect([...keys].reverse().sort(Buffer.compare)).toEqual(keys);
  }
  expect(borders.map((number) => storeNumber(storeKey(number)))).toEqual(borders);
});

test("rule 55: terms, indexes and numbers around 2^31 and 2^53 come back as they were", () => {
  for (const number of borders) {
    const entries: Entry[] = [{ index: number, term: number, kind: "command", time: 0, data: Buffer.from("x") }];
    const end = { hardState: { term: number, votedFor: number }, lastIndex: number, lastTerm: number };
    const base = { index: number, term: number, time: number };
    const state = { ...end, base, anchor: { number, checksum: 0xfffffffe }, stateName: `state-${number}-0123456789abcdef` };
    const made = encodeStore({ ...emptyTail, number: number - 1 }, state, entries);
    const read = decodeStore(made.key, made.value);
    expect(read.tail).toEqual({ ...state, number, checksum: made.tail.checksum });
    expect(textOf(read.entries)).toEqual(textOf(entries));
    expect(decodeMark(encodeMark(made.tail))).toEqual({ ...end, number, checksum: made.tail.checksum });
    const point = { appliedIndex: number, term: number, time: number, membersIndex: number };
    const record = { ...write, ...point, number, count: number, bytes: number, bytesWritten: number, firstKept: number };
    expect(decodeWrite(writeKey(number), encodeWrite(writeKey(number), record).value).record).toEqual(record);
  }
});

test("no vote is kept apart from a vote", () => {
  const state = { ...emptyTail, hardState: { term: 3, votedFor: null } };
  const { key, value } = encodeStore(emptyTail, state, []);
  expect(decodeStore(key, value).tail.hardState).toEqual({ term: 3, votedFor: null });
});

test("every changed byte, every cut and every other key make a record damaged", () => {
  const store = encodeStore(emptyTail, tail, storeOf(3, 1, ["a", "b"]).entries);
  const data = { key: dataKey(Buffer.from("name")), value: encodeData(dataKey(Buffer.from("name")), Buffer.from("value")) };
  const kinds: [string, (key: Buffer, value: Buffer) => unknown, { key: Buffer; value: Buffer }][] = [
    ["store", decodeStore, store],
    ["data", decodeData, data],
    ["write", decodeWrite, { key: writeKey(5), value: encodeWrite(writeKey(5), write).value }],
    ["mark", (_key, value) => decodeMark(value), { key: Buffer.alloc(0), value: encodeMark(store.tail) }],
  ];
  for (const [kind, decode, { key, value }] of kinds) {
    expect(() => decode(key, value)).not.toThrow();
    for (const [damagedKey, damagedValue] of damages(key, value)) {
      expect({ kind, outcome: outcome(() => decode(damagedKey, damagedValue)) }).toEqual({ kind, outcome: "RecordDamaged" });
    }
  }
});

function* damages(key: Buffer, value: Buffer): Generator<[Buffer, Buffer]> {
  for (let at = 0; at < value.length; at++) {
    for (const bit of [1, 16, 128]) yield [key, flipped(value, at, bit)];
    yield [key, value.subarray(0, at)];
  }
  for (let at = 0; at < key.length; at++) yield [flipped(key, at, 1), value];
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ bit, at);
  return copy;
}

function outcome(work: () => unknown): string {
  try {
    work();
    return "nothing found";
  } catch (error) {
    return error instanceof RecordDamaged ? "RecordDamaged" : String(error);
  }
}
