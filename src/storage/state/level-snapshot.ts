import type { Members, SnapshotMeta } from "../../core/types.ts";
import type { RecordsChunk, StateSnapshot } from "../../node/ports/ports.ts";
import type { LevelDatabase } from "../files/level-database.ts";
import { readFailure } from "../files/shortage.ts";
import { RecordDigest } from "./record-digest.ts";
import { readMembers } from "./state-content.ts";
import {
  dataKey,
  dataRange,
  decodeData,
  decodeWrite,
  lastWriteKey,
  machineKey,
  packedLength,
  packRecords,
} from "./state-records.ts";

/** Most records that are taken from LevelDB at a time. */
const readRecords = 1000;

export interface LevelSnapshotPorts {
  /** A state as of one moment, to which nobody writes. */
  readonly database: Pick<LevelDatabase, "get" | "iterator">;
  readonly close: () => Promise<void>;
}

/** A state as of one moment, and what it says of itself. */
export class LevelSnapshot implements StateSnapshot {
  readonly meta: SnapshotMeta;
  readonly #directory: string;
  readonly #ports: LevelSnapshotPorts;
  #isClosed = false;

  private constructor(directory: string, meta: SnapshotMeta, ports: LevelSnapshotPorts) {
    this.meta = meta;
    this.#directory = directory;
    this.#ports = ports;
  }

  /**
   * Null if nothing was applied by then.
   * @param began the members that a cluster has before any entry names some
   * @throws RecordDamaged
   */
  static async open(directory: string, began: Members, ports: LevelSnapshotPorts): Promise<LevelSnapshot | null> {
    try {
      const bytes = await ports.database.get(lastWriteKey);
      if (bytes !== undefined) {
        const { record } = decodeWrite(lastWriteKey, bytes);
        const { appliedIndex: index, term, time, membersIndex, count, digest } = record;
        const members = (await readMembers((key) => ports.database.get(key), record.membersChecksum)) ?? began;
        const totals = { count, digest: new RecordDigest(count, record.bytes, digest).toString(), bytes: record.bytes };
        return new LevelSnapshot(directory, { index, term, time, members, membersIndex, ...totals }, ports);
      }
    } catch (error) {
      await ports.close();
      throw error;
    }
    await ports.close();
    return null;
  }

  read(after: Uint8Array | null, bytesMax: number, done: (error: Error | null, chunk: RecordsChunk) => void): void {
    const nothing: RecordsChunk = { records: new Uint8Array(0), last: null, isLast: false };
    const read = this.#isClosed ? Promise.reject(new Error("the snapshot is closed")) : this.#read(after, bytesMax);
    read.then(
      (chunk) => (this.#isClosed ? done(new Error("the snapshot is closed"), nothing) : done(null, chunk)),
      (cause) => done(this.#isClosed ? cause : readFailure(this.#directory, cause), nothing),
    );
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // It waits for the reads under way, and nobody waits for it.
    this.#ports.close().catch(() => undefined);
  }

  async #read(after: Uint8Array | null, bytesMax: number): Promise<RecordsChunk> {
    const range = after === null ? { gte: dataRange.start } : { gt: dataKey(after) };
    const iterator = await this.#ports.database.iterator({ ...range, lt: dataRange.end, highWaterMarkBytes: bytesMax });
    const records: [Uint8Array, Uint8Array][] = [];
    let bytes = 0;
    let isLast = false;
    try {
      while (bytes < bytesMax) {
        const chunk = await iterator.nextv(readRecords);
        isLast = chunk.length === 0;
        if (isLast) break;
        for (const [key, found] of chunk) {
          if (bytes >= bytesMax) break;
          const { value } = decodeData(key, found);
          records.push([machineKey(key), value]);
          bytes += packedLength(machineKey(key), value);
        }
      }
    } finally {
      await iterator.close();
    }
    return { records: packRecords(records), last: records.at(-1)?.[0] ?? null, isLast };
  }
}
