import { requestBytesMax, serviceOptionDefaults, serviceOptionProblems } from "../../src/service/options.ts";

const mebibyte = 1024 * 1024;

test("the defaults have no problem", () => {
  expect(serviceOptionProblems(serviceOptionDefaults)).toEqual([]);
});

test.each([
  [{ keyBytesMax: 0 }, "keyBytesMax must be a whole number from 1 on, not 0."],
  [{ requestTimeoutMs: Number.NaN }, "requestTimeoutMs must be a whole number from 1 on, not NaN."],
  [{ streamItemsMax: 1.5 }, "streamItemsMax must be a whole number from 1 on, not 1.5."],
  [{ keyBytesMax: 65_536 }, "keyBytesMax (65536) must be at most 65535."],
  [{ batchCommandsMax: 65_536 }, "batchCommandsMax (65536) must be at most 65535."],
  [{ scanLimitDefault: 1_001 }, "scanLimitDefault (1001) must be at most scanLimitMax (1000)."],
])("%j is refused with a sentence", (options, problem) => {
  expect(serviceOptionProblems({ ...serviceOptionDefaults, ...options })).toEqual([problem]);
});

test("the largest message leaves room for a comparison of two large values, and for a large batch", () => {
  expect(requestBytesMax(serviceOptionDefaults)).toBe(4 * mebibyte);
  expect(requestBytesMax({ ...serviceOptionDefaults, valueBytesMax: 8 * mebibyte })).toBeGreaterThan(16 * mebibyte);
  expect(requestBytesMax({ ...serviceOptionDefaults, batchBytesMax: 8 * mebibyte })).toBeGreaterThan(8 * mebibyte);
});
