import { setTimeout as sleep } from "node:timers/promises";
import { BalsaAdmin } from "../client/admin.ts";
import { BalsaError } from "../client/balsa-error.ts";
import type { NodeId } from "../core/types.ts";
import { DirectoryOfOtherNode } from "../storage/errors.ts";
import type { Identity, Owner } from "../storage/identity.ts";
import { beginJoin, type DataDirectoryPorts, endJoin } from "../storage/open.ts";
import { setAside } from "../storage/set-aside.ts";
import type { MembersView } from "./cli-member-words.ts";
import { UsageError } from "./cli-values.ts";
import type { Config } from "./config.ts";
import { addressesOf, type JoinPorts } from "./join.ts";
import { type Condition, conditionOf } from "./rejoin-condition.ts";
import { type Place, takePlace } from "./rejoin-place.ts";

export interface RejoinOptions {
  /** Client addresses of members. */
  readonly members: readonly string[];
  /** Also if nothing is found wrong with the node's data. */
  readonly isForced: boolean;
}

export interface RejoinPorts extends JoinPorts, Pick<DataDirectoryPorts, "clock"> {}

const askTimeoutMs = 10_000;
/** A node that its leader has heard of so lately is up, in ms. */
const upMs = 2_000;
/** A node that was just stopped gets so long until the leader misses it, in ms. */
const missedWithinMs = 10_000;
const lookEveryMs = 250;

/** The node that is to be replaced is up, so it is not the one that was meant. */
export class StillUp extends Error {
  constructor(id: NodeId) {
    super(`The leader hears node ${id}, so it is up. Stop it first, or name with --id the node whose place is to be taken.`);
    this.name = "StillUp";
  }
}

/**
 * Has the node of a damaged or lost data directory take its place in the cluster again under a new id. Nothing is
 * touched before a member has said that the old one is missed. Then the data are set aside, and the leader is asked to replace
 * the old id. It may be stopped at any point and run again: it goes on where it stopped.
 * @returns who the node is now
 * @throws DataDirectoryError, BalsaError, UsageError, StillUp
 */
export async function rejoin(config: Config, options: RejoinOptions, ports: RejoinPorts): Promise<Owner> {
  const { dataDir } = config;
  const { say, now } = ports;
  const condition = await conditionOf(dataDir, ports);
  const { identity } = condition;
  const admin = new BalsaAdmin({ endpoints: options.members, requestTimeoutMs: askTimeoutMs });
  const view = await admin.members();
  if (condition.isSound && identity !== null && !options.isForced && isKnown(identity, view)) {
    say(`Nothing is to be repaired: the data of node ${identity.nodeId} in ${dataDir} are whole, and it is a member.`);
    return identity;
  }
  const place = await placeOf(config, condition, view, options.members);
  if (place.old !== null) await missed(admin, place.old);
  for (const problem of condition.problems) say(problem);
  // What a rejoin has begun is not set aside again.
  if (identity?.phase !== "joining") {
    const aside = await setAside(dataDir, now().replace(/[-:]|\.\d+/g, ""));
    say(aside === null ? `There was nothing in ${dataDir}.` : `What was in ${dataDir} is kept in ${aside}.`);
  }
  const begun = await beginJoin(dataDir, ports, place.ids);
  const owner = await takePlace(admin, { ...place, diskId: begun.diskId }, say);
  await endJoin(dataDir, begun, owner);
  return owner;
}

function isKnown({ clusterId, nodeId, diskId }: Identity, view: MembersView): boolean {
  const member = view.members.find((other) => other.nodeId === nodeId);
  return clusterId === view.clusterId && member !== undefined && (member.diskId === "" || member.diskId === diskId);
}

/** Which node it was, by what the directory says, what it is told, and where it is. */
async function placeOf(
  config: Config,
  { identity }: Condition,
  { clusterId, members }: MembersView,
  addresses: readonly string[],
): Promise<Omit<Place, "diskId">> {
  const { id: told, dataDir, advertisePeer, advertiseClient } = config;
  const found = identity?.nodeId ?? 0;
  const before = identity?.replaces ?? [];
  if (found !== 0 && identity !== null && identity.clusterId !== clusterId) {
    throw new UsageError(`${dataDir} is of the cluster "${identity.clusterId}", but those members are of "${clusterId}".`);
  }
  if (found !== 0 && told !== 0 && told !== found && !before.includes(told)) throw new DirectoryOfOtherNode(dataDir, found, told);
  const ids = [...new Set([found, told, ...before])].filter((id) => id !== 0);
  const where = await whereOf(config, addresses);
  const old =
    members.find(({ nodeId }) => ids.includes(nodeId)) ?? members.find(({ peerAddress }) => peerAddress === where.peerAddress);
  if (old === undefined && ids.length === 0) {
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
async function whereOf(config: Config, members: readonly string[]): Promise<{ peerAddress: string; clientAddress: string }> {
  const self = config.bootstrap.find(({ id }) => id === config.id);
  if (self !== undefined && config.peers.length > 0 && self.peerAddress !== "" && self.clientAddress !== "") return self;
  for (const [place, member] of members.entries()) {
    try {
      return await addressesOf(config, member);
    } catch (error) {
      if (place === members.length - 1) throw error;
    }
  }
  throw new UsageError("No member is named: give --join.");
}

/** Waits until the leader misses the node. @throws StillUp */
async function missed(admin: BalsaAdmin, id: NodeId): Promise<void> {
  for (let left = missedWithinMs / lookEveryMs; left > 0; left -= 1) {
    const view = await admin.members().catch((error: unknown) => {
      if (error instanceof BalsaError) return null;
      throw error;
    });
    // Only the leader knows whom it hears.
    const isTold = view !== null && view.leaderId !== 0 && (view.progress.length > 0 || view.members.length === 1);
    if (isTold && view.leaderId !== id && !isHeard(view, id)) return;
    await sleep(lookEveryMs);
  }
  throw new StillUp(id);
}

function isHeard({ progress }: MembersView, id: NodeId): boolean {
  const peer = progress.find(({ nodeId }) => nodeId === id);
  return peer !== undefined && peer.lastHeardMs < upMs;
}
