import { Random } from "../../src/core/random.ts";

test("equal seeds give equal sequences", () => {
  expect(draw(new Random(42), 100)).toEqual(draw(new Random(42), 100));
});

test.each([
  [0, 1],
  [1, 2],
  [41, 42],
  [7, 7 + 2 ** 32],
  [2 ** 40, 2 ** 40 + 2 ** 32],
])("seeds %i and %i give different sequences", (one, other) => {
  expect(draw(new Random(one), 5)).not.toEqual(draw(new Random(other), 5));
});

test("numbers lie from 0 up to 1, and are spread evenly", () => {
  const shares = Array.from({ length: 10 }, () => 0);
  for (const number of draw(new Random(3), 10_000)) {
    const tenth = Math.floor(number * 10);
    shares[tenth] = (shares[tenth] ?? 0) + 1;
  }
  expect(shares).toHaveLength(10);
  expect(Math.min(...shares)).toBeGreaterThan(900);
  expect(Math.max(...shares)).toBeLessThan(1_100);
});

test("a whole number between two bounds reaches both, and nothing beyond", () => {
  const random = new Random(5);
  const drawn = new Set(Array.from({ length: 1_000 }, () => random.between(150, 153)));
  expect([...drawn].sort()).toEqual([150, 151, 152, 153]);
});

function draw(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.next());
}
