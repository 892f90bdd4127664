import type { Store } from "../../src/core/api.ts";
import type { SnapshotMeta } from "../../src/core/types.ts";
import type { MachineStorage, StagedSnapshot } from "../../src/node/ports/ports.ts";
import { RecordDigest } from "../../src/storage/state/record-digest.ts";
import { dataChecksum, dataKey } from "../../src/storage/state/state-records.ts";
import { latin1 } from "./support.ts";

/** Records as they go from one node to another; written down here once more, so that no code tests itself. */
export function packed(records: readonly (readonly [key: string, value: string])[]): Uint8Array {
  return Buffer.concat(records.flatMap(([key, value]) => [u32(key.length), u32(value.length), Buffer.from(key + value, "latin1")]));
}

export function unpacked(bytes: Uint8Array): [string, string][] {
  const records: [string, string][] = [];
  const view = Buffer.from(bytes);
  for (let offset = 0; offset < view.length; ) {
    const valueAt = offset + 8 + view.readUInt32BE(offset);
    const end = valueAt + view.readUInt32BE(offset + 4);
    records.push([latin1(view.subarray(offset + 8, valueAt)), latin1(view.subarray(valueAt, end))]);
    offset = end;
  }
  return records;
}

export function staging(state: MachineStorage, meta: SnapshotMeta): Promise<StagedSnapshot> {
  return new Promise((resolve, reject) =>
    state.stage(meta, (error, staged) => (staged === null ? reject(error) : resolve(staged))),
  );
}

/** The store that makes a staged snapshot the state. */
export function installing(meta: SnapshotMeta, name: string, lastIndex: number, lastTerm: number): Store {
  const { index, term, time } = meta;
  const hardState = { term: 2, votedFor: null };
  return { hardState, entries: [], base: { index, term, time }, snapshot: { name, meta }, lastIndex, lastTerm };
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** The records of a snapshot that ends at `index`, and what it says of them. */
export function recordsOf(index: number) {
  const records = Array.from({ length: 500 }, (_, number): [string, string] => [
    `key ${10_000 + number}`,
    `${number} of ${index} `.repeat(9),
  ]);
  const digest = new RecordDigest(0, 0, [0, 0]);
  for (const [name, value] of records) {
    const key = dataKey(Buffer.from(name));
    digest.add(dataChecksum(key, Buffer.from(value)), name.length + value.length);
  }
  return { records, content: { count: digest.count, bytes: digest.bytes, digest: digest.toString() } };
}
