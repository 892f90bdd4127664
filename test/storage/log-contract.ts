import type { Store } from "../../src/core/api.ts";
import type { Entry, HardState, LogBase } from "../../src/core/types.ts";
import type { Done, LogStorage } from "../../src/node/ports/ports.ts";
import { chance, storeOf, textOf } from "./support.ts";

/** A store that drops nothing and names no other state. */
const kept = { base: null, snapshot: null };

/** One node's disk, as a test of any LogStorage sees it. */
export interface LogDisk {
  /** Starts a process on the disk, after the one before it has closed its storage or crashed. */
  open(): Promise<{ storage: LogStorage; hardState: HardState | null; base: LogBase; entries: readonly Entry[] }>;
  /** Ends the process at this moment. Its storage is not used again. */
  crash(): Promise<void>;
  /** Lets a simulated world go on until all calls are answered. The real world goes on by itself. */
  settle(): void;
  remove(): Promise<void>;
}

/** What the shell may rely on, whatever the disk is made of. */
export function logStorageContract(kind: string, makeDisk: () => Promise<LogDisk>): void {
  describe(`the log on ${kind}`, () => {
    let disk: LogDisk;
    beforeEach(async () => {
      disk = await makeDisk();
    });
    afterEach(() => disk.remove());

    const call = (start: (done: Done) => void) =>
      new Promise<void>((resolve, reject) => {
        start((error) => (error === null ? resolve() : reject(error)));
        disk.settle();
      });
    const store = (storage: LogStorage, ...stores: readonly Store[]) =>
      stores.reduce((before, next) => before.then(() => call((done) => storage.store(next, done))), Promise.resolve());
    const reopen = async (storage: LogStorage, how: "close" | "crash" = "close") => {
      if (how === "close") await call((done) => storage.close(done));
      else await disk.crash();
      return disk.open();
    };

    test("a new disk has neither hard state nor entries", async () => {
      const { hardState, base, entries } = await disk.open();
      expect({ hardState, base, entries }).toEqual({ hardState: null, base: baseAt(0, 0), entries: [] });
    });

    test("what was stored is found by the next process", async () => {
      const { storage } = await disk.open();
      await store(storage, storeOf(1, 1, ["a", "b"], 2), storeOf(1, 3, ["c"]));
      const { hardState, entries } = await reopen(storage);
      expect(hardState).toEqual({ term: 1, votedFor: 2 });
      expect(textOf(entries)).toEqual(["1@1 command a", "2@1 command b", "3@1 command c"]);
    });

    test("rule 1: a term and a vote that were confirmed outlive a crash, and so do those of later terms", async () => {
      const { storage } = await disk.open();
      await store(storage, { hardState: { term: 1, votedFor: 3 }, entries: [], ...kept, lastIndex: 0, lastTerm: 0 });
      const second = await reopen(storage, "crash");
      expect(second.hardState).toEqual({ term: 1, votedFor: 3 });
      await store(second.storage, { hardState: { term: 2, votedFor: null }, entries: [], ...kept, lastIndex: 0, lastTerm: 0 });
      await store(second.storage, { hardState: { term: 2, votedFor: 1 }, entries: [], ...kept, lastIndex: 0, lastTerm: 0 });
      const third = await reopen(second.storage, "crash");
      expect(third.hardState).toEqual({ term: 2, votedFor: 1 });
    });

    test("entries that were confirmed outlive a crash", async () => {
      const { storage } = await disk.open();
      await store(storage, storeOf(1, 1, ["a"], 1), storeOf(1, 2, ["b", "c"]));
      const { entries } = await reopen(storage, "crash");
      expect(textOf(entries)).toEqual(["1@1 command a", "2@1 command b", "3@1 command c"]);
    });

    test("a crash in the middle of a store leaves all of it or nothing", async () => {
      const { storage } = await disk.open();
      await store(storage, storeOf(1, 1, ["a", "b", "c"], 1));
      storage.store(storeOf(2, 2, ["x", "y"], 3), () => {});
      const { hardState, entries } = await reopen(storage, "crash");
      const before = { hardState: { term: 1, votedFor: 1 }, entries: ["1@1 command a", "2@1 command b", "3@1 command c"] };
      const after = { hardState: { term: 2, votedFor: 3 }, entries: ["1@1 command a", "2@2 command x", "3@2 command y"] };
      expect([before, after]).toContainEqual({ hardState, entries: textOf(entries) });
    });

    test("entries replace everything from the first one's index on", async () => {
      const { storage } = await disk.open();
      await store(storage, storeOf(1, 1, ["a", "b", "c", "d"], 1), storeOf(2, 2, ["x"], null));
      const { entries } = await reopen(storage);
      expect(textOf(entries)).toEqual(["1@1 command a", "2@2 command x"]);
    });

    test("the whole log may be replaced", async () => {
      const { storage } = await disk.open();
      await store(storage, storeOf(1, 1, ["a", "b"], 1), storeOf(4, 1, ["x"], null));
      const { hardState, entries } = await reopen(storage);
      expect(hardState).toEqual({ term: 4, votedFor: null });
      expect(textOf(entries)).toEqual(["1@4 command x"]);
    });

    test("no-ops, empty commands and large ones come back as they were", async () => {
      const { storage } = await disk.open();
      const large = Buffer.alloc(1_500_000, "large");
      const entries: Entry[] = [
        { index: 1, term: 1, kind: "noop", time: 0, data: new Uint8Array(0) },
        { index: 2, term: 1, kind: "command", time: 0, data: new Uint8Array(0) },
        { index: 3, term: 1, kind: "command", time: 0, data: large },
        { index: 4, term: 1, kind: "command", time: 0, data: Uint8Array.of(0, 255) },
      ];
      await store(storage, { hardState: { term: 1, votedFor: 1 }, entries, ...kept, lastIndex: 4, lastTerm: 1 });
      const found = await reopen(storage);
      expect(textOf(found.entries)).toEqual(textOf(entries));
    });

    test("what comes up to the base is gone for the next process, and the rest stays", async () => {
      const { storage } = await disk.open();
      await store(storage, storeOf(1, 1, ["a", "b", "c"], 2), storeOf(1, 4, ["d", "e"]), storeOf(3, 6, ["f"], 1));
      await store(storage, { ...ending(6, 3), base: baseAt(4, 1) });
      const second = await reopen(storage);
      expect(second).toMatchObject({ hardState: { term: 3, votedFor: 1 }, base: baseAt(4, 1) });
      expect(textOf(second.entries)).toEqual(["5@1 command e", "6@3 command f"]);
      await store(second.storage, storeOf(3, 7, ["g"]));
      const third = await reopen(second.storage, "crash");
      expect(third.base).toEqual(baseAt(4, 1));
      expect(textOf(third.entries)).toEqual(["5@1 command e", "6@3 command f", "7@3 command g"]);
    });

    test("the whole log may be dropped, and goes on after its base", async () => {
      const { storage } = await disk.open();
      await store(storage, storeOf(2, 1, ["a", "b"], 1), { ...ending(2, 2), base: baseAt(2, 2) });
      const second = await reopen(storage);
      expect(second).toMatchObject({ hardState: { term: 2, votedFor: 1 }, base: baseAt(2, 2), entries: [] });
      await store(second.storage, storeOf(2, 3, ["c"]));
      const third = await reopen(second.storage);
      expect(textOf(third.entries)).toEqual(["3@2 command c"]);
    });

    test("one store may drop, replace and add, all of it or nothing", async () => {
      const { storage } = await disk.open();
      await store(storage, storeOf(1, 1, ["a", "b", "c", "d"], 1));
      storage.store({ ...storeOf(2, 4, ["x", "y"], 3), base: baseAt(2, 1) }, () => {});
      const { hardState, base, entries } = await reopen(storage, "crash");
      const text = (letters: string) => [...letters].map((letter, place) => `${place + 1}@1 command ${letter}`);
      expect([
        { hardState: { term: 1, votedFor: 1 }, base: baseAt(0, 0), entries: text("abcd") },
        { hardState: { term: 2, votedFor: 3 }, base: baseAt(2, 1), entries: ["3@1 command c", "4@2 command x", "5@2 command y"] },
      ]).toContainEqual({ hardState, base, entries: textOf(entries) });
    });

    test("nothing is answered before the call returns, and everything once", async () => {
      const { storage } = await disk.open();
      let answers = 0;
      storage.store(storeOf(1, 1, ["a"], 1), () => {
        answers += 1;
      });
      expect(answers).toBe(0);
      await call((done) => storage.close(done));
      expect(answers).toBe(1);
    });

    test("a closed log takes nothing more", async () => {
      const { storage } = await disk.open();
      await call((done) => storage.close(done));
      expect(() => storage.store(storeOf(1, 1, ["a"], 1), () => {})).toThrow("closed");
    });

    test("a long life of stores, replacements, drops, closes and crashes leaves exactly what was confirmed", async () => {
      const next = chance(7);
      const model: Entry[] = [];
      let base = baseAt(0, 0);
      let hardState: HardState | null = null;
      let term = 1;
      let { storage } = await disk.open();
      for (let round = 0; round < 200; round++) {
        const isNewTerm = round === 0 || next() < 0.1;
        if (isNewTerm) term += 1;
        const first = isNewTerm ? Math.max(base.index + 1, model.length - Math.floor(next() * 5)) : model.length + 1;
        const data = Array.from({ length: 1 + Math.floor(next() * 4) }, (_, place) => `round ${round} entry ${place}`);
        const dropped = next() < 0.2 ? model[Math.floor(base.index + next() * (first - 1 - base.index))] : undefined;
        if (dropped !== undefined && dropped.index > base.index && dropped.index < first)
          base = baseAt(dropped.index, dropped.term);
        const made = { ...storeOf(term, first, data, isNewTerm ? (round % 3) + 1 : undefined), base };
        await store(storage, made);
        hardState = made.hardState ?? hardState;
        model.splice(first - 1, model.length, ...made.entries);
        if (next() > 0.04) continue;
        const found = await reopen(storage, next() < 0.5 ? "close" : "crash");
        storage = found.storage;
        expect(found.hardState).toEqual(hardState);
        expect(found.base).toEqual(base);
        expect(textOf(found.entries)).toEqual(textOf(model.slice(base.index)));
      }
      const last = await reopen(storage);
      expect(base.index).toBeGreaterThan(100);
      expect(textOf(last.entries)).toEqual(textOf(model.slice(base.index)));
    });
  });
}

export function baseAt(index: number, term: number): LogBase {
  return { index, term, time: index };
}

/** A store that changes neither the hard state nor any entry. */
export function ending(lastIndex: number, lastTerm: number): Store {
  return { hardState: null, entries: [], base: null, snapshot: null, lastIndex, lastTerm };
}
