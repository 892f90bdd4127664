import { KeptStores } from "../../src/storage/log/kept-stores.ts";
import { LogShape } from "../../src/storage/log/log-shape.ts";
import { baseAt } from "./log-contract.ts";

/** The terms of a shape from its base on. */
function termsOf(shape: LogShape): (number | null)[] {
  return Array.from({ length: shape.lastIndex - shape.base.index + 1 }, (_, place) => shape.termAt(shape.base.index + place));
}

test("a log's shape knows the term of each entry, and of its base", () => {
  const shape = new LogShape(baseAt(4, 2), [2, 2, 3, 5, 5]);
  expect(termsOf(shape)).toEqual([2, 2, 2, 3, 5, 5]);
  expect([shape.termAt(3), shape.termAt(10), shape.lastIndex, shape.lastTerm]).toEqual([null, null, 9, 5]);
});

test("a log cut anywhere and dropped up to anywhere is what is left, and takes what follows", () => {
  const terms = [1, 1, 2, 2, 4, 4];
  for (let last = 0; last <= terms.length; last++) {
    for (let base = 0; base <= last; base++) {
      const shape = new LogShape(baseAt(0, 0), terms);
      shape.truncate(last);
      expect(shape.rebase(baseAt(base, terms[base - 1] ?? 0))).toBe(true);
      expect(termsOf(shape)).toEqual([terms[base - 1] ?? 0, ...terms.slice(base, last)]);
      expect(shape.lastTerm).toBe(terms[last - 1] ?? 0);
      shape.append(7);
      expect(termsOf(shape)).toEqual([terms[base - 1] ?? 0, ...terms.slice(base, last), 7]);
      shape.truncate(base);
      expect([shape.lastIndex, shape.lastTerm]).toEqual([base, terms[base - 1] ?? 0]);
    }
  }
});

test("rule 40: a base that the log does not have leaves nothing of it", () => {
  for (const base of [baseAt(2, 9), baseAt(3, 1), baseAt(6, 2)]) {
    const shape = new LogShape(baseAt(0, 0), [1, 1, 2, 2]);
    expect(shape.rebase(base)).toBe(false);
    expect(termsOf(shape)).toEqual([base.term]);
    expect([shape.lastIndex, shape.lastTerm]).toEqual([base.index, base.term]);
  }
});

test("store records are given up from the front, as long as none of their entries comes after the base", () => {
  const kept = new KeptStores({ number: 10, checksum: 1 });
  for (const [checksum, lastIndex] of [
    [11, 5],
    [12, 0],
    [13, 9],
    [14, 7],
    [15, 0],
    [16, 12],
  ] as const)
    kept.add(checksum, lastIndex);
  expect(kept.dropThrough(4)).toEqual({ number: 10, checksum: 1 });
  expect(kept.dropThrough(8)).toEqual({ number: 12, checksum: 12 });
  expect(kept.dropThrough(9)).toEqual({ number: 15, checksum: 15 });
  expect(kept.dropAll()).toEqual({ number: 16, checksum: 16 });
  expect(kept.dropAll()).toEqual({ number: 16, checksum: 16 });
});
