import type { Restored } from "../../core/api.ts";
import { reasonOf } from "../files/errors.ts";
import { RecordDamaged } from "../files/records.ts";
import { everyKey, type RecordSource } from "../level-format/record-source.ts";
import type { LogContent } from "./level-log.ts";
import { LogMark } from "./log-mark.ts";
import { LogReplay } from "./log-replay.ts";
import { decodeStore, emptyTail, encodeMark, type LogEnd, type LogTail, storeKey } from "./store-records.ts";

/** A log as it was found on disk. */
export interface FoundLog {
  readonly content: LogContent;
  readonly restored: Pick<Restored, "hardState" | "base" | "entries">;
}

/** How many stores are decoded at a time. */
const stores = 1000;

/** The log that a new node begins with. */
export function emptyLog(): FoundLog {
  return foundBy(new LogReplay(emptyTail));
}

/**
 * Reads all of a log that is still needed. The last store says from which on they are; those before it were being deleted when
 * the last process ended.
 * @throws RecordDamaged
 */
export async function readLog(source: RecordSource): Promise<FoundLog> {
  const records: [Buffer, Buffer][] = [];
  for await (const chunk of source.chunks(everyKey)) records.push(...chunk);
  const last = lastOf(records.at(-1));
  const replay = new LogReplay(last);
  const firstKey = storeKey(last.anchor.number + 1);
  const first = records.findIndex(([key]) => Buffer.compare(key, firstKey) >= 0);
  const needed = first === -1 ? [] : records.slice(first);
  try {
    for (let place = 0; place < needed.length; place += stores) {
      for (const [key, value] of inOneBlock(needed.slice(place, place + stores))) replay.add(key, value);
    }
    replay.finish();
  } catch (error) {
    throw new RecordDamaged(`store ${replay.tail.number + 1}: ${reasonOf(error)}`);
  }
  return foundBy(replay);
}

/**
 * Compares a log with the file that says where it ended. That is written after the log, so it may be behind it, and is never ahead.
 * @throws RecordDamaged, LogMissing if there is no such file
 */
export async function checkAgainstMark({ content: { tail } }: FoundLog, markPath: string): Promise<void> {
  compareWithMark(await LogMark.read(markPath), tail);
}

/** @throws RecordDamaged */
export function compareWithMark(mark: LogEnd, tail: LogTail): void {
  if (mark.number > tail.number) {
    throw new RecordDamaged(
      `it ends with store ${tail.number} at index ${tail.lastIndex}, but log.mark knows of store ${mark.number} at index ${mark.lastIndex}`,
    );
  }
  if (mark.number === tail.number && !encodeMark(mark).equals(encodeMark(tail))) {
    throw new RecordDamaged(`its store ${tail.number} is not the one that log.mark knows of`);
  }
}

function foundBy({ content, entries, tail }: LogReplay): FoundLog {
  return { content, restored: { hardState: tail.number === 0 ? null : tail.hardState, base: tail.base, entries } };
}

/** @throws RecordDamaged */
export function lastOf(record: readonly [Buffer, Buffer] | undefined): LogTail {
  if (record === undefined) return emptyTail;
  try {
    return decodeStore(...record).tail;
  } catch (error) {
    throw new RecordDamaged(`its last store: ${reasonOf(error)}`);
  }
}

/** Entries share memory with what they are decoded from. One block for many costs much less memory than a buffer each. */
function inOneBlock(chunk: readonly [Buffer, Buffer][]): [Buffer, Buffer][] {
  const block = Buffer.concat(chunk.map(([, value]) => value));
  let end = 0;
  return chunk.map(([key, value]) => {
    end += value.length;
    return [key, block.subarray(end - value.length, end)];
  });
}
