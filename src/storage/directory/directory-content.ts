import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import type { Restored } from "../../core/api.ts";
import { bootstrapMembers } from "../../core/members.ts";
import type { Index } from "../../core/types.ts";
import { refuseIfInUse } from "../files/database.ts";
import { codeOf } from "../files/durable-files.ts";
import {
  DataDirectoryError,
  DirectoryUnusable,
  LogDamaged,
  LogMissing,
  reasonOf,
  StateAheadOfLog,
  StateDamaged,
  StateMissing,
} from "../files/errors.ts";
import type { Identity } from "../files/identity.ts";
import type { DatabaseOwner } from "../files/owners.ts";
import { isShortage } from "../files/shortage.ts";
import { checkLevelFiles, isUnmade } from "../level-format/level-files.ts";
import { LevelReader } from "../level-format/level-reader.ts";
import { checkAgainstMark, emptyLog, type FoundLog, readLog } from "../log/found-log.ts";
import { emptyTail } from "../log/store-records.ts";
import { readState } from "../state/open-state.ts";
import type { StateContent } from "../state/state-content.ts";
import { checkLogOwner, checkMarkOwner, checkStateOwner } from "./check-owners.ts";
import { parts } from "./new-directory.ts";

/**
 * What a data directory holds, found without any change to it. LevelDB changes a database by opening it, and so none is
 * opened before all that could speak against it has been looked at.
 */
export interface DirectoryContent {
  /** Null if none was ever made. */
  readonly log: FoundLog | null;
  /** Null if there is none: it can be made again from the log. */
  readonly state: StateContent | null;
  /** Name of the state's directory. */
  readonly stateName: string;
}

/** Reads all of the log, and what the state says of itself. @throws DataDirectoryError */
export async function readDirectory(directory: string, identity: Identity): Promise<DirectoryContent> {
  await refuseDirectoryInUse(directory);
  try {
    const log = await readLogIn(directory, identity);
    const { base, lastIndex, stateName } = log?.content.tail ?? emptyTail;
    const state = await readStateIn(directory, { name: stateName, owner: identity }, base.index);
    const appliedIndex = state?.history.last.appliedIndex ?? 0;
    if (appliedIndex > lastIndex) throw new StateAheadOfLog(directory, appliedIndex, lastIndex);
    return { log, state, stateName };
  } catch (error) {
    // What is wrong may only seem so: another process may have begun to change it meanwhile.
    await refuseDirectoryInUse(directory);
    throw error;
  }
}

/** What a node begins with that has this content. */
export function restoredFrom({ log, state }: DirectoryContent, { bootstrap, incarnationId }: Identity): Restored {
  const { appliedIndex = 0, membersIndex = 0 } = state?.history.last ?? {};
  const members = { index: membersIndex, members: state?.members ?? bootstrapMembers(bootstrap, incarnationId) };
  return { ...(log ?? emptyLog()).restored, appliedIndex, members };
}

/** Whoever holds the lock of the log holds the directory, and its files change under a reader. @throws DirectoryInUse */
export function refuseDirectoryInUse(directory: string): Promise<void> {
  return refuseIfInUse(join(directory, parts.log));
}

/**
 * The log of a directory that has an identity. Null if it is new and none was made yet.
 * @throws LogMissing, LogOfOther, LogDamaged, DirectoryUnusable
 */
export async function readLogIn(directory: string, identity: Identity): Promise<FoundLog | null> {
  const isNew = identity.phase === "creating";
  const [log, mark] = [join(directory, parts.log), join(directory, parts.mark)];
  if (await isUnmade(log)) {
    if (isNew) return null;
    throw new LogMissing(directory, `${parts.log}/`);
  }
  await checkLogOwner(log, identity);
  // A new log's mark is made with it; what is there now is of an attempt that ended early.
  if (!isNew) await checkMarkOwner({ log, mark }, identity);
  try {
    await checkLevelFiles(log);
    const found = await readLog(await LevelReader.open(log));
    const { number } = found.content.tail;
    if (isNew && number > 0) throw new LogDamaged(log, `it has ${number} stores, but was never handed over to a node`);
    if (!isNew) await checkAgainstMark(found, mark);
    return found;
  } catch (error) {
    return refuse(LogDamaged, log, error);
  }
}

export interface WantedState {
  /** Name of its directory. */
  readonly name: string;
  readonly owner: DatabaseOwner;
}

/**
 * What a state says of itself; null if there is none. As long as the log goes back to its first entry, whatever the
 * state lacks can be rebuilt.
 * @param baseIndex the last entry that was dropped from the log
 * @throws StateMissing, StateOfOther, StateDamaged, DirectoryUnusable
 */
export async function readStateIn(directory: string, wanted: WantedState, baseIndex: Index): Promise<StateContent | null> {
  const { stateDirectory, isThere } = await checkStateIn(directory, wanted);
  const content = isThere ? await readState(stateDirectory) : null;
  const appliedIndex = content?.history.last.appliedIndex ?? null;
  if ((appliedIndex ?? 0) < baseIndex) throw new StateMissing(stateDirectory, appliedIndex, baseIndex);
  return content;
}

/** The state's directory, and whether there is a state in it, after a check of its files. */
export async function checkStateIn(
  directory: string,
  { name, owner }: WantedState,
): Promise<{ stateDirectory: string; isThere: boolean }> {
  const stateDirectory = join(directory, name);
  const isThere = !(await isUnmade(stateDirectory));
  if (!isThere) return { stateDirectory, isThere };
  await checkStateOwner(stateDirectory, owner);
  await checkLevelFiles(stateDirectory).catch((error) => refuse(StateDamaged, stateDirectory, error));
  return { stateDirectory, isThere };
}

/** What this process may not change it cannot open either, and LevelDB would find that out halfway. @throws DirectoryUnusable */
export async function checkWritable(directory: string, stateName: string): Promise<void> {
  const { R_OK, W_OK, X_OK } = constants;
  const [log, state] = [join(directory, parts.log), join(directory, stateName)];
  const files = [join(directory, parts.mark), join(log, "LOCK"), join(state, "LOCK")];
  const checks = [
    ...[directory, log, state].map((path) => access(path, R_OK | W_OK | X_OK)),
    ...files.map((path) => access(path, R_OK | W_OK)),
  ];
  for (const result of await Promise.allSettled(checks)) {
    if (result.status === "rejected" && codeOf(result.reason) !== "ENOENT") throw new DirectoryUnusable(directory, result.reason);
  }
}

function refuse(Damage: typeof LogDamaged | typeof StateDamaged, directory: string, error: unknown): never {
  if (error instanceof DataDirectoryError) throw error;
  throw isShortage(error) ? new DirectoryUnusable(directory, error) : new Damage(directory, reasonOf(error), error);
}
