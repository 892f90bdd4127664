import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Member, NodeId } from "../../core/types.ts";
import { codeOf, replaceDurably } from "./durable-files.ts";
import {
  DirectoryOfOtherCluster,
  DirectoryOfOtherNode,
  DirectoryUnusable,
  FoundingUnfinished,
  IdentityDamaged,
  JoinUnfinished,
  RecoveryUnfinished,
  StateRejected,
  UnknownFormatVersion,
} from "./errors.ts";

/** Raised whenever files of an older program can no longer be read. */
export const formatVersion = 3;

export const identityFile = "identity.json";

export interface Owner {
  readonly clusterId: string;
  readonly nodeId: NodeId;
}

/** Whose data a directory holds. Kept outside LevelDB, so that a database that is gone is not taken for a new one. */
export interface Identity extends Owner {
  /** The life of the cluster that the node belongs to; empty while `founding` or `joining`. */
  readonly incarnationId: string;
  /** Drawn once, with the directory: a node that comes back with another one has lost what it promised. */
  readonly diskId: string;
  /**
   * With whom this life of the cluster began, and on which disks; empty for a node that joined it later. From then on the
   * log says who takes part. While `founding`, with whom it is to begin.
   */
  readonly bootstrap: readonly Member[];
  /** Ids of the nodes whose place this one took, on the same machine, after their data were lost. Mostly none. */
  readonly replaces: readonly NodeId[];
  /** An ISO date, for the operator's eyes. */
  readonly createdAt: string;
  /**
   * `founding` until the cluster is born: until then the node has promised nothing to anybody. `joining` until the cluster has said which id the node has: until then `nodeId` is 0 and `clusterId` empty.
   * `creating` until the log was made for the first time. `recovering` while the node is made the only voter of its
   * cluster, until that is done in full. `differing` from when a majority was found to have another state than this: the
   * directory is never used again.
   */
  readonly phase: "founding" | "joining" | "creating" | "ready" | "recovering" | "differing";
}

/**
 * Null if there is none.
 * @throws IdentityDamaged, DirectoryUnusable, UnknownFormatVersion
 */
export async function readIdentity(directory: string): Promise<Identity | null> {
  const text = await readFile(join(directory, identityFile), "latin1").catch((error) => {
    if (codeOf(error) === "ENOENT") return null;
    throw codeOf(error) === "EIO" ? new IdentityDamaged(directory, "cannot be read") : new DirectoryUnusable(directory, error);
  });
  if (text === null) return null;
  const found = parse(directory, Buffer.from(text, "latin1").toString("utf8"));
  // The format comes first: another one may have another checksum.
  const version = found.formatVersion;
  if (Number.isSafeInteger(version) && version !== formatVersion) {
    throw new UnknownFormatVersion(directory, Number(version), formatVersion);
  }
  const { clusterId, incarnationId, nodeId, diskId, bootstrap, replaces = [], createdAt, phase } = found;
  const identity = { clusterId, incarnationId, nodeId, diskId, bootstrap, replaces, createdAt, phase } as Identity;
  if (Buffer.from(format(identity)).toString("latin1") !== text) throw new IdentityDamaged(directory, "fails its checksum");
  return identity;
}

export async function writeIdentity(directory: string, identity: Identity): Promise<void> {
  await replaceDurably(join(directory, identityFile), format(identity));
}

/**
 * Refuses a directory that is somebody else's, or nobody's yet, or whose state is wrong. Who the peers are does not matter: the log says it.
 * @throws DirectoryOfOtherCluster, DirectoryOfOtherNode, FoundingUnfinished, JoinUnfinished, RecoveryUnfinished, StateRejected
 */
export function checkIdentity(directory: string, found: Identity, wanted: Owner): void {
  if (found.phase === "founding") throw new FoundingUnfinished(directory);
  if (found.phase === "joining") throw new JoinUnfinished(directory);
  if (found.phase === "recovering") throw new RecoveryUnfinished(directory);
  if (found.clusterId !== wanted.clusterId) throw new DirectoryOfOtherCluster(directory, found.clusterId, wanted.clusterId);
  if (found.nodeId !== wanted.nodeId) throw new DirectoryOfOtherNode(directory, found.nodeId, wanted.nodeId);
  if (found.phase === "differing") throw new StateRejected(directory);
}

/** The one text that an identity has; any other is damaged. Whom it replaces is left out where it replaces nobody. */
function format({ clusterId, incarnationId, nodeId, diskId, bootstrap, replaces, createdAt, phase }: Identity): string {
  const nodes = (Array.isArray(bootstrap) ? bootstrap : []).map((node: Member) => {
    const { id, peerAddress, clientAddress, diskId: disk } = node;
    return { id, peerAddress, clientAddress, diskId: disk };
  });
  const earlier = Array.isArray(replaces) && replaces.length === 0 ? {} : { replaces };
  const fields = { formatVersion, clusterId, incarnationId, nodeId, diskId, bootstrap: nodes, ...earlier, createdAt, phase };
  const checksum = crc32(JSON.stringify(fields)).toString(16).padStart(8, "0");
  return `${JSON.stringify({ ...fields, checksum }, null, 2)}\n`;
}

function parse(directory: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // It is reported below.
  }
  throw new IdentityDamaged(directory, "is not what this program wrote");
}
