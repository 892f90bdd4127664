import { countOf, Histogram, histogramsOf, quantileOf } from "../../src/declared/histogram.ts";

function filled(...values: number[]): Histogram {
  const histogram = new Histogram([1, 2, 4]);
  for (const value of values) histogram.add(value);
  return histogram;
}

test("a histogram tells how many values were at most each bound, how many there were, and their sum", () => {
  const histogram = filled(0.5, 1, 1.5, 3, 100);
  expect(histogram.counts).toEqual([2, 3, 4, 5]);
  expect(countOf(histogram)).toBe(5);
  expect(histogram.sum).toBe(106);
});

test("many values of one size are counted at once", () => {
  const histogram = filled();
  histogram.add(1.5, 40);
  histogram.add(1.5, 0);
  expect(histogram.counts).toEqual([0, 40, 40, 40]);
  expect(histogram.sum).toBe(60);
});

test("each row of a table has a histogram of its own", () => {
  const row = { kind: "histogram", unit: "ms", sentence: "Time.", bounds: [1] } as const;
  const { first, second } = histogramsOf({ first: row, second: row });
  first.add(0);
  expect([first.counts, second.counts]).toEqual([
    [1, 1],
    [0, 0],
  ]);
});

test("a quantile is looked for between two bounds, as if the values were spread evenly", () => {
  expect(quantileOf(filled(1.1, 1.2, 1.3, 1.4), 0.5)).toBe(1.5);
  expect(quantileOf(filled(0.1, 0.2, 3, 3), 0.5)).toBe(1);
  expect(quantileOf(filled(0.1, 0.2, 3, 3), 0.75)).toBe(3);
  expect(quantileOf(filled(1.5), 0)).toBe(1);
});

test("of no values there is no quantile, and above the last bound none that is known", () => {
  expect(quantileOf(filled(), 0.5)).toBeNull();
  expect(quantileOf(filled(1, 100, 100), 0.5)).toBe(Number.POSITIVE_INFINITY);
});
