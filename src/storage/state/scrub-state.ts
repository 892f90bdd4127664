import type { Index } from "../../core/types.ts";
import type { LevelDatabase } from "../files/level-database.ts";
import { RecordDamaged } from "../files/records.ts";
import { bytesOf, readStep, stepOptions } from "../scrub/scrub-steps.ts";
import { RecordDigest } from "./record-digest.ts";
import { checkTotals, readMembers } from "./state-content.ts";
import { dataRange, decodeData, decodeWrite, lastWriteKey } from "./state-records.ts";

/**
 * Reads every record of a state that nobody writes to, a step at a time, and compares them with what is kept of them. Says
 * after each step how many bytes it had.
 * @param appliedIndex at least up to here the state has come
 * @throws RecordDamaged
 */
export async function* scrubState(
  database: Pick<LevelDatabase, "get" | "iterator">,
  appliedIndex: Index,
): AsyncGenerator<number, void> {
  const bytes = await database.get(lastWriteKey);
  if (bytes === undefined && appliedIndex === 0) return;
  if (bytes === undefined) throw new RecordDamaged("it does not say which write was the last");
  const last = decodeWrite(lastWriteKey, bytes).record;
  if (last.appliedIndex < appliedIndex) throw new RecordDamaged(`it has applied ${last.appliedIndex} instead of ${appliedIndex}`);
  await readMembers((key) => database.get(key), last.membersChecksum);
  const found = new RecordDigest(0, 0, [0, 0]);
  let after: Buffer | null = null;
  for (;;) {
    const range: { gt: Buffer } | { gte: Buffer } = after === null ? { gte: dataRange.start } : { gt: after };
    const chunk = await readStep(database.iterator({ ...range, lt: dataRange.end, ...stepOptions }));
    for (const [key, record] of chunk) {
      const { value, checksum } = decodeData(key, record);
      found.add(checksum, key.length - 1 + value.length);
    }
    after = chunk.at(-1)?.[0] ?? null;
    if (after === null) break;
    yield bytesOf(chunk);
  }
  checkTotals(found, last);
}
