import type { NodeId } from "../core/types.ts";

/**
 * Why a data directory cannot be used, or can no longer be. Each says what is wrong and what to do; the process
 * must end with this message.
 */
export class DataDirectoryError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
  }
}

/** What a node promised is lost or cannot be trusted: it must not start again under its id. It can rejoin as a new node. */
export class DataLost extends DataDirectoryError {}

/** Another process has the directory open. */
export class DirectoryInUse extends DataDirectoryError {
  constructor(directory: string, cause: unknown) {
    super(
      `The data directory ${directory} is in use by another process. Stop that process, or give this node a directory of its own.`,
      cause,
    );
  }
}

export class DirectoryOfOtherNode extends DataDirectoryError {
  constructor(directory: string, found: NodeId, wanted: NodeId) {
    super(
      `The data directory ${directory} belongs to node ${found}, not to node ${wanted}. ` +
        `Start it with --id ${found}, or give node ${wanted} a directory of its own.`,
    );
  }
}

export class DirectoryOfOtherCluster extends DataDirectoryError {
  constructor(directory: string, found: string, wanted: string) {
    super(
      `The data directory ${directory} belongs to the cluster "${found}", not to "${wanted}". ` +
        `Start it with the cluster id "${found}", or give this node a directory of its own.`,
    );
  }
}

/** The directory was made for a node that joins a cluster, and that was not told its id yet. */
export class JoinUnfinished extends DataDirectoryError {
  constructor(directory: string) {
    super(
      `The node of the data directory ${directory} has begun to join a cluster, and does not know its id yet. ` +
        `Start it with --join and the address of any member, or run balsa node rejoin again if that was begun; it goes on where it stopped.`,
    );
  }
}

/** The node was on its way to be the only voter of its cluster. Until it is, it would still listen to the others. */
export class RecoveryUnfinished extends DataDirectoryError {
  constructor(directory: string) {
    super(
      `The recovery of a cluster from the data directory ${directory} was begun and not finished. ` +
        `Run balsa cluster recover --force --data-dir ${directory} again; it goes on where it stopped.`,
    );
  }
}

export class UnknownFormatVersion extends DataDirectoryError {
  constructor(directory: string, found: number, known: number) {
    super(
      `The data directory ${directory} is written in format ${found}, but this program knows only format ${known}. ` +
        (found < known
          ? `It is of an older version, and cannot be taken over. Start the node with that version, or let this one join on a new directory, under a new id.`
          : `Start the node with the version of the program that wrote it.`),
    );
  }
}

const rejoin = "let the node rejoin under a new id (balsa node rejoin)";

const doNotStartEmpty =
  "Do not start the node on an empty directory under its old id: it may have voted, or confirmed entries, that it would no longer know of.";

export class IdentityDamaged extends DataLost {
  constructor(directory: string, what: string) {
    super(`The identity file ${directory}/identity.json ${what}. Put back a copy of it, or ${rejoin}. ${doNotStartEmpty}`);
  }
}

export class IdentityMissing extends DataLost {
  constructor(directory: string, found: readonly string[]) {
    super(
      `The directory ${directory} holds ${found.length === 0 ? "nothing of a node's" : found.join(", ")} but no identity.json. ` +
        `Put the file back, or name another directory if this one is not a node's; otherwise ${rejoin}. ${doNotStartEmpty}`,
    );
  }
}

/** The identity file says that there was a log. */
export class LogMissing extends DataLost {
  constructor(directory: string, missing: string) {
    super(
      `The data directory ${directory} has an identity file, but ${missing} is gone. ` +
        `Put it back if it was moved; otherwise ${rejoin}. ${doNotStartEmpty}`,
    );
  }
}

export class LogDamaged extends DataLost {
  constructor(directory: string, what: string, cause?: unknown) {
    super(
      `The log in ${directory} is damaged: ${what}. Check the disk. Put back the files if they were moved or changed by mistake; ` +
        `otherwise ${rejoin}. ${doNotStartEmpty}`,
      cause,
    );
  }
}

const takeOut = `Otherwise ${rejoin}.`;

/** Found when the state is opened, when a record is read, or by a full verification. */
export class StateDamaged extends DataLost {
  constructor(directory: string, what: string, cause?: unknown) {
    super(
      `The state in ${directory} is damaged: ${what}. Check the disk. If nothing was ever dropped from this node's log, stop the node, ` +
        `remove ${directory} and nothing else, and start the node again: it makes the state anew from its log. ${takeOut}`,
      cause,
    );
  }
}

/** The log that could make it anew begins too late. */
export class StateMissing extends DataLost {
  constructor(directory: string, appliedIndex: number | null, baseIndex: number) {
    const what = appliedIndex === null ? "is gone" : `has applied entries only up to ${appliedIndex}`;
    super(
      `The state in ${directory} ${what}, but the log was dropped up to entry ${baseIndex}, so the rest cannot be made anew. ` +
        `Put back the files if they were moved. ${takeOut}`,
    );
  }
}

/** The state may only run behind the log that it was made from. */
export class StateAheadOfLog extends DataLost {
  constructor(directory: string, appliedIndex: number, lastIndex: number) {
    super(
      `In ${directory} the state has applied entries up to ${appliedIndex}, but the log ends at ${lastIndex}. ` +
        `The log has lost entries, or the two do not belong together. Put back the files if they were moved; ` +
        `otherwise ${rejoin}. ${doNotStartEmpty}`,
    );
  }
}

/** The node has stopped before because a majority had another state. What it would do with this one is as wrong as before. */
export class StateRejected extends DataLost {
  constructor(directory: string) {
    super(
      `The node of the data directory ${directory} has found that its state is another one than that of the majority, and has stopped. ` +
        `It must not go on with these data, though every record of them may be sound. Check memory and disk, and ${rejoin}; ` +
        `the directory is kept, to look there for what went wrong. ${doNotStartEmpty}`,
    );
  }
}

/** Nothing is known to be damaged, but the system or LevelDB does not let it be used. */
export class DirectoryUnusable extends DataDirectoryError {
  constructor(directory: string, cause: unknown) {
    super(
      `The directory ${directory} cannot be used: ${reasonOf(cause)}. Check its permissions and the free space of the disk.`,
      cause,
    );
  }
}

/** Nothing may be written, nor confirmed, after it. */
export class WriteFailed extends DataDirectoryError {
  constructor(directory: string, cause: unknown) {
    super(
      `A write to ${directory} failed: ${reasonOf(cause)}. The node stops and confirms nothing more. ` +
        `Check the disk and its free space, then start the node again.`,
      cause,
    );
  }
}

/** The innermost message, which is the one that names the file. */
export function reasonOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  if ("cause" in error && error.cause !== undefined) return reasonOf(error.cause);
  return "message" in error ? String(error.message) : String(error);
}
