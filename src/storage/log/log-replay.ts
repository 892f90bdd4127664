import type { Entry, LogBase } from "../../core/types.ts";
import { RecordDamaged } from "../files/records.ts";
import { KeptStores } from "./kept-stores.ts";
import type { LogContent } from "./level-log.ts";
import { LogShape } from "./log-shape.ts";
import { decodeStore, type LogTail, type StoreRecord } from "./store-records.ts";

/**
 * Does again what the stores of a log did, from the first that is needed on, and checks on the way:
 *
 * - stores are numbered without a gap, and each names the checksum of the one before it
 * - the term never falls, and the vote of a term never changes; what was dropped never comes back
 * - a store's entries follow on what they do not replace, and terms never fall along the log
 * - no entry's term is above the term of the hard state
 * - the log ends where the store says it does
 *
 * So a store that is lost, or is there in an older form, cannot go unseen. The last store says where the log begins by
 * now: after the anchor among the stores, after the base among the entries. What stores say of entries up to
 * the base is therefore not taken in.
 */
export class LogReplay {
  readonly #base: LogBase;
  readonly #kept: KeptStores;
  readonly #entries: Entry[] = [];
  #tail: LogTail;
  #isFirst = true;
  #bytes = 0;

  /** @param last the tail as the last store says it */
  constructor(last: LogTail) {
    this.#base = last.base;
    this.#kept = new KeptStores(last.anchor);
    this.#tail = { ...last, ...last.anchor };
  }

  get tail(): LogTail {
    return this.#tail;
  }

  /** All that comes after the base. */
  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get content(): LogContent {
    const terms = this.#entries.map(({ term }) => term);
    return { tail: this.#tail, shape: new LogShape(this.#base, terms), kept: this.#kept };
  }

  /** Bytes of all stores. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws RecordDamaged, EntryDamaged */
  add(key: Buffer, value: Buffer): void {
    const record = decodeStore(key, value);
    const { number, checksum } = record.tail;
    if (number !== this.#tail.number + 1) throw new RecordDamaged(`store ${number} comes instead`);
    if (record.previous !== this.#tail.checksum) throw new RecordDamaged("it does not follow on the store before it");
    if (!this.#isFirst) this.#checkOrder(record);
    this.#addEntries(record);
    this.#tail = record.tail;
    this.#isFirst = false;
    this.#kept.add(checksum, record.entries.at(-1)?.index ?? 0);
    this.#bytes += value.length;
  }

  /** @throws RecordDamaged if the log cannot begin where it does */
  finish(): void {
    const { base, anchor, lastIndex, lastTerm, number, stateName } = this.#tail;
    const isSame = base.index === this.#base.index && anchor.number === this.#kept.anchor.number;
    const isEnd = lastIndex > base.index || (lastIndex === base.index && lastTerm === base.term);
    if (!isSame || !isEnd) throw new RecordDamaged(`it does not end as store ${number} says`);
    const [first] = this.#entries;
    if (first !== undefined && first.term < base.term) throw new RecordDamaged(`terms fall at index ${first.index}`);
    if (!/^state(-\d+-[0-9a-f]+)?$/.test(stateName)) throw new RecordDamaged("it names a state that cannot be one");
  }

  #checkOrder({ tail }: StoreRecord): void {
    const { hardState, base, anchor } = this.#tail;
    const after = tail.hardState;
    const isForgotten = after.term === hardState.term && hardState.votedFor !== null && after.votedFor !== hardState.votedFor;
    if (after.term < hardState.term || isForgotten) throw new RecordDamaged("it takes back a term or a vote");
    if (tail.base.index < base.index || tail.anchor.number < anchor.number)
      throw new RecordDamaged("it takes back what was dropped");
  }

  #addEntries({ entries, tail }: StoreRecord): void {
    const log = this.#entries;
    const start = this.#base.index + 1;
    const first = entries[0];
    if (first !== undefined) {
      const isGap = !this.#isFirst && first.index > Math.max(this.#tail.lastIndex, tail.base.index) + 1;
      if (isGap || first.index > start + log.length) throw new RecordDamaged(`it leaves a gap before index ${first.index}`);
      log.length = Math.max(0, first.index - start);
    } else if (tail.base.index > this.#tail.base.index) {
      log.length = Math.min(log.length, Math.max(0, tail.lastIndex + 1 - start));
    }
    let index = (first?.index ?? 0) - 1;
    // What comes before the log may be a last entry that was replaced since, of an older term than the base's.
    let lastTerm = log.at(-1)?.term ?? 0;
    for (const entry of entries) {
      index += 1;
      if (entry.index !== index) throw new RecordDamaged(`it leaves a gap before index ${entry.index}`);
      if (entry.term < lastTerm) throw new RecordDamaged(`terms fall at index ${entry.index}`);
      lastTerm = entry.term;
      if (index >= start) log.push(entry);
    }
    if (lastTerm > tail.hardState.term) throw new RecordDamaged("it has an entry of a term to come");
    this.#checkEnd(tail);
  }

  #checkEnd({ lastIndex, lastTerm }: LogTail): void {
    const log = this.#entries;
    const isRight =
      lastIndex > this.#base.index ? log.at(-1)?.index === lastIndex && log.at(-1)?.term === lastTerm : log.length === 0;
    if (!isRight) throw new RecordDamaged(`it does not end at index ${lastIndex}`);
  }
}
