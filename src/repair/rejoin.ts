import { BalsaAdmin } from "../client/admin.ts";
import type { Config } from "../config/config.ts";
import type { Millis } from "../core/types.ts";
import { addressesOf, type JoinPorts, takenIn, type Where } from "../server/start/join.ts";
import { beginJoin, endJoin } from "../storage/directory/new-directory.ts";
import type { DataDirectoryPorts } from "../storage/directory/open.ts";
import { newestAside, setAside } from "../storage/directory/set-aside.ts";
import { DirectoryOfOtherNode } from "../storage/files/errors.ts";
import { type Identity, type Owner, readIdentity } from "../storage/files/identity.ts";
import { oneLine } from "../terminal/printable.ts";
import { TimeLimit } from "../terminal/time-limit.ts";
import { untilTaken } from "../terminal/until-taken.ts";
import { UsageError } from "../terminal/usage-error.ts";
import { conditionOf } from "./condition.ts";
import type { MembersView } from "./member-words.ts";
import { missed } from "./missed.ts";
import { type Place, takePlace } from "./place.ts";

export interface RejoinOptions {
  /** Client addresses of members. */
  readonly members: readonly string[];
  /** Also if nothing is found wrong with the node's data. */
  readonly isForced: boolean;
  /** How long the members may be asked and waited for; what is done on this machine is not counted. */
  readonly timeoutMs: Millis;
}

export interface RejoinPorts extends JoinPorts, Pick<DataDirectoryPorts, "clock"> {}

const askTimeoutMs = 10_000;
/** Time that the leader gets to miss a node that was just stopped, in ms. */
const missedWithinMs = 10_000;

/**
 * Has the node of a damaged or lost data directory take its place in the cluster again under a new id. Nothing is
 * touched before a member has said that the old one is missed. Then the data are set aside, and the leader is asked to replace
 * the old id. It may be stopped at any point and run again: it goes on where it stopped.
 * @returns who the node is now
 * @throws DataDirectoryError, BalsaError, UsageError, StillUp, StillUnderWay
 */
export async function rejoin(config: Config, options: RejoinOptions, ports: RejoinPorts): Promise<Owner> {
  const { dataDir } = config;
  const { say, now } = ports;
  const condition = await conditionOf(dataDir);
  const { identity } = condition;
  const { members } = options;
  const time = new TimeLimit(options.timeoutMs);
  const admin = () => new BalsaAdmin({ endpoints: members, requestTimeoutMs: time.leftMs(askTimeoutMs) });
  say(`Asking ${members.join(", ")} for the members of the cluster.`);
  const view = await admin().members();
  if (condition.isSound && identity !== null && !options.isForced) {
    const whole = `the data of node ${identity.nodeId} in ${dataDir} are whole`;
    if (isKnown(identity, view)) {
      say(`Nothing is to be repaired: ${whole}, and it is a member.`);
      return identity;
    }
    say(`Although ${whole}, the members know no such node with this disk.`);
  }
  const known = identity ?? (await identityAside(config, view));
  const place = await placeOf(config, known, view, () => whereOf(config, members, time.leftMs(askTimeoutMs) / members.length));
  for (const problem of condition.problems) say(problem);
  if (place.old !== null) {
    say(`Waiting until the leader misses node ${place.old}.`);
    await missed(admin(), place.old, time.leftMs(missedWithinMs));
  }
  // What a rejoin has begun is not set aside again, nor is what waited for a cluster to begin.
  const isBegun = identity?.phase === "joining" || identity?.phase === "founding";
  if (!isBegun) {
    const aside = await setAside(dataDir, now().replace(/[-:]|\.\d+/g, ""));
    say(aside === null ? `There was nothing in ${dataDir}.` : `What was in ${dataDir} is kept in ${aside}.`);
  }
  const begun = await beginJoin(dataDir, ports, place.ids);
  say(place.old === null || isBegun ? "Asking to be taken in." : `Asking for the place of node ${place.old}.`);
  const { nodeId, incarnationId } = await untilTaken(
    () => takePlace(admin(), { ...place, diskId: begun.diskId }, time.leftMs(missedWithinMs)),
    say,
    { members, time },
  );
  const owner = { nodeId, clusterId: place.clusterId };
  say(takenIn(owner, place));
  // Whoever began to join may not have known yet whose place it would be.
  const replaces = [...new Set([...begun.replaces, ...place.ids])].filter((id) => id !== nodeId);
  await endJoin(dataDir, { ...begun, replaces }, owner, incarnationId);
  return owner;
}

function isKnown({ clusterId, incarnationId, nodeId, diskId }: Identity, view: MembersView): boolean {
  const member = view.members.find((other) => other.nodeId === nodeId);
  return (
    clusterId === view.clusterId &&
    incarnationId === view.incarnationId &&
    member !== undefined &&
    (member.diskId === "" || member.diskId === diskId)
  );
}

/** What an interrupted rejoin had set aside may be all that tells who the node was. Whoever is told otherwise, or is no member, it is not. */
async function identityAside({ id: told, dataDir }: Config, { clusterId, members }: MembersView): Promise<Identity | null> {
  const aside = await newestAside(dataDir);
  const found = aside === null ? null : await readIdentity(aside).catch(() => null);
  if (found === null || found.clusterId !== clusterId || !members.some(({ nodeId }) => nodeId === found.nodeId)) return null;
  return told === 0 || [found.nodeId, ...found.replaces].includes(told) ? found : null;
}

/** Which node it was, by what the directory says, what it is told, and where it is. */
async function placeOf(
  config: Config,
  identity: Identity | null,
  { clusterId, incarnationId, members }: MembersView,
  whereNow: () => Promise<Where>,
): Promise<Omit<Place, "diskId">> {
  const { id: told, dataDir, advertisePeer, advertiseClient } = config;
  const found = identity?.nodeId ?? 0;
  const before = identity?.replaces ?? [];
  if (found !== 0 && identity !== null && identity.clusterId !== clusterId) {
    throw new UsageError(`${dataDir} is of the cluster "${identity.clusterId}", but those members are of "${oneLine(clusterId)}".`);
  }
  if (found === 0 && told !== 0 && config.clusterId !== clusterId) {
    throw new UsageError(
      `Those members are of the cluster "${oneLine(clusterId)}", but this node is told to be of "${config.clusterId}". ` +
        `If they are the right ones, add --cluster-id ${oneLine(clusterId)}.`,
    );
  }
  if (found !== 0 && told !== 0 && told !== found && !before.includes(told)) throw new DirectoryOfOtherNode(dataDir, found, told);
  const ids = [...new Set([found, told, ...before])].filter((id) => id !== 0);
  const where = await whereNow();
  // In another life of the cluster the same id may be anybody's: there an operator must say that it is meant.
  const isOfThisLife = identity === null || identity.incarnationId === "" || identity.incarnationId === incarnationId;
  const meant = isOfThisLife ? ids : ids.filter((id) => id === told);
  const old =
    members.find(({ nodeId }) => meant.includes(nodeId)) ?? members.find(({ peerAddress }) => peerAddress === where.peerAddress);
  if (old === undefined && meant.length === 0) {
    throw new UsageError(
      `Nobody knows which node this was: no member has the peer address ${where.peerAddress}. Name it with --id, or start the node with --join if it never was one.`,
    );
  }
  return {
    old: old?.nodeId ?? null,
    ids: [...new Set([...ids, ...(old === undefined ? [] : [old.nodeId])])],
    clusterId,
    peerAddress: advertisePeer ?? old?.peerAddress ?? where.peerAddress,
    clientAddress: advertiseClient ?? old?.clientAddress ?? where.clientAddress,
  };
}

/** As the members that it began with know it, or else as one of those sees it that are asked now. */
async function whereOf(config: Config, members: readonly string[], timeoutMs: Millis): Promise<Where> {
  const self = config.bootstrap.find(({ id }) => id === config.id);
  const isNamed = self !== undefined && config.peers.length > 0 && self.peerAddress !== "" && self.clientAddress !== "";
  return isNamed ? self : addressesOf(config, members, timeoutMs);
}
