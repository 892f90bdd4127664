/** Whether both are the same bytes, or both are nothing. */
export function bytesEqual(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && a.length === b.length && Buffer.compare(a, b) === 0;
}

/** A hash in the manner of FNV-1a, four bytes at a time, going on from `seed`: 32 bits. */
export function hashBytes(bytes: Uint8Array, seed: number): number {
  const { length } = bytes;
  let hash = seed ^ length;
  let place = 0;
  for (; place + 4 <= length; place += 4) {
    const four =
      (bytes[place] ?? 0) | ((bytes[place + 1] ?? 0) << 8) | ((bytes[place + 2] ?? 0) << 16) | ((bytes[place + 3] ?? 0) << 24);
    hash = Math.imul(hash ^ four, 0x01000193);
    hash ^= hash >>> 15;
  }
  for (; place < length; place += 1) hash = Math.imul(hash ^ (bytes[place] ?? 0), 0x01000193);
  return hash >>> 0;
}

/** Records in the layout in which snapshots travel: u32 bytes of the key, u32 bytes of the value, the key, the value. */
export function packRecords(records: readonly (readonly [key: Uint8Array, value: Uint8Array])[]): Uint8Array {
  return Buffer.concat(
    records.flatMap(([key, value]) => {
      const lengths = Buffer.alloc(8);
      lengths.writeUInt32BE(key.length, 0);
      lengths.writeUInt32BE(value.length, 4);
      return [lengths, key, value];
    }),
  );
}

export function unpackRecords(packed: Uint8Array): [key: Uint8Array, value: Uint8Array][] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const records: [Uint8Array, Uint8Array][] = [];
  for (let place = 0; place < bytes.length; ) {
    const keyEnd = place + 8 + bytes.readUInt32BE(place);
    const end = keyEnd + bytes.readUInt32BE(place + 4);
    records.push([bytes.subarray(place + 8, keyEnd), bytes.subarray(keyEnd, end)]);
    place = end;
  }
  return records;
}
