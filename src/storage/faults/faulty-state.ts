import type { Index, SnapshotMeta } from "../../core/types.ts";
import type {
  Done,
  MachineStorage,
  PackedRecords,
  RecordChange,
  ScanRange,
  StagedSnapshot,
  StateDigest,
  StatePoint,
  StateSnapshot,
} from "../../node/ports/ports.ts";
import type { DiskFaults } from "./disk-faults.ts";

/** A state whose writes can fail and be slow. */
export class FaultyState implements MachineStorage {
  readonly #inner: MachineStorage;
  readonly #faults: DiskFaults;

  constructor(inner: MachineStorage, faults: DiskFaults) {
    this.#inner = inner;
    this.#faults = faults;
  }

  get point(): StatePoint {
    return this.#inner.point;
  }

  summary(): StateDigest {
    return this.#inner.summary();
  }

  getMany(keys: readonly Uint8Array[], done: (error: Error | null, values: (Uint8Array | undefined)[]) => void): void {
    this.#inner.getMany(keys, done);
  }

  scan(range: ScanRange, done: (error: Error | null, records: [key: Uint8Array, value: Uint8Array][]) => void): void {
    this.#inner.scan(range, done);
  }

  write(changes: readonly RecordChange[], point: StatePoint, done: Done): void {
    this.#faults.write([], done, (written) => this.#inner.write(changes, point, written));
  }

  sync(done: (error: Error | null, index: Index) => void): void {
    this.#faults.write([0], done, (written) => this.#inner.sync(written));
  }

  openSnapshot(done: (error: Error | null, snapshot: StateSnapshot | null) => void): void {
    this.#inner.openSnapshot(done);
  }

  stage(meta: SnapshotMeta, done: (error: Error | null, staged: StagedSnapshot | null) => void): void {
    this.#inner.stage(meta, (error, staged) => done(error, staged === null ? null : new FaultyStaged(staged, this.#faults)));
  }

  switchTo(name: string, point: StatePoint, done: Done): void {
    this.#faults.write([], done, (written) => this.#inner.switchTo(name, point, written));
  }

  close(done: Done): void {
    this.#inner.close((error) => this.#faults.whenAnswered(() => done(error)));
  }
}

/** What is written of a snapshot that is being taken in. */
class FaultyStaged implements StagedSnapshot {
  readonly #inner: StagedSnapshot;
  readonly #faults: DiskFaults;

  constructor(inner: StagedSnapshot, faults: DiskFaults) {
    this.#inner = inner;
    this.#faults = faults;
  }

  get name(): string {
    return this.#inner.name;
  }

  get cursor(): Uint8Array | null {
    return this.#inner.cursor;
  }

  add(records: PackedRecords, done: Done): void {
    this.#faults.write([], done, (written) => this.#inner.add(records, written));
  }

  finish(done: (error: Error | null, isWhole: boolean) => void): void {
    this.#faults.write([false], done, (written) => this.#inner.finish(written));
  }

  discard(done: Done): void {
    this.#inner.discard(done);
  }
}
