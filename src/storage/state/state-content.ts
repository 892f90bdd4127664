import type { Members } from "../../core/types.ts";
import type { StatePoint } from "../../node/ports/ports.ts";
import { RecordDamaged } from "../files/records.ts";
import { everyKey, type RecordSource } from "../level-format/record-source.ts";
import { RecordDigest } from "./record-digest.ts";
import {
  dataRange,
  decodeData,
  decodeMembers,
  decodeMeta,
  decodeWrite,
  lastWriteKey,
  machineKey,
  membersKey,
  stagedKey,
  writeRange,
} from "./state-records.ts";
import { type WriteContent, WriteHistory } from "./write-history.ts";

/** What a state says of itself. */
export interface StateContent {
  readonly history: WriteHistory;
  /** Null while they are those the cluster began with. */
  readonly members: Members | null;
}

/** What the record of a write says of the state after it. */
export function contentOf(
  { index, term, time, membersIndex }: Omit<StatePoint, "members">,
  membersChecksum: number,
  { count, bytes, halves }: RecordDigest,
): WriteContent {
  return { appliedIndex: index, term, time, membersIndex, membersChecksum, count, bytes, digest: halves };
}

/**
 * @param keepBytes for how many bytes of later writes a write's record is kept
 * @throws RecordDamaged
 */
export async function readContent(source: RecordSource, keepBytes: number): Promise<StateContent> {
  const history = new WriteHistory(keepBytes);
  const lastBytes = await source.get(lastWriteKey);
  if (lastBytes === undefined) {
    for await (const _ of source.chunks(everyKey))
      throw new RecordDamaged("it has records but does not say which write was the last");
    return { history, members: null };
  }
  const last = decodeWrite(lastWriteKey, lastBytes).record;
  for await (const chunk of source.chunks(writeRange)) {
    for (const [key, value] of chunk) {
      const { record, checksum } = decodeWrite(key, value);
      history.restore(record, checksum);
    }
  }
  history.finish(last);
  const origin = await source.get(stagedKey);
  if (origin !== undefined) decodeMeta(origin);
  return { history, members: await readMembers((key) => source.get(key), last.membersChecksum) };
}

/**
 * The members that a state holds; null if it holds none.
 * @throws RecordDamaged if they are not those that its last write names
 */
export async function readMembers(get: RecordSource["get"], checksum: number): Promise<Members | null> {
  if (checksum === 0) return null;
  const bytes = await get(membersKey);
  if (bytes === undefined) throw new RecordDamaged("the record of its members is missing");
  const found = decodeMembers(bytes);
  if (found.checksum !== checksum) throw new RecordDamaged("the record of its members is not the one that its last write names");
  return found.members;
}

/**
 * Reads every record of the machine.
 * @throws RecordDamaged
 */
export async function readDigest(source: RecordSource): Promise<RecordDigest> {
  const digest = new RecordDigest(0, 0, [0, 0]);
  for await (const chunk of source.chunks(dataRange)) {
    for (const [key, bytes] of chunk) {
      const { value, checksum } = decodeData(key, bytes);
      digest.add(checksum, machineKey(key).length + value.length);
    }
  }
  return digest;
}

/**
 * Compares what was read with what is kept of it.
 * @throws RecordDamaged
 */
export function checkTotals(found: RecordDigest, last: Pick<WriteContent, "count" | "bytes" | "digest">): void {
  const kept = new RecordDigest(last.count, last.bytes, last.digest);
  if (found.count !== kept.count) throw new RecordDamaged(`it has ${found.count} records instead of ${kept.count}`);
  if (found.bytes !== kept.bytes) throw new RecordDamaged(`its records have ${found.bytes} bytes instead of ${kept.bytes}`);
  if (found.toString() !== kept.toString()) throw new RecordDamaged(`its digest is ${found} instead of ${kept}`);
}
