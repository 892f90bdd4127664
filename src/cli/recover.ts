import Table from "cli-table3";
import type { Command } from "commander";
import { schema } from "../config/schema.ts";
import type { Member } from "../core/types.ts";
import { kvMachine } from "../machine/kv.ts";
import { isMapCommand } from "../machine/map-command.ts";
import { withSessions } from "../machine/sessions.ts";
import { NoSurvivor, NotOfThisMachine, type Recovered, readSurvivor, recoverDirectory, type Survivor } from "../repair/recover.ts";
import { systemPorts } from "../server/node/system-ports.ts";
import { rejoinCommand } from "../server/start/words.ts";
import type { LogSummary } from "../storage/directory/verify.ts";
import { DataDirectoryError } from "../storage/files/errors.ts";
import type { Identity } from "../storage/files/identity.ts";
import { errorText } from "../terminal/error-text.ts";
import { exitCodes } from "../terminal/exit-codes.ts";
import type { CliWorld } from "./basics/options.ts";

export interface RecoverOptions {
  readonly dataDir: string;
  /** Data directories of other survivors. */
  readonly compare: readonly string[];
  readonly force: boolean;
}

export function addRecoverCommand(cluster: Command, world: CliWorld, done: (code: number) => void): void {
  cluster
    .command("recover")
    .description(
      "Makes one survivor the only voter of a cluster that has lost its majority for good. Acknowledged writes may be lost.",
    )
    .requiredOption("--data-dir <directory>", "the survivor's data directory; no process may use it")
    .option("--compare <directory...>", "data directories of other survivors, or copies of them", [])
    .option("--force", "carry it out; without this flag the command only says what would happen", false)
    .action(async (options: RecoverOptions) => done(await recover(world, options)));
}

/** Resolves to the exit code. */
export async function recover(world: CliWorld, { dataDir, compare, force }: RecoverOptions): Promise<number> {
  try {
    const survivors = await Promise.all([dataDir, ...compare].map(readSurvivor));
    const [chosen] = survivors;
    if (chosen === undefined) return exitCodes.usage;
    const clusters = clustersOf(survivors.map(({ found }) => found.identity));
    if (clusters.length > 1) return refused(world, exitCodes.usage, `These are of different clusters: ${clusters.join(", ")}.`);
    const best = survivors.reduce((a, b) => (isFurther(b.log, a.log) ? b : a));
    await world.print(`${tableOf(survivors, best)}\n`);
    world.complain(warning(chosen));
    if (best !== chosen)
      return refused(world, exitCodes.failed, `${best.directory} has more of the log than ${dataDir}: recover from that one.`);
    if (!force) return refused(world, exitCodes.failed, "Nothing was changed. To go on, say so: --force.");
    const ports = { ...systemPorts(), machine: withSessions(kvMachine), isCommand: isMapCommand };
    await world.print(nextSteps(chosen, await recoverDirectory(dataDir, chosen.found.identity, ports)));
    return exitCodes.done;
  } catch (error) {
    if (error instanceof NoSurvivor || error instanceof NotOfThisMachine) return refused(world, exitCodes.failed, errorText(error));
    if (error instanceof DataDirectoryError) return refused(world, exitCodes.storage, errorText(error));
    throw error;
  }
}

/** Each cluster, and each life of one, in words. A survivor whose recovery was begun has drawn its next life already. */
function clustersOf(identities: readonly Identity[]): string[] {
  const decided = identities.filter(({ phase }) => phase !== "recovering");
  const lives = decided.map(({ clusterId, incarnationId }) => `"${clusterId}" (incarnation ${incarnationId})`);
  const others = identities.filter(({ clusterId }) => !decided.some((other) => other.clusterId === clusterId));
  return [...new Set([...lives, ...others.map(({ clusterId }) => `"${clusterId}"`)])];
}

/** As voters compare logs: whoever has the later term, and in it the greater index, has all that can have been acknowledged and is left. */
function isFurther(a: LogSummary, b: LogSummary): boolean {
  return a.lastTerm > b.lastTerm || (a.lastTerm === b.lastTerm && a.lastIndex > b.lastIndex);
}

function tableOf(survivors: readonly Survivor[], best: Survivor): string {
  const head = ["Directory", "Node", "Last term", "Last index", "Applied index", "Records", "Digest", ""];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const survivor of survivors) {
    const { directory, found, log } = survivor;
    const { state, identity } = found;
    const mark = survivor === best && survivors.length > 1 ? "has most of the log" : "";
    const applied = [state?.appliedIndex ?? 0, state?.records ?? 0, state?.digest ?? ""];
    table.push([directory, identity.nodeId, log.lastTerm, log.lastIndex, ...applied, mark]);
  }
  return table.toString();
}

function warning({ directory, found: { identity }, log }: Survivor): string {
  return `
WARNING: this is for a cluster that has lost its majority for good, and it can lose acknowledged writes.

  Node ${identity.nodeId} of cluster "${identity.clusterId}" in ${directory} becomes the only voter.
  Its log, up to entry ${log.lastIndex} of term ${log.lastTerm}, becomes all that was ever decided:
  - writes that were acknowledged by a majority without this node, and are not in this log, are LOST;
  - writes that are in this log and were never acknowledged take effect;
  - revisions after those in this log are given again, to other writes.
  Choose the survivor with the highest last term, and among those the one with the highest last index. Each one's stand in
  this table: compare them with --compare, or where they are by balsa cluster recover --data-dir DIR, without --force.
  All other nodes stop being members. NEVER start one of them again before it has rejoined (balsa node rejoin). If a majority
  of them is in truth alive somewhere, do not do this: it would go on without this node, and writes would part ways.`;
}

function nextSteps({ directory, found: { identity } }: Survivor, { survivor, left, lastIndex, term }: Recovered): string {
  const ids = left.map(({ id }) => id).join(", ");
  const others = left.length === 0 ? "There were no other members." : `No members any more: node ${ids}.`;
  return `Node ${survivor.id} in ${directory} is the only voter now, as of entry ${lastIndex} and term ${term}. ${others}
Start it as before, and look whether the data are what you expect.
${left.length === 0 ? "" : rejoining(identity.clusterId, survivor, left)}`;
}

/** A command for each node that is left: only the survivor still knows where they were. */
function rejoining(clusterId: string, { id: self, clientAddress }: Member, left: readonly Member[]): string {
  const commands = left.map(({ id, ...where }) => {
    const place = { advertisePeer: where.peerAddress || null, advertiseClient: where.clientAddress || null };
    const listening = { listen: schema.listen.default, clientListen: schema.clientListen.default };
    const config = { id, clusterId, dataDir: "DIR", ...listening, ...place };
    return `  ${rejoinCommand(config, clientAddress === "" ? [] : [clientAddress])}`;
  });
  return `Then have the others rejoin, each on its own machine, and start each before the next one. DIR is its data directory there; where
a node is told another id than here, by its flags or its environment, give that one.
${commands.join("\n")}
${clientAddress === "" ? `HOST:PORT is the client address of node ${self}.\n` : ""}`;
}

function refused(world: CliWorld, code: number, line: string): number {
  world.complain(line);
  return code;
}
