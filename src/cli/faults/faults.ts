import { status as grpcStatus } from "@grpc/grpc-js";
import { BalsaError } from "../../client/balsa-error.ts";
import { FaultCaller } from "../../client/fault-caller.ts";
import type { SetFaultRequest } from "../../generated/balsa/admin/v1/SetFaultRequest.ts";
import { exitCodes } from "../exit-codes.ts";
import { StatusReader } from "../node-status.ts";
import { faultSentence, faultsTable, type NodeFaultList } from "./fault-words.ts";
import type { CliOptions, CliWorld } from "./options.ts";
import { UsageError } from "./values.ts";

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

/** A node that says nothing for so long is not waited for. */
const statusTimeoutMsMax = 2_000;

export async function setFault(world: CliWorld, request: SetFaultRequest, options: FaultOptions): Promise<number> {
  const target = await oneTarget(options);
  const fault = await at(target, options, (caller) => caller.set(request));
  const { node } = target;
  await world.print(options.json ? line({ node, fault }) : `${faultSentence(node, fault, "set")}\n`);
  return exitCodes.done;
}

/** Of every node that answers. @throws BalsaError if none of them allows faults */
export async function listFaults(world: CliWorld, options: FaultOptions): Promise<number> {
  const lists = await atAll(await targetsOf(options), options, (caller) => caller.list());
  await world.print(options.json ? line(lists) : `${faultsTable(lists)}\n`);
  return exitCodes.done;
}

/** At every node that answers, or at one. Fault ids that are not there any more are told, and fail the command. */
export async function clearFaults(world: CliWorld, ids: readonly number[], options: FaultOptions): Promise<number> {
  const targets = ids.length === 0 ? await targetsOf(options) : [await oneTarget(options)];
  const lists = await atAll(targets, options, (caller) => caller.clear(ids));
  const cleared = lists.flatMap(({ node, faults }) => (faults ?? []).map((fault) => ({ node, fault })));
  const sentences = cleared.map(({ node, fault }) => `${faultSentence(node, fault, "cleared")}\n`).join("");
  await world.print(options.json ? line(lists) : sentences || "No fault was in force.\n");
  const missing = ids.filter((id) => cleared.every(({ fault }) => fault.id !== id));
  if (missing.length === 0) return exitCodes.done;
  world.complain(`Node ${targets[0]?.node} has no fault ${missing.join(", ")}.`);
  return exitCodes.failed;
}

/** The nodes that answer, or the one that is meant. @throws BalsaError if there is none */
async function targetsOf({ endpoints, timeout, node }: FaultOptions): Promise<Target[]> {
  const reader = new StatusReader({ timeoutMs: Math.min(timeout, statusTimeoutMsMax) });
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
    throw new BalsaError(grpcStatus.UNAVAILABLE, "UNREACHABLE", false, `${why}: ${endpoints.join(", ")}.`);
  } finally {
    reader.close();
  }
}

async function oneTarget(options: FaultOptions): Promise<Target> {
  if (options.node === undefined && options.endpoints.length > 1)
    throw new UsageError("A fault is of one node: say which with --node, or give its address alone with --endpoints.");
  const [target] = await targetsOf(options);
  if (target === undefined) throw new UsageError("There is no endpoint.");
  return target;
}

async function at<T>({ address }: Target, { timeout }: CliOptions, ask: (caller: FaultCaller) => Promise<T>): Promise<T> {
  const caller = new FaultCaller({ endpoint: address, timeoutMs: timeout });
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
  ask: (caller: FaultCaller) => ReturnType<FaultCaller["list"]>,
): Promise<NodeFaultList[]> {
  let refusal: BalsaError | null = null;
  const lists = await Promise.all(
    targets.map(async (target) => {
      try {
        return { node: target.node, faults: await at(target, options, ask) };
      } catch (error) {
        if (!(error instanceof BalsaError) || error.code !== grpcStatus.UNIMPLEMENTED) throw error;
        refusal = error;
        return { node: target.node, faults: null };
      }
    }),
  );
  if (refusal !== null && lists.every(({ faults }) => faults === null)) throw refusal;
  return lists;
}

function line(fact: object): string {
  return `${JSON.stringify(fact)}\n`;
}
