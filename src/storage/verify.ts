import type { Clock } from "../node/ports.ts";
import { DirectoryInUse, IdentityMissing, StateAheadOfLog } from "./errors.ts";
import { type Identity, readIdentity } from "./identity.ts";
import { checkStateIn, closed, openLogIn, partsIn } from "./open.ts";
import { type StateSummary, verifyState } from "./open-state.ts";

export interface LogSummary {
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** The node's current term, and whom it voted for in it. */
  readonly term: number;
  readonly votedFor: number | null;
}

export interface Verification {
  readonly identity: Identity;
  /** Null if it is damaged, or was never made. */
  readonly log: LogSummary | null;
  /** Null if it is damaged, or not there: then a node makes it anew. */
  readonly state: StateSummary | null;
  /** What is wrong and what to do; empty if all is well. */
  readonly problems: readonly Error[];
}

/**
 * Reads every record of a data directory that no process is using, and compares the state with the count and the
 * digest kept with its applied index.
 * @throws DirectoryInUse, IdentityMissing, IdentityDamaged, UnknownFormatVersion
 */
export async function verifyDataDirectory(directory: string, ports: { readonly clock: Clock }): Promise<Verification> {
  const identity = await readIdentity(directory);
  if (identity === null) throw new IdentityMissing(directory, await partsIn(directory));
  const problems: Error[] = [];
  if (identity.phase === "creating") return { identity, log: null, state: null, problems };
  const report = (error: unknown): null => {
    if (error instanceof DirectoryInUse) throw error;
    problems.push(error instanceof Error ? error : new Error(String(error)));
    return null;
  };
  const log = await verifyLogIn(directory, ports).catch(report);
  const state = await verifyStateIn(directory).catch(report);
  if (log !== null && state !== null && state.appliedIndex > log.lastIndex) {
    problems.push(new StateAheadOfLog(directory, state.appliedIndex, log.lastIndex));
  }
  return { identity, log, state, problems };
}

async function verifyLogIn(directory: string, ports: { readonly clock: Clock }): Promise<LogSummary> {
  const { log, restored } = await openLogIn(directory, false, ports);
  await closed(log);
  const last = restored.entries.at(-1);
  const { term, votedFor } = restored.hardState ?? { term: 0, votedFor: null };
  return { lastIndex: last?.index ?? 0, lastTerm: last?.term ?? 0, term, votedFor };
}

async function verifyStateIn(directory: string): Promise<StateSummary | null> {
  const { stateDirectory, isThere } = await checkStateIn(directory);
  return isThere ? verifyState(stateDirectory) : null;
}
