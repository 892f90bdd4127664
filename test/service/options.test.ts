import { requestBytesMax, serviceOptionDefaults, serviceOptionProblems } from "../../src/service/answers/options.ts";

const mebibyte = 1024 * 1024;

test("the defaults have no problem", () => {
  expect(serviceOptionProblems(serviceOptionDefaults)).toEqual([]);
});

test.each([
  [{ keyBytesMax: 0 }, "keyBytesMax must be a whole number from 1 to 65535, not 0."],
  [{ requestTimeoutMs: Number.NaN }, "requestTimeoutMs must be a whole number of milliseconds from 1 to 2147483647, not NaN."],
  [{ streamItemsMax: 1.5 }, "streamItemsMax must be a whole number from 1 on, not 1.5."],
  [{ keyBytesMax: 65_536 }, "keyBytesMax must be a whole number from 1 to 65535, not 65536."],
  [{ batchCommandsMax: 65_536 }, "batchCommandsMax must be a whole number from 1 to 65535, not 65536."],
  [
    { sessionTimeoutMaxMs: 9_999 },
    "sessionTimeoutMaxMs must be a whole number of milliseconds from 10000 to 86400000, not 9999.",
    "sessionTimeoutMs (10000) must be at most sessionTimeoutMaxMs (9999).",
  ],
  [{ sessionTimeoutMs: 999 }, "sessionTimeoutMs must be a whole number of milliseconds from 1000 to 2147483647, not 999."],
  [{ sessionTimeoutMs: 300_001 }, "sessionTimeoutMs (300001) must be at most sessionTimeoutMaxMs (300000)."],
  [{ sessionsPerClientMax: 10_001 }, "sessionsPerClientMax must be a whole number from 1 to 10000, not 10001."],
  [{ scanLimitDefault: 1_001 }, "scanLimitDefault (1001) must be at most scanLimitMax (1000)."],
])("%j is refused with a sentence", (options, ...problems) => {
  expect(serviceOptionProblems({ ...serviceOptionDefaults, ...options })).toEqual(problems);
});

test("the largest message leaves room for a comparison of two large values, and for a large batch", () => {
  expect(requestBytesMax(serviceOptionDefaults)).toBe(4 * mebibyte);
  expect(requestBytesMax({ ...serviceOptionDefaults, valueBytesMax: 8 * mebibyte })).toBeGreaterThan(16 * mebibyte);
  expect(requestBytesMax({ ...serviceOptionDefaults, batchBytesMax: 8 * mebibyte })).toBeGreaterThan(8 * mebibyte);
});
