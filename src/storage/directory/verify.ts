import { numberMax } from "../../core/bounds.ts";
import type { StateDigest } from "../../node/ports/ports.ts";
import { IdentityMissing, RecoveryUnfinished, StateAheadOfLog, StateMissing, StateRejected, TermMadeUp } from "../files/errors.ts";
import { type Identity, readIdentity } from "../files/identity.ts";
import { emptyTail, firstStateName } from "../log/store-records.ts";
import { verifyState } from "../state/open-state.ts";
import { checkStateIn, readLogIn, refuseDirectoryInUse } from "./directory-content.ts";
import { partsIn } from "./new-directory.ts";

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
  /** Null if it is damaged, or not there: then a node rebuilds it. */
  readonly state: StateDigest | null;
  /** What is wrong and what to do; empty if all is well. */
  readonly problems: readonly Error[];
}

/** Until then there is nothing that could be damaged. */
const unmade: readonly Identity["phase"][] = ["founding", "joining", "creating"];

/**
 * Reads every record of a data directory that no process is using, and compares the state with the count and the
 * digest kept with its applied index. Nothing in it is changed.
 * @throws DirectoryInUse, IdentityMissing, IdentityDamaged, UnknownFormatVersion
 */
export async function verifyDataDirectory(directory: string): Promise<Verification> {
  const identity = await readIdentity(directory);
  if (identity === null) throw new IdentityMissing(directory, await partsIn(directory));
  if (unmade.includes(identity.phase)) return { identity, log: null, state: null, problems: [] };
  await refuseDirectoryInUse(directory);
  const found = await verifyParts(directory, identity);
  // What is wrong may only seem so: another process may have begun to change it meanwhile.
  if (found.problems.length > 0) await refuseDirectoryInUse(directory);
  return found;
}

async function verifyParts(directory: string, identity: Identity): Promise<Verification> {
  const problems: Error[] = [];
  if (identity.phase === "recovering") problems.push(new RecoveryUnfinished(directory));
  if (identity.phase === "differing") problems.push(new StateRejected(directory));
  const report = (error: unknown): null => {
    problems.push(error instanceof Error ? error : new Error(String(error)));
    return null;
  };
  const log = await verifyLogIn(directory, identity).catch(report);
  const state = await verifyStateIn(directory, identity, log).catch(report);
  if (log !== null && log.term > numberMax) problems.push(new TermMadeUp(directory, log.term));
  if (log !== null && state !== null && state.appliedIndex > log.lastIndex) {
    problems.push(new StateAheadOfLog(directory, state.appliedIndex, log.lastIndex));
  }
  return { identity, log, state, problems };
}

async function verifyLogIn(directory: string, identity: Identity): Promise<LogSummary> {
  const found = await readLogIn(directory, identity);
  const { base, lastIndex, lastTerm, hardState, stateName } = found?.content.tail ?? emptyTail;
  return { firstIndex: base.index + 1, lastIndex, lastTerm, ...hardState, stateName };
}

/** Which state is in force, only the log knows; without one it is most likely the first. */
async function verifyStateIn(directory: string, owner: Identity, log: LogSummary | null): Promise<StateDigest | null> {
  const { stateDirectory, isThere } = await checkStateIn(directory, { name: log?.stateName ?? firstStateName, owner });
  const summary = isThere ? await verifyState(stateDirectory) : null;
  const baseIndex = log === null ? 0 : log.firstIndex - 1;
  if ((summary?.appliedIndex ?? 0) < baseIndex) throw new StateMissing(stateDirectory, summary?.appliedIndex ?? null, baseIndex);
  return summary;
}
