import { RecordDamaged } from "../files/records.ts";
import type { WriteRecord } from "./state-records.ts";

/** What a write leaves to its record's maker to say. */
export type WriteContent = Omit<WriteRecord, "number" | "previous" | "bytesWritten" | "firstKept">;

/** Before the first write. */
export const noWrite: WriteRecord = {
  number: 0,
  previous: 0,
  appliedIndex: 0,
  term: 0,
  time: 0,
  membersIndex: 0,
  membersChecksum: 0,
  count: 0,
  bytes: 0,
  digest: [0, 0],
  bytesWritten: 0,
  firstKept: 1,
};

/** Most old records that one write deletes, so that no write is much larger than its changes. */
const forgottenMax = 8;

/**
 * The records of the latest writes to `state/`, each of which names the one before it. LevelDB keeps in its .log
 * what is not in a table yet, and drops damaged parts of that in silence. As long as the record of every write
 * that may still be in a .log is kept, such a loss leaves a gap between these records.
 */
export class WriteHistory {
  readonly #keepBytes: number;
  #last: WriteRecord = noWrite;
  /** Checksum of the last write's record. */
  #checksum = 0;
  /** For each kept write, the bytes written up to and including it. */
  #bytesUpTo: number[] = [];
  /** How many at the front of `#bytesUpTo` are no longer kept. */
  #gone = 0;

  /** @param keepBytes number of bytes written after a write until its record is dropped */
  constructor(keepBytes: number) {
    this.#keepBytes = keepBytes;
  }

  get last(): WriteRecord {
    return this.#last;
  }

  /**
   * Takes in a record that was read, the oldest first.
   * @throws RecordDamaged if it does not follow on the last one
   */
  restore(record: WriteRecord, checksum: number): void {
    const { number, appliedIndex } = this.#last;
    if (this.#bytesUpTo.length > 0) {
      if (record.number !== number + 1) throw new RecordDamaged(`write ${number} is followed by write ${record.number}`);
      if (record.previous !== this.#checksum)
        throw new RecordDamaged(`write ${record.number} does not follow on the one before it`);
      if (record.appliedIndex <= appliedIndex) throw new RecordDamaged(`write ${record.number} takes back the applied index`);
    }
    this.#append(record, checksum);
  }

  /** @throws RecordDamaged if records are missing before the first or after the last one that was read */
  finish(last: WriteRecord): void {
    const firstRead = this.#last.number - this.#bytesUpTo.length + 1;
    if (last.number !== this.#last.number) {
      throw new RecordDamaged(`its writes end with ${this.#last.number}, but ${last.number} is named as the last one`);
    }
    if (firstRead !== last.firstKept)
      throw new RecordDamaged(`the records of the writes ${last.firstKept} to ${firstRead - 1} are missing`);
  }

  /** The record of the write that comes next, and the numbers of those that need no longer be kept. */
  next(now: WriteContent, bytes: number): { record: WriteRecord; forgotten: number[] } {
    const number = this.#last.number + 1;
    const bytesWritten = this.#last.bytesWritten + bytes;
    const oldest = number - (this.#bytesUpTo.length - this.#gone);
    const forgotten: number[] = [];
    while (forgotten.length < forgottenMax && this.#upTo(forgotten.length) <= bytesWritten - this.#keepBytes) {
      forgotten.push(oldest + forgotten.length);
    }
    const firstKept = oldest + forgotten.length;
    return { record: { ...now, number, previous: this.#checksum, bytesWritten, firstKept }, forgotten };
  }

  /** Takes in a record made by `next`, once it is being written. */
  add(record: WriteRecord, checksum: number, forgotten: number): void {
    this.#append(record, checksum);
    this.#gone += forgotten;
    if (this.#gone < this.#bytesUpTo.length / 2) return;
    this.#bytesUpTo = this.#bytesUpTo.slice(this.#gone);
    this.#gone = 0;
  }

  #append(record: WriteRecord, checksum: number): void {
    this.#last = record;
    this.#checksum = checksum;
    this.#bytesUpTo.push(record.bytesWritten);
  }

  #upTo(place: number): number {
    return this.#bytesUpTo[this.#gone + place] ?? Infinity;
  }
}
