import { DirectoryUnusable, LogDamaged, LogMissing, LogOfOther, reasonOf, StateDamaged, StateOfOther } from "../files/errors.ts";
import { type DatabaseOwner, otherOwner, readOwners, writeOwners } from "../files/owners.ts";
import { RecordDamaged } from "../files/records.ts";
import { LogMark } from "../log/log-mark.ts";

/** The parts of a data directory that say whose they are. */
export interface LogParts {
  /** Directory of the log's database. */
  readonly log: string;
  /** Path of log.mark. */
  readonly mark: string;
}

/** @throws LogOfOther, LogDamaged, DirectoryUnusable */
export async function checkLogOwner(directory: string, owner: DatabaseOwner): Promise<void> {
  const found = await readOwners(directory).catch((error) => refuse(LogDamaged, directory, error));
  const other = otherOwner(found, owner);
  if (other !== null) throw new LogOfOther(directory, other, owner);
}

/** @throws LogOfOther, LogMissing, LogDamaged, DirectoryUnusable */
export async function checkMarkOwner({ log, mark }: LogParts, owner: DatabaseOwner): Promise<void> {
  const found = await LogMark.readOwners(mark).catch((error) => refuse(LogDamaged, log, error));
  const other = otherOwner(found, owner);
  if (other !== null) throw new LogOfOther(mark, other, owner);
}

/** @throws StateOfOther, StateDamaged, DirectoryUnusable */
export async function checkStateOwner(directory: string, owner: DatabaseOwner): Promise<void> {
  const found = await readOwners(directory).catch((error) => refuse(StateDamaged, directory, error));
  const other = otherOwner(found, owner);
  if (other !== null) throw new StateOfOther(directory, other, owner);
}

/** Each part says from now on that it is of one of these. */
export async function writeAllOwners(parts: LogParts, stateDirectory: string, owners: readonly DatabaseOwner[]): Promise<void> {
  await LogMark.writeOwners(parts.mark, owners);
  for (const directory of [parts.log, stateDirectory]) await writeOwners(directory, owners);
}

function refuse(Damaged: typeof LogDamaged | typeof StateDamaged, directory: string, error: unknown): never {
  if (error instanceof LogMissing) throw error;
  throw error instanceof RecordDamaged ? new Damaged(directory, reasonOf(error), error) : new DirectoryUnusable(directory, error);
}
