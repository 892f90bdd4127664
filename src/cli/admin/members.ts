import { setTimeout as sleep } from "node:timers/promises";
import { BalsaAdmin } from "../../client/admin.ts";
import { BalsaError } from "../../client/values/balsa-error.ts";
import { parseAddress } from "../../grpc/address.ts";
import { type MembersView, membersTable, progressLine, underWay } from "../../repair/member-words.ts";
import { exitCodes } from "../../terminal/exit-codes.ts";
import { json as jsonText } from "../../terminal/printable.ts";
import { StillUnderWay } from "../../terminal/still-under-way.ts";
import { TimeLimit } from "../../terminal/time-limit.ts";
import type { CliOptions, CliWorld } from "../basics/options.ts";

/** What the `member` commands and `transfer` do. Each resolves to the exit code. */

export interface ChangeOptions extends CliOptions {
  /** Whether to wait until the change is over. */
  readonly wait: boolean;
}

const pollMs = 200;
/** A node that does not say so soon who the members are is not waited for. */
const pollTimeoutMsMax = 1_000;

export function adminOf({ endpoints, timeout, proxy }: CliOptions): BalsaAdmin {
  return new BalsaAdmin({ endpoints, requestTimeoutMs: timeout, proxy });
}

export async function listMembers(admin: BalsaAdmin, world: CliWorld, { json }: CliOptions): Promise<number> {
  const view = await admin.members();
  await world.print(json ? `${jsonText(view)}\n` : `${membersTable(view)}\n`);
  return exitCodes.done;
}

export interface AddOptions extends ChangeOptions {
  readonly client?: string;
  readonly learner?: true;
}

export async function addMember(admin: BalsaAdmin, world: CliWorld, peerAddress: string, options: AddOptions): Promise<number> {
  const time = new TimeLimit(options.timeout);
  const learner = options.learner === true;
  const { nodeId } = await admin.addNode({ peerAddress, clientAddress: options.client ?? "", diskId: "", learner });
  const how = `Start it with --join and the client address of any member; it is known by its peer address ${peerAddress}.`;
  await say(world, options, { nodeId }, `Node ${nodeId} is a learner. ${how}`);
  if (learner) return exitCodes.done;
  return waitFor(world, options, { time, before: null }, ({ members }) => isVoter(members, nodeId), `Node ${nodeId} has a vote.`);
}

export interface RemoveOptions extends ChangeOptions {
  readonly force?: true;
}

export async function removeMember(world: CliWorld, nodeId: number, options: RemoveOptions): Promise<number> {
  const time = new TimeLimit(options.timeout);
  const before = options.wait ? await membersNow(options, null, time) : null;
  await adminOf({ ...options, timeout: time.leftMs() }).removeNode({ nodeId, force: options.force === true });
  await say(world, options, { nodeId }, `Node ${nodeId} is being removed.`);
  const isGone = ({ members }: MembersView) => members.every((member) => member.nodeId !== nodeId);
  return waitFor(world, options, { time, before }, isGone, `Node ${nodeId} is no member any more.`);
}

export interface ReplaceOptions extends RemoveOptions {
  readonly peer?: string;
  readonly client?: string;
}

export async function replaceMember(world: CliWorld, old: number, options: ReplaceOptions): Promise<number> {
  const time = new TimeLimit(options.timeout);
  const { peer: peerAddress = "", client: clientAddress = "", force } = options;
  const before = options.wait ? await membersNow(options, null, time) : null;
  const request = { nodeId: old, peerAddress, clientAddress, diskId: "", force: force === true };
  const nodeId = await adminOf({ ...options, timeout: time.leftMs() }).replaceNode(request);
  const how = "Start it with --join and the client address of any other member, on an empty data directory.";
  await say(world, options, { nodeId }, `Node ${nodeId} is to take the place of node ${old}. ${how}`);
  const isReplaced = ({ members }: MembersView) => isVoter(members, nodeId) && members.every((member) => member.nodeId !== old);
  return waitFor(world, options, { time, before }, isReplaced, `Node ${nodeId} has taken the place of node ${old}.`);
}

export async function promoteMember(admin: BalsaAdmin, world: CliWorld, nodeId: number, options: ChangeOptions): Promise<number> {
  const time = new TimeLimit(options.timeout);
  await admin.promoteLearner(nodeId);
  return waitFor(world, options, { time, before: null }, ({ members }) => isVoter(members, nodeId), `Node ${nodeId} has a vote.`);
}

export async function cancelChange(admin: BalsaAdmin, world: CliWorld, options: CliOptions): Promise<number> {
  await admin.cancelChange();
  await say(world, options, {}, "Nothing is planned any more. Learners stay learners.");
  return exitCodes.done;
}

export interface AddressOptions extends CliOptions {
  readonly peer?: string;
  readonly client?: string;
}

export async function moveMember(admin: BalsaAdmin, world: CliWorld, nodeId: number, options: AddressOptions): Promise<number> {
  const { peer: peerAddress = "", client: clientAddress = "" } = options;
  await admin.changeAddress({ nodeId, peerAddress, clientAddress });
  await say(world, options, { nodeId }, `All nodes know where node ${nodeId} is.`);
  return exitCodes.done;
}

export async function transfer(admin: BalsaAdmin, world: CliWorld, nodeId: number, options: CliOptions): Promise<number> {
  const leader = await admin.transferLeadership(nodeId);
  await say(world, options, { leader }, `Node ${leader} leads.`);
  return exitCodes.done;
}

/**
 * Looks again and again until it is so and nothing is under way any more, and tells what changes meanwhile. The members of
 * before the change are asked as well, if they are known: a node that leaves may be gone before it says who the others are.
 * @throws StillUnderWay when the time is up
 */
async function waitFor(
  world: CliWorld,
  options: ChangeOptions,
  { time, before }: { readonly time: TimeLimit; readonly before: MembersView | null },
  isSo: (view: MembersView) => boolean,
  end: string,
): Promise<number> {
  if (!options.wait) return exitCodes.done;
  let said = "";
  let seen: MembersView | null = null;
  for (;;) {
    const view = await membersNow(options, seen ?? before, time);
    if (view !== null && isSo(view) && view.settled) break;
    const line = view === null ? said : progressLine(view);
    if (line !== said && !options.json) await world.print(`${line}\n`);
    said = line;
    // The last look may have had too little time for an answer: what was seen before is what is known then.
    seen = view ?? seen;
    if (time.leftMs() <= pollMs) throw new StillUnderWay(underWay(seen, time.ms));
    await sleep(pollMs);
  }
  await say(world, options, { settled: true }, end);
  return exitCodes.done;
}

/**
 * Null if no node answers: a change of members may take the leader's place away.
 * @param last members known from before, who are asked beside those that were named
 */
async function membersNow(options: CliOptions, last: MembersView | null, time: TimeLimit): Promise<MembersView | null> {
  const learned = (last?.members ?? [])
    .map(({ clientAddress }) => clientAddress)
    .filter((address) => parseAddress(address) !== null);
  const endpoints = [...new Set([...options.endpoints, ...learned])];
  const timeout = time.leftMs(Math.min(pollTimeoutMsMax, time.ms / 2));
  try {
    return await adminOf({ ...options, endpoints, timeout }).members();
  } catch (error) {
    if (error instanceof BalsaError) return null;
    throw error;
  }
}

function isVoter(members: MembersView["members"], nodeId: number): boolean {
  return members.some((member) => member.nodeId === nodeId && member.role === "MEMBER_ROLE_VOTER");
}

function say(world: CliWorld, { json }: CliOptions, fact: object, sentence: string): Promise<boolean> {
  return world.print(json ? `${jsonText(fact)}\n` : `${sentence}\n`);
}
