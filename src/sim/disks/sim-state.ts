import type { Index, Members, SnapshotMeta } from "../../core/types.ts";
import type {
  Done,
  MachineStorage,
  RecordChange,
  ScanRange,
  StagedSnapshot,
  StateDigest,
  StatePoint,
  StateSnapshot,
} from "../../node/ports/ports.ts";
import { bytesEqual } from "../base/bytes.ts";
import type { EventQueue } from "../base/event-queue.ts";
import type { Life } from "../base/life.ts";
import type { Random } from "../base/random.ts";
import { DiskCalls } from "./disk-calls.ts";
import type { Drive } from "./drive.ts";
import { SimSnapshot, SimStaged } from "./sim-snapshot.ts";
import { nameOf, type StateDirectory, type StateDisk } from "./state-disk.ts";

export interface StateWatcher {
  /** The changes and how far the state has come by them are written. */
  onStateWritten(): void;
  /** Another state is in its place. */
  onSwitched(): void;
  /** The node broke the contract of the storage. */
  onMisuse(what: string): void;
}

export interface StatePorts {
  readonly disk: StateDisk;
  /** Which directory is the state, as the log says. */
  readonly nameInLog: () => string;
  readonly drive: Drive;
  readonly queue: EventQueue;
  readonly life: Life;
  readonly watcher: StateWatcher;
  readonly random: Random;
}

/** One life's way to its state disk. */
export class SimState implements MachineStorage {
  readonly #ports: StatePorts;
  readonly #firstMembers: Members;
  readonly #calls: DiskCalls;
  readonly point: StatePoint;
  #isWriting = false;
  /** Reads that wait for the new state; null if none is being switched to. */
  #afterSwitch: (() => void)[] | null = null;

  /** @param firstMembers those the cluster began with */
  constructor(ports: StatePorts, firstMembers: Members) {
    this.#ports = ports;
    this.#firstMembers = firstMembers;
    this.#calls = new DiskCalls(ports.drive, ports.queue, ports.life);
    this.point = ports.disk.active.point;
  }

  summary(): StateDigest {
    const { point, records, digest } = this.#ports.disk.active;
    return { appliedIndex: point.index, records: records.size, digest: digest.toString(16) };
  }

  getMany(keys: readonly Uint8Array[], done: (error: Error | null, values: (Uint8Array | undefined)[]) => void): void {
    this.#find((state) => keys.map((key) => state.records.get(nameOf(key))), done);
  }

  scan(range: ScanRange, done: (error: Error | null, records: [Uint8Array, Uint8Array][]) => void): void {
    this.#find((state) => scanNow(state, range), done);
  }

  write(changes: readonly RecordChange[], point: StatePoint, done: Done): void {
    const { disk, life, watcher, random } = this.#ports;
    // What the code of a dead process still does in its turn is nobody's business.
    if (!life.alive) return;
    this.#checkWrite(changes, point.index);
    this.#isWriting = true;
    const change = (fails: boolean): void => {
      disk.end(!fails || random.chance(0.5));
      this.#isWriting = false;
      if (!fails) watcher.onStateWritten();
    };
    this.#calls.write(change, done);
    // The process may have died just before.
    if (life.alive) disk.begin(changes, point);
  }

  sync(done: (error: Error | null, index: Index) => void): void {
    const { active } = this.#ports.disk;
    const { index } = active.point;
    const change = (fails: boolean): void => {
      if (!fails) active.sync(index);
    };
    this.#calls.write(change, (error) => done(error, error === null ? index : 0));
  }

  openSnapshot(done: (error: Error | null, snapshot: StateSnapshot | null) => void): void {
    const { active } = this.#ports.disk;
    const meta = active.point.index === 0 ? null : active.meta(this.#firstMembers);
    const snapshot = meta === null ? null : new SimSnapshot(meta, new Map(active.records), this.#calls);
    this.#calls.read<StateSnapshot | null>(() => snapshot, done);
  }

  stage(meta: SnapshotMeta, done: (error: Error | null, staged: StagedSnapshot | null) => void): void {
    const { disk } = this.#ports;
    this.#calls.write(() => new SimStaged(disk, disk.stage(meta), this.#calls), done);
  }

  switchTo(name: string, point: StatePoint, done: Done): void {
    const { life, watcher, nameInLog } = this.#ports;
    if (!life.alive) return;
    if (this.#isWriting) watcher.onMisuse("the state is switched while a write is under way");
    if (this.#afterSwitch !== null) watcher.onMisuse("the state is switched twice at once");
    if (nameInLog() !== name) watcher.onMisuse(`the state is switched to ${name}, and the log says ${nameInLog()}`);
    this.#afterSwitch = [];
    const change = (fails: boolean): void => {
      if (!fails) this.#switch(name, point.index);
    };
    this.#calls.write(change, (error) => {
      const waiting = this.#afterSwitch ?? [];
      this.#afterSwitch = null;
      for (const read of waiting) read();
      done(error);
    });
  }

  /** After the switch under way, if there is one, and the reads that wait for it. */
  close(done: Done): void {
    if (this.#afterSwitch === null) this.#calls.close(done);
    else this.#afterSwitch.push(() => this.#calls.close(done));
  }

  #switch(name: string, index: Index): void {
    const { disk, watcher } = this.#ports;
    if (!disk.switchTo(name)) watcher.onMisuse(`the state is to be ${name}, which is not there, or not whole`);
    if (disk.appliedIndex !== index) watcher.onMisuse(`${name} ends at ${disk.appliedIndex}, not at ${index}`);
    watcher.onSwitched();
  }

  /** In the state as it is when the disk comes to it; but what began before a switch ends on the old one. */
  #find<T>(find: (state: StateDirectory) => T[], done: (error: Error | null, found: T[]) => void): void {
    const begin = (): void => {
      const { active } = this.#ports.disk;
      this.#calls.read(
        () => find(active),
        (error, found) => done(error, found ?? []),
      );
    };
    if (this.#afterSwitch === null) begin();
    else this.#afterSwitch.push(begin);
  }

  #checkWrite(changes: readonly RecordChange[], appliedIndex: Index): void {
    const { disk, watcher } = this.#ports;
    if (this.#isWriting) watcher.onMisuse("a second write of the machine's state began before the first was done");
    if (this.#afterSwitch !== null) watcher.onMisuse("a write of the machine's state began while it is switched");
    if (appliedIndex < disk.appliedIndex) {
      watcher.onMisuse(`the applied index would fall from ${disk.appliedIndex} to ${appliedIndex}`);
    }
    for (const { key, before } of changes) {
      if (!bytesEqual(disk.active.records.get(nameOf(key)), before)) {
        watcher.onMisuse(`a change up to ${appliedIndex} does not know what its record was before`);
      }
    }
  }
}

function scanNow(state: StateDirectory, { start, end, limit, bytesMax }: ScanRange): [Uint8Array, Uint8Array][] {
  const found: [Uint8Array, Uint8Array][] = [];
  const [from, to] = [nameOf(start), end === null ? null : nameOf(end)];
  let bytes = 0;
  for (const [name, value] of [...state.records].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (name < from) continue;
    if (to !== null && name >= to) break;
    bytes += name.length + value.length;
    if (found.length >= limit || (bytes > bytesMax && found.length > 0)) break;
    found.push([Buffer.from(name, "latin1"), value]);
  }
  return found;
}
