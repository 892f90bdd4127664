import type { Index } from "../core/types.ts";
import type { Database } from "./database.ts";
import type { KeptStores } from "./kept-stores.ts";
import { RecordDigest } from "./record-digest.ts";
import { RecordDamaged } from "./records.ts";
import { checkTotals, readMembers } from "./state-content.ts";
import { dataRange, decodeData, decodeWrite, lastWriteKey } from "./state-records.ts";
import { decodeStore, storeKey, storeNumber } from "./store-records.ts";

/** Most that is read, and checked in one go: the event loop waits for no longer than that takes. */
const stepBytes = 256 * 1024;
const stepRecords = 1000;

type Readable = Pick<Database, "get" | "iterator" | "snapshot">;

/**
 * Reads every record of a state as of this moment, a step at a time, and compares them with what is kept of them. Says
 * after each step how many bytes it had. Meanwhile LevelDB keeps two versions of a record that changes, and no more.
 * @param appliedIndex up to here the state's writes have ended
 * @throws RecordDamaged
 */
export async function* scrubState(database: Readable, appliedIndex: Index): AsyncGenerator<number, void> {
  const snapshot = database.snapshot();
  try {
    const bytes = await database.get(lastWriteKey, { snapshot });
    if (bytes === undefined && appliedIndex === 0) return;
    if (bytes === undefined) throw new RecordDamaged("it does not say which write was the last");
    const last = decodeWrite(lastWriteKey, bytes).record;
    if (last.appliedIndex < appliedIndex) throw new RecordDamaged(`it has applied ${last.appliedIndex} instead of ${appliedIndex}`);
    await readMembers(database, last.membersChecksum, snapshot);
    const found = new RecordDigest(0, 0, [0, 0]);
    let after: Buffer | null = null;
    for (;;) {
      const range: { gt: Buffer } | { gte: Buffer } = after === null ? { gte: dataRange.start } : { gt: after };
      const chunk = await readStep(database.iterator({ ...range, lt: dataRange.end, snapshot, ...stepOptions }));
      for (const [key, record] of chunk) {
        const { value, checksum } = decodeData(key, record);
        found.add(checksum, key.length - 1 + value.length);
      }
      after = chunk.at(-1)?.[0] ?? null;
      if (after === null) break;
      yield bytesOf(chunk);
    }
    checkTotals(found, last);
  } finally {
    await snapshot.close();
  }
}

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
export async function* scrubLog(database: Pick<Database, "iterator">, { kept, last }: ScrubbedLog): AsyncGenerator<number, void> {
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

/** What was read is not worth keeping: nobody asked for it. */
const stepOptions = { highWaterMarkBytes: stepBytes, fillCache: false };

interface Steps {
  nextv(size: number): Promise<[Buffer, Buffer][]>;
  close(): Promise<void>;
}

async function readStep(iterator: Steps): Promise<[Buffer, Buffer][]> {
  try {
    return await iterator.nextv(stepRecords);
  } finally {
    await iterator.close();
  }
}

function bytesOf(chunk: readonly [Buffer, Buffer][]): number {
  return chunk.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
}
