import { crc32 } from "node:zlib";
import type { SnapshotMeta } from "../../core/types.ts";

/**
 * Checksums of what makes up a snapshot on the wire. The state that arrives becomes a node's own, so a bit that flipped
 * in some memory on the way must not pass for it.
 */

/** Over the numbers and the digest as text, one after the other with a space between, then the members' bytes. */
export function beginChecksum(meta: Omit<SnapshotMeta, "members">, members: Uint8Array): number {
  const { index, term, time, membersIndex, count, digest, bytes } = meta;
  return crc32(members, crc32([index, term, time, membersIndex, count, digest, bytes].join(" ")));
}

/** Over "first" or "after", "more" or "last" and the length of the key as text, then the key and the records. */
export function chunkChecksum(after: Uint8Array | null, records: Uint8Array, isLast: boolean): number {
  const words = [after === null ? "first" : "after", isLast ? "last" : "more", after?.length ?? 0].join(" ");
  return crc32(records, crc32(after ?? "", crc32(words)));
}
