import type { Done, MachineStorage, RecordChange, ScanRange } from "../../src/node/ports/ports.ts";
import { chance, everything, latin1, pointAt } from "./support.ts";

/** One node's disk, as a test of any MachineStorage sees it. */
export interface MachineDisk {
  /** Starts a process on the disk, after the one before it has closed its storage or crashed. */
  open(): Promise<MachineStorage>;
  /** Ends the process at this moment. Its storage is not used again. */
  crash(): Promise<void>;
  /** Lets a simulated world go on until all calls are answered. The real world goes on by itself. */
  settle(): void;
  remove(): Promise<void>;
}

/** What the shell may rely on, whatever the disk is made of. */
export function machineStorageContract(kind: string, makeDisk: () => Promise<MachineDisk>): void {
  describe(`the state on ${kind}`, () => {
    let disk: MachineDisk;
    beforeEach(async () => {
      disk = await makeDisk();
    });
    afterEach(() => disk.remove());

    const call = (start: (done: Done) => void) =>
      new Promise<void>((resolve, reject) => {
        start((error) => (error === null ? resolve() : reject(error)));
        disk.settle();
      });
    const write = (state: MachineStorage, changes: readonly RecordChange[], appliedIndex: number) =>
      call((done) => state.write(changes, pointAt(appliedIndex), done));
    const get = (state: MachineStorage, ...keys: readonly string[]) =>
      new Promise<(string | undefined)[]>((resolve, reject) => {
        state.getMany(keys.map(bytesOf), (error, values) => {
          if (error === null) resolve(values.map((value) => value && latin1(value)));
          else reject(error);
        });
        disk.settle();
      });
    const scan = (state: MachineStorage, range: Partial<ScanRange> = {}) =>
      new Promise<[string, string][]>((resolve, reject) => {
        state.scan({ ...everything, ...range }, (error, records) => {
          if (error === null) resolve(records.map(([key, value]) => [latin1(key), latin1(value)]));
          else reject(error);
        });
        disk.settle();
      });
    const reopen = async (state: MachineStorage, how: "close" | "crash" = "close") => {
      if (how === "close") await call((done) => state.close(done));
      else await disk.crash();
      return disk.open();
    };

    test("a new disk has no records and has applied nothing", async () => {
      const state = await disk.open();
      expect(state.point.index).toBe(0);
      expect(await get(state, "a")).toEqual([undefined]);
      expect(await scan(state)).toEqual([]);
    });

    test("records are read in the order asked for, and what is not there is undefined", async () => {
      const state = await disk.open();
      await write(state, [put("a", "1"), put("b", "2")], 1);
      expect(await get(state, "b", "none", "a", "b")).toEqual(["2", undefined, "1", "2"]);
      expect(await get(state)).toEqual([]);
    });

    test("an empty value is a value", async () => {
      const state = await disk.open();
      await write(state, [put("a", ""), put("", "empty key")], 1);
      expect(await get(state, "a", "")).toEqual(["", "empty key"]);
    });

    test("records can be replaced and deleted, and deleting what is not there does nothing", async () => {
      const state = await disk.open();
      await write(state, [put("a", "1"), put("b", "2")], 1);
      await write(state, [put("a", "3", "1"), remove("b", "2"), remove("c", undefined)], 2);
      expect(await scan(state)).toEqual([["a", "3"]]);
    });

    test("the next process finds the records and the applied index", async () => {
      const state = await disk.open();
      await write(state, [put("a", "1")], 1);
      await write(state, [], 7);
      const next = await reopen(state);
      expect(next.point.index).toBe(7);
      expect(await scan(next)).toEqual([["a", "1"]]);
    });

    test("the summary is of the last write that has ended, not of one under way, and the next process finds the same", async () => {
      const state = await disk.open();
      expect(state.summary()).toMatchObject({ appliedIndex: 0, records: 0 });
      await write(state, [put("a", "1")], 3);
      const before = state.summary();
      expect(before).toMatchObject({ appliedIndex: 3, records: 1 });
      const ended = call((done) => {
        state.write([put("b", "2")], pointAt(4), done);
        expect(state.summary()).toEqual(before);
      });
      await ended;
      const after = state.summary();
      expect(after).toMatchObject({ appliedIndex: 4, records: 2 });
      expect(after.digest).not.toBe(before.digest);
      expect((await reopen(state)).summary()).toEqual(after);
    });

    test("a scan goes in the order of bytes, from the first key wanted to the first no longer wanted", async () => {
      const state = await disk.open();
      const keys = ["a", "a\0", "ab", "b", "c\xff", "c\xff\xff", "d", "\xff"];
      await write(
        state,
        [...keys].reverse().map((key) => put(key, `value of ${key}`)),
        1,
      );
      const found = async (start: string, end: string | null) =>
        (await scan(state, { start: bytesOf(start), end: end === null ? null : bytesOf(end) })).map(([key]) => key);
      expect(await found("", null)).toEqual(keys);
      expect(await found("a\0", "b")).toEqual(["a\0", "ab"]);
      expect(await found("c", "c\xff\xff")).toEqual(["c\xff"]);
      expect(await found("d\0", null)).toEqual(["\xff"]);
      expect(await found("x", "b")).toEqual([]);
    });

    test("a scan ends at its limits, and returns at least one record", async () => {
      const state = await disk.open();
      await write(
        state,
        ["a", "b", "c", "d"].map((key) => put(key, "123456789")),
        1,
      );
      const keys = async (range: Partial<ScanRange>) => (await scan(state, range)).map(([key]) => key);
      expect(await keys({ limit: 3 })).toEqual(["a", "b", "c"]);
      expect(await keys({ bytesMax: 20 })).toEqual(["a", "b"]);
      expect(await keys({ bytesMax: 29 })).toEqual(["a", "b"]);
      expect(await keys({ bytesMax: 1 })).toEqual(["a"]);
    });

    test("a long scan returns every record", async () => {
      const state = await disk.open();
      const keys = Array.from({ length: 3_500 }, (_, number) => `key ${String(number).padStart(6, "0")}`);
      await write(
        state,
        keys.map((key) => put(key, `${key} `.repeat(30))),
        1,
      );
      expect((await scan(state)).map(([key]) => key)).toEqual(keys);
    });

    test("rule 46: changes and applied index are one: a crash leaves the state as of some applied index, never between", async () => {
      const next = chance(11);
      const states: Map<string, string>[] = [new Map()];
      let state = await disk.open();
      let index = 0;
      for (let round = 0; round < 150; round++) {
        index += 1;
        const model = new Map(states[index - 1]);
        const changes = randomChanges(next, model, index);
        states.splice(index, states.length, model);
        const fate = next();
        if (fate < 0.05) state.write(changes, pointAt(index), () => {});
        else await write(state, changes, index);
        if (fate >= 0.15) continue;
        state = await reopen(state, fate < 0.1 ? "crash" : "close");
        index = state.point.index;
        expect(new Map(await scan(state))).toEqual(states[index]);
      }
      expect(new Map(await scan(state))).toEqual(states[index]);
    });

    test("nothing is answered before the call returns, and everything once", async () => {
      const state = await disk.open();
      let answers = 0;
      const count = () => {
        answers += 1;
      };
      state.write([put("a", "1")], pointAt(1), count);
      state.getMany([bytesOf("a")], count);
      state.scan(everything, count);
      expect(answers).toBe(0);
      await call((done) => state.close(done));
      expect(answers).toBe(3);
    });

    test("a closed state takes nothing more", async () => {
      const state = await disk.open();
      await call((done) => state.close(done));
      expect(() => state.write([], pointAt(1), () => {})).toThrow("closed");
    });
  });
}

/** Changes up to five records, in `model` as well. */
function randomChanges(next: () => number, model: Map<string, string>, index: number): RecordChange[] {
  const changes: RecordChange[] = [];
  for (let key = Math.floor(next() * 5); key < 20; key += 1 + Math.floor(next() * 10)) {
    const name = `key ${key}`;
    const before = model.get(name);
    const isDelete = next() < 0.2;
    changes.push(isDelete ? remove(name, before) : put(name, `as of ${index}`, before));
    if (isDelete) model.delete(name);
    else model.set(name, `as of ${index}`);
  }
  return changes;
}

function put(key: string, value: string, before?: string): RecordChange {
  return { key: bytesOf(key), value: bytesOf(value), before: before === undefined ? undefined : bytesOf(before) };
}

function remove(key: string, before: string | undefined): RecordChange {
  return { key: bytesOf(key), value: null, before: before === undefined ? undefined : bytesOf(before) };
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
