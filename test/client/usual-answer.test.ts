import { UsualAnswer } from "../../src/client/connection/usual-answer.ts";

test("an answer is late after the least time, while answers come soon", () => {
  const usual = new UsualAnswer({ minMs: 300, maxMs: 3_000 });
  expect(usual.lateMs).toBe(300);
  usual.onAnswer(2);
  expect(usual.lateMs).toBe(300);
});

test("one slow answer makes such answers usual at once, up to a limit", () => {
  const usual = new UsualAnswer({ minMs: 300, maxMs: 3_000 });
  usual.onAnswer(2);
  usual.onAnswer(800);
  expect(usual.lateMs).toBe(1_600);
  usual.onAnswer(60_000);
  expect(usual.lateMs).toBe(3_000);
});

test("answers that come soon make the time short again, step by step", () => {
  const usual = new UsualAnswer({ minMs: 300, maxMs: 3_000 });
  usual.onAnswer(60_000);
  usual.onAnswer(5);
  expect(usual.lateMs).toBeGreaterThan(2_000);
  for (let i = 0; i < 30; i += 1) usual.onAnswer(5);
  expect(usual.lateMs).toBe(300);
});

test("another node has its own time", () => {
  const usual = new UsualAnswer({ minMs: 300, maxMs: 3_000 });
  usual.onAnswer(1_000);
  usual.reset();
  expect(usual.lateMs).toBe(300);
});
