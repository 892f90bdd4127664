import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { crc32 } from "node:zlib";
import { codeOf, makeDirectory, replaceDurably } from "./durable-files.ts";
import type { Identity } from "./identity.ts";
import { RecordDamaged } from "./records.ts";

/** Lies in the directory of each database, beside LevelDB's own files, which it does not touch. */
export const ownerFile = "owner.json";

/** The node, its disk and the life of its cluster that a database or a log.mark was made for. */
export type DatabaseOwner = Pick<Identity, "nodeId" | "diskId" | "incarnationId">;

/**
 * Whose each part of a data directory is. Parts can be moved and copied one by one, and a vote or an entry that another
 * disk has confirmed says nothing of what this one did. The record is a file outside LevelDB, so that a part that is
 * somebody else's is refused before LevelDB changes a byte of it. While a cluster is recovered, and its disk and its life get other ids, it
 * names two owners: the one of before and the one to come.
 */
export async function readOwners(directory: string): Promise<readonly DatabaseOwner[]> {
  const bytes = await readFile(join(directory, ownerFile)).catch((error) => {
    if (codeOf(error) === "ENOENT") throw new RecordDamaged(`${ownerFile} is gone`);
    throw error;
  });
  return decodeOwners(bytes, ownerFile);
}

/** Makes the directory of a database. Whose it is comes first, so that there is no database without it. */
export async function beginDatabase(directory: string, owner: DatabaseOwner): Promise<void> {
  await makeDirectory(directory);
  await writeOwners(directory, [owner]);
}

export function writeOwners(directory: string, owners: readonly DatabaseOwner[]): Promise<void> {
  return replaceDurably(join(directory, ownerFile), encodeOwners(owners));
}

/** Whom it names instead of this one; null if it names this one. */
export function otherOwner(found: readonly DatabaseOwner[], wanted: DatabaseOwner): DatabaseOwner | null {
  const isNamed = found.some((owner) => isDeepStrictEqual(namesOf(owner), namesOf(wanted)));
  return isNamed ? null : (found[0] ?? null);
}

function namesOf({ nodeId, diskId, incarnationId }: DatabaseOwner): DatabaseOwner {
  return { nodeId, diskId, incarnationId };
}

/** The one text that these owners have; any other is damaged. */
export function encodeOwners(owners: readonly DatabaseOwner[]): Buffer {
  const fields = { owners: owners.map(namesOf) };
  const checksum = crc32(JSON.stringify(fields)).toString(16).padStart(8, "0");
  return Buffer.from(`${JSON.stringify({ ...fields, checksum })}\n`);
}

/**
 * @param name of the file, for the message
 * @throws RecordDamaged
 */
export function decodeOwners(bytes: Buffer, name: string): readonly DatabaseOwner[] {
  try {
    const { owners } = JSON.parse(bytes.toString("utf8"));
    if (owners.length > 0 && encodeOwners(owners).equals(bytes)) return owners;
  } catch {
    // It is reported below.
  }
  throw new RecordDamaged(`${name} does not say whose it is`);
}
