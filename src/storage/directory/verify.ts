import type { Clock, StateDigest } from "../node/ports.ts";
import { DirectoryInUse, IdentityMissing, RecoveryUnfinished, StateAheadOfLog, StateMissing, StateRejected } from "./errors.ts";
import { type Identity, readIdentity } from "./identity.ts";
import { checkStateIn, closed, openLogIn, partsIn } from "./open.ts";
import { verifyState } from "./open-state.ts";
import { firstStateName } from "./store-records.ts";

export interface LogSummary {
  /** The first entry that has not been dropped; one more than `lastIndex` if there is none. */
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** The node's current term, and whom it voted for in it. */
  readonly term: number;
  readonly votedFor: number | null;
  /** The directory of the state in force. */
  readonly stateName: string;
}

export interface Verification {
  readonly identity: Identity;
  /** Null if it is damaged, or was never made. */
  readonly log: LogSummary | null;
  /** Null if it is damaged, or not there: then a node makes it anew. */
  readonly state: StateDigest | null;
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
  if (identity.phase === "joining" || identity.phase === "creating") return { identity, log: null, state: null, problems };
  if (identity.phase === "recovering") problems.push(new RecoveryUnfinished(directory));
  if (identity.phase === "differing") problems.push(new StateRejected(directory));
  const report = (error: unknown): null => {
    if (error instanceof DirectoryInUse) throw error;
    problems.push(error instanceof Error ? error : new Error(String(error)));
    return null;
  };
  const log = await verifyLogIn(directory, ports).catch(report);
  const state = await verifyStateIn(directory, log).catch(report);
  if (log !== null && state !== null && state.appliedIndex > log.lastIndex) {
    problems.push(new StateAheadOfLog(directory, state.appliedIndex, log.lastIndex));
  }
  return { identity, log, state, problems };
}

async function verifyLogIn(directory: string, ports: { readonly clock: Clock }): Promise<LogSummary> {
  const { log, restored } = await openLogIn(directory, false, ports);
  await closed(log);
  const { base, entries } = restored;
  const last = entries.at(-1) ?? base;
  const { term, votedFor } = restored.hardState ?? { term: 0, votedFor: null };
  return { firstIndex: base.index + 1, lastIndex: last.index, lastTerm: last.term, term, votedFor, stateName: log.stateName };
}

/** Which state is in force, only the log knows; without one it is most likely the first. */
async function verifyStateIn(directory: string, log: LogSummary | null): Promise<StateDigest | null> {
  const { stateDirectory, isThere } = await checkStateIn(directory, log?.stateName ?? firstStateName);
  const summary = isThere ? await verifyState(stateDirectory) : null;
  const baseIndex = log === null ? 0 : log.firstIndex - 1;
  if ((summary?.appliedIndex ?? 0) < baseIndex) throw new StateMissing(stateDirectory, summary?.appliedIndex ?? null, baseIndex);
  return summary;
}
