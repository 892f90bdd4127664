import { DataLost, IdentityMissing } from "../storage/errors.ts";
import type { Identity } from "../storage/identity.ts";
import type { DataDirectoryPorts } from "../storage/open.ts";
import { verifyDataDirectory } from "../storage/verify.ts";
import { errorText } from "./error-text.ts";

/** What became of a data directory. */
export interface Condition {
  /** Null if it is gone or cannot be read. */
  readonly identity: Identity | null;
  /** All that must be there is there, and every record of it was read. */
  readonly isSound: boolean;
  /** What is wrong, in a sentence each; empty for a directory that is gone altogether. */
  readonly problems: readonly string[];
}

/** Reads all of it. @throws DirectoryInUse, UnknownFormatVersion */
export async function conditionOf(directory: string, ports: Pick<DataDirectoryPorts, "clock">): Promise<Condition> {
  try {
    const { identity, problems } = await verifyDataDirectory(directory, ports);
    return { identity, isSound: problems.length === 0 && identity.phase !== "joining", problems: problems.map(errorText) };
  } catch (error) {
    if (!(error instanceof DataLost)) throw error;
    return { identity: null, isSound: false, problems: error instanceof IdentityMissing ? [] : [error.message] };
  }
}
