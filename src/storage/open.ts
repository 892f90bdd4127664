import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Restored } from "../core/api.ts";
import { bareMember, bootstrapMembers } from "../core/members.ts";
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
} from "./errors.ts";
import { checkIdentity, type Identity, type Owner, readIdentity, writeIdentity } from "./identity.ts";
import { checkLevelFiles, isUnmade } from "./level-files.ts";
import type { LevelLog } from "./level-log.ts";
import type { LevelMachine } from "./level-machine.ts";
import { type OpenedLog, openLog } from "./open-log.ts";
import { openState } from "./open-state.ts";

const parts = { log: "log", mark: "log.mark", state: "state" } as const;

/** Whose directory it must be, or becomes if it is new. */
export interface DataDirectoryOptions extends Owner {
  readonly directory: string;
}

export interface DataDirectoryPorts {
  readonly clock: Clock;
  /** The time of day as ISO text, for a new directory. */
  readonly now: () => string;
}

export interface DataDirectory {
  readonly isNew: boolean;
  readonly log: LevelLog;
  readonly state: LevelMachine;
  readonly restored: Restored;
}

/**
 * Opens a node's data directory, or makes it if there is nothing of a node's in it:
 *
 *     identity.json   whose directory it is
 *     log/            hard state and entries, a LevelDB database
 *     log.mark        where the log ended
 *     state/          the machine's records, a LevelDB database; if it is gone it is made anew from the log
 *
 * Every file is checked before LevelDB may change it, then everything that was read.
 * @throws DataDirectoryError of a kind that says what is wrong, in a sentence that says what to do
 */
export async function openDataDirectory(options: DataDirectoryOptions, ports: DataDirectoryPorts): Promise<DataDirectory> {
  try {
    return await open(options, ports);
  } catch (error) {
    throw error instanceof DataDirectoryError ? error : new DirectoryUnusable(options.directory, error);
  }
}

async function open(options: DataDirectoryOptions, ports: DataDirectoryPorts): Promise<DataDirectory> {
  const { directory, clusterId, nodeId, voters } = options;
  const owner: Owner = { clusterId, nodeId, voters };
  const found = await readIdentity(directory);
  if (found !== null) checkIdentity(directory, found, owner);
  const identity = found ?? (await begin(directory, { ...owner, createdAt: ports.now(), phase: "creating" }));
  const isNew = identity.phase === "creating";
  const { log, restored } = await openLogIn(directory, isNew, ports);
  let state: LevelMachine | null = null;
  try {
    const { stateDirectory, isThere } = await checkStateIn(directory);
    // The log goes back to its first entry, so whatever the state lacks can be made anew.
    state = await openState(stateDirectory, { mayCreate: !isThere });
    const appliedIndex = state.point.index;
    if (appliedIndex > restored.entries.length) throw new StateAheadOfLog(directory, appliedIndex, restored.entries.length);
    const members = { index: 0, members: bootstrapMembers(voters.map(bareMember)) };
    if (isNew) await finish(directory, identity);
    return { isNew, log, state, restored: { ...restored, appliedIndex, members } };
  } catch (error) {
    await closed(log);
    if (state !== null) await closed(state);
    throw error;
  }
}

/** Opens the log of a directory that has an identity, after a check of its files. */
export async function openLogIn(directory: string, isNew: boolean, ports: { readonly clock: Clock }): Promise<OpenedLog> {
  const logDirectory = join(directory, parts.log);
  const isThere = !(await isUnmade(logDirectory));
  if (!isThere && !isNew) throw new LogMissing(directory, `${parts.log}/`);
  // Whoever holds the lock of the log holds the directory; its files change under a reader.
  if (isThere) await refuseIfInUse(logDirectory);
  if (isThere) await checkLevelFiles(logDirectory).catch((error) => refuse(new LogDamaged(logDirectory, reasonOf(error), error)));
  return openLog({ directory: logDirectory, markPath: join(directory, parts.mark), isNew }, ports);
}

/** The state's directory, and whether there is a state in it, after a check of its files. */
export async function checkStateIn(directory: string): Promise<{ stateDirectory: string; isThere: boolean }> {
  const stateDirectory = join(directory, parts.state);
  const isThere = !(await isUnmade(stateDirectory));
  if (isThere)
    await checkLevelFiles(stateDirectory).catch((error) => refuse(new StateDamaged(stateDirectory, reasonOf(error), error)));
  return { stateDirectory, isThere };
}

/** The names of what is there of a data directory. */
export async function partsIn(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of Object.values(parts)) if (await pathExists(join(directory, name))) found.push(name);
  return found;
}

/** Closes a storage and forgets how that went, because there is worse news. */
export function closed(storage: { close(done: Done): void }): Promise<void> {
  return new Promise((resolve) => storage.close(() => resolve()));
}

/** The identity comes first, so that a crash from here on is not taken for a loss. */
async function begin(directory: string, identity: Identity): Promise<Identity> {
  const found = await partsIn(directory);
  if (found.length > 0) throw new IdentityMissing(directory, found);
  await mkdir(directory, { recursive: true });
  await syncDirectory(dirname(resolve(directory)));
  await writeIdentity(directory, identity);
  return identity;
}

/** From here on a missing log is a loss. */
async function finish(directory: string, identity: Identity): Promise<void> {
  // Another process may have begun at the same time; the one that has the lock owns the directory.
  checkIdentity(directory, (await readIdentity(directory)) ?? identity, identity);
  for (const part of [parts.log, parts.state]) await syncDirectory(join(directory, part));
  await writeIdentity(directory, { ...identity, phase: "ready" });
}

function refuse(error: Error): never {
  throw error;
}
