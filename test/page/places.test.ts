import { edgeOf, indexAt, windowOf } from "../../src/page/log/window.ts";
import { widthOf } from "../../src/page/picture/flows.ts";
import { distanceTo, laneOf, pointOn, ringOf } from "../../src/page/picture/geometry.ts";

// Where things are drawn.

test.each([1, 2, 3, 5, 7, 9])("a ring of %d nodes fits its place, and no two circles touch", (count) => {
  for (const [width, height] of [
    [1_000, 700],
    [660, 512],
    [340, 496],
  ] as const) {
    const ids = Array.from({ length: count }, (_, place) => place + 1);
    const ring = ringOf(ids, width, height);
    const places = [...ring.places.values()];
    expect(places).toHaveLength(count);
    for (const { x, y } of places) {
      expect(Math.min(x, width - x, y, height - y)).toBeGreaterThanOrEqual(ring.radius);
    }
    const gaps = places.flatMap((one, place) =>
      places.slice(place + 1).map((other) => Math.hypot(one.x - other.x, one.y - other.y)),
    );
    expect(Math.min(Number.POSITIVE_INFINITY, ...gaps)).toBeGreaterThan(2 * ring.radius);
  }
});

test("the two directions of a link lie beside each other", () => {
  const ring = ringOf([1, 2, 3, 4, 5], 660, 512);
  const [there, back] = [laneOf(ring, 1, 3, 8), laneOf(ring, 3, 1, 8)];
  if (there === null || back === null) throw new Error("A lane is missing.");
  expect(distanceTo(there, pointOn(there, 0.3))).toBeCloseTo(0);
  expect(distanceTo(there, pointOn(back, 0.5))).toBeCloseTo(16);
  expect(laneOf(ring, 1, 9, 0)).toBeNull();
  expect(laneOf(ring, 1, 1, 0)).toBeNull();
});

test("ten times the rate is the same step in width at any rate, and nothing has no width", () => {
  expect(widthOf(0)).toBe(0);
  expect(widthOf(100) - widthOf(10)).toBeCloseTo(widthOf(10_000) - widthOf(1_000));
});

test("the newest entries are shown, in a narrow place fewer of them, and each can be pointed at", () => {
  const wide = windowOf("20", null, 500, 1, 800);
  expect(wide).toMatchObject({ first: 481, last: 500 });
  expect(windowOf("20", null, 500, 1, 240)).toMatchObject({ first: 491, last: 500 });
  expect(indexAt(wide, edgeOf(wide, 490) + 1)).toBe(490);
  expect(indexAt(wide, 900)).toBeNull();
});

test("a whole log of a million entries is one window, and a short one is not stretched over its place", () => {
  expect(windowOf("all", null, 1_000_000, 1, 1_000)).toMatchObject({ first: 1, last: 1_000_000, cell: 0.001 });
  expect(windowOf("all", null, 3, 1, 2_000).cell).toBeLessThan(100);
  expect(windowOf("200", 350, 500, 1, 1_000)).toMatchObject({ first: 151, last: 350 });
});
