import { entryBytes, Log, logStart } from "../../src/core/log.ts";
import { encodeMembers } from "../../src/core/members-codec.ts";
import { chunkEntries, PackedEntries } from "../../src/core/packed-entries.ts";
import { Random } from "../../src/core/random.ts";
import type { Entry, LogBase, MembersAt } from "../../src/core/types.ts";
import { command, logOf, membersOf, tailOf } from "./one-node.ts";

// A log that has lost its beginning: what was dropped, or what a snapshot has the place of (§7).

const base: LogBase = { index: 5, term: 2, time: 70 };
const named: MembersAt = { index: 3, members: membersOf(1, 2) };

describe("a log that begins after 5", () => {
  test("knows term and time of what it follows on, and nothing before", () => {
    const log = new Log(tailOf(5, 2, 3), base);
    expect([log.firstIndex, log.lastIndex, log.lastTerm, log.durableIndex]).toEqual([6, 7, 3, 7]);
    expect([log.termAt(5), log.timeAt(5), log.matches(5, 2), log.matches(5, 1)]).toEqual([2, 70, true, false]);
    expect(() => log.termAt(4)).toThrow("the log has no entry 4, it begins after 5, its last is 7");
    expect(() => log.entryAt(5)).toThrow("the log has no entry 5");
    expect(() => log.between(5, 6)).toThrow("the log has no entry 5");
  });

  test("is as new as its beginning if it holds nothing more", () => {
    const log = new Log([], base);
    expect([log.lastIndex, log.lastTerm, log.lastTime, log.durableIndex, log.hasUnsaved]).toEqual([5, 2, 70, 5, false]);
    expect([log.isUpToDate(2, 4), log.isUpToDate(2, 5), log.isUpToDate(3, 1)]).toEqual([false, true, true]);
    log.append(command(2, 6));
    expect(log.takeUnsaved()).toEqual([command(2, 6)]);
  });

  test.each([
    ["with a gap", tailOf(6, 2), /entry 7 stands at index 6/],
    ["with a falling term", tailOf(5, 1), /the term falls from 2 to 1 at entry 6/],
  ])("is not continued %s", (_what, entries, sentence) => {
    expect(() => new Log(entries, base)).toThrow(sentence);
  });

  test.each([
    [9, 3, 8],
    [8, 2, 6],
    [8, 1, 5],
    [5, 1, 5],
    [4, 1, 4],
    [0, 0, 0],
  ])(
    "rule 17: may agree with one that has at %i the term %i up to %i, and looks no farther back than it reaches",
    (index, term, expected) => {
      expect(new Log(tailOf(5, 2, 3, 3), base).lastNotNewer(index, term)).toBe(expected);
    },
  );
});

test("only what is on disk can be dropped, and nothing comes back", () => {
  const log = new Log(logOf(1, 1, 1));
  log.append(command(1, 4));
  expect(() => log.dropTo(4)).toThrow("all up to 4 is to be dropped");
  log.dropTo(2);
  expect(() => log.between(2, 4)).toThrow("the log has no entry 2, it begins after 2, its last is 4");
  expect(() => log.dropTo(1)).toThrow("all up to 1 is to be dropped, it begins after 2");
  expect(() => log.rebase({ index: 2, term: 1, time: 0 }, named)).toThrow("a snapshot ends at 2, it begins after 2");
});

describe("the tail that stays", () => {
  const log = new Log(Array.from({ length: 300 }, (_, place) => command(1, place + 1, "x".repeat(100))));
  log.pack(256);
  log.dropTo(10);

  test.each([
    [20, 1_000_000, 280],
    [1, 1_000_000, 299],
    [1_000, 1_000_000, 10],
  ])("of %i entries and %i bytes begins after %i", (entriesMax, bytesMax, expected) => {
    expect(log.tailStart(entriesMax, bytesMax)).toBe(expected);
  });

  test("has no more bytes than it may, each counted as it lies in memory", () => {
    const fresh = entryBytes(command(1, 1, "x".repeat(100)));
    expect(log.tailStart(1_000, fresh * 3)).toBe(297);
    expect(log.tailStart(1_000, fresh * 3 - 1)).toBe(298);
    expect(log.tailStart(1_000, 1)).toBe(300);
    // The settled ones, before 256, take less.
    expect(log.tailStart(1_000, fresh * 44 + 121 * 6)).toBe(250);
  });
});

test("whole chunks are dropped, and the others keep their places", () => {
  const packed = new PackedEntries(1);
  const entries = Array.from({ length: 3 * chunkEntries }, (_, place) => command(1, place + 1));
  for (let place = 0; place < entries.length; place += chunkEntries) packed.add(entries.slice(place, place + chunkEntries));
  packed.dropTo(chunkEntries - 1);
  expect(packed.first).toBe(1);
  packed.dropTo(2 * chunkEntries + 5);
  expect([packed.first, packed.last]).toEqual([2 * chunkEntries + 1, 3 * chunkEntries]);
  expect(packed.entryAt(packed.first)).toEqual(entries[2 * chunkEntries]);
  expect(() => packed.entryAt(2 * chunkEntries)).toThrow("invariant broken");
  packed.dropTo(9_999);
  expect([packed.first, packed.last]).toEqual([3 * chunkEntries + 1, 3 * chunkEntries]);
});

test("whatever is appended, cut off, settled, dropped and replaced by a snapshot, a log reads as a plain list would, and claims of its disk only what is there", () => {
  for (let seed = 1; seed <= 40; seed += 1) new Likeness(seed).run();
});

/** A log and a plain list of the same entries, which are treated alike. */
class Likeness {
  readonly #random: Random;
  readonly #log = new Log([], logStart, { index: 0, members: membersOf(1, 2, 3) });
  #base = logStart;
  #members: MembersAt = { index: 0, members: membersOf(1, 2, 3) };
  #list: Entry[] = [];
  #term = 1;
  #packed = 0;
  /** What is under way to the disk, and what is there. */
  #storing: { readonly entries: readonly Entry[]; readonly last: number; readonly snapshot: LogBase | null } | null = null;
  readonly #disk = new Map<number, Entry>();
  /** The end of a snapshot that took the place of the whole log, until it is there. */
  #snapshot: LogBase | null = null;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  run(): void {
    for (let action = 0; action < 250; action += 1) {
      this.#act(this.#random.between(1, 100));
      this.#compare();
    }
  }

  #act(dice: number): void {
    if (dice <= 40) this.#append(this.#random.between(1, 20));
    else if (dice <= 55) this.#store();
    else if (dice <= 70) this.#settle();
    else if (dice <= 80) this.#splice();
    else if (dice <= 92) this.#drop();
    else this.#rebase();
  }

  get #last(): number {
    return this.#base.index + this.#list.length;
  }

  #append(count: number): void {
    for (let more = count; more > 0; more -= 1) {
      const entry = this.#entry(this.#last + 1);
      this.#log.append(entry);
      this.#list.push(entry);
    }
  }

  #entry(index: number): Entry {
    if (this.#random.between(1, 30) === 1) this.#term += 1;
    const entry = { ...command(this.#term, index), time: index * 3 };
    if (this.#random.between(1, 40) > 1) return entry;
    return { ...entry, kind: "members", data: encodeMembers(membersOf(1, 2, this.#random.between(3, 9))) };
  }

  #store(): void {
    if (this.#storing === null) {
      const entries = this.#log.takeUnsaved();
      expect(entries).toEqual(this.#list.slice(this.#list.length - entries.length));
      this.#storing = { entries, last: this.#last, snapshot: this.#snapshot };
      return;
    }
    const { entries, last, snapshot } = this.#storing;
    if (this.#snapshot === snapshot) this.#snapshot = null;
    const from = entries[0]?.index ?? last + 1;
    for (const index of this.#disk.keys()) if (index >= from) this.#disk.delete(index);
    for (const entry of entries) this.#disk.set(entry.index, entry);
    this.#storing = null;
    this.#log.stored();
  }

  /** Some of what is on disk is committed and applied. */
  #settle(): void {
    if (this.#log.durableIndex <= this.#packed) return;
    this.#packed = this.#random.between(this.#packed, this.#log.durableIndex);
    this.#log.pack(this.#packed);
  }

  /** A new leader's entries take the place of some that are not settled. */
  #splice(): void {
    const from = this.#random.between(Math.max(this.#packed, this.#base.index), this.#last) + 1;
    this.#term += 1;
    const entries = [this.#entry(from), this.#entry(from + 1)];
    this.#log.splice(entries, this.#packed);
    this.#list = [...this.#list.slice(0, from - 1 - this.#base.index), ...entries];
  }

  #drop(): void {
    const most = Math.min(this.#packed, this.#log.durableIndex);
    if (most <= this.#base.index) return;
    const index = this.#random.between(this.#base.index, most);
    this.#note(this.#list.filter((entry) => entry.index <= index));
    this.#base = { index, term: this.#log.termAt(index), time: this.#log.timeAt(index) };
    this.#log.dropTo(index);
    this.#list = this.#list.filter((entry) => entry.index > index);
  }

  #rebase(): void {
    const lowest = Math.max(this.#packed, this.#base.index) + 1;
    const index = this.#random.between(lowest, Math.max(lowest, this.#last + 5));
    const agrees = index <= this.#last && this.#random.between(1, 2) === 1;
    if (!agrees) this.#term += 1;
    const term = agrees ? this.#log.termAt(index) : this.#term;
    if (agrees) this.#note(this.#list.filter((entry) => entry.index <= index));
    else this.#members = { index, members: membersOf(1, 7) };
    this.#base = { index, term, time: index * 3 };
    if (!agrees) this.#snapshot = this.#base;
    expect(this.#log.rebase(this.#base, this.#members)).toBe(agrees);
    this.#list = agrees ? this.#list.filter((entry) => entry.index > index) : [];
    this.#packed = index;
  }

  /** The last of these that names members says who they are before the log begins. */
  #note(entries: readonly Entry[]): void {
    this.#members = this.#membersIn(entries) ?? this.#members;
  }

  #membersIn(entries: readonly Entry[]): MembersAt | null {
    const entry = entries.findLast(({ kind }) => kind === "members");
    if (entry === undefined) return null;
    const probe = new Log([{ ...entry, index: 1 }]);
    return { index: entry.index, members: probe.members.latest.members };
  }

  #compare(): void {
    const log = this.#log;
    expect([log.base, log.firstIndex, log.lastIndex]).toEqual([this.#base, this.#base.index + 1, this.#last]);
    expect(log.lastTerm).toBe(this.#list.at(-1)?.term ?? this.#base.term);
    expect(log.lastTime).toBe(this.#list.at(-1)?.time ?? this.#base.time);
    expect(log.members.latest).toEqual(this.#membersIn(this.#list) ?? this.#members);
    const notThere = this.#list.find((entry) => entry.index <= log.durableIndex && this.#disk.get(entry.index) !== entry);
    expect(notThere).toBeUndefined();
    if (this.#snapshot !== null) expect(log.durableIndex).toBeLessThan(this.#snapshot.index);
    const first = this.#random.between(log.firstIndex, log.lastIndex + 1);
    expect(log.between(first, log.lastIndex)).toEqual(this.#list.slice(first - log.firstIndex));
  }
}
