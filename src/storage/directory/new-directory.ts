import { rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Member, NodeId } from "../../core/types.ts";
import type { Birth } from "../../node/founding/introduction.ts";
import { makeDirectory, pathExists, syncDirectory } from "../files/durable-files.ts";
import { asDirectoryError, DirectoryInUse, IdentityMissing } from "../files/errors.ts";
import { type Identity, identityFile, type Owner, readIdentity, writeIdentity } from "../files/identity.ts";
import { firstStateName } from "../log/store-records.ts";

/** How a data directory begins: with an identity that says what its node still has to learn, before there is any database. */

/** What lies beside the identity file. */
export const parts = { log: "log", mark: "log.mark" } as const;

export interface NewDirectoryPorts {
  /** The time of day as ISO text. */
  readonly now: () => string;
  /** A name that no other disk has. */
  readonly newDiskId: () => string;
}

/** The names of what is there of a data directory, besides its identity. */
export async function partsIn(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of [...Object.values(parts), firstStateName]) if (await pathExists(join(directory, name))) found.push(name);
  return found;
}

/** Whether a directory holds nothing that its node has ever promised anybody. */
export function isBlank(found: Identity | null): boolean {
  return found === null || found.phase === "founding";
}

/**
 * Makes the directory of a node whose cluster is yet to be born, or finds it as an earlier start left it. It keeps its
 * disk: the founder may have named it already. A list that has changed is written again, for nothing was ever promised by it.
 * @throws DataDirectoryError
 */
export function beginFounding(
  directory: string,
  wanted: Owner,
  list: readonly Member[],
  ports: NewDirectoryPorts,
): Promise<Identity> {
  return asDirectoryError(directory, async () => {
    const found = await readIdentity(directory);
    if (found !== null && !isBlank(found)) throw new DirectoryInUse(directory, new Error("Another process has begun in it"));
    const fresh = { ...wanted, incarnationId: "", bootstrap: list, replaces: [], phase: "founding" } as const;
    if (found === null) return begin(directory, fresh, ports);
    const isSameNode = found.clusterId === wanted.clusterId && found.nodeId === wanted.nodeId;
    const identity = { ...found, ...fresh, diskId: isSameNode ? found.diskId : ports.newDiskId() };
    if (!isSameNode || JSON.stringify(found.bootstrap) !== JSON.stringify(list)) await writeIdentity(directory, identity);
    return identity;
  });
}

/** The node's cluster is born. From now on its directory is opened like any other. @throws DataDirectoryError */
export function endFounding(directory: string, identity: Identity, { incarnationId, members }: Birth): Promise<void> {
  return asDirectoryError(directory, async () => {
    await checkStillBlank(directory, identity);
    await writeIdentity(directory, { ...identity, incarnationId, bootstrap: members, phase: "creating" });
  });
}

/** The node takes no part in any birth: nothing of it stays. @throws DataDirectoryError */
export function giveUpFounding(directory: string, identity: Identity): Promise<void> {
  return asDirectoryError(directory, async () => {
    await checkStillBlank(directory, identity);
    await rm(join(directory, identityFile));
    await syncDirectory(directory);
  });
}

/**
 * Makes the directory of a node that is going to join a cluster, or finds it. Its disk has a name from now on, by which
 * the cluster knows the node again if it asks twice.
 * @param replaces whose place the node takes
 * @throws DataDirectoryError
 */
export function beginJoin(directory: string, ports: NewDirectoryPorts, replaces: readonly NodeId[] = []): Promise<Identity> {
  return asDirectoryError(directory, async () => {
    const found = await readIdentity(directory);
    if (found !== null && !isBlank(found)) return found;
    const fresh = { clusterId: "", incarnationId: "", nodeId: 0, bootstrap: [], replaces, phase: "joining" } as const;
    return begin(directory, fresh, ports);
  });
}

/** The cluster has said who the node is. From now on its directory is opened like any other. */
export async function endJoin(directory: string, identity: Identity, owner: Owner, incarnationId: string): Promise<void> {
  await writeIdentity(directory, { ...identity, ...owner, incarnationId, phase: "creating" });
}

/** The identity comes first, so that a crash from here on is not taken for a loss. */
async function begin(
  directory: string,
  content: Omit<Identity, "diskId" | "createdAt">,
  { now, newDiskId }: NewDirectoryPorts,
): Promise<Identity> {
  const found = await partsIn(directory);
  if (found.length > 0) throw new IdentityMissing(directory, found);
  await makeDirectory(directory);
  await syncDirectory(dirname(resolve(directory)));
  const identity: Identity = { ...content, diskId: newDiskId(), createdAt: now() };
  await writeIdentity(directory, identity);
  return identity;
}

/** Before there is a database, nothing else shows that two processes were given one directory. */
async function checkStillBlank(directory: string, { diskId }: Identity): Promise<void> {
  const found = await readIdentity(directory);
  if (found?.phase === "founding" && found.diskId === diskId) return;
  throw new DirectoryInUse(directory, new Error("Another process has gone on in it"));
}
