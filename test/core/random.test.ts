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
  const numbers = draw(new Random(3), 100_000);
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const share = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
    expect(share).toBeGreaterThan(9_500);
    expect(share).toBeLessThan(10_500);
  }
});

test("a whole number between two bounds reaches both, and nothing beyond", () => {
  const random = new Random(5);
  const drawn = new Set(Array.from({ length: 1_000 }, () => random.between(150, 153)));
  expect([...drawn].sort()).toEqual([150, 151, 152, 153]);
});

function draw(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.next());
}
