import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { HerdResult, HerdTask } from "../load/herd-clients.ts";
import type { Figure, Measurement } from "../measure/measurement.ts";
import { median } from "../measure/statistics.ts";
import type { Context } from "./context.ts";

/** Enough to keep every answer waiting for longer than clients wait before they look about. */
const clients = 64;
const valueBytes = 100_000;
/** A program in JavaScript runs on one processor, on which all these clients would wait for each other. */
const processes = 4;
const ms = 10_000;

interface Round {
  readonly usual: HerdResult;
  /** The same, but clients just wait. */
  readonly waiting: HerdResult;
}

/**
 * Clients whose answers come slowly because there are many of them, beside the same clients without their looking for a
 * better node meanwhile, in turn: what clients do while they wait must not be what they wait for.
 */
export async function measureHerd(context: Context): Promise<Measurement> {
  const { cluster, options } = context;
  const termBefore = await cluster.term();
  const rounds: Round[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    const looksFirst = round % 2 === 0;
    const first = await herd(context, looksFirst);
    await cluster.settled();
    const second = await herd(context, !looksFirst);
    await cluster.settled();
    rounds.push(looksFirst ? { usual: first, waiting: second } : { usual: second, waiting: first });
  }
  const elections = (await cluster.term()) - termBefore;
  const failure = rounds.flatMap(({ usual, waiting }) => [usual.firstFailure, waiting.firstFailure]).find((each) => each !== null);
  return {
    case: context.case,
    subject: cluster.subject.name,
    load: "BalsaClient",
    figures: figuresOf(rounds),
    usage: null,
    notes: [
      `${clients} clients in ${processes} processes, values of ${valueBytes / 1_000} kB, ${ms / 1_000} s each, in turn.`,
      `There were ${elections} elections.`,
      ...(failure === undefined ? [] : [`The first failed write was told: ${failure}`]),
    ],
  };
}

function figuresOf(rounds: readonly Round[]): Figure[] {
  const figure = (name: string, numberIn: (round: Round) => number): Figure => ({ name, unit: "", rounds: rounds.map(numberIn) });
  const share = median(rounds.map(({ usual }) => usual.writes)) / median(rounds.map(({ waiting }) => waiting.writes));
  return [
    figure("writes", ({ usual }) => usual.writes),
    figure("writes of clients that just wait", ({ waiting }) => waiting.writes),
    { name: "the one of the other", unit: "", rounds: [share] },
    figure("connections", ({ usual }) => usual.connections),
    figure("connections of clients that just wait", ({ waiting }) => waiting.connections),
    figure("sent again", ({ usual }) => usual.repeats),
    figure("failed", ({ usual, waiting }) => usual.failures + waiting.failures),
  ];
}

async function herd({ cluster }: Context, looksAbout: boolean): Promise<HerdResult> {
  const task = { endpoints: cluster.clientAddresses, clients: clients / processes, valueBytes, ms, looksAbout };
  const results = await Promise.all(Array.from({ length: processes }, () => part(task)));
  const sum = (name: "writes" | "failures" | "repeats" | "connections") =>
    results.reduce((total, result) => total + result[name], 0);
  const firstFailure = results.find((result) => result.firstFailure !== null)?.firstFailure ?? null;
  return {
    writes: sum("writes"),
    failures: sum("failures"),
    repeats: sum("repeats"),
    connections: sum("connections"),
    firstFailure,
  };
}

/** One process of clients; it ends with its task, or when this process does. */
function part(task: HerdTask): Promise<HerdResult> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL("../load/herd-clients.js", import.meta.url)));
    child.once("message", (result: HerdResult) => resolve(result));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`A process of clients ended early, with code ${code}.`)));
    child.send(task);
  });
}
