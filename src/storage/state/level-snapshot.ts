import type { Members, SnapshotMeta } from "../core/types.ts";
import type { RecordsChunk, StateSnapshot } from "../node/ports.ts";
import type { Database } from "./database.ts";
import { RecordDigest } from "./record-digest.ts";
import { readFailure } from "./shortage.ts";
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
  readonly database: Pick<Database, "get" | "iterator">;
  readonly onClosed: (snapshot: LevelSnapshot) => void;
}

type View = ReturnType<Database["snapshot"]>;

/** A state as of one moment, kept by a snapshot of LevelDB. */
export class LevelSnapshot implements StateSnapshot {
  readonly meta: SnapshotMeta;
  readonly #directory: string;
  readonly #view: View;
  readonly #ports: LevelSnapshotPorts;
  #isClosed = false;

  private constructor(directory: string, view: View, meta: SnapshotMeta, ports: LevelSnapshotPorts) {
    this.meta = meta;
    this.#directory = directory;
    this.#view = view;
    this.#ports = ports;
  }

  /**
   * Null if nothing was applied by then.
   * @param began the members that a cluster has before any entry names some
   * @throws RecordDamaged
   */
  static async open(directory: string, view: View, began: Members, ports: LevelSnapshotPorts): Promise<LevelSnapshot | null> {
    try {
      const bytes = await ports.database.get(lastWriteKey, { snapshot: view });
      if (bytes !== undefined) {
        const { record } = decodeWrite(lastWriteKey, bytes);
        const { appliedIndex: index, term, time, membersIndex, count, digest } = record;
        const members = (await readMembers(ports.database, record.membersChecksum, view)) ?? began;
        const totals = { count, digest: new RecordDigest(count, record.bytes, digest).toString(), bytes: record.bytes };
        return new LevelSnapshot(directory, view, { index, term, time, members, membersIndex, ...totals }, ports);
      }
    } catch (error) {
      await view.close();
      throw error;
    }
    await view.close();
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
    this.#ports.onClosed(this);
    // It waits for the reads under way, and nobody waits for it.
    this.#view.close().catch(() => undefined);
  }

  /** Closes it, and comes back once LevelDB has let go of it. */
  async closed(): Promise<void> {
    this.close();
    await this.#view.close().catch(() => undefined);
  }

  async #read(after: Uint8Array | null, bytesMax: number): Promise<RecordsChunk> {
    const range = after === null ? { gte: dataRange.start } : { gt: dataKey(after) };
    const iterator = this.#ports.database.iterator({
      ...range,
      lt: dataRange.end,
      snapshot: this.#view,
      highWaterMarkBytes: bytesMax,
    });
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
