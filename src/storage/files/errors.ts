import type { NodeId } from "../../core/types.ts";

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

/** The directory was made for a node whose cluster is yet to be born. */
export class FoundingUnfinished extends DataDirectoryError {
  constructor(directory: string) {
    super(
      `The node of the data directory ${directory} waits for its cluster to begin, and has no data yet. Start it as before, with --id and --peers.`,
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

/** The log, or its mark, was made for another disk, so it says nothing of what this one has promised. */
export class LogOfOther extends DataLost {
  constructor(path: string, found: DiskOwner, wanted: DiskOwner) {
    super(
      `${ofOther(path, found, wanted)} Put back its own log/ and log.mark if they were moved; otherwise ${rejoin}. ${doNotStartEmpty}`,
    );
  }
}

const takeOut = `Otherwise ${rejoin}.`;

/** Found when the state is opened, when a record is read, or by a full verification. */
export class StateDamaged extends DataLost {
  constructor(directory: string, what: string, cause?: unknown) {
    super(
      `The state in ${directory} is damaged: ${what}. Check the disk. If nothing was ever dropped from this node's log, stop the node, ` +
        `remove ${directory} and nothing else, and start the node again: it rebuilds the state from its log. ${takeOut}`,
      cause,
    );
  }
}

/** Likewise. What it holds is what another node has applied. */
export class StateOfOther extends DataLost {
  constructor(directory: string, found: DiskOwner, wanted: DiskOwner) {
    super(
      `${ofOther(directory, found, wanted)} Put back its own if it was moved. If nothing was ever dropped from this node's log, ` +
        `remove ${directory} and nothing else, and start the node again: it rebuilds the state from its log. ${takeOut}`,
    );
  }
}

/** The log from which it could be rebuilt begins too late. */
export class StateMissing extends DataLost {
  constructor(directory: string, appliedIndex: number | null, baseIndex: number) {
    const what = appliedIndex === null ? "is gone" : `has applied entries only up to ${appliedIndex}`;
    super(
      `The state in ${directory} ${what}, but the log was dropped up to entry ${baseIndex}, so the rest cannot be rebuilt. ` +
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

/** No term can follow on it, and other nodes take no message of such a term. */
export class TermMadeUp extends DataLost {
  constructor(directory: string, term: number) {
    super(
      `The node of the data directory ${directory} has come to term ${term}, to which no elections lead: somebody has made it up, and an earlier ` +
        `version has believed it. Other nodes listen to nobody in that term, so ${rejoin}; ` +
        `if that has befallen a majority of the nodes, make the one with most of the log a cluster of its own ` +
        `(balsa cluster recover --force --data-dir ${directory}), which begins with the first term again. ${doNotStartEmpty}`,
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

/** What goes wrong with a directory and has no name of its own makes it unusable. @throws DataDirectoryError */
export async function asDirectoryError<T>(directory: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof DataDirectoryError ? error : new DirectoryUnusable(directory, error);
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

interface DiskOwner {
  readonly nodeId: NodeId;
  readonly diskId: string;
  readonly incarnationId: string;
}

function ofOther(path: string, found: DiskOwner, wanted: DiskOwner): string {
  const [theirs, own] = [found, wanted].map(
    ({ nodeId, diskId, incarnationId }) =>
      `node ${nodeId} with the disk ${diskId} in the incarnation ${incarnationId} of its cluster`,
  );
  return `${path} is of ${theirs}, but this is the data directory of ${own}.`;
}

/** The innermost message, which is the one that names the file. */
export function reasonOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  if ("cause" in error && error.cause !== undefined) return reasonOf(error.cause);
  return "message" in error ? String(error.message) : String(error);
}
