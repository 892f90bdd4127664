import { bareMember, bootstrapMembers } from "../../src/core/members.ts";
import type { Entry, HardState, LogBase, SnapshotMeta } from "../../src/core/types.ts";
import type { LogStorage, MachineStorage, StagedSnapshot, StateSnapshot } from "../../src/node/ports/ports.ts";
import { incarnationId } from "../incarnations.ts";
import { installing, packed, staging, unpacked } from "./snapshots.ts";
import { closing, everything, latin1, pointAt, settled, storeOf, textOf } from "./support.ts";

/** One node's whole disk, as a test of any log and state together sees it. */
export interface NodeDisk {
  /** Starts a process on the disk, after the one before it has closed its storages or crashed. */
  open(): Promise<OpenedDisk>;
  /** Ends the process at this moment. Its storages are not used again. */
  crash(): Promise<void>;
  /** Lets a simulated world go on until all calls are answered. The real world goes on by itself. */
  settle(): void;
  remove(): Promise<void>;
}

export interface OpenedDisk {
  readonly log: LogStorage;
  readonly state: MachineStorage;
  readonly hardState: HardState | null;
  readonly base: LogBase;
  readonly entries: readonly Entry[];
}

const later = bootstrapMembers([4, 5, 6].map(bareMember), incarnationId);
const records = Array.from({ length: 200 }, (_, number): [string, string] => [`key ${1000 + number}`, `new ${number}`]);
const oldRecords: [string, string][] = [
  ["key 1000", "old"],
  ["other", "old"],
];

/** What the shell may rely on when a snapshot takes the place of the state, whatever the disk is made of. */
export function installContract(kind: string, makeDisk: () => Promise<NodeDisk>): void {
  describe(`a snapshot on ${kind}`, () => {
    let disk: NodeDisk;
    beforeEach(async () => {
      disk = await makeDisk();
    });
    afterEach(() => disk.remove());

    const wait = async <T>(promise: Promise<T>): Promise<T> => {
      let isOver = false;
      const over = promise.finally(() => {
        isOver = true;
      });
      over.catch(() => undefined);
      while (!isOver) {
        disk.settle();
        await new Promise((resolve) => setImmediate(resolve));
      }
      return over;
    };
    const scan = (state: MachineStorage) =>
      wait(
        new Promise<[string, string][]>((resolve, reject) =>
          state.scan(everything, (error, found) =>
            error === null ? resolve(found.map(([key, value]) => [latin1(key), latin1(value)])) : reject(error),
          ),
        ),
      );
    const snapshotOf = (state: MachineStorage) =>
      wait(
        new Promise<StateSnapshot | null>((resolve, reject) =>
          state.openSnapshot((error, snapshot) => (error === null ? resolve(snapshot) : reject(error))),
        ),
      );
    const read = (snapshot: StateSnapshot, after: Uint8Array | null, bytesMax: number) =>
      wait(
        new Promise<{ records: [string, string][]; last: Uint8Array | null; isLast: boolean }>((resolve, reject) =>
          snapshot.read(after, bytesMax, (error, chunk) =>
            error === null ? resolve({ ...chunk, records: unpacked(chunk.records) }) : reject(error),
          ),
        ),
      );
    const stage = (state: MachineStorage, meta: SnapshotMeta) => wait(staging(state, meta));
    const add = (staged: StagedSnapshot, some: readonly [string, string][]) =>
      wait(settled((done) => staged.add(packed(some), done)));
    const finish = (staged: StagedSnapshot) =>
      wait(
        new Promise<boolean>((resolve, reject) =>
          staged.finish((error, isWhole) => (error === null ? resolve(isWhole) : reject(error))),
        ),
      );
    /** What a snapshot of these records says of itself on this kind of disk: another disk has applied them. */
    const metaOf = async (content: readonly [string, string][], index: number): Promise<SnapshotMeta> => {
      const other = await makeDisk();
      const { state } = await other.open();
      const changes = content.map(([key, value]) => ({ key: Buffer.from(key), value: Buffer.from(value), before: undefined }));
      let done: unknown = null;
      state.write(changes, pointAt(index, { term: 2, time: 70, members: later, membersIndex: index - 1 }), (error) => {
        done = error ?? "written";
      });
      while (done === null) {
        other.settle();
        await new Promise((resolve) => setImmediate(resolve));
      }
      let snapshot: StateSnapshot | null = null;
      state.openSnapshot((_, found) => {
        snapshot = found;
      });
      while (snapshot === null) {
        other.settle();
        await new Promise((resolve) => setImmediate(resolve));
      }
      const found: StateSnapshot = snapshot;
      const { meta } = found;
      found.close();
      await other.remove();
      return meta;
    };
    /** A node with a log of so many entries of term 1, of which all are applied, and two records. */
    const used = async (entries: number): Promise<OpenedDisk> => {
      const opened = await disk.open();
      const data = Array.from({ length: entries }, (_, place) => `entry ${place + 1}`);
      await wait(settled((done) => opened.log.store(storeOf(1, 1, data, 1), done)));
      const changes = oldRecords.map(([key, value]) => ({ key: Buffer.from(key), value: Buffer.from(value), before: undefined }));
      await wait(settled((done) => opened.state.write(changes, pointAt(3), done)));
      return opened;
    };
    const reopen = async ({ log, state }: OpenedDisk, how: "close" | "crash") => {
      if (how === "crash") await disk.crash();
      else for (const storage of [log, state]) await wait(closing(storage));
      return disk.open();
    };
    const store = ({ log }: OpenedDisk, meta: SnapshotMeta, name: string, lastIndex: number, lastTerm: number) =>
      wait(settled((done) => log.store(installing(meta, name, lastIndex, lastTerm), done)));
    const switchTo = ({ state }: OpenedDisk, meta: SnapshotMeta, name: string) =>
      wait(settled((done) => state.switchTo(name, pointOf(meta), done)));
    const staged = async (opened: OpenedDisk, meta: SnapshotMeta) => {
      const made = await stage(opened.state, meta);
      await add(made, records.slice(0, 90));
      await add(made, records.slice(90));
      expect(await finish(made)).toBe(true);
      return made.name;
    };

    test("there is none of a state that has applied nothing", async () => {
      const { state } = await disk.open();
      expect(await snapshotOf(state)).toBeNull();
    });

    test("rule 28: says how far the state has come, with the members as of there, and not as of later", async () => {
      const opened = await used(9);
      const change = (key: string, index: number, membersIndex = 5, members = later) =>
        wait(
          settled((done) =>
            opened.state.write(
              [{ key: Buffer.from(key), value: Buffer.from("12"), before: undefined }],
              pointAt(index, { term: 3, time: 40, members, membersIndex }),
              done,
            ),
          ),
        );
      const first = await snapshotOf(opened.state);
      await change("a", 5);
      const second = await snapshotOf(opened.state);
      await change("b", 8);
      await change("c", 9, 9, bootstrapMembers([bareMember(7)], incarnationId));
      const third = await snapshotOf(opened.state);
      expect(first?.meta).toMatchObject({ index: 3, term: 1, time: 0, membersIndex: 0, count: 2, bytes: 19 });
      expect(first?.meta.members.voters).toEqual([1, 2, 3]);
      expect(second?.meta).toMatchObject({ index: 5, term: 3, time: 40, members: later, membersIndex: 5, count: 3, bytes: 22 });
      expect(third?.meta).toMatchObject({ index: 9, membersIndex: 9, members: { voters: [7] } });
      const again = await reopen(opened, "close");
      expect(again.state.point).toMatchObject({ index: 9, term: 3, time: 40, members: { voters: [7] }, membersIndex: 9 });
    });

    test("is read in pieces and in key order as of its moment, while the state goes on changing", async () => {
      const { state } = await disk.open();
      const changes = records.map(([key, value]) => ({ key: Buffer.from(key), value: Buffer.from(value), before: undefined }));
      await wait(settled((done) => state.write(changes, pointAt(1), done)));
      const snapshot = await snapshotOf(state);
      if (snapshot === null) throw new Error("no snapshot");
      const found: [string, string][] = [];
      let pieces = 0;
      for (let after: Uint8Array | null = null, isLast = false; !isLast; pieces++) {
        const chunk: Awaited<ReturnType<typeof read>> = await read(snapshot, after, 500);
        found.push(...chunk.records);
        after = chunk.last ?? after;
        isLast = chunk.isLast;
        const change = { key: Buffer.from(`key ${1100 + pieces}`), value: Buffer.from("later"), before: valueAt(100 + pieces) };
        await wait(settled((done) => state.write([change], pointAt(2 + pieces), done)));
      }
      expect(found).toEqual(records);
      expect(pieces).toBeGreaterThan(5);
      const end = await read(snapshot, Buffer.from("key 1197"), 1_000_000);
      expect(end).toMatchObject({ records: records.slice(198), isLast: true });
      snapshot.close();
    });

    test("takes the place of the state, for this process and for the next", async () => {
      const opened = await used(5);
      const meta = await metaOf(records, 8);
      const name = await staged(opened, meta);
      expect(await scan(opened.state)).toEqual(oldRecords);
      await store(opened, meta, name, 8, 2);
      await switchTo(opened, meta, name);
      expect(await scan(opened.state)).toEqual(records);
      const change = { key: Buffer.from("key 1000"), value: Buffer.from("newer"), before: Buffer.from("new 0") };
      await wait(settled((done) => opened.state.write([change], { ...pointOf(meta), index: 9 }, done)));
      await wait(settled((done) => opened.log.store(storeOf(2, 9, ["after it"]), done)));
      const next = await reopen(opened, "close");
      expect(next).toMatchObject({ hardState: { term: 2, votedFor: null }, base: { index: 8, term: 2, time: 70 } });
      expect(textOf(next.entries)).toEqual(["9@2 command after it"]);
      expect(next.state.point).toEqual({ ...pointOf(meta), index: 9 });
      expect(await scan(next.state)).toEqual([["key 1000", "newer"], ...records.slice(1)]);
    });

    test("reads go on while it takes the place of the state, each from one of the two", async () => {
      const opened = await used(5);
      const meta = await metaOf(records, 8);
      const name = await staged(opened, meta);
      await store(opened, meta, name, 8, 2);
      const reads = [scan(opened.state)];
      const switched = switchTo(opened, meta, name);
      for (let round = 0; round < 5; round++) reads.push(scan(opened.state));
      await switched;
      reads.push(scan(opened.state));
      for (const found of await Promise.all(reads)) expect([oldRecords, records]).toContainEqual(found);
      expect(await reads.at(-1)).toEqual(records);
    });

    test("rule 40: entries that follow on it stay if the log has its last entry; if not, none stays", async () => {
      const meta = await metaOf(records, 8);
      const opened = await used(7);
      await wait(settled((done) => opened.log.store(storeOf(2, 8, ["its last", "follows", "too"], null), done)));
      await store(opened, meta, await staged(opened, meta), 10, 2);
      const kept = await reopen(opened, "close");
      expect(textOf(kept.entries)).toEqual(["9@2 command follows", "10@2 command too"]);
      await disk.remove();

      disk = await makeDisk();
      const longer = await used(7);
      await wait(settled((done) => longer.log.store(storeOf(2, 8, ["its last", "follows", "too"], null), done)));
      await store(longer, meta, await staged(longer, meta), 9, 2);
      const cut = await reopen(longer, "close");
      expect(textOf(cut.entries)).toEqual(["9@2 command follows"]);
      await disk.remove();

      disk = await makeDisk();
      const other = await used(10);
      await store(other, meta, await staged(other, meta), 8, 2);
      const dropped = await reopen(other, "close");
      expect(dropped).toMatchObject({ base: { index: 8, term: 2 }, entries: [] });
    });

    test("rule 41: a crash after any step leaves the old state with the old log, or the new one with the new log", async () => {
      const meta = await metaOf(records, 8);
      for (let step = 0; step <= 8; step++) {
        const opened = await used(5);
        const made = step < 1 ? null : await stage(opened.state, meta);
        if (step >= 2) await add(made as StagedSnapshot, records.slice(0, 90));
        if (step === 3) made?.add(packed(records.slice(90)), () => undefined);
        if (step >= 4) await add(made as StagedSnapshot, records.slice(90));
        if (step >= 5) expect(await finish(made as StagedSnapshot)).toBe(true);
        if (step === 6) opened.log.store(installing(meta, made?.name ?? "", 8, 2), () => undefined);
        if (step >= 7) await store(opened, meta, made?.name ?? "", 8, 2);
        if (step >= 8) opened.state.switchTo(made?.name ?? "", pointOf(meta), () => undefined);
        const next = await reopen(opened, "crash");
        const isNew = next.base.index === 8;
        if (step !== 6) expect({ step, isNew }).toEqual({ step, isNew: step > 6 });
        if (isNew) expect(await scan(next.state)).toEqual(records);
        // What was not synced may be lost with a power failure, and the log brings it up again.
        else expect([[], oldRecords]).toContainEqual(await scan(next.state));
        expect(next.state.point.index).toBeGreaterThanOrEqual(next.base.index);
        expect(textOf(next.entries).length).toBe(isNew ? 0 : 5);
        await disk.remove();
        disk = await makeDisk();
      }
    });

    test("goes on where it stopped after the receiver was started anew, and comes to the same end", async () => {
      const meta = await metaOf(records, 8);
      for (const how of ["close", "crash"] as const) {
        let opened = await used(5);
        await add(await stage(opened.state, meta), records.slice(0, 120));
        opened = await reopen(opened, how);
        const again = await stage(opened.state, meta);
        const { cursor } = again;
        const had = cursor === null ? 0 : records.findIndex(([key]) => key === latin1(cursor)) + 1;
        if (how === "close") expect(had).toBe(120);
        await add(again, records.slice(had));
        expect(await finish(again)).toBe(true);
        await store(opened, meta, again.name, 8, 2);
        await switchTo(opened, meta, again.name);
        expect(await scan(opened.state)).toEqual(records);
        await disk.remove();
        disk = await makeDisk();
      }
    });

    test("goes on within one process too, after a broken link", async () => {
      const opened = await used(5);
      const meta = await metaOf(records, 8);
      await add(await stage(opened.state, meta), records.slice(0, 10));
      const again = await stage(opened.state, { ...meta });
      expect(latin1(again.cursor ?? Buffer.alloc(0))).toBe("key 1009");
    });

    test("rule 42: another snapshot begins from nothing, and what still comes of the one before goes nowhere", async () => {
      const opened = await used(5);
      const meta = await metaOf(records, 8);
      const other = await metaOf(records.slice(0, 50), 9);
      const first = await stage(opened.state, meta);
      await add(first, records.slice(0, 100));
      const second = await stage(opened.state, other);
      expect(second.cursor).toBeNull();
      await add(first, records.slice(100));
      await add(second, records.slice(0, 50));
      expect(await finish(first)).toBe(false);
      expect(await finish(second)).toBe(true);
      await store(opened, other, second.name, 9, 2);
      await switchTo(opened, other, second.name);
      expect(await scan(opened.state)).toEqual(records.slice(0, 50));
    });

    test("rule 43: two in quick succession leave the second", async () => {
      const opened = await used(5);
      const meta = await metaOf(records, 8);
      const other = await metaOf(records.slice(0, 150), 20);
      const name = await staged(opened, meta);
      await store(opened, meta, name, 8, 2);
      await switchTo(opened, meta, name);
      const second = await stage(opened.state, other);
      await add(second, records.slice(0, 150));
      expect(await finish(second)).toBe(true);
      await store(opened, other, second.name, 20, 2);
      await switchTo(opened, other, second.name);
      const next = await reopen(opened, "close");
      expect(next).toMatchObject({ base: { index: 20 }, entries: [] });
      expect(await scan(next.state)).toEqual(records.slice(0, 150));
    });

    test("is not whole if a record is missing, changed or too many, and must then be sent anew", async () => {
      const opened = await used(5);
      const meta = await metaOf(records, 8);
      const changed = records.map(([key, value], place): [string, string] => [key, place === 77 ? "new 7X" : value]);
      const extra: [string, string][] = [...records, ["z", ""]];
      for (const wrong of [records.slice(0, 199), records.toSpliced(20, 1), changed, extra]) {
        const made = await stage(opened.state, meta);
        expect(made.cursor).toBeNull();
        await add(made, wrong);
        expect(await finish(made)).toBe(false);
      }
      expect(await scan(opened.state)).toEqual(oldRecords);
      await staged(opened, meta);
    });

    test("that is discarded leaves nothing to go on with", async () => {
      const opened = await used(5);
      const meta = await metaOf(records, 8);
      const made = await stage(opened.state, meta);
      await add(made, records.slice(0, 100));
      await wait(settled((done) => made.discard(done)));
      expect((await stage(opened.state, meta)).cursor).toBeNull();
    });

    test("rule 46: what was synced outlives a crash of any kind", async () => {
      for (let round = 0; round < 10; round++) {
        const opened = await used(9);
        const synced = await wait(
          new Promise<number>((resolve, reject) =>
            opened.state.sync((error, index) => (error === null ? resolve(index) : reject(error))),
          ),
        );
        expect(synced).toBe(3);
        const next = await reopen(opened, "crash");
        expect(next.state.point.index).toBe(3);
        expect(await scan(next.state)).toEqual(oldRecords);
        await disk.remove();
        disk = await makeDisk();
      }
    });
  });
}

function pointOf({ index, term, time, members, membersIndex }: SnapshotMeta) {
  return { index, term, time, members, membersIndex };
}

function valueAt(number: number): Buffer | undefined {
  const value = records[number]?.[1];
  return value === undefined ? undefined : Buffer.from(value);
}
