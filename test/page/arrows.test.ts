import type { Frame } from "../../src/observe/live.ts";
import type { ObservedRecord } from "../../src/observe/records.ts";
import { ArrowBook, arrowLimits, endOf, progressOf } from "../../src/page/model/arrows.ts";

// Which messages the picture draws, and how far each is at any time.

const { flightMs, brokenMs, spacingMs } = arrowLimits;

let number = 0;
function record(type: string, at: number, fields: Readonly<Record<string, number | string | boolean>>): ObservedRecord {
  number += 1;
  const node = Number(type === "messageReceived" ? fields.to : fields.from);
  return { node, life: 1, number, at, turn: 0, type, message: "append", from: 1, to: 2, term: 3, sequence: 1, ...fields };
}

function frame(to: number, records: readonly ObservedRecord[]): Frame {
  return { type: "frame", from: to - 100, to, nodes: [], flows: [], records, dropped: 0 };
}

const link = { from: 1, to: 2 };

test("a message with both its ends is one arrow, drawn for 600 ms however fast it was", () => {
  const book = new ArrowBook();
  book.add(frame(1_000, [record("messageSent", 950, link), record("messageReceived", 950.3, link)]));
  const [arrow, ...others] = book.arrows;
  expect(others).toEqual([]);
  if (arrow === undefined) throw new Error("There is no arrow.");
  expect(arrow).toMatchObject({ from: 1, to: 2, sentAt: 950, receivedAt: 950.3, lostAt: null });
  expect(progressOf(arrow, 949)).toBeNull();
  expect(progressOf(arrow, 950 + flightMs / 2)).toBeCloseTo(0.5);
  expect(endOf(arrow)).toBe(950 + flightMs);
});

test("a message that took longer than that is drawn for as long as it took", () => {
  const book = new ArrowBook();
  book.add(frame(1_000, [record("messageSent", 1_000, link)]));
  book.add(frame(3_000, [record("messageReceived", 3_000, link)]));
  const [arrow] = book.arrows;
  expect(arrow && progressOf(arrow, 2_000)).toBeCloseTo(0.5);
});

test("a message whose end nobody has told waits before the end", () => {
  const book = new ArrowBook();
  book.add(frame(1_000, [record("messageSent", 1_000, link)]));
  const [arrow] = book.arrows;
  expect(arrow && progressOf(arrow, 1_000 + 3 * flightMs)).toBe(0.8);
});

test("no arrow is made up for a message of which only the end was told", () => {
  const book = new ArrowBook();
  book.add(frame(1_000, [record("messageReceived", 990, link)]));
  expect(book.arrows).toEqual([]);
});

test.each([
  ["fault", 0.5],
  ["noLink", 0.2],
])("a message that is lost by %s stops at %d of its way, and its cross is seen for a while", (why, share) => {
  const book = new ArrowBook();
  book.add(frame(1_000, [record("messageSent", 900, link), record("messageLost", 900, { ...link, why })]));
  const [arrow] = book.arrows;
  if (arrow === undefined) throw new Error("There is no arrow.");
  expect(progressOf(arrow, 900 + flightMs)).toBe(share);
  expect(progressOf(arrow, 900 + flightMs + brokenMs - 1)).toBe(share);
  expect(progressOf(arrow, 900 + flightMs + brokenMs + 1)).toBeNull();
});

test("of frequent messages one is drawn now and then, of rare ones each", () => {
  const book = new ArrowBook();
  const many = (message: string): readonly ObservedRecord[] =>
    Array.from({ length: 50 }, (_, place) =>
      record("messageSent", 1_000 + place * 10, { ...link, message, sequence: place + 1 + (message === "append" ? 0 : 100) }),
    );
  book.add(frame(1_500, many("append")));
  expect(book.arrows).toHaveLength(Math.ceil(500 / spacingMs));
  expect(book.seen).toBe(50);
  book.add(frame(1_510, many("voteRequest")));
  expect(book.arrows.filter(({ message }) => message === "voteRequest")).toHaveLength(50);
});
