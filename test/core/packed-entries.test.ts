import { chunkEntries, PackedEntries } from "../../src/core/packed-entries.ts";
import type { Entry } from "../../src/core/types.ts";

/** A chunk of entries from `first` on, of rising terms, each with data of its own; every third a no-op. */
function chunk(first: number, dataBytes = 5): Entry[] {
  return Array.from({ length: chunkEntries }, (_, place) => {
    const index = first + place;
    const isNoop = index % 3 === 0;
    const data = isNoop ? new Uint8Array(0) : new Uint8Array(dataBytes).fill(index % 251);
    return { index, term: Math.ceil(index / 10), kind: isNoop ? "noop" : "command", time: index * 7, data };
  });
}

test.each([
  ["small entries", 5],
  ["entries too large to be copied", 4_096],
])("%s come out as they went in, in each chunk and at its ends", (_what, dataBytes) => {
  const packed = new PackedEntries(1);
  const entries = [1, 1 + chunkEntries, 1 + 2 * chunkEntries].flatMap((first) => chunk(first, dataBytes));
  for (let place = 0; place < entries.length; place += chunkEntries) packed.add(entries.slice(place, place + chunkEntries));
  expect(packed.last).toBe(3 * chunkEntries);
  for (const entry of entries) {
    expect(packed.entryAt(entry.index)).toEqual(entry);
    expect(packed.termAt(entry.index)).toBe(entry.term);
  }
});

test("terms and indexes beyond 2^32 survive", () => {
  const packed = new PackedEntries(1);
  packed.add(chunk(1).map((entry) => ({ ...entry, term: 2 ** 52 + entry.index })));
  expect(packed.termAt(7)).toBe(2 ** 52 + 7);
});

test("what was packed does not change with the memory that it came from", () => {
  const packed = new PackedEntries(1);
  const entries = chunk(1);
  packed.add(entries);
  entries[0]?.data.fill(0);
  expect(packed.entryAt(1).data).toEqual(new Uint8Array(5).fill(1));
});

test("a gap, a chunk of another size and an index that is not there are broken invariants", () => {
  const packed = new PackedEntries(1);
  expect(() => packed.add(chunk(2))).toThrow("invariant broken");
  expect(() => packed.add(chunk(1).slice(1))).toThrow("invariant broken");
  packed.add(chunk(1));
  expect(() => packed.entryAt(chunkEntries + 1)).toThrow("invariant broken");
  expect(() => packed.termAt(0)).toThrow("invariant broken");
});
