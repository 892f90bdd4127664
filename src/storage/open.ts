import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Restored } from "../core/api.ts";
import { bootstrapMembers } from "../core/members.ts";
import type { Index, Member, NodeId } from "../core/types.ts";
import type { Clock, Done } from "../node/ports.ts";
import { refuseIfInUse } from "./database.ts";
import { pathExists, syncDirectory } from "./durable-files.ts";
import {
  DataDirectoryError,
  DirectoryUnusable,
  IdentityMissing,
  LogDamaged,
  LogMissing,
  reasonOf,
  StateAheadOfLog,
  StateDamaged,
  StateMissing,
  StateRejected,
} from "./errors.ts";
import { checkIdentity, type Identity, type Owner, readIdentity, writeIdentity } from "./identity.ts";
import { checkLevelFiles, isUnmade } from "./level-files.ts";
import type { LevelLog } from "./level-log.ts";
import { LevelMachine } from "./level-machine.ts";
import type { LevelState } from "./level-state.ts";
import { type OpenedLog, openLog } from "./open-log.ts";
import { openState } from "./open-state.ts";
import { isShortage } from "./shortage.ts";
import { SmallFiles } from "./small-files.ts";
import { newestStaged, removeStates, Staging } from "./staging.ts";
import { firstStateName } from "./store-records.ts";

const parts = { log: "log", mark: "log.mark" } as const;

/** Whose directory it must be, or becomes if it is new. */
export interface DataDirectoryOptions extends Owner {
  readonly directory: string;
  /** With whom a new cluster begins; none for a node that joins one. It matters only when the directory is made. */
  readonly bootstrap: readonly Member[];
}

export interface DataDirectoryPorts {
  readonly clock: Clock;
  /** The time of day as ISO text, for a new directory. */
  readonly now: () => string;
  /** A name that no other disk has, for a new directory. */
  readonly newDiskId: () => string;
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
 * Opens a node's data directory, or makes it if there is nothing of a node's in it:
 *
 *     identity.json   whose directory it is
 *     log/            hard state and entries, a LevelDB database; says which state is in force
 *     log.mark        where the log ended
 *     state/          the machine's records, a LevelDB database; after the installation of a snapshot it is called
 *     state-N-D/      by the snapshot's index and digest. Another one is a snapshot that is being taken in.
 *
 * Every file is checked before LevelDB may change it, then everything that was read. What a crash has left behind is
 * removed.
 * @throws DataDirectoryError of a kind that says what is wrong, in a sentence that says what to do
 */
export async function openDataDirectory(options: DataDirectoryOptions, ports: DataDirectoryPorts): Promise<DataDirectory> {
  try {
    return await open(options, ports);
  } catch (error) {
    throw error instanceof DataDirectoryError ? error : new DirectoryUnusable(options.directory, error);
  }
}

/**
 * Opens the directory of a node whose cluster is to be recovered from it, also if that was begun before.
 * @throws DataDirectoryError; StateRejected if a majority had another state: that is not to become the only one
 */
export async function openForRecovery(directory: string, identity: Identity, ports: DataDirectoryPorts): Promise<DataDirectory> {
  if (identity.phase === "differing") throw new StateRejected(directory);
  try {
    return await openWith({ ...identity, phase: "ready" }, { directory }, ports);
  } catch (error) {
    throw error instanceof DataDirectoryError ? error : new DirectoryUnusable(directory, error);
  }
}

/**
 * Whether the directory, opened for recovery, may be opened as usual again. Whoever has it open holds the lock of its
 * log, and only that one may write to it.
 */
export async function setRecovering(directory: string, identity: Identity, isRecovering: boolean): Promise<void> {
  await writeIdentity(directory, { ...identity, phase: isRecovering ? "recovering" : "ready" });
}

/** The state in this directory is not that of the majority: no process opens it as a node's any more. */
export async function setDiffering(directory: string, identity: Identity): Promise<void> {
  await writeIdentity(directory, { ...identity, phase: "differing" });
}

async function open(options: DataDirectoryOptions, ports: DataDirectoryPorts): Promise<DataDirectory> {
  const { directory, clusterId, nodeId, bootstrap } = options;
  const found = await readIdentity(directory);
  if (found !== null) checkIdentity(directory, found, options);
  const fresh = { clusterId, nodeId, bootstrap, replaces: [], phase: "creating" } as const;
  return openWith(found ?? (await begin(directory, fresh, ports)), options, ports);
}

async function openWith(
  identity: Identity,
  { directory }: Pick<DataDirectoryOptions, "directory">,
  ports: DataDirectoryPorts,
): Promise<DataDirectory> {
  const isNew = identity.phase === "creating";
  const { log, restored } = await openLogIn(directory, isNew, ports);
  const lastIndex = restored.entries.at(-1)?.index ?? restored.base.index;
  let state: LevelState | null = null;
  try {
    state = await openStateIn(directory, log.stateName, restored.base.index);
    const { index: appliedIndex, membersIndex } = state.point;
    if (appliedIndex > lastIndex) throw new StateAheadOfLog(directory, appliedIndex, lastIndex);
    await removeLeftovers(directory, log.stateName, appliedIndex);
    if (isNew) await finish(directory, identity, log.stateName);
    const began = bootstrapMembers(identity.bootstrap);
    const machine = new LevelMachine(began, { state, staging: new Staging(directory), openState: openExistingState });
    const members = { index: membersIndex, members: state.point.members ?? began };
    const smallFiles = new SmallFiles(directory, identity, join(directory, parts.mark));
    return { isNew, identity, log, state: machine, smallFiles, restored: { ...restored, appliedIndex, members } };
  } catch (error) {
    await closed(log);
    if (state !== null) await closed(state);
    throw error;
  }
}

/** As long as the log goes back to its first entry, whatever the state lacks can be made anew. */
async function openStateIn(directory: string, name: string, baseIndex: Index): Promise<LevelState> {
  const { stateDirectory, isThere } = await checkStateIn(directory, name);
  if (!isThere && baseIndex > 0) throw new StateMissing(stateDirectory, null, baseIndex);
  const state = await openState(stateDirectory, { mayCreate: !isThere });
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

/** Opens the log of a directory that has an identity, after a check of its files. */
export async function openLogIn(directory: string, isNew: boolean, ports: { readonly clock: Clock }): Promise<OpenedLog> {
  const logDirectory = join(directory, parts.log);
  const isThere = !(await isUnmade(logDirectory));
  if (!isThere && !isNew) throw new LogMissing(directory, `${parts.log}/`);
  // Whoever holds the lock of the log holds the directory; its files change under a reader.
  if (isThere) await refuseIfInUse(logDirectory);
  if (isThere) await checkLevelFiles(logDirectory).catch((error) => refuse(LogDamaged, logDirectory, error));
  return openLog({ directory: logDirectory, markPath: join(directory, parts.mark), isNew }, ports);
}

/** The state's directory, and whether there is a state in it, after a check of its files. */
export async function checkStateIn(directory: string, name: string): Promise<{ stateDirectory: string; isThere: boolean }> {
  const stateDirectory = join(directory, name);
  const isThere = !(await isUnmade(stateDirectory));
  if (isThere) await checkLevelFiles(stateDirectory).catch((error) => refuse(StateDamaged, stateDirectory, error));
  return { stateDirectory, isThere };
}

/** The names of what is there of a data directory. */
export async function partsIn(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of [...Object.values(parts), firstStateName]) if (await pathExists(join(directory, name))) found.push(name);
  return found;
}

/** Closes a storage and forgets how that went, because there is worse news. */
export function closed(storage: { close(done: Done): void }): Promise<void> {
  return new Promise((resolve) => storage.close(() => resolve()));
}

/**
 * Makes the directory of a node that is going to join a cluster, or finds it. Its disk has a name from now on, by which
 * the cluster knows the node again if it asks twice.
 * @param replaces whose place the node takes
 * @throws DataDirectoryError
 */
export async function beginJoin(
  directory: string,
  ports: Pick<DataDirectoryPorts, "now" | "newDiskId">,
  replaces: readonly NodeId[] = [],
): Promise<Identity> {
  try {
    const found = await readIdentity(directory);
    return found ?? (await begin(directory, { clusterId: "", nodeId: 0, bootstrap: [], replaces, phase: "joining" }, ports));
  } catch (error) {
    throw error instanceof DataDirectoryError ? error : new DirectoryUnusable(directory, error);
  }
}

/** The cluster has said who the node is. From now on its directory is opened like any other. */
export async function endJoin(directory: string, identity: Identity, owner: Owner): Promise<void> {
  await writeIdentity(directory, { ...identity, ...owner, phase: "creating" });
}

/** The identity comes first, so that a crash from here on is not taken for a loss. */
async function begin(
  directory: string,
  content: Pick<Identity, "clusterId" | "nodeId" | "bootstrap" | "replaces" | "phase">,
  { now, newDiskId }: Pick<DataDirectoryPorts, "now" | "newDiskId">,
): Promise<Identity> {
  const found = await partsIn(directory);
  if (found.length > 0) throw new IdentityMissing(directory, found);
  await mkdir(directory, { recursive: true });
  await syncDirectory(dirname(resolve(directory)));
  const identity: Identity = { ...content, diskId: newDiskId(), createdAt: now() };
  await writeIdentity(directory, identity);
  return identity;
}

/** From here on a missing log is a loss. */
async function finish(directory: string, identity: Identity, stateName: string): Promise<void> {
  // Another process may have begun at the same time; the one that has the lock owns the directory.
  checkIdentity(directory, (await readIdentity(directory)) ?? identity, identity);
  for (const part of [parts.log, stateName]) await syncDirectory(join(directory, part));
  await syncDirectory(directory);
  await writeIdentity(directory, { ...identity, phase: "ready" });
}

function refuse(Damage: typeof LogDamaged | typeof StateDamaged, directory: string, error: unknown): never {
  throw isShortage(error) ? new DirectoryUnusable(directory, error) : new Damage(directory, reasonOf(error), error);
}
