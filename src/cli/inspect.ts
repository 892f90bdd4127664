import { setTimeout as sleep } from "node:timers/promises";
import { StatusReader } from "../server/node/node-status.ts";
import { verifyDataDirectory } from "../storage/directory/verify.ts";
import type { Identity } from "../storage/files/identity.ts";
import { errorText } from "../terminal/error-text.ts";
import { exitCodes } from "../terminal/exit-codes.ts";
import { json as jsonText } from "../terminal/printable.ts";
import type { CliOptions, CliWorld } from "./basics/options.ts";
import { figuresTable, type StatusAnswer, statusSummary, statusTable } from "./basics/status.ts";

/** What the commands of an operator do. Each resolves to the exit code. */

export interface StatusOptions extends CliOptions {
  readonly watch?: true;
  readonly figures?: true;
}

const watchEveryMs = 1_000;
/** Longest wait for a node, in ms; the others are there already. */
const statusTimeoutMsMax = 2_000;
const clearScreen = "\x1b[H\x1b[2J";

export async function status(world: CliWorld, options: StatusOptions): Promise<number> {
  const { json, figures = json, timeout, proxy } = options;
  const reader = new StatusReader({ timeoutMs: Math.min(timeout, statusTimeoutMsMax), proxy, withFigures: figures });
  try {
    for (;;) {
      const answers = await Promise.all(
        options.endpoints.map(async (address) => ({ address, status: await reader.read(address) })),
      );
      if (options.watch && !options.json && world.isTerminal) await world.print(Buffer.from(clearScreen));
      const hasReader = await world.print(options.json ? `${jsonText(answers.map(jsonAnswer))}\n` : screen(answers, options));
      if (!options.watch || !hasReader)
        return answers.every((answer) => answer.status instanceof Error) ? exitCodes.unreachable : exitCodes.done;
      await sleep(watchEveryMs);
    }
  } finally {
    reader.close();
  }
}

function screen(answers: readonly StatusAnswer[], { figures }: Pick<StatusOptions, "figures">): string {
  return `${statusTable(answers)}\n${figures ? `${figuresTable(answers)}\n` : ""}${statusSummary(answers)}\n`;
}

function jsonAnswer({ address, status }: StatusAnswer) {
  return status instanceof Error ? { address, error: status.message } : { address, ...status };
}

function whoseData({ phase, nodeId, clusterId, incarnationId }: Identity): string {
  if (phase === "joining") return "a node that has begun to join a cluster and does not know its id yet";
  if (phase === "founding") return `node ${nodeId}, which waits for its cluster "${clusterId}" to begin`;
  return `node ${nodeId} of cluster "${clusterId}" (incarnation ${incarnationId})`;
}

/** Reads all of a stopped node's data; a damage that no open would notice is found here. */
export async function verify(world: CliWorld, directory: string, { json }: Pick<CliOptions, "json">): Promise<number> {
  try {
    const { identity, log, state, problems } = await verifyDataDirectory(directory);
    for (const problem of problems) world.complain(problem.message);
    if (json) await world.print(`${jsonText({ identity, log, state, problems: problems.map(errorText) })}\n`);
    else if (problems.length === 0) {
      const who = whoseData(identity);
      const from = log !== null && log.firstIndex > 1 ? `from entry ${log.firstIndex} ` : "";
      const entries = log === null ? "no log yet" : `a log ${from}up to entry ${log.lastIndex} of term ${log.lastTerm}`;
      const records =
        state === null ? "no state yet" : `${state.records} records as of entry ${state.appliedIndex} (digest ${state.digest})`;
      await world.print(`All is well: ${who}, ${entries}, ${records}.\n`);
    }
    return problems.length === 0 ? exitCodes.done : exitCodes.storage;
  } catch (error) {
    world.complain(errorText(error));
    return exitCodes.storage;
  }
}
