import type { SnapshotMeta } from "../../core/types.ts";
import type { Done, PackedRecords, RecordsChunk, StagedSnapshot, StateSnapshot } from "../../node/ports/ports.ts";
import { packRecords } from "../base/bytes.ts";
import type { DiskCalls } from "./disk-calls.ts";
import { nameOf, type StagedDirectory, type StateDisk } from "./state-disk.ts";

/** A state as of one moment. */
export class SimSnapshot implements StateSnapshot {
  readonly meta: SnapshotMeta;
  readonly #records: readonly (readonly [name: string, value: Uint8Array])[];
  readonly #calls: DiskCalls;
  #isClosed = false;

  constructor(meta: SnapshotMeta, records: ReadonlyMap<string, Uint8Array>, calls: DiskCalls) {
    this.meta = meta;
    this.#records = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#calls = calls;
  }

  read(after: Uint8Array | null, bytesMax: number, done: (error: Error | null, chunk: RecordsChunk) => void): void {
    this.#calls.read(
      () => this.#chunk(after, bytesMax),
      (error, chunk) => {
        const failure = this.#isClosed ? new Error("The snapshot was closed.") : error;
        done(failure, failure === null && chunk !== null ? chunk : nothing);
      },
      () => !this.#isClosed,
    );
  }

  close(): void {
    this.#isClosed = true;
  }

  #chunk(after: Uint8Array | null, bytesMax: number): RecordsChunk {
    const last = after === null ? null : nameOf(after);
    const from = last === null ? 0 : this.#records.findIndex(([name]) => name > last);
    if (from === -1) return nothing;
    let end = from;
    for (let bytes = 0; end < this.#records.length && (bytes < bytesMax || end === from); end += 1) {
      const [name, value] = this.#records[end] ?? ["", nothing.records];
      bytes += name.length + value.length;
    }
    const found = this.#records.slice(from, end).map(([name, value]) => [Buffer.from(name, "latin1"), value] as const);
    return { records: packRecords(found), last: found.at(-1)?.[0] ?? null, isLast: end === this.#records.length };
  }
}

/** One life's way to the snapshot that it is taking in. */
export class SimStaged implements StagedSnapshot {
  readonly #disk: StateDisk;
  readonly #staged: StagedDirectory;
  readonly #calls: DiskCalls;

  constructor(disk: StateDisk, staged: StagedDirectory, calls: DiskCalls) {
    this.#disk = disk;
    this.#staged = staged;
    this.#calls = calls;
  }

  get name(): string {
    return this.#staged.name;
  }

  get cursor(): Uint8Array | null {
    return this.#staged.cursor;
  }

  add(records: PackedRecords, done: Done): void {
    this.#calls.write((fails) => this.#add(records, fails), done);
  }

  finish(done: (error: Error | null, isWhole: boolean) => void): void {
    const finish = (fails: boolean): boolean => {
      const isWhole = this.#disk.staged === this.#staged && !fails && this.#staged.finish();
      if (!isWhole && !fails) this.#disk.discard(this.#staged);
      return isWhole;
    };
    this.#calls.write(finish, (error, isWhole) => done(error, isWhole === true));
  }

  discard(done: Done): void {
    this.#calls.write(() => this.#disk.discard(this.#staged), done);
  }

  #add(records: PackedRecords, fails: boolean): void {
    if (this.#disk.staged === this.#staged && !fails) this.#staged.add(records);
  }
}

const nothing: RecordsChunk = { records: new Uint8Array(0), last: null, isLast: true };
