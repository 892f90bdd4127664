import { setTimeout as sleep } from "node:timers/promises";
import { verifyDataDirectory } from "../../storage/verify.ts";
import { SystemClock } from "../clock.ts";
import { errorText } from "../error-text.ts";
import { exitCodes } from "../exit-codes.ts";
import { StatusReader } from "../node-status.ts";
import type { CliOptions, CliWorld } from "./options.ts";
import { type StatusAnswer, statusSummary, statusTable } from "./status.ts";

/** What the commands of an operator do. Each resolves to the exit code. */

export interface StatusOptions extends CliOptions {
  readonly watch?: true;
}

const watchEveryMs = 1_000;
/** A node that says nothing for so long is not waited for; the others are there already. */
const statusTimeoutMsMax = 2_000;
const clearScreen = "\x1b[H\x1b[2J";

export async function status(world: CliWorld, options: StatusOptions): Promise<number> {
  const reader = new StatusReader({ timeoutMs: Math.min(options.timeout, statusTimeoutMsMax) });
  try {
    for (;;) {
      const answers = await Promise.all(
        options.endpoints.map(async (address) => ({ address, status: await reader.read(address) })),
      );
      await world.print(options.json ? `${JSON.stringify(answers.map(jsonAnswer))}\n` : screen(answers, options.watch === true));
      if (!options.watch) return answers.every((answer) => answer.status instanceof Error) ? exitCodes.unreachable : exitCodes.done;
      await sleep(watchEveryMs);
    }
  } finally {
    reader.close();
  }
}

function screen(answers: readonly StatusAnswer[], watch: boolean): string {
  return `${watch && process.stdout.isTTY ? clearScreen : ""}${statusTable(answers)}\n${statusSummary(answers)}\n`;
}

function jsonAnswer({ address, status }: StatusAnswer) {
  return status instanceof Error ? { address, error: status.message } : { address, ...status };
}

/** Reads all of a stopped node's data; a damage that no open would notice is found here. */
export async function verify(world: CliWorld, directory: string, { json }: Pick<CliOptions, "json">): Promise<number> {
  try {
    const { identity, log, state, problems } = await verifyDataDirectory(directory, { clock: new SystemClock() });
    for (const problem of problems) world.complain(problem.message);
    if (json) await world.print(`${JSON.stringify({ identity, log, state, problems: problems.map(errorText) })}\n`);
    else if (problems.length === 0) {
      const who =
        identity.phase === "joining"
          ? "a node that has begun to join a cluster and does not know its id yet"
          : `node ${identity.nodeId} of cluster "${identity.clusterId}"`;
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
