import { verifyDataDirectory } from "../storage/directory/verify.ts";
import { DataLost, DirectoryUnusable, IdentityMissing, RecoveryUnfinished } from "../storage/files/errors.ts";
import type { Identity } from "../storage/files/identity.ts";
import { errorText } from "../terminal/error-text.ts";

/** What became of a data directory. */
export interface Condition {
  /** Null if it is gone or cannot be read. */
  readonly identity: Identity | null;
  /** All that must be there is there, and every record of it was read. */
  readonly isSound: boolean;
  /** What is wrong, in a sentence each; empty for a directory that is gone altogether. */
  readonly problems: readonly string[];
}

/** What keeps a node from starting until it has rejoined. A full disk, or a file that may not be read, is none of it. */
const losses = [DataLost, RecoveryUnfinished] as const;

/** Reads all of it. @throws DirectoryInUse, DirectoryUnusable, UnknownFormatVersion */
export async function conditionOf(directory: string): Promise<Condition> {
  try {
    const { identity, problems } = await verifyDataDirectory(directory);
    const hindrance = problems.find((problem) => !losses.some((Loss) => problem instanceof Loss));
    if (hindrance !== undefined) throw new DirectoryUnusable(directory, hindrance);
    const isMade = identity.phase === "ready" || identity.phase === "creating";
    return { identity, isSound: problems.length === 0 && isMade, problems: problems.map(errorText) };
  } catch (error) {
    if (!(error instanceof DataLost)) throw error;
    return { identity: null, isSound: false, problems: error instanceof IdentityMissing ? [] : [error.message] };
  }
}
