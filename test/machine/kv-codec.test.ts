import { ByteReader, ByteWriter } from "../../src/machine/bytes.ts";
import { kvMachine } from "../../src/machine/kv.ts";
import { decodeRequest, encodeRequest, type KvCommand } from "../../src/machine/kv-codec.ts";
import { decodeRecord, encodeRecord, recordKey, recordRange, sessionOfRecord } from "../../src/machine/kv-records.ts";
import { decodeResult } from "../../src/machine/kv-results.ts";
import { MachineRun } from "./run-machine.ts";

const batch: readonly KvCommand[] = [
  { type: "set", key: "a", value: "text" },
  { type: "delete", key: "b" },
  { type: "compareAndSet", key: "c", expected: { type: "value", value: Buffer.from("data") }, newValue: null },
  { type: "compareAndSet", key: "d", expected: { type: "revision", revision: Number.MAX_SAFE_INTEGER }, newValue: "new" },
  { type: "compareAndSet", key: "e", expected: { type: "absent" }, newValue: Buffer.alloc(0) },
];

test("a request comes back as it was", () => {
  const operations = decodeRequest(encodeRequest(batch));
  const text = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString("latin1"));
  expect(
    operations.map((o) => [o.type, text(o.recordKey.subarray(1)), text(o.expectedContent), o.expectedRevision, text(o.newContent)]),
  ).toEqual([
    ["set", "a", null, 0, "\x01text"],
    ["delete", "b", null, 0, null],
    ["ifValue", "c", "\x00data", 0, null],
    ["ifRevision", "d", null, Number.MAX_SAFE_INTEGER, "\x01new"],
    ["ifAbsent", "e", null, 0, "\x00"],
  ]);
});

test("the format is pinned: a log written today is read by every later version", () => {
  expect(encodeRequest(batch).toString("hex")).toBe(
    "010005" +
      "00000161000000050174657874" +
      "01000162" +
      "020001630000000500" +
      "64617461" +
      "83000164001fffffffffffff00000004016e6577" +
      "840001650000000100",
  );
});

test("the format of attached keys is pinned too", () => {
  const attached: readonly KvCommand[] = [
    { type: "set", key: "a", value: "1", attached: true },
    { type: "compareAndSet", key: "b", expected: { type: "absent" }, newValue: "2", attached: true },
    { type: "compareAndSet", key: "c", expected: { type: "absent" }, newValue: null, attached: true },
  ];
  const request = encodeRequest(attached);
  expect(request.toString("hex")).toBe("010003" + "40000161000000020131" + "c4000162000000020132" + "04000163");
  expect(decodeRequest(request).map(({ isAttached }) => isAttached)).toEqual([true, true, false]);
});

test("an attached key's record comes back as it was, up to the highest numbers", () => {
  const largest = Number.MAX_SAFE_INTEGER;
  const content = Buffer.from("\u0001text");
  const record = encodeRecord(largest, content, largest);
  expect([decodeRecord(record), sessionOfRecord(record)]).toEqual([{ revision: largest, value: "text" }, largest]);
  const plain = encodeRecord(largest, content);
  expect([decodeRecord(plain), sessionOfRecord(plain)]).toEqual([{ revision: largest, value: "text" }, 0]);
});

test("a request of one megabyte after another is encoded right, and does not keep the memory", () => {
  const large = "é".repeat(512 * 1024);
  for (let i = 0; i < 3; i++) {
    const [operation] = decodeRequest(encodeRequest([{ type: "set", key: "k", value: large }]));
    expect(Buffer.from(operation?.newContent ?? []).toString("utf8", 1)).toBe(large);
  }
});

test("a request cut short at any byte, or with a byte too many, is refused in the result and changes nothing", () => {
  const whole = encodeRequest(batch);
  const kv = new MachineRun(kvMachine);
  for (let length = 0; length < whole.length; length++) {
    const [result] = kv.batch([whole.subarray(0, length)]);
    expect(decodeResult(result ?? Buffer.alloc(0))).toEqual({
      type: "refused",
      reason: "malformed",
      why: expect.stringMatching(/^The request (is|has|holds) .*\.$/),
    });
  }
  const [result] = kv.batch([Buffer.concat([whole, Buffer.from([0])])]);
  expect(decodeResult(result ?? Buffer.alloc(0))).toEqual({
    type: "refused",
    reason: "malformed",
    why: "The request has bytes after its end.",
  });
  expect(kv.size).toBe(0);
});

test.each([
  ["an unknown format", "020001" + "01000161", "The request is of format 2, which this version does not know."],
  ["no command", "010000", "The request holds no command."],
  ["an unknown command", "010001" + "05000161", "The request holds a command of kind 5, which this version does not know."],
  ["an attached delete", "010001" + "41000161", "The request holds a command of kind 65, which this version does not know."],
  [
    "an attached comparison without a new value",
    "010001" + "44000161",
    "The request holds a command of kind 68, which this version does not know.",
  ],
  ["a delete with a value", "010001" + "81000161", "The request holds a command of kind 129, which this version does not know."],
  ["a value of unknown kind", "010001" + "000001610000000102", "The request holds a value of unknown kind."],
  ["a value of no kind", "010001" + "0000016100000000", "The request holds a value of unknown kind."],
])("a request with %s is refused in the result", (_, hex, why) => {
  const [result] = new MachineRun(kvMachine).batch([Buffer.from(hex, "hex")]);
  expect(decodeResult(result ?? Buffer.alloc(0))).toEqual({ type: "refused", reason: "malformed", why });
});

test("rule 55: a revision beyond 2^53 - 1 in a request is refused in the result", () => {
  const [result] = new MachineRun(kvMachine).batch([Buffer.from("010001" + "03000161" + "0020000000000000", "hex")]);
  expect(decodeResult(result ?? Buffer.alloc(0))).toEqual({
    type: "refused",
    reason: "malformed",
    why: "The request has a number beyond 2^53 - 1.",
  });
});

test("rule 55: numbers up to 2^53 - 1 survive as 64 bits", () => {
  for (const value of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    const writer = new ByteWriter();
    writer.u64(value);
    expect(new ByteReader(writer.finish()).u64()).toBe(value);
  }
});

test("records are in the order of their keys' UTF-8, and a prefix takes in just the keys that begin with it", () => {
  const keys = ["", "a", "a\u0000", "ab", "a\u{10ffff}", "b", "z", "é", "\uffff", "\u{1f332}"];
  const records = keys.map((key) => recordKey(key));
  expect([...records].sort(Buffer.compare)).toEqual(records);
  const within = (prefix: string): string[] => {
    const { start, end } = recordRange(prefix);
    return keys.filter((_, i) => Buffer.compare(records[i] ?? start, start) >= 0 && Buffer.compare(records[i] ?? end, end) < 0);
  };
  for (const prefix of keys) expect(within(prefix)).toEqual(keys.filter((key) => key.startsWith(prefix)));
});
