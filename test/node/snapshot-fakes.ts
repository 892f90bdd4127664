import { noMembers } from "../../src/core/members.ts";
import type { SnapshotMeta } from "../../src/core/types.ts";
import type { Clock, Done, PackedRecords, RecordsChunk, StagedSnapshot, StateSnapshot } from "../../src/node/ports/ports.ts";

/** Snapshots of a few records in memory. The digest of one is simply all of it. */

export type Content = readonly (readonly [key: string, value: string])[];

export function pack(content: Content): Buffer {
  return Buffer.concat(
    content.map(([key, value]) => {
      const lengths = Buffer.alloc(8);
      lengths.writeUInt32BE(Buffer.byteLength(key), 0);
      lengths.writeUInt32BE(Buffer.byteLength(value), 4);
      return Buffer.concat([lengths, Buffer.from(key), Buffer.from(value)]);
    }),
  );
}

export function unpack(records: PackedRecords): [string, string][] {
  const bytes = Buffer.from(records);
  const content: [string, string][] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const key = offset + 8;
    const value = key + bytes.readUInt32BE(offset);
    const end = value + bytes.readUInt32BE(offset + 4);
    content.push([bytes.toString("utf8", key, value), bytes.toString("utf8", value, end)]);
    offset = end;
  }
  return content;
}

export function metaOf(content: Content, index: number, term = 1): SnapshotMeta {
  const bytes = content.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  const digest = JSON.stringify(content);
  return { index, term, time: index * 10, members: noMembers, membersIndex: 0, count: content.length, digest, bytes };
}

/** Gives one record in each chunk. */
export class HandSnapshot implements StateSnapshot {
  readonly meta: SnapshotMeta;
  readonly #content: Content;
  readonly #clock: Clock;
  isClosed = false;
  fails: Error | null = null;
  /** Keys after which it was read; the empty one for the beginning. */
  readonly reads: string[] = [];

  constructor(clock: Clock, content: Content, index: number, term = 1) {
    this.#clock = clock;
    this.#content = content;
    this.meta = metaOf(content, index, term);
  }

  read(after: Uint8Array | null, _bytesMax: number, done: (error: Error | null, chunk: RecordsChunk) => void): void {
    this.reads.push(Buffer.from(after ?? []).toString());
    const place = after === null ? 0 : this.#content.findIndex(([key]) => key > Buffer.from(after).toString());
    const record = place === -1 ? undefined : this.#content[place];
    const records = record === undefined ? Buffer.alloc(0) : pack([record]);
    const last = record === undefined ? null : Buffer.from(record[0]);
    const isLast = record === undefined || place === this.#content.length - 1;
    this.#clock.soon(() => done(this.fails, { records, last, isLast }));
  }

  close(): void {
    this.isClosed = true;
  }
}

/** What was staged, by the name it has on the disk. */
export class HandStaging {
  readonly #clock: Clock;
  readonly staged = new Map<string, HandStaged>();
  /** Everything that was done, in order. */
  readonly calls: string[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  stage(meta: SnapshotMeta, done: (error: Error | null, staged: StagedSnapshot | null) => void): void {
    const name = `state-${meta.index}-${meta.term}`;
    const found = this.staged.get(name) ?? new HandStaged(name, meta, this.#clock, this.calls, () => this.staged.delete(name));
    this.staged.clear();
    this.staged.set(name, found);
    this.calls.push(`stage ${name}`);
    this.#clock.soon(() => done(null, found));
  }
}

export class HandStaged implements StagedSnapshot {
  readonly name: string;
  readonly content: [string, string][] = [];
  readonly #meta: SnapshotMeta;
  readonly #clock: Clock;
  readonly #calls: string[];
  readonly #remove: () => void;
  fails: Error | null = null;

  constructor(name: string, meta: SnapshotMeta, clock: Clock, calls: string[], remove: () => void) {
    this.name = name;
    this.#meta = meta;
    this.#clock = clock;
    this.#calls = calls;
    this.#remove = remove;
  }

  get cursor(): Uint8Array | null {
    const last = this.content.at(-1);
    return last === undefined ? null : Buffer.from(last[0]);
  }

  add(records: PackedRecords, done: Done): void {
    this.#clock.soon(() => {
      if (this.fails === null) this.content.push(...unpack(records));
      done(this.fails);
    });
  }

  finish(done: (error: Error | null, isWhole: boolean) => void): void {
    this.#calls.push(`finish ${this.name}`);
    this.#clock.soon(() => done(null, JSON.stringify(this.content) === this.#meta.digest));
  }

  discard(done: Done): void {
    this.#calls.push(`discard ${this.name}`);
    this.#remove();
    this.#clock.soon(() => done(null));
  }
}
