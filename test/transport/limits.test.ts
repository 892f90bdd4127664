import { BackOff } from "../../src/transport/link/back-off.ts";
import { takeBatch } from "../../src/transport/link/batch.ts";
import { limitProblems, transportDefaults } from "../../src/transport/link/transport-options.ts";

test("the defaults can be used", () => {
  expect(limitProblems(transportDefaults)).toEqual([]);
});

test("every limit that cannot be used is named, all at once", () => {
  const limits = { ...transportDefaults, keepaliveMs: 0, backOffMinMs: 2_000, messageBytesMax: 1.5 };
  const problems = limitProblems(limits);
  expect(problems).toHaveLength(4);
  for (const name of ["keepaliveMs", "backOffMaxMs (1000)", "messageBytesMax must be a whole number", "forwardBatchBytesMax"]) {
    expect(problems.join("\n")).toContain(name);
  }
});

test("the wait doubles up to its limit, less a random part of at most a half, and starts anew after what held long", () => {
  let chance = 0;
  const backOff = new BackOff({ minMs: 50, maxMs: 1_000 }, { random: () => chance });
  const waits = () => Array.from({ length: 7 }, () => backOff.nextMs(999));
  expect(waits()).toEqual([50, 100, 200, 400, 800, 1_000, 1_000]);
  expect(backOff.nextMs(1_000)).toBe(50);
  chance = 1;
  expect(waits()).toEqual([50, 100, 200, 400, 500, 500, 500]);
});

test("a batch holds what fits, at least one item, and leaves the rest", () => {
  const items = [5, 5, 5, 90, 1];
  const take = () => takeBatch(items, (bytes) => bytes, 10);
  expect([take(), take(), take(), take(), take()]).toEqual([[5, 5], [5], [90], [1], []]);
  expect(items).toEqual([]);
});
