import type { Entry } from "../core/types.ts";
import { decodeStore, emptyTail, type LogTail, RecordDamaged, type StoreRecord } from "./records.ts";

/**
 * Does again what the stores of a log did, from the first on, and checks on the way:
 *
 * - stores are numbered without a gap, and each names the checksum of the one before it
 * - the term never falls, and the vote of a term never changes
 * - a store's entries follow on what they do not replace, and terms never fall along the log
 * - no entry's term is above the term of the hard state
 * - the log ends where the store says it does
 *
 * So a store that is lost, or is there in an older form, cannot go unseen.
 */
export class LogReplay {
  #tail: LogTail = emptyTail;
  readonly #entries: Entry[] = [];
  #bytes = 0;

  get tail(): LogTail {
    return this.#tail;
  }

  /** The whole log, contiguous from index 1. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Bytes of all stores. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws RecordDamaged, EntryDamaged */
  add(key: Buffer, value: Buffer): void {
    const record = decodeStore(key, value);
    const { number } = record.tail;
    if (number !== this.#tail.number + 1) throw new RecordDamaged(`store ${number} comes instead`);
    if (record.previous !== this.#tail.checksum) throw new RecordDamaged("it does not follow on the store before it");
    this.#checkHardState(record);
    this.#addEntries(record);
    this.#tail = record.tail;
    this.#bytes += value.length;
  }

  #checkHardState({ tail }: StoreRecord): void {
    const { term, votedFor } = this.#tail.hardState;
    const after = tail.hardState;
    const isForgotten = after.term === term && votedFor !== null && after.votedFor !== votedFor;
    if (after.term < term || isForgotten) throw new RecordDamaged("it takes back a term or a vote");
  }

  #addEntries({ entries, tail }: StoreRecord): void {
    const log = this.#entries;
    const first = entries[0];
    if (first !== undefined) {
      if (first.index > log.length + 1) throw new RecordDamaged(`it leaves a gap before index ${first.index}`);
      log.length = Math.max(0, first.index - 1);
    }
    let lastTerm = log.at(-1)?.term ?? 0;
    for (const entry of entries) {
      if (entry.index !== log.length + 1) throw new RecordDamaged(`it leaves a gap before index ${entry.index}`);
      if (entry.term < lastTerm) throw new RecordDamaged(`terms fall at index ${entry.index}`);
      lastTerm = entry.term;
      log.push(entry);
    }
    if (lastTerm > tail.hardState.term) throw new RecordDamaged("it has an entry of a term to come");
    if (log.length !== tail.lastIndex || lastTerm !== tail.lastTerm) {
      throw new RecordDamaged(`it does not end at index ${tail.lastIndex}`);
    }
  }
}
