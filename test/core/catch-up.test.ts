import { CatchUp } from "../../src/core/catch-up.ts";

// A round may take 300 ms.

function observe(catchUp: CatchUp, matchIndex: number, lastIndex: number, now: number): boolean {
  return catchUp.observe(matchIndex, lastIndex, now, 300);
}

test("rule 29: who has nothing has not caught up, however long it waits", () => {
  const catchUp = new CatchUp(1, 0);
  for (let now = 0; now <= 10_000; now += 50) observe(catchUp, 0, 1, now);
  expect(catchUp.isCaughtUp).toBe(false);
});

test("rule 29: a learner has caught up by the end of a round that was short", () => {
  const catchUp = new CatchUp(100, 0);
  expect(observe(catchUp, 99, 500, 300)).toBe(false);
  expect(observe(catchUp, 100, 500, 300)).toBe(true);
  expect(catchUp.isCaughtUp).toBe(true);
});

test("rule 29: rounds that take too long are followed by others, each up to where the log ended when it began", () => {
  const catchUp = new CatchUp(1_000, 0);
  expect(observe(catchUp, 1_000, 1_400, 5_000)).toBe(false);
  expect(observe(catchUp, 1_399, 1_500, 5_250)).toBe(false);
  expect(observe(catchUp, 1_400, 1_500, 5_301)).toBe(false);
  expect(observe(catchUp, 1_500, 1_520, 5_400)).toBe(true);
});

test("rule 29: a learner that falls behind again has not caught up any more", () => {
  const catchUp = new CatchUp(10, 0);
  expect(observe(catchUp, 10, 20, 100)).toBe(true);
  expect(observe(catchUp, 15, 90, 400)).toBe(false);
  expect(catchUp.isCaughtUp).toBe(true);
  observe(catchUp, 15, 90, 401);
  expect(catchUp.isCaughtUp).toBe(false);
  observe(catchUp, 90, 95, 900);
  expect(observe(catchUp, 95, 95, 950)).toBe(true);
});

test("rule 29: while nothing is written a learner stays caught up", () => {
  const catchUp = new CatchUp(10, 0);
  expect(observe(catchUp, 10, 10, 5)).toBe(true);
  for (let now = 10; now <= 5_000; now += 50) expect(observe(catchUp, 10, 10, now)).toBe(false);
  expect(catchUp.isCaughtUp).toBe(true);
});
