import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { batchEntries, inOrder, isIn, type KeyRange, type LevelEntry } from "./level-entries.ts";
import { readManifestIn, readTableFile } from "./level-files.ts";
import type { TableFile } from "./level-manifest.ts";
import { readLevelRecords } from "./level-records.ts";
import { tableEntries } from "./level-table.ts";
import { chunkBytes, chunkRecords, type RecordSource } from "./record-source.ts";

/**
 * The records of a database that no process has open, read from its files as LevelDB would find them. LevelDB itself cannot
 * be asked: when it opens a database it writes, renames and deletes files, before anybody knows whether what is in them is fit
 * for use. The files must have been checked (`checkLevelFiles`).
 */
export class LevelReader implements RecordSource {
  readonly #directory: string;
  readonly #tables: readonly (readonly [number: number, file: TableFile])[];
  /** What was written to a .log: it is in no table yet. */
  readonly #batches: readonly Buffer[];

  private constructor(directory: string, tables: ReadonlyMap<number, TableFile>, batches: readonly Buffer[]) {
    this.#directory = directory;
    this.#tables = [...tables];
    this.#batches = batches;
  }

  static async open(directory: string): Promise<LevelReader> {
    const { tables, firstLog } = await readManifestIn(directory);
    const logs = (await readdir(directory)).filter((name) => /^\d+\.log$/.test(name) && Number.parseInt(name, 10) >= firstLog);
    const batches: Buffer[] = [];
    for (const name of logs) batches.push(...readLevelRecords(await readFile(join(directory, name))).records);
    return new LevelReader(directory, tables, batches);
  }

  async get(key: Buffer): Promise<Buffer | undefined> {
    for await (const chunk of this.chunks({ start: key, end: Buffer.concat([key, Buffer.alloc(1)]) })) {
      for (const [found, value] of chunk) if (found.equals(key)) return value;
    }
    return undefined;
  }

  async *chunks(range: KeyRange): AsyncGenerator<[Buffer, Buffer][]> {
    let chunk: [Buffer, Buffer][] = [];
    let bytes = 0;
    let last: Buffer | null = null;
    for await (const entries of this.#merged(range)) {
      for (const { key, value } of entries) {
        // Older versions of a key follow on the one in force.
        if (last?.equals(key)) continue;
        last = key;
        if (value === null) continue;
        chunk.push([key, value]);
        bytes += key.length + value.length;
        if (chunk.length < chunkRecords && bytes < chunkBytes) continue;
        yield chunk;
        [chunk, bytes] = [[], 0];
      }
    }
    if (chunk.length > 0) yield chunk;
  }

  /** All versions of all keys of the range, in order, as far as they can be told without another file. */
  async *#merged(range: KeyRange): AsyncGenerator<Iterable<LevelEntry>> {
    const waiting = this.#tables.filter(([, file]) => reaches(file, range)).sort(byFirstKey);
    const merge = new Merge(this.#unwritten(range));
    for (;;) {
      const [next] = waiting;
      const { smallest } = merge;
      if (next !== undefined && (smallest === null || Buffer.compare(next[1].firstKey, smallest) <= 0)) {
        waiting.shift();
        merge.add(tableEntries(await readTableFile(this.#directory, next[0], next[1].size), range));
      } else if (smallest === null) return;
      else yield merge.before(next?.[1].firstKey ?? range.end);
    }
  }

  #unwritten(range: KeyRange): Iterator<LevelEntry> {
    const entries = this.#batches.flatMap((batch) => [...batchEntries(batch)].filter(({ key }) => isIn(range, key)));
    return entries.sort(inOrder).values();
  }
}

interface Head {
  readonly rest: Iterator<LevelEntry>;
  readonly entry: LevelEntry;
}

/** Several runs of entries, each in order, as one. */
class Merge {
  /** The next one of each run, in order. */
  readonly #heads: Head[] = [];

  constructor(first: Iterator<LevelEntry>) {
    this.add(first);
  }

  get smallest(): Buffer | null {
    return this.#heads[0]?.entry.key ?? null;
  }

  add(run: Iterator<LevelEntry>): void {
    const { done, value } = run.next();
    if (done) return;
    const after = this.#heads.findIndex(({ entry }) => inOrder(value, entry) < 0);
    this.#heads.splice(after === -1 ? this.#heads.length : after, 0, { rest: run, entry: value });
  }

  /** Those before a key, one after the other. */
  *before(end: Buffer): Generator<LevelEntry> {
    for (let [head] = this.#heads; head !== undefined && Buffer.compare(head.entry.key, end) < 0; [head] = this.#heads) {
      this.#heads.shift();
      yield head.entry;
      this.add(head.rest);
    }
  }
}

function reaches({ firstKey, lastKey }: TableFile, { start, end }: KeyRange): boolean {
  return Buffer.compare(firstKey, end) < 0 && Buffer.compare(lastKey, start) >= 0;
}

function byFirstKey([, a]: readonly [number, TableFile], [, b]: readonly [number, TableFile]): number {
  return Buffer.compare(a.firstKey, b.firstKey);
}
