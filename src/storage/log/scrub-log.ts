import type { LevelDatabase } from "../files/level-database.ts";
import { RecordDamaged } from "../files/records.ts";
import { bytesOf, readStep, stepOptions } from "../scrub/scrub-steps.ts";
import type { KeptStores } from "./kept-stores.ts";
import { decodeStore, storeKey, storeNumber } from "./store-records.ts";

export interface ScrubbedLog {
  /** Which stores are needed by now; the cleaner deletes others at any time. */
  readonly kept: Pick<KeptStores, "anchor">;
  /** The last one that is on disk. */
  readonly last: number;
}

/**
 * Reads every store that is still needed, a step at a time, up to the last one there was at the beginning.
 * @throws RecordDamaged, EntryDamaged
 */
export async function* scrubLog(
  database: Pick<LevelDatabase, "iterator">,
  { kept, last }: ScrubbedLog,
): AsyncGenerator<number, void> {
  let before = kept.anchor;
  while (before.number < last || before.number < kept.anchor.number) {
    if (before.number < kept.anchor.number) before = kept.anchor;
    if (before.number >= last) return;
    const range = { gte: storeKey(before.number + 1), lte: storeKey(last) };
    const chunk = await readStep(database.iterator({ ...range, ...stepOptions }));
    if (chunk.length === 0) throw new RecordDamaged(`store ${before.number + 1} is missing`);
    for (const [key, value] of chunk) {
      const number = storeNumber(key);
      if (number !== before.number + 1) throw new RecordDamaged(`store ${before.number + 1} is missing`);
      const { previous, tail } = decodeStore(key, value);
      if (previous !== before.checksum) throw new RecordDamaged(`store ${number} does not follow on the store before it`);
      before = { number, checksum: tail.checksum };
    }
    yield bytesOf(chunk);
  }
}
