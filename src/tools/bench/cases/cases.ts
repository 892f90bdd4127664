import type { Extent } from "../load/closed-loop.ts";
import type { H2load, Spread } from "../load/h2load.ts";
import { Observers } from "../load/observers.ts";
import { StreamLoad } from "../load/stream-load.ts";
import { UnaryLoad } from "../load/unary-load.ts";
import type { Measurement } from "../measure/measurement.ts";
import { type CaseName, many } from "../measure/options.ts";
import { keysMax, type Operation } from "../measure/subject.ts";
import type { Context, Load } from "./context.ts";
import { measureEndurance } from "./endurance.ts";
import { measureFailover } from "./failover.ts";
import { measureHerd } from "./herd.ts";
import { measureInstall } from "./install.ts";
import { measureElections, measureMemory } from "./long-run.ts";
import { measureObserved } from "./observed.ts";
import { measureRestart } from "./restart.ts";
import { measureRollingRestart } from "./rolling-restart.ts";
import { measureSteady } from "./steady.ts";

/** How each case is measured on a fresh cluster. */
export const cases: Readonly<Record<CaseName, (context: Context) => Promise<Measurement[]>>> = {
  "one-write": (context) => unary(context, "write", { connections: 1, requestsEach: 1 }),
  "one-read": (context) => unary(context, "read", { connections: 1, requestsEach: 1 }),
  "many-writes": (context) => unary(context, "write", manySpread),
  "many-reads": (context) => unary(context, "read", manySpread),
  "stream-writes": (context) => fromNode(context, "write", context.roles.leader.clientAddress),
  "session-writes": (context) => fromNode(context, "write", context.roles.leader.clientAddress, true),
  "stream-reads": (context) => fromNode(context, "read", context.roles.leader.clientAddress),
  "follower-reads": (context) => fromNode(context, "read", followerOf(context)),
  failover: async (context) => [await measureFailover(context)],
  elections: async (context) => [await measureElections(context, saturating(context))],
  memory: async (context) => [await measureMemory(context, saturating(context))],
  "rolling-restart": async (context) => [await measureRollingRestart(context)],
  restart: async (context) => [await measureRestart(context)],
  install: async (context) => [await measureInstall(context, saturating(context))],
  herd: async (context) => [await measureHerd(context)],
  observed: async (context) => [await measureObserved(context, saturating(context), () => new Observers())],
  endurance: async (context) => [await measureEndurance(context, saturating(context, context.options.keys))],
};

/** As from a few programs that each make many calls. */
const manySpread: Spread = { connections: 8, requestsEach: many / 8 };
/** More than the cluster can use: what it cannot take waits. */
const saturatingOutstanding = 1_024;

async function unary(context: Context, kind: "write" | "read", spread: Spread): Promise<Measurement[]> {
  const operation = context.cluster.subject[kind];
  const address = context.roles.leader.clientAddress;
  await fill(context);
  await heat(context, kind);
  const measurements: Measurement[] = [];
  if (context.h2load !== null) {
    const load = await h2loadLoad(context.h2load, { operation, address, spread });
    measurements.push(await measureSteady(context, load));
  }
  const outstanding = spread.connections * spread.requestsEach;
  const grpcJs = new UnaryLoad({ address, outstanding, operation });
  measurements.push(await measureSteady(context, timed(grpcJs)));
  return measurements;
}

/** What a program for Node gets: from Balsa by its client's stream, from etcd by unary calls, the only ones it has. */
async function fromNode(context: Context, kind: "write" | "read", address: string, session = false): Promise<Measurement[]> {
  await fill(context);
  return [await measureSteady(context, timed(nodeLoad(context, { kind, address, outstanding: many, keys: keysMax, session })))];
}

function saturating(context: Context, keys = keysMax): UnaryLoad | StreamLoad {
  const address = context.roles.leader.clientAddress;
  return nodeLoad(context, { kind: "write", address, outstanding: saturatingOutstanding, keys, session: false });
}

/** Without a session unless one is asked for: the other system's client has none, so that is what can be compared. */
function nodeLoad({ cluster }: Context, options: ConstructorParameters<typeof StreamLoad>[0]): UnaryLoad | StreamLoad {
  if (cluster.subject.name === "balsa") return new StreamLoad(options);
  return new UnaryLoad({ ...options, operation: cluster.subject[options.kind] });
}

async function h2loadLoad(h2load: H2load, job: { operation: Operation; address: string; spread: Spread }): Promise<Load> {
  const { operation, address, spread } = job;
  const probe = new UnaryLoad({ address, outstanding: 1, operation });
  const answerBytes = await probe.once(0);
  probe.close();
  return {
    name: "h2load",
    run: (ms) => h2load.run(operation, address, spread, ms, answerBytes),
    close: () => undefined,
  };
}

function timed(load: { name: string; run(extent: Extent): ReturnType<Load["run"]>; close(): void }): Load {
  return { name: load.name, run: (ms) => load.run({ ms }), close: () => load.close() };
}

/** Every key exists before anything is measured, so that reads find values and writes replace them. */
async function fill({ cluster, roles }: Context): Promise<void> {
  const load = new UnaryLoad({ address: roles.leader.clientAddress, outstanding: 64, operation: cluster.subject.write });
  const { failures, firstFailure } = await load.run({ requests: keysMax });
  load.close();
  if (failures > 0) throw new Error(`The keys could not be written: ${firstFailure}`);
  await cluster.settled();
}

/**
 * A program in JavaScript is compiled while it runs, the parts that run most often first. One request at a time
 * would take minutes to get there; many requests therefore come first, as they do in the life of a real node.
 */
async function heat({ cluster, roles, options }: Context, kind: "write" | "read"): Promise<void> {
  const address = roles.leader.clientAddress;
  const load = new UnaryLoad({ address, outstanding: many, operation: cluster.subject[kind] });
  await load.run({ ms: options.warmUpMs });
  load.close();
}

function followerOf({ roles }: Context): string {
  return (roles.followers[0] ?? roles.leader).clientAddress;
}
