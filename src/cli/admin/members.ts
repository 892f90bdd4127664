import { setTimeout as sleep } from "node:timers/promises";
import type { BalsaAdmin } from "../../client/admin.ts";
import { BalsaError } from "../../client/balsa-error.ts";
import { exitCodes } from "../exit-codes.ts";
import { type MembersView, membersTable, progressLine } from "./member-words.ts";
import type { CliOptions, CliWorld } from "./options.ts";

/** What the `member` commands and `transfer` do. Each resolves to the exit code. */

export interface ChangeOptions extends CliOptions {
  /** Whether to wait until the change is over. */
  readonly wait: boolean;
}

const pollMs = 200;

export async function listMembers(admin: BalsaAdmin, world: CliWorld, { json }: CliOptions): Promise<number> {
  const view = await admin.members();
  await world.print(json ? `${JSON.stringify(view)}\n` : `${membersTable(view)}\n`);
  return exitCodes.done;
}

export interface AddOptions extends ChangeOptions {
  readonly client?: string;
  readonly learner?: true;
}

export async function addMember(admin: BalsaAdmin, world: CliWorld, peerAddress: string, options: AddOptions): Promise<number> {
  const learner = options.learner === true;
  const { nodeId } = await admin.addNode({ peerAddress, clientAddress: options.client ?? "", diskId: "", learner });
  const how = `Start it with --join and the client address of any member; it is known by its peer address ${peerAddress}.`;
  await say(world, options, { nodeId }, `Node ${nodeId} is a learner. ${how}`);
  if (learner) return exitCodes.done;
  return waitFor(admin, world, options, ({ members }) => isVoter(members, nodeId), `Node ${nodeId} has a vote.`);
}

export interface RemoveOptions extends ChangeOptions {
  readonly force?: true;
}

export async function removeMember(admin: BalsaAdmin, world: CliWorld, nodeId: number, options: RemoveOptions): Promise<number> {
  await admin.removeNode({ nodeId, force: options.force === true });
  await say(world, options, { nodeId }, `Node ${nodeId} is being removed.`);
  const isGone = ({ members }: MembersView) => members.every((member) => member.nodeId !== nodeId);
  return waitFor(admin, world, options, isGone, `Node ${nodeId} is no member any more.`);
}

export interface ReplaceOptions extends RemoveOptions {
  readonly peer?: string;
  readonly client?: string;
}

export async function replaceMember(admin: BalsaAdmin, world: CliWorld, old: number, options: ReplaceOptions): Promise<number> {
  const { peer: peerAddress = "", client: clientAddress = "", force } = options;
  const nodeId = await admin.replaceNode({ nodeId: old, peerAddress, clientAddress, diskId: "", force: force === true });
  const how = "Start it with --join and the client address of any other member, on an empty data directory.";
  await say(world, options, { nodeId }, `Node ${nodeId} is to take the place of node ${old}. ${how}`);
  const isReplaced = ({ members }: MembersView) => isVoter(members, nodeId) && members.every((member) => member.nodeId !== old);
  return waitFor(admin, world, options, isReplaced, `Node ${nodeId} has taken the place of node ${old}.`);
}

export async function promoteMember(admin: BalsaAdmin, world: CliWorld, nodeId: number, options: ChangeOptions): Promise<number> {
  await admin.promoteLearner(nodeId);
  return waitFor(admin, world, options, ({ members }) => isVoter(members, nodeId), `Node ${nodeId} has a vote.`);
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

/** Looks again and again until it is so and nothing is under way any more, and tells what changes meanwhile. */
async function waitFor(
  admin: BalsaAdmin,
  world: CliWorld,
  options: ChangeOptions,
  isSo: (view: MembersView) => boolean,
  end: string,
): Promise<number> {
  if (!options.wait) return exitCodes.done;
  let said = "";
  for (;;) {
    const view = await membersNow(admin);
    if (view !== null && isSo(view) && view.settled) break;
    const line = view === null ? said : progressLine(view);
    if (line !== said && !options.json) await world.print(`${line}\n`);
    said = line;
    await sleep(pollMs);
  }
  await say(world, options, { settled: true }, end);
  return exitCodes.done;
}

/** Null while no node answers: a change of members may take the leader's place away. */
async function membersNow(admin: BalsaAdmin): Promise<MembersView | null> {
  try {
    return await admin.members();
  } catch (error) {
    if (error instanceof BalsaError) return null;
    throw error;
  }
}

function isVoter(members: MembersView["members"], nodeId: number): boolean {
  return members.some((member) => member.nodeId === nodeId && member.role === "MEMBER_ROLE_VOTER");
}

function say(world: CliWorld, { json }: CliOptions, fact: object, sentence: string): Promise<void> {
  return world.print(json ? `${JSON.stringify(fact)}\n` : `${sentence}\n`);
}
