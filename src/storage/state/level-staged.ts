import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { assert } from "../../core/assert.ts";
import type { SnapshotMeta } from "../../core/types.ts";
import type { Done, PackedRecords, StagedSnapshot } from "../../node/ports/ports.ts";
import { syncDirectory } from "../files/durable-files.ts";
import { WriteFailed } from "../files/errors.ts";
import type { LevelDatabase } from "../files/level-database.ts";
import { recordsOf } from "../level-format/record-source.ts";
import type { RecordDigest } from "./record-digest.ts";
import { contentOf, readDigest } from "./state-content.ts";
import {
  dataKey,
  encodeData,
  encodeJson,
  encodeWrite,
  lastWriteKey,
  membersKey,
  unpackRecords,
  writeKey,
  writeRecordBytes,
} from "./state-records.ts";
import { WriteHistory } from "./write-history.ts";

/** What is put into one write at a time is at most as large as what came in one call. */
export interface LevelStagedPorts {
  readonly database: Pick<LevelDatabase, "batch" | "get" | "iterator" | "close">;
  /** Makes all that was written survive a power failure. */
  readonly flush: () => Promise<void>;
}

/**
 * A state that is coming from another node, in a directory of its own. Its records come in key order, so the last one
 * says how far it has come, and nothing else needs to be kept of the progress. Nothing is synced before the end, and
 * what a crash may have taken from the middle is missed there.
 */
export class LevelStaged implements StagedSnapshot {
  readonly name: string;
  readonly meta: SnapshotMeta;
  readonly #directory: string;
  readonly #ports: LevelStagedPorts;
  #cursor: Buffer | null;
  #phase: "open" | "sealed" | "void" = "open";
  /** Something came that cannot be part of it. */
  #isSpoilt = false;
  #call: Promise<unknown> = Promise.resolve();
  #failure: WriteFailed | null = null;

  /** @param cursor the last key that is there */
  constructor(place: { name: string; directory: string }, meta: SnapshotMeta, cursor: Buffer | null, ports: LevelStagedPorts) {
    this.name = place.name;
    this.meta = meta;
    this.#directory = place.directory;
    this.#cursor = cursor;
    this.#ports = ports;
  }

  get cursor(): Uint8Array | null {
    return this.#cursor;
  }

  /** Whole, and on the disk for good. */
  get isSealed(): boolean {
    return this.#phase === "sealed";
  }

  /** Whether more of this snapshot can go to it. */
  takes(meta: SnapshotMeta): boolean {
    return this.#phase === "open" && !this.#isSpoilt && this.#failure === null && isDeepStrictEqual(meta, this.meta);
  }

  add(records: PackedRecords, done: Done): void {
    this.#run(done, async () => {
      if (this.#phase !== "open") return;
      const unpacked = unpackRecords(records);
      this.#isSpoilt ||= unpacked === null;
      const batch = this.#ports.database.batch();
      for (const [key, value] of unpacked ?? []) {
        // What is there already has come twice.
        if (this.#cursor !== null && key.compare(this.#cursor) <= 0) continue;
        const place = dataKey(key);
        batch.put(place, encodeData(place, value));
        this.#cursor = key;
      }
      // It may share memory with all that came with it.
      if (this.#cursor !== null) this.#cursor = Buffer.from(this.#cursor);
      await batch.write();
    });
  }

  finish(done: (error: Error | null, isWhole: boolean) => void): void {
    let isWhole = false;
    const end = (error: Error | null) => done(error, isWhole);
    this.#run(end, async () => {
      if (this.#phase !== "open") return;
      const found = this.#isSpoilt ? null : await readDigest(recordsOf(this.#ports.database)).catch(() => null);
      const { count, bytes, digest } = this.meta;
      isWhole = found?.count === count && found.bytes === bytes && found.toString() === digest;
      if (found === null || !isWhole) return this.#remove();
      await this.#seal(found);
      this.#phase = "sealed";
    });
  }

  discard(done: Done): void {
    this.#run(done, () => this.#remove());
  }

  /** Ends the use of the disk; what has come stays, for the next process. */
  async close(): Promise<void> {
    await this.#call;
    if (this.#phase === "open") await this.#ports.database.close();
    if (this.#phase === "open") this.#phase = "void";
  }

  /** Makes it a state like any other, synced with all its files and their names. */
  async #seal(totals: RecordDigest): Promise<void> {
    const { database, flush } = this.#ports;
    const history = new WriteHistory(0);
    const members = encodeJson(membersKey, this.meta.members);
    const { record } = history.next(contentOf(this.meta, members.checksum, totals), 2 * writeRecordBytes + members.value.length);
    const key = writeKey(record.number);
    const batch = database.batch();
    batch.put(membersKey, members.value);
    batch.put(key, encodeWrite(key, record).value);
    batch.put(lastWriteKey, encodeWrite(lastWriteKey, record).value);
    await batch.write();
    await flush();
    await database.close();
    await syncDirectory(this.#directory);
    await syncDirectory(dirname(this.#directory));
  }

  async #remove(): Promise<void> {
    if (this.#phase === "void") return;
    const wasOpen = this.#phase === "open";
    this.#phase = "void";
    if (wasOpen) await this.#ports.database.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** One call after the other. After the first failure every call fails. */
  #run(done: Done, work: () => Promise<void>): void {
    const run = async () => {
      if (this.#failure === null) {
        await work().catch((cause) => {
          this.#failure = new WriteFailed(this.#directory, cause);
        });
      }
      return this.#failure;
    };
    const call = this.#call.then(run);
    this.#call = call;
    call.then(done);
  }
}

/** The directory in which a snapshot is staged, and which is the state's once it is installed. */
export function stagedName({ index, digest }: SnapshotMeta): string {
  assert(/^[0-9a-f]{16}$/.test(digest), "a snapshot's digest is no digest");
  return `state-${index}-${digest}`;
}
