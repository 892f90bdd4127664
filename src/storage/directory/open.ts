import { join } from "node:path";
import type { Restored } from "../../core/api.ts";
import { numberMax } from "../../core/bounds.ts";
import { bootstrapMembers } from "../../core/members.ts";
import type { Index } from "../../core/types.ts";
import type { Clock } from "../../node/ports/ports.ts";
import { closed } from "../files/closed.ts";
import { syncDirectory } from "../files/durable-files.ts";
import {
  asDirectoryError,
  DirectoryInUse,
  IdentityMissing,
  StateAheadOfLog,
  StateMissing,
  StateRejected,
  TermMadeUp,
} from "../files/errors.ts";
import { checkIdentity, type Identity, type Owner, readIdentity, writeIdentity } from "../files/identity.ts";
import { beginDatabase } from "../files/owners.ts";
import { emptyLog } from "../log/found-log.ts";
import type { LevelLog } from "../log/level-log.ts";
import { LogChanged, openLog } from "../log/open-log.ts";
import { emptyTail } from "../log/store-records.ts";
import { LevelMachine } from "../state/level-machine.ts";
import type { LevelState } from "../state/level-state.ts";
import { openState } from "../state/open-state.ts";
import { newestStaged, removeStates, Staging } from "../state/staging.ts";
import { checkWritable, type DirectoryContent, readDirectory, restoredFrom } from "./directory-content.ts";
import { type NewDirectoryPorts, parts, partsIn } from "./new-directory.ts";
import { SmallFiles } from "./small-files.ts";

/** Whose directory it must be. */
export interface DataDirectoryOptions extends Owner {
  readonly directory: string;
}

export interface DataDirectoryPorts extends NewDirectoryPorts {
  readonly clock: Clock;
  /** Names a life of a cluster as no other one is named. */
  readonly newIncarnationId: () => string;
}

export interface DataDirectory {
  readonly isNew: boolean;
  readonly identity: Identity;
  readonly log: LevelLog;
  readonly state: LevelMachine;
  readonly smallFiles: SmallFiles;
  readonly restored: Restored;
}

/**
 * Opens the data directory of a node that has a cluster:
 *
 *     identity.json   whose directory it is
 *     log/            hard state and entries, a LevelDB database; says which state is in force
 *     log.mark        where the log ended
 *     state/          the machine's records, a LevelDB database; after the installation of a snapshot it is called
 *     state-N-D/      by the snapshot's index and digest. Another one is a snapshot that is being taken in.
 *
 * Each database, and the mark, says whose it is: one that was made for another disk is refused. Every file is checked, and
 * everything that is read of it, before LevelDB may change any of them: a directory that is refused is left as it is. What a
 * crash has left behind is removed.
 * @throws DataDirectoryError of a kind that says what is wrong, in a sentence that says what to do
 */
export async function openDataDirectory(
  options: DataDirectoryOptions,
  ports: Pick<DataDirectoryPorts, "clock">,
): Promise<DataDirectory> {
  return asDirectoryError(options.directory, () => open(options, ports));
}

/**
 * What the directory of a node holds whose cluster is to be recovered from it, also if that was begun before. Nothing is changed.
 * @throws DataDirectoryError; StateRejected if a majority had another state: that is not to become the only one
 */
export async function readForRecovery(directory: string, identity: Identity): Promise<Restored> {
  const ready = recoverable(directory, identity);
  return asDirectoryError(directory, async () => restoredFrom(await readDirectory(directory, ready), ready));
}

/** Opens that directory. @throws DataDirectoryError */
export async function openForRecovery(
  directory: string,
  identity: Identity,
  ports: Pick<DataDirectoryPorts, "clock">,
): Promise<DataDirectory> {
  const ready = recoverable(directory, identity);
  return asDirectoryError(directory, () => openWith(ready, { directory, mayHaveAnyTerm: true }, ports));
}

function recoverable(directory: string, identity: Identity): Identity {
  if (identity.phase === "differing") throw new StateRejected(directory);
  return { ...identity, phase: "ready" };
}

async function open(options: DataDirectoryOptions, ports: Pick<DataDirectoryPorts, "clock">): Promise<DataDirectory> {
  const { directory } = options;
  const found = await readIdentity(directory);
  if (found === null) throw new IdentityMissing(directory, await partsIn(directory));
  checkIdentity(directory, found, options);
  return openWith(found, { directory, mayHaveAnyTerm: false }, ports);
}

async function openWith(
  identity: Identity,
  { directory, mayHaveAnyTerm }: { readonly directory: string; readonly mayHaveAnyTerm: boolean },
  ports: Pick<DataDirectoryPorts, "clock">,
): Promise<DataDirectory> {
  const read = async (): Promise<DirectoryContent> => {
    const found = await readDirectory(directory, identity);
    const { term } = found.log?.content.tail.hardState ?? emptyTail.hardState;
    if (term > numberMax && !mayHaveAnyTerm) throw new TermMadeUp(directory, term);
    return found;
  };
  try {
    return await openAs(await read(), { directory, identity }, ports);
  } catch (error) {
    if (!(error instanceof LogChanged)) throw error;
    // Another process may have had it for a moment meanwhile.
    return openAs(await read(), { directory, identity }, ports);
  }
}

interface Place {
  readonly directory: string;
  readonly identity: Identity;
}

/** @param found what was read of it; from now on it is changed */
async function openAs(found: DirectoryContent, place: Place, ports: Pick<DataDirectoryPorts, "clock">): Promise<DataDirectory> {
  const { directory, identity } = place;
  const isNew = identity.phase === "creating";
  await checkWritable(directory, found.stateName);
  const { log, restored } = await openLogIn(found, place, ports);
  const lastIndex = restored.entries.at(-1)?.index ?? restored.base.index;
  let state: LevelState | null = null;
  try {
    state = await openStateIn(found, place, restored.base.index);
    const { index: appliedIndex, membersIndex } = state.point;
    if (appliedIndex > lastIndex) throw new StateAheadOfLog(directory, appliedIndex, lastIndex);
    await removeLeftovers(directory, log.stateName, appliedIndex);
    if (isNew) await finish(directory, identity, log.stateName);
    const began = bootstrapMembers(identity.bootstrap, identity.incarnationId);
    const machine = new LevelMachine(began, { state, staging: new Staging(directory, identity), openState: openExistingState });
    const members = { index: membersIndex, members: state.point.members ?? began };
    const smallFiles = new SmallFiles(directory, identity, join(directory, parts.mark));
    return { isNew, identity, log, state: machine, smallFiles, restored: { ...restored, appliedIndex, members } };
  } catch (error) {
    await closed(log);
    if (state !== null) await closed(state);
    throw error;
  }
}

async function openLogIn(
  { log: found }: DirectoryContent,
  { directory, identity }: Place,
  ports: Pick<DataDirectoryPorts, "clock">,
) {
  const log = join(directory, parts.log);
  const isNew = identity.phase === "creating";
  if (found === null) await beginDatabase(log, identity);
  return openLog({ directory: log, markPath: join(directory, parts.mark), isNew, owner: identity }, found ?? emptyLog(), ports);
}

async function openStateIn(found: DirectoryContent, { directory, identity }: Place, baseIndex: Index): Promise<LevelState> {
  const stateDirectory = join(directory, found.stateName);
  const mayCreate = found.state === null;
  if (mayCreate) await beginDatabase(stateDirectory, identity);
  const state = await openState(stateDirectory, { mayCreate });
  const { index } = state.point;
  if (index >= baseIndex) return state;
  await closed(state);
  throw new StateMissing(stateDirectory, index, baseIndex);
}

function openExistingState(directory: string): Promise<LevelState> {
  return openState(directory, { mayCreate: false });
}

/** States that are not in force, but for the newest one that was being taken in: it may go on where it stopped. */
async function removeLeftovers(directory: string, active: string, appliedIndex: Index): Promise<void> {
  const staged = await newestStaged(directory, appliedIndex);
  await removeStates(directory, staged === null ? [active] : [active, staged]);
}

/** From here on a missing log is a loss. */
async function finish(directory: string, identity: Identity, stateName: string): Promise<void> {
  // Another process may have begun at the same time; the one that has the lock owns the directory.
  const found = (await readIdentity(directory)) ?? identity;
  checkIdentity(directory, found, identity);
  if (found.diskId !== identity.diskId || found.incarnationId !== identity.incarnationId) {
    throw new DirectoryInUse(directory, new Error("Another process has begun in it"));
  }
  for (const part of [parts.log, stateName]) await syncDirectory(join(directory, part));
  await syncDirectory(directory);
  await writeIdentity(directory, { ...identity, phase: "ready" });
}
