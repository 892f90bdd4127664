import type { Index } from "../core/types.ts";
import {
  type Done,
  type MachineStorage,
  type RecordChange,
  type ScanRange,
  type StatePoint,
  statePointStart,
} from "../node/ports.ts";
import { bytesEqual, hashBytes } from "./bytes.ts";
import { type Drive, DriveFailed } from "./drive.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Life } from "./life.ts";
import type { Random } from "./random.ts";

export interface StateWatcher {
  /** The changes and their applied index are written. */
  onStateWritten(): void;
  /** The node broke the contract of the storage. */
  onMisuse(what: string): void;
}

/** How to take back one write. */
interface Undo {
  readonly point: StatePoint;
  readonly digest: number;
  readonly records: readonly [name: string, value: Uint8Array | undefined][];
}

/** Most writes that a crash can take back; what is older, the database has synced on its own. */
const unsyncedMax = 2048;

/** The machine's records on a node's disk. Nothing is synced: a crash may take back the writes of any length of time. */
export class StateDisk {
  readonly #records = new Map<string, Uint8Array>();
  #point = statePointStart;
  #digest = 0;
  #unsynced: Undo[] = [];
  #inFlight: { readonly changes: readonly RecordChange[]; readonly point: StatePoint } | null = null;

  get appliedIndex(): Index {
    return this.#point.index;
  }

  get point(): StatePoint {
    return this.#point;
  }

  /** Of all records, whatever the order in which they were written. */
  get digest(): number {
    return this.#digest;
  }

  get(name: string): Uint8Array | undefined {
    return this.#records.get(name);
  }

  names(): string[] {
    return [...this.#records.keys()].sort();
  }

  begin(changes: readonly RecordChange[], point: StatePoint): void {
    this.#inFlight = { changes, point };
  }

  end(isKept: boolean): void {
    const write = this.#inFlight;
    this.#inFlight = null;
    if (write === null || !isKept) return;
    const records: [string, Uint8Array | undefined][] = [];
    this.#unsynced.push({ point: this.#point, digest: this.#digest, records });
    if (this.#unsynced.length > unsyncedMax) this.#unsynced = this.#unsynced.slice(-unsyncedMax / 2);
    for (const { key, value } of write.changes) {
      const name = nameOf(key);
      const before = this.#records.get(name);
      records.push([name, before]);
      this.#digest = (this.#digest - hashRecord(key, before) + hashRecord(key, value ?? undefined)) >>> 0;
      if (value === null) this.#records.delete(name);
      else this.#records.set(name, new Uint8Array(value));
    }
    this.#point = write.point;
  }

  /** The writes up to this index are not taken back any more. */
  sync(index: Index): void {
    this.#unsynced = this.#unsynced.filter(({ point }) => point.index >= index);
  }

  /** A killed process loses at most the write under way; a power failure takes back earlier ones too. */
  crash(random: Random): void {
    this.end(random.chance(0.5));
    if (random.chance(0.5)) return;
    const count = random.chance(0.1) ? this.#unsynced.length : random.below(Math.min(this.#unsynced.length, 50) + 1);
    for (let left = count; left > 0; left -= 1) this.#takeBack();
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

/** One life's way to its state disk. */
export class SimState implements MachineStorage {
  readonly #disk: StateDisk;
  readonly #drive: Drive;
  readonly #queue: EventQueue;
  readonly #life: Life;
  readonly #watcher: StateWatcher;
  readonly #random: Random;
  readonly point: StatePoint;
  #writing = false;
  /** Calls that have not been answered. */
  #open = 0;
  #closed = false;
  #whenIdle: Done | null = null;

  constructor(disk: StateDisk, drive: Drive, queue: EventQueue, life: Life, watcher: StateWatcher, random: Random) {
    this.#disk = disk;
    this.#drive = drive;
    this.#queue = queue;
    this.#life = life;
    this.#watcher = watcher;
    this.#random = random;
    this.point = disk.point;
  }

  getMany(keys: readonly Uint8Array[], done: (error: Error | null, values: (Uint8Array | undefined)[]) => void): void {
    this.#read(done, () => keys.map((key) => this.#disk.get(nameOf(key))));
  }

  scan(range: ScanRange, done: (error: Error | null, records: [Uint8Array, Uint8Array][]) => void): void {
    this.#read(done, () => this.#scanNow(range));
  }

  write(changes: readonly RecordChange[], point: StatePoint, done: Done): void {
    if (this.#closed) throw new Error("The state was closed.");
    if (!this.#life.effect("write")) return;
    this.#checkWrite(changes, point.index);
    this.#writing = true;
    this.#open += 1;
    this.#disk.begin(changes, point);
    const fails = this.#drive.fails("write");
    this.#queue.add(this.#drive.writtenAt(this.#queue.now), () => {
      if (!this.#life.alive) return;
      this.#disk.end(!fails || this.#random.chance(0.5));
      if (!fails) this.#watcher.onStateWritten();
      this.#life.run(() => {
        this.#writing = false;
        if (fails) this.#life.fail();
        done(fails ? new DriveFailed("write") : null);
        this.#answered();
      });
    });
  }

  sync(done: (error: Error | null, index: Index) => void): void {
    if (this.#closed) throw new Error("The state was closed.");
    if (!this.#life.effect("write")) return;
    this.#open += 1;
    const { index } = this.#disk.point;
    const fails = this.#drive.fails("write");
    this.#queue.add(this.#drive.writtenAt(this.#queue.now), () => {
      if (!this.#life.alive) return;
      if (!fails) this.#disk.sync(index);
      this.#life.run(() => {
        if (fails) this.#life.fail();
        done(fails ? new DriveFailed("write") : null, fails ? 0 : index);
        this.#answered();
      });
    });
  }

  openSnapshot(): void {
    throw new Error("This is not simulated yet.");
  }

  stage(): void {
    throw new Error("This is not simulated yet.");
  }

  switchTo(): void {
    throw new Error("This is not simulated yet.");
  }

  close(done: Done): void {
    this.#closed = true;
    this.#whenIdle = done;
    this.#open += 1;
    this.#queue.add(this.#queue.now, () => this.#life.run(() => this.#answered()));
  }

  #answered(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#whenIdle?.(null);
  }

  #read<T>(done: (error: Error | null, found: T[]) => void, find: () => T[]): void {
    if (this.#closed) throw new Error("The state was closed.");
    this.#open += 1;
    const fails = this.#drive.fails("read");
    this.#queue.add(this.#drive.readAt(this.#queue.now), () => {
      this.#life.run(() => {
        if (fails) this.#life.fail();
        if (fails) done(new DriveFailed("read"), []);
        else done(null, find());
        this.#answered();
      });
    });
  }

  #scanNow({ start, end, limit, bytesMax }: ScanRange): [Uint8Array, Uint8Array][] {
    const found: [Uint8Array, Uint8Array][] = [];
    const [from, to] = [nameOf(start), end === null ? null : nameOf(end)];
    let bytes = 0;
    for (const name of this.#disk.names()) {
      if (name < from) continue;
      if (to !== null && name >= to) break;
      const value = this.#disk.get(name) ?? new Uint8Array(0);
      bytes += name.length + value.length;
      if (found.length >= limit || (bytes > bytesMax && found.length > 0)) break;
      found.push([Buffer.from(name, "latin1"), value]);
    }
    return found;
  }

  #checkWrite(changes: readonly RecordChange[], appliedIndex: Index): void {
    if (this.#writing) this.#watcher.onMisuse("a second write of the machine's state began before the first was done");
    if (appliedIndex < this.#disk.appliedIndex) {
      this.#watcher.onMisuse(`the applied index would fall from ${this.#disk.appliedIndex} to ${appliedIndex}`);
    }
    for (const { key, before } of changes) {
      if (!bytesEqual(this.#disk.get(nameOf(key)), before)) {
        this.#watcher.onMisuse(`a change up to ${appliedIndex} does not know what its record was before`);
      }
    }
  }
}

function hashRecord(key: Uint8Array, value: Uint8Array | undefined): number {
  return value === undefined ? 0 : hashBytes(value, hashBytes(key, 0x811c9dc5));
}

/** A record's key as a string that sorts as its bytes do. */
function nameOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
}
