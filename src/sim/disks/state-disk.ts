import type { Index, Members, SnapshotMeta } from "../../core/types.ts";
import { type PackedRecords, type RecordChange, type StatePoint, statePointStart } from "../../node/ports/ports.ts";
import { hashBytes, unpackRecords } from "../base/bytes.ts";
import type { Random } from "../base/random.ts";
import { firstStateName } from "./log-disk.ts";

/** How to take back one write. */
interface Undo {
  readonly point: StatePoint;
  readonly digest: number;
  readonly records: readonly [name: string, value: Uint8Array | undefined][];
}

/** Most writes that a crash can take back; what is older, the database has synced on its own. */
const unsyncedMax = 2048;

/** A directory with a state. Nothing is synced by itself: a power failure may take back the writes of any length of time. */
export class StateDirectory {
  readonly name: string;
  readonly #records: Map<string, Uint8Array>;
  #point: StatePoint;
  #digest = 0;
  #unsynced: Undo[] = [];

  constructor(name: string, records: ReadonlyMap<string, Uint8Array>, point: StatePoint) {
    this.name = name;
    this.#records = new Map(records);
    this.#point = point;
    for (const [key, value] of records) this.#digest = (this.#digest + hashRecord(key, value)) >>> 0;
  }

  get point(): StatePoint {
    return this.#point;
  }

  /** Of all records, whatever the order in which they were written. */
  get digest(): number {
    return this.#digest;
  }

  get records(): ReadonlyMap<string, Uint8Array> {
    return this.#records;
  }

  write(changes: readonly RecordChange[], point: StatePoint): void {
    const records: [string, Uint8Array | undefined][] = [];
    this.#unsynced.push({ point: this.#point, digest: this.#digest, records });
    if (this.#unsynced.length > unsyncedMax) this.#unsynced = this.#unsynced.slice(-unsyncedMax / 2);
    for (const { key, value } of changes) {
      const name = nameOf(key);
      const before = this.#records.get(name);
      records.push([name, before]);
      this.#digest = (this.#digest - hashRecord(name, before) + hashRecord(name, value ?? undefined)) >>> 0;
      if (value === null) this.#records.delete(name);
      else this.#records.set(name, new Uint8Array(value));
    }
    this.#point = point;
  }

  /** The writes up to this index are not taken back any more. */
  sync(index: Index): void {
    this.#unsynced = this.#unsynced.filter(({ point }) => point.index >= index);
  }

  loseUnsynced(random: Random): void {
    const count = random.chance(0.1) ? this.#unsynced.length : random.below(Math.min(this.#unsynced.length, 50) + 1);
    for (let left = count; left > 0; left -= 1) this.#takeBack();
  }

  /** What a snapshot of this state says of itself. @param first the members that the cluster began with */
  meta(first: Members): SnapshotMeta {
    const { index, term, time, members, membersIndex } = this.#point;
    return { index, term, time, members: members ?? first, membersIndex, ...summaryOf(this.#records) };
  }

  #takeBack(): void {
    const undo = this.#unsynced.pop();
    if (undo === undefined) return;
    for (const [name, value] of undo.records) {
      if (value === undefined) this.#records.delete(name);
      else this.#records.set(name, value);
    }
    this.#point = undo.point;
    this.#digest = undo.digest;
  }
}

/** A directory with as much of a snapshot as has come. */
export class StagedDirectory {
  readonly name: string;
  readonly meta: SnapshotMeta;
  readonly records = new Map<string, Uint8Array>();
  /** Keys in the order in which they came. */
  readonly #names: string[] = [];
  #syncedCount = 0;
  #isWhole = false;

  constructor(name: string, meta: SnapshotMeta) {
    this.name = name;
    this.meta = meta;
  }

  /** It was compared with what it was to be, and is synced. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  get cursor(): Uint8Array | null {
    const last = this.#names.at(-1);
    return last === undefined ? null : Buffer.from(last, "latin1");
  }

  add(records: PackedRecords): void {
    for (const [key, value] of unpackRecords(records)) {
      const name = nameOf(key);
      this.#names.push(name);
      this.records.set(name, new Uint8Array(value));
    }
  }

  finish(): boolean {
    const { count, digest, bytes } = summaryOf(this.records);
    this.#isWhole = count === this.meta.count && digest === this.meta.digest && bytes === this.meta.bytes;
    this.#syncedCount = this.#names.length;
    return this.#isWhole;
  }

  loseUnsynced(random: Random): void {
    const kept = random.between(this.#syncedCount, this.#names.length);
    for (const name of this.#names.splice(kept)) this.records.delete(name);
  }
}

/** All directories with states on a node's disk: the one in use, and one in which a snapshot is staged. */
export class StateDisk {
  #active = new StateDirectory(firstStateName, new Map(), statePointStart);
  #staged: StagedDirectory | null = null;
  #names = 0;
  #inFlight: { readonly changes: readonly RecordChange[]; readonly point: StatePoint } | null = null;

  get active(): StateDirectory {
    return this.#active;
  }

  get staged(): StagedDirectory | null {
    return this.#staged;
  }

  get appliedIndex(): Index {
    return this.#active.point.index;
  }

  get digest(): number {
    return this.#active.digest;
  }

  /** The state in use as it is now, as whoever copies the directory gets it; what is staged is left behind. */
  copy(): StateDisk {
    const copy = new StateDisk();
    copy.#active = new StateDirectory(this.#active.name, this.#active.records, this.#active.point);
    copy.#names = this.#names;
    return copy;
  }

  /** A process starts, and the log says which directory is the state. Returns whether there is such a one. */
  open(name: string): boolean {
    return name === this.#active.name || this.switchTo(name);
  }

  begin(changes: readonly RecordChange[], point: StatePoint): void {
    this.#inFlight = { changes, point };
  }

  end(isKept: boolean): void {
    const write = this.#inFlight;
    this.#inFlight = null;
    if (write !== null && isKept) this.#active.write(write.changes, write.point);
  }

  /** Goes on with what is there of this very snapshot, or begins it. */
  stage(meta: SnapshotMeta): StagedDirectory {
    if (this.#staged !== null && JSON.stringify(this.#staged.meta) === JSON.stringify(meta)) return this.#staged;
    this.#names += 1;
    this.#staged = new StagedDirectory(`${firstStateName}-${this.#names}`, meta);
    return this.#staged;
  }

  discard(staged: StagedDirectory): void {
    if (this.#staged === staged) this.#staged = null;
  }

  /** The staged state becomes the state; false if there is none of this name that is whole. */
  switchTo(name: string): boolean {
    const staged = this.#staged;
    if (staged?.name !== name || !staged.isWhole) return false;
    const { index, term, time, members, membersIndex } = staged.meta;
    this.#active = new StateDirectory(name, staged.records, { index, term, time, members, membersIndex });
    this.#staged = null;
    return true;
  }

  /** A killed process loses at most the write under way; a power failure takes back earlier ones too. */
  crash(random: Random): void {
    this.end(random.chance(0.5));
    if (random.chance(0.5)) return;
    this.#active.loseUnsynced(random);
    this.#staged?.loseUnsynced(random);
  }
}

/** A record's key as a string that sorts as its bytes do. */
export function nameOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
}

function summaryOf(records: ReadonlyMap<string, Uint8Array>): Pick<SnapshotMeta, "count" | "digest" | "bytes"> {
  let digest = 0;
  let bytes = 0;
  for (const [name, value] of records) {
    digest = (digest + hashRecord(name, value)) >>> 0;
    bytes += name.length + value.length;
  }
  return { count: records.size, digest: digest.toString(16), bytes };
}

function hashRecord(name: string, value: Uint8Array | undefined): number {
  return value === undefined ? 0 : hashBytes(value, hashBytes(Buffer.from(name, "latin1"), 0x811c9dc5));
}
