import { RecordCache } from "../../src/node/apply/record-cache.ts";

const value = (length: number) => new Uint8Array(length);

test("what is not there is known not to exist, or nothing is known of it", () => {
  const cache = new RecordCache(10_000);
  cache.set("gone", null);
  expect(cache.get("gone")).toBeNull();
  expect(cache.get("never seen")).toBeUndefined();
});

test("between two trims nothing is dropped, however much there is", () => {
  const cache = new RecordCache(1_000);
  for (let i = 0; i < 100; i += 1) cache.set(`k${i}`, value(100));
  for (let i = 0; i < 100; i += 1) expect(cache.get(`k${i}`)).toHaveLength(100);
});

test("what is used again and again stays, and what is not used goes", () => {
  const cache = new RecordCache(2_000);
  cache.set("used", value(10));
  cache.set("unused", value(10));
  for (let i = 0; i < 100; i += 1) {
    cache.trim();
    expect(cache.get("used")).toHaveLength(10);
    cache.set(`k${i}`, value(100));
  }
  expect(cache.get("unused")).toBeUndefined();
});

test("the newest value is found, also where an older one is still held", () => {
  const cache = new RecordCache(500);
  cache.set("a", value(1));
  cache.set("b", value(100));
  cache.trim();
  cache.set("a", value(2));
  expect(cache.get("a")).toHaveLength(2);
  cache.set("a", null);
  expect(cache.get("a")).toBeNull();
});

test("no more is held than the limit and what came since the last trim", () => {
  const cache = new RecordCache(10_000);
  for (let i = 0; i < 1_000; i += 1) {
    cache.trim();
    cache.set(`k${i}`, value(100));
  }
  const held = Array.from({ length: 1_000 }, (_, i) => cache.get(`k${i}`)).filter((found) => found !== undefined);
  expect(held.length * 300).toBeLessThanOrEqual(10_000 + 300);
});
