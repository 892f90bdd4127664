import { join } from "node:path";
import { type Identity, writeIdentity } from "../files/identity.ts";
import type { DatabaseOwner } from "../files/owners.ts";
import { writeAllOwners } from "./check-owners.ts";
import { parts } from "./new-directory.ts";

// What a data directory is marked as, for every later process to see.

/**
 * Whether the directory, opened for recovery, may be opened as usual again. Whoever has it open holds the lock of its
 * log, and only that one may write to it.
 */
export async function setRecovering(directory: string, identity: Identity, isRecovering: boolean): Promise<void> {
  await writeIdentity(directory, { ...identity, phase: isRecovering ? "recovering" : "ready" });
}

/** Each part of the directory says from now on that it is of one of these. */
export async function setOwners(directory: string, stateName: string, owners: readonly DatabaseOwner[]): Promise<void> {
  const paths = { log: join(directory, parts.log), mark: join(directory, parts.mark) };
  await writeAllOwners(paths, join(directory, stateName), owners);
}

/** The state in this directory is not that of the majority: no process opens it as a node's any more. */
export async function setDiffering(directory: string, identity: Identity): Promise<void> {
  await writeIdentity(directory, { ...identity, phase: "differing" });
}
