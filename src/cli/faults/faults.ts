import { FaultCaller } from "../../client/connection/fault-caller.ts";
import { BalsaError } from "../../client/values/balsa-error.ts";
import { clientErrorKinds } from "../../client/values/client-errors.ts";
import type { Millis } from "../../core/types.ts";
import type { Fault } from "../../node/faults/faults.ts";
import { StatusReader } from "../../server/node/node-status.ts";
import { contentOf } from "../../service/faults/fault-messages.ts";
import { exitCodes } from "../../terminal/exit-codes.ts";
import { json as jsonText } from "../../terminal/printable.ts";
import { TimeLimit } from "../../terminal/time-limit.ts";
import { UsageError } from "../../terminal/usage-error.ts";
import type { CliOptions, CliWorld } from "../basics/options.ts";
import { faultSentence, faultsTable, type NodeFaultList } from "./fault-words.ts";

/** What the `fault` commands do. Each resolves to the exit code. */

export interface FaultOptions extends CliOptions {
  /** Id of the node that is meant. */
  readonly node?: number;
}

/** A node that answers. */
interface Target {
  readonly node: number;
  readonly address: string;
}

/** Longest wait for a node, in ms. */
const statusTimeoutMsMax = 2_000;

/** @param durationMs 0: it stays until it is cleared */
export async function setFault(world: CliWorld, wanted: Fault, durationMs: Millis, options: FaultOptions): Promise<number> {
  const time = new TimeLimit(options.timeout);
  const target = await oneTarget(options, time);
  const fault = await at(target, options, time, (caller) => caller.set({ ...contentOf(wanted), durationMs }));
  const { node } = target;
  await world.print(options.json ? line({ node, fault }) : `${faultSentence(node, fault, "set")}\n`);
  return exitCodes.done;
}

/** Of every node that answers. @throws BalsaError if none of them allows faults */
export async function listFaults(world: CliWorld, options: FaultOptions): Promise<number> {
  const time = new TimeLimit(options.timeout);
  const lists = await atAll(await targetsOf(options, time), options, time, (caller) => caller.list());
  await world.print(options.json ? line(lists) : `${faultsTable(lists)}\n`);
  return exitCodes.done;
}

/** At every node that answers, or at one. Fault ids that are not there any more are told, and fail the command. */
export async function clearFaults(world: CliWorld, ids: readonly number[], options: FaultOptions): Promise<number> {
  const time = new TimeLimit(options.timeout);
  const targets = ids.length === 0 ? await targetsOf(options, time) : [await oneTarget(options, time)];
  const lists = await atAll(targets, options, time, (caller) => caller.clear(ids));
  const cleared = lists.flatMap(({ node, faults }) => (faults ?? []).map((fault) => ({ node, fault })));
  const sentences = cleared.map(({ node, fault }) => `${faultSentence(node, fault, "cleared")}\n`).join("");
  await world.print(options.json ? line(lists) : sentences || "No fault was in force.\n");
  const missing = ids.filter((id) => cleared.every(({ fault }) => fault.id !== id));
  if (missing.length === 0) return exitCodes.done;
  world.complain(`Node ${targets[0]?.node} has no fault ${missing.join(", ")}.`);
  return exitCodes.failed;
}

/** The nodes that answer, or the one that is meant. @throws BalsaError if there is none */
async function targetsOf({ endpoints, proxy, node }: FaultOptions, time: TimeLimit): Promise<Target[]> {
  // One that says nothing must leave time to ask the others.
  const reader = new StatusReader({ timeoutMs: Math.min(time.ms / 2, statusTimeoutMsMax), proxy });
  try {
    const statuses = await Promise.all(
      endpoints.map(async (address) => {
        const found = await reader.read(address);
        return found instanceof Error ? [] : [{ node: found.nodeId, address }];
      }),
    );
    const wanted = statuses.flat().filter((target) => node === undefined || target.node === node);
    if (wanted.length > 0) return wanted;
    const why = node === undefined ? "No node answers" : `Node ${node} answers at none of the endpoints`;
    throw new BalsaError("UNREACHABLE", `${why}: ${endpoints.join(", ")}.`, clientErrorKinds.UNREACHABLE);
  } finally {
    reader.close();
  }
}

async function oneTarget(options: FaultOptions, time: TimeLimit): Promise<Target> {
  if (options.node === undefined && options.endpoints.length > 1)
    throw new UsageError("A fault is of one node: say which with --node, or give its address alone with --endpoints.");
  const [target] = await targetsOf(options, time);
  if (target === undefined) throw new UsageError("There is no endpoint.");
  return target;
}

async function at<T>(
  { address }: Target,
  { proxy }: CliOptions,
  time: TimeLimit,
  ask: (caller: FaultCaller) => Promise<T>,
): Promise<T> {
  const caller = new FaultCaller({ endpoint: address, timeoutMs: time.leftMs(), proxy });
  try {
    return await ask(caller);
  } finally {
    caller.close();
  }
}

/** Null for those that allow no faults, as long as there are others. */
async function atAll(
  targets: readonly Target[],
  options: CliOptions,
  time: TimeLimit,
  ask: (caller: FaultCaller) => ReturnType<FaultCaller["list"]>,
): Promise<NodeFaultList[]> {
  let refusal: BalsaError | null = null;
  const lists = await Promise.all(
    targets.map(async (target) => {
      try {
        return { node: target.node, faults: await at(target, options, time, ask) };
      } catch (error) {
        if (!(error instanceof BalsaError) || error.code !== "UNIMPLEMENTED") throw error;
        refusal = error;
        return { node: target.node, faults: null };
      }
    }),
  );
  if (refusal !== null && lists.every(({ faults }) => faults === null)) throw refusal;
  return lists;
}

function line(fact: object): string {
  return `${jsonText(fact)}\n`;
}
