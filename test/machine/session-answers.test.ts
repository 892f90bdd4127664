import { type Answers, decodeAnswers, encodeWithAnswer, findAnswer, forget } from "../../src/machine/session-answers.ts";
import { Dice } from "./session-histories.ts";

const answer = (text: string): Buffer => Buffer.from(text);
const add = (record: Uint8Array | undefined, sequence: number, text: string, firstOutstanding = 1): Buffer =>
  encodeWithAnswer(forget(decodeAnswers(record), firstOutstanding), sequence, answer(text));
const textOf = (answers: Answers, sequence: number): string | null => {
  const found = findAnswer(answers, sequence);
  return found === null ? null : Buffer.from(found).toString();
};

test("a session without a record has no answers, and waits for its first", () => {
  expect(decodeAnswers(undefined)).toMatchObject({ firstOutstanding: 1, highest: 0, count: 0 });
  expect(findAnswer(decodeAnswers(undefined), 1)).toBeNull();
});

test("answers are found by their numbers, in whatever order they came", () => {
  const answers = decodeAnswers([3, 1, 2].reduce((record: Buffer | undefined, n) => add(record, n, `answer ${n}`), undefined));
  expect(answers).toMatchObject({ firstOutstanding: 1, highest: 3, count: 3 });
  expect([1, 2, 3, 4].map((n) => textOf(answers, n))).toEqual(["answer 1", "answer 2", "answer 3", null]);
});

test("what the client has received goes from the oldest on, up to the first that it has not", () => {
  let record = add(undefined, 1, "one");
  record = add(record, 3, "three");
  record = add(record, 2, "two");
  record = add(record, 4, "four", 3);
  const answers = decodeAnswers(record);
  expect(answers).toMatchObject({ firstOutstanding: 3, highest: 4, count: 3 });
  expect([1, 3, 4].map((n) => textOf(answers, n))).toEqual([null, "three", "four"]);
  expect(decodeAnswers(add(record, 5, "five", 5))).toMatchObject({ firstOutstanding: 5, highest: 5, count: 1 });
});

test("a record that was made longer is still what it was, and so is each of two that were made longer in two ways", () => {
  const first = add(undefined, 1, "one");
  const before = first.toString("hex");
  const left = add(first, 2, "left");
  const right = add(first, 2, "right, and longer");
  expect(first.toString("hex")).toBe(before);
  expect(textOf(decodeAnswers(left), 2)).toBe("left");
  expect(textOf(decodeAnswers(right), 2)).toBe("right, and longer");
});

test("rule 52: a record is the same bytes whether it was made in one piece of memory or read from the disk each time", () => {
  const dice = new Dice(5);
  let inMemory: Buffer | undefined;
  let fromDisk: Buffer | undefined;
  const seen: [Buffer, string][] = [];
  for (let sequence = 1; sequence <= 2_000; sequence += 1) {
    const firstOutstanding = Math.max(1, sequence - dice.below(40));
    const text = "x".repeat(dice.below(60));
    inMemory = add(inMemory, sequence, text, firstOutstanding);
    fromDisk = add(fromDisk === undefined ? undefined : Buffer.from(fromDisk), sequence, text, firstOutstanding);
    expect(inMemory.equals(fromDisk)).toBe(true);
    if (dice.below(20) === 0) seen.push([inMemory, inMemory.toString("hex")]);
  }
  for (const [record, hex] of seen) expect(record.toString("hex")).toBe(hex);
});
