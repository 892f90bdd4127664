import { entryBytes, Log } from "../../src/core/log.ts";
import { command, logOf, tailOf } from "./one-node.ts";

describe("a log", () => {
  test("that is new has nothing, and ends at (0, 0)", () => {
    const log = new Log([]);
    expect([log.lastIndex, log.lastTerm, log.durableIndex, log.hasUnsaved]).toEqual([0, 0, 0, false]);
    expect(log.matches(0, 0)).toBe(true);
    expect(() => log.entryAt(1)).toThrow("invariant broken: the log has no entry 1, its last is 0");
  });

  test("that was found on disk is durable to its end", () => {
    const log = new Log(logOf(1, 1, 2));
    expect([log.lastIndex, log.lastTerm, log.durableIndex, log.hasUnsaved]).toEqual([3, 2, 3, false]);
    expect(log.between(2, 3)).toEqual([command(1, 2), command(2, 3)]);
  });

  test.each([
    ["begins late", [command(1, 2)], /entry 2 stands at index 1/],
    ["has a gap", [command(1, 1), command(1, 3)], /entry 3 stands at index 2/],
    ["has a falling term", [command(2, 1), command(1, 2)], /the term falls from 2 to 1 at entry 2/],
  ])("that %s is refused", (_what, entries, sentence) => {
    expect(() => new Log(entries)).toThrow(sentence);
  });

  test.each([
    [0, 0, true],
    [1, 1, true],
    [3, 2, true],
    [3, 1, false],
    [4, 2, false],
  ])("of terms 1 1 2 matches at index %i term %i: %s", (index, term, expected) => {
    expect(new Log(logOf(1, 1, 2)).matches(index, term)).toBe(expected);
  });
});

test("rule 2: logs are compared by last term, then by last index, for all small pairs", () => {
  for (const mine of smallLogs()) {
    const log = new Log(logOf(...mine));
    for (const lastTerm of [0, 1, 2, 3, 4]) {
      for (const lastIndex of [0, 1, 2, 3, 4]) {
        const isNewer = lastTerm * 100 + lastIndex >= log.lastTerm * 100 + log.lastIndex;
        expect({ mine, lastTerm, lastIndex, upToDate: log.isUpToDate(lastTerm, lastIndex) }).toEqual({
          mine,
          lastTerm,
          lastIndex,
          upToDate: isNewer,
        });
      }
    }
  }
});

test("a log takes no entry that does not follow on its last", () => {
  const log = new Log(logOf(1, 2));
  expect(() => log.append(command(2, 4))).toThrow("entry 4 stands at index 3");
  expect(() => new Log(logOf(1, 2)).append(command(1, 3))).toThrow("the term falls from 2 to 1 at entry 3");
  expect(() => new Log(logOf(1)).splice([command(1, 2), command(1, 4)], 0)).toThrow("entry 4 stands at index 3");
});

describe("a batch", () => {
  // Three entries of 10 bytes.
  const log = new Log([command(1, 1, "0123456789"), command(1, 2, "0123456789"), command(1, 3, "0123456789")]);

  test.each([
    ["all", 1, 9, 99, [1, 2, 3]],
    ["from the second on", 2, 9, 99, [2, 3]],
    ["as many entries as allowed", 1, 2, 99, [1, 2]],
    ["as many bytes as allowed", 1, 9, 20, [1, 2]],
    ["not one byte more", 1, 9, 19, [1]],
    ["one even if it is too large", 1, 9, 1, [1]],
    ["nothing beyond the end", 4, 9, 99, []],
  ])("holds %s", (_what, first, entriesMax, bytesMax, expected) => {
    expect(log.batch(first, entriesMax, bytesMax).map(({ index }) => index)).toEqual(expected);
  });
});

describe("splice", () => {
  const cases: [
    what: string,
    log: number[],
    prev: number,
    news: number[],
    result: number[],
    cutFrom: number | null,
    from: number | null,
  ][] = [
    ["appends at the end", [1, 1], 2, [1, 2], [1, 1, 1, 2], null, 3],
    ["appends to an empty log", [], 0, [1], [1], null, 1],
    ["leaves what is there already", [1, 1, 2], 0, [1, 1], [1, 1, 2], null, null],
    ["leaves what follows entries that are there", [1, 1, 2], 1, [1], [1, 1, 2], null, null],
    ["takes only what is missing", [1, 1], 0, [1, 1, 1], [1, 1, 1], null, 3],
    ["cuts from the first conflict on", [1, 1, 2, 2, 2], 1, [1, 3], [1, 1, 3], 3, 3],
    ["cuts the whole log", [1, 1], 0, [2], [2], 1, 1],
    ["with nothing changes nothing", [1, 2], 1, [], [1, 2], null, null],
  ];

  test.each(cases)("rule 14: %s", (_what, terms, prev, news, result, cutFrom, appendedFrom) => {
    const log = new Log(logOf(...terms));
    expect(log.splice(tailOf(prev, ...news), 0)).toEqual({ cutFrom, appendedFrom });
    expect(log.between(1, log.lastIndex)).toEqual(logOf(...result));
    expect(log.truncations).toBe(cutFrom === null ? 0 : 1);
  });

  test("rule 14: never cuts off what is committed", () => {
    const log = new Log(logOf(1, 1, 1));
    expect(() => log.splice(tailOf(1, 2), 2)).toThrow("a conflict at 2 would cut off committed entries (commit 2)");
    expect(log.lastIndex).toBe(3);
  });
});

describe("what is on disk", () => {
  test("entries are durable only when the store that took them is", () => {
    const log = new Log(logOf(1));
    log.append(command(1, 2));
    expect([log.hasUnsaved, log.durableIndex]).toEqual([true, 1]);
    expect(log.takeUnsaved()).toEqual([command(1, 2)]);
    expect([log.hasUnsaved, log.durableIndex]).toEqual([false, 1]);
    log.stored();
    expect(log.durableIndex).toBe(2);
  });

  test("what is appended during a store is the next store's", () => {
    const log = new Log([]);
    log.append(command(1, 1));
    log.takeUnsaved();
    log.append(command(1, 2));
    log.stored();
    expect([log.durableIndex, log.hasUnsaved]).toEqual([1, true]);
    expect(log.takeUnsaved()).toEqual([command(1, 2)]);
  });

  test("cutting off lowers what is durable, and the new entries are saved over the old ones", () => {
    const log = new Log(logOf(1, 1, 1));
    log.splice(tailOf(1, 2), 0);
    expect(log.durableIndex).toBe(1);
    expect(log.takeUnsaved()).toEqual([command(2, 2)]);
    log.stored();
    expect(log.durableIndex).toBe(2);
  });

  test("rule 19: a store claims nothing for entries that were replaced while it was in flight, though the index is the same", () => {
    const log = new Log(logOf(1));
    log.splice(tailOf(1, 1, 1), 0);
    log.takeUnsaved();
    log.splice(tailOf(1, 2, 2), 0);
    log.stored();
    expect(log.durableIndex).toBe(1);
    expect(log.takeUnsaved()).toEqual(tailOf(1, 2, 2));
    log.stored();
    expect(log.durableIndex).toBe(3);
  });

  test("rule 19: nor if the log came back to entries of the same terms", () => {
    const log = new Log([]);
    log.splice(logOf(1, 1, 1), 0);
    log.takeUnsaved();
    log.splice(tailOf(1, 2), 0);
    log.splice(tailOf(1, 3, 3), 0);
    log.stored();
    expect(log.durableIndex).toBe(1);
  });
});

test.each([
  [5, 9, 5],
  [9, 9, 5],
  [5, 3, 4],
  [5, 2, 2],
  [4, 1, 2],
  [5, 0, 0],
  [0, 9, 0],
])("a log of terms 1 1 3 3 4 may agree with one that has at %i the term %i up to %i", (index, term, expected) => {
  expect(new Log(logOf(1, 1, 3, 3, 4)).lastNotNewer(index, term)).toBe(expected);
});

describe("a log whose beginning is packed", () => {
  const terms = Array.from({ length: 200 }, (_, place) => Math.ceil((place + 1) / 30));
  const entries = logOf(...terms);
  const settledAt = (index: number) => {
    const log = new Log(entries);
    log.pack(index);
    return log;
  };

  test.each([0, 1, 63, 64, 65, 128, 199, 200])("up to %i reads the same as one that is not", (index) => {
    const log = settledAt(index);
    expect([log.lastIndex, log.lastTerm, log.durableIndex]).toEqual([200, 7, 200]);
    for (const { index: place, term } of entries) expect(log.termAt(place)).toBe(term);
    for (const [first, last] of [
      [1, 200],
      [60, 70],
      [64, 64],
      [65, 130],
      [128, 129],
      [150, 149],
      [200, 200],
    ] as const) {
      expect(log.between(first, last)).toEqual(entries.slice(first - 1, last));
    }
    expect(log.batch(62, 10, 9_999)).toEqual(entries.slice(61, 71));
    expect(log.lastNotNewer(180, 2)).toBe(60);
    expect(() => log.entryAt(201)).toThrow("the log has no entry 201");
  });

  test("goes on as before: it takes entries, saves them and lets unsettled ones be replaced", () => {
    const log = settledAt(130);
    expect(log.splice(tailOf(130, 8, 8), 130)).toEqual({ cutFrom: 131, appendedFrom: 131 });
    log.append(command(8, 133));
    expect(log.takeUnsaved()).toEqual(tailOf(130, 8, 8, 8));
    log.stored();
    expect([log.lastIndex, log.durableIndex]).toEqual([133, 133]);
  });

  test("takes an old append that lies wholly or partly in it for what it is", () => {
    const log = settledAt(200);
    expect(log.splice(entries.slice(50, 80), 200)).toEqual({ cutFrom: null, appendedFrom: null });
    expect(log.splice([...entries.slice(180), command(9, 201)], 200)).toEqual({ cutFrom: null, appendedFrom: 201 });
  });

  test("packs no entry that is not on disk, and cuts off none that is packed", () => {
    const log = settledAt(200);
    for (const entry of logOf(...terms, ...Array(100).fill(9)).slice(200)) log.append(entry);
    expect(() => log.pack(300)).toThrow("invariant broken: 300 is packed, but only 200 is on disk");
    expect(() => log.splice(tailOf(50, 9), 50)).toThrow("a packed entry at 51 would be cut off");
  });
});

test("an entry without data is not free", () => {
  expect(entryBytes(command(1, 1, ""))).toBeGreaterThan(50);
  expect(entryBytes(command(1, 1, "abc"))).toBe(entryBytes(command(1, 1, "")) + 3);
});

/** All logs of up to three entries with terms up to 3. */
function smallLogs(): number[][] {
  const logs: number[][] = [[]];
  for (let length = 0; length < 3; length += 1) {
    for (const log of logs.filter((other) => other.length === length)) {
      for (let term = Math.max(1, log.at(-1) ?? 1); term <= 3; term += 1) logs.push([...log, term]);
    }
  }
  return logs;
}
