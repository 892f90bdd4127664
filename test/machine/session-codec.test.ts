import {
  decodeSessionCommand,
  encodePlain,
  encodeSessionCommand,
  expireMax,
  type SessionCommand,
} from "../../src/machine/session-codec.ts";
import {
  decodeSessionResult,
  encodeAnswer,
  encodeAnswered,
  encodeSessionResult,
  type SessionRefusal,
  type SessionResult,
} from "../../src/machine/session-results.ts";

const largest = Number.MAX_SAFE_INTEGER;
const request = Buffer.from("set");

describe("a log written today is read by every later version", () => {
  test.each<[Exclude<SessionCommand, { type: "plain" }>, string]>([
    [
      { type: "request", session: 7, sequence: 3, firstOutstanding: 2, request },
      "0001" + "0000000000000007" + "0000000000000003" + "0000000000000002" + "736574",
    ],
    [{ type: "open", timeoutMs: 10_000 }, "0002" + "00002710"],
    [{ type: "keepAlive", session: largest }, "0003" + "001fffffffffffff"],
    [{ type: "close", session: 258 }, "0004" + "0000000000000102"],
    [{ type: "expire", sessions: [1, 2] }, "0005" + "0002" + "0000000000000001" + "0000000000000002"],
    [{ type: "expire", sessions: [] }, "0005" + "0000"],
  ])("%j", (command, hex) => {
    expect(encodeSessionCommand(command).toString("hex")).toBe(hex);
    expect(decodeSessionCommand(Buffer.from(hex, "hex"))).toEqual(command);
  });

  test("a plain request is its own bytes, unless it begins like the others", () => {
    expect(encodePlain(request)).toBe(request);
    expect(decodeSessionCommand(request)).toEqual({ type: "plain", request });
    const zero = Buffer.from([0, 5]);
    expect(Buffer.from(encodePlain(zero)).toString("hex")).toBe("00000005");
    expect(decodeSessionCommand(encodePlain(zero))).toEqual({ type: "plain", request: zero });
  });
});

test.each([
  ["an unknown kind", "0007", "is of kind 7, which this version does not know"],
  [
    "sequence number 0",
    `0001${"0000000000000001".repeat(1)}${"0000000000000000".repeat(2)}`,
    "has the sequence number 0; they begin with 1",
  ],
  ["its own answer received", `0001${"0000000000000001".repeat(2)}0000000000000002`, "says that its own answer was received"],
  ["a number beyond 2^53 - 1", "00030020000000000000", "has a number beyond 2^53 - 1"],
  [
    "too many sessions",
    `0005${(expireMax + 1).toString(16).padStart(4, "0")}`,
    `names ${expireMax + 1} sessions, and may name ${expireMax}`,
  ],
  ["bytes after its end", "00020000271000", "has bytes after its end"],
  ["nothing but its first byte", "00", "is cut short"],
])("a command with %s is not understood", (_, hex, why) => {
  expect(() => decodeSessionCommand(Buffer.from(hex, "hex"))).toThrow(why);
});

describe("every result comes back as it was", () => {
  const reasons: readonly SessionRefusal[] = [
    ...([
      "noSession",
      "acknowledged",
      "tooManyAnswers",
      "tooManySessions",
      "timeoutOutOfRange",
      "malformed",
      "tooManyOfOwner",
    ] as const),
  ];
  const results: readonly Exclude<SessionResult, { type: "answered" }>[] = [
    { type: "opened", session: largest },
    { type: "keptAlive" },
    { type: "closed" },
    { type: "expired", count: expireMax },
    ...reasons.map((reason) => ({ type: "refused", reason, why: "Für alle gleich." }) as const),
  ];

  test.each(results)("%j", (result) => {
    expect(decodeSessionResult(encodeSessionResult(result))).toEqual(result);
  });

  test("an answer, with the place at which the request took effect", () => {
    const result = Buffer.from([1, 2, 3]);
    expect(decodeSessionResult(encodeAnswered(encodeAnswer(258, result)))).toEqual({ type: "answered", index: 258, result });
  });

  test("each has a status of its own, which later versions keep", () => {
    const statuses = results.map((result) => encodeSessionResult(result)[0]);
    expect(statuses).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(encodeAnswered(encodeAnswer(1, request))[0]).toBe(0);
    expect(() => decodeSessionResult(Buffer.from([12]))).toThrow("has the status 12, which this version does not know");
  });
});
