import type { Index } from "../../core/types.ts";
import type { NodeOptions } from "../ports/options.ts";
import { changeOverheadBytes, type EntryChanges, PackedChanges } from "./packed-changes.ts";

/** Both are kept give or take a sixteenth of the entries. */
export type HistoryLimits = Pick<NodeOptions, "changeHistoryBytesMax" | "changeHistoryEntriesMax">;

/** Number of entries in a pack, or fewer if the limits are small. */
const packEntriesMax = 256;
/** The oldest make way a pack at a time, so a pack is no more than such a part of what may be kept. */
const partsMin = 16;

/**
 * The newest changes, in memory and in log order, within limits: the oldest make way. An entry that changed nothing
 * takes no place. The history is without gaps from `oldest` on.
 */
export class ChangeHistory {
  readonly #limits: HistoryLimits;
  readonly #packEntries: number;
  readonly #packBytes: number;
  #packs: PackedChanges[] = [];
  /** Those that came since the last pack was made, and their bytes. */
  #fresh: EntryChanges[] = [];
  #freshBytes = 0;
  #packedCount = 0;
  #packedBytes = 0;
  #oldest: Index;
  #newest: Index;

  /** @param appliedIndex nothing is known of what changed up to here */
  constructor(limits: HistoryLimits, appliedIndex: Index) {
    this.#limits = limits;
    this.#packEntries = Math.min(packEntriesMax, Math.ceil(limits.changeHistoryEntriesMax / partsMin));
    this.#packBytes = Math.ceil(limits.changeHistoryBytesMax / partsMin);
    this.#oldest = appliedIndex + 1;
    this.#newest = appliedIndex;
  }

  /** All changes from this index on are known. */
  get oldest(): Index {
    return this.#oldest;
  }

  /** All changes up to this index are known. */
  get newest(): Index {
    return this.#newest;
  }

  add(entry: EntryChanges): void {
    this.#newest = entry.index;
    if (entry.changes.length === 0) return;
    this.#fresh.push(entry);
    for (const { key, value } of entry.changes) this.#freshBytes += changeOverheadBytes + key.length + (value?.length ?? 0);
    if (this.#fresh.length < this.#packEntries && this.#freshBytes < this.#packBytes) return;
    const pack = new PackedChanges(this.#fresh);
    this.#packs.push(pack);
    this.#packedCount += pack.count;
    this.#packedBytes += pack.bytes;
    this.#fresh = [];
    this.#freshBytes = 0;
    this.#makeRoom();
  }

  /** The state has jumped to `index`: what changed on the way is not known. */
  restart(index: Index): void {
    this.#packs = [];
    this.#fresh = [];
    this.#freshBytes = 0;
    this.#packedCount = 0;
    this.#packedBytes = 0;
    this.#oldest = index + 1;
    this.#newest = index;
  }

  /** The changes of at most `max` entries from index `from` on. Fewer: there are no more. */
  since(from: Index, max: number): readonly EntryChanges[] {
    const found: EntryChanges[] = [];
    for (let place = this.#packOf(from); place < this.#packs.length && found.length < max; place += 1) {
      this.#packs[place]?.collect(from, max, found);
    }
    for (const entry of this.#fresh) if (entry.index >= from && found.length < max) found.push(entry);
    return found;
  }

  #makeRoom(): void {
    const { changeHistoryBytesMax, changeHistoryEntriesMax } = this.#limits;
    while (this.#packedBytes > changeHistoryBytesMax || this.#packedCount > changeHistoryEntriesMax) {
      const pack = this.#packs.shift();
      if (pack === undefined) break;
      this.#oldest = pack.lastIndex + 1;
      this.#packedBytes -= pack.bytes;
      this.#packedCount -= pack.count;
    }
  }

  /** Place of the first pack that goes on to `from` or beyond. */
  #packOf(from: Index): number {
    let low = 0;
    let high = this.#packs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#packs[middle]?.lastIndex ?? from) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
