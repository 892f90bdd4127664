import { type Config, readConfig } from "../../config/config.ts";
import { kvMachine } from "../../machine/kv.ts";
import { withSessions } from "../../machine/sessions.ts";
import { NotAMember } from "../../node/ports/not-a-member.ts";
import { StateDiffers } from "../../node/ports/state-differs.ts";
import { isBlank } from "../../storage/directory/new-directory.ts";
import { type DataDirectory, openDataDirectory } from "../../storage/directory/open.ts";
import { DataDirectoryError, WriteFailed } from "../../storage/files/errors.ts";
import { type Owner, readIdentity } from "../../storage/files/identity.ts";
import { errorText } from "../../terminal/error-text.ts";
import { exitCodes } from "../../terminal/exit-codes.ts";
import { lines } from "../../terminal/printable.ts";
import { StandardStreams } from "../../terminal/standard-streams.ts";
import { packageVersion } from "../../terminal/version.ts";
import { Log } from "../log/log.ts";
import { type LogOutput, openLogOutput } from "../log/log-output.ts";
import { DiskUsage } from "../node/disk-usage.ts";
import { portProblems } from "../node/free-ports.ts";
import { NodeServer } from "../node/node-server.ts";
import { CannotListen } from "../node/peer-server.ts";
import { privacyWarning } from "../node/privacy.ts";
import { systemPorts } from "../node/system-ports.ts";
import { announceAddresses } from "./announce.ts";
import { foundCluster } from "./found-cluster.ts";
import { type JoinPorts, joinCluster } from "./join.ts";
import { rejoinAdvice } from "./words.ts";

/** Whoever stops a node may kill it after 2 s; by then it has ended, however busy its disk is. */
const stopWithinMs = 1_800;

/** Runs one node in this process, from its configuration to its exit code. */
export async function serve(args: readonly string[]): Promise<void> {
  const result = readConfig(args, process.env);
  switch (result.type) {
    case "text":
      return printText(result.text);
    case "problems":
      for (const problem of result.problems) console.error(problem);
      process.exitCode = exitCodes.usage;
      return;
    case "config":
      return serveConfig(result.config, [...result.ignored, ...result.warnings]);
    default:
      return result satisfies never;
  }
}

async function printText(text: string): Promise<void> {
  const streams = new StandardStreams();
  await streams.print(`${text}\n`);
  process.exitCode = await streams.finish(exitCodes.done);
}

export function serveConfig(config: Config, warnings: readonly string[]): Promise<void> {
  return new NodeProgram(config).run(warnings);
}

/** The node as a program: its exit, its signals and its last line. */
class NodeProgram {
  #config: Config;
  readonly #format: "json" | "voice";
  readonly #output: LogOutput;
  #log: Log;
  #server: NodeServer | null = null;
  #isStopping = false;

  constructor(config: Config) {
    const { logFormat } = config;
    this.#config = config;
    this.#format = logFormat === "auto" ? (process.stdout.isTTY ? "voice" : "json") : logFormat;
    this.#output = openLogOutput(this.#format);
    this.#log = this.#newLog();
  }

  async run(warnings: readonly string[]): Promise<void> {
    const { id, listen, clientListen } = this.#config;
    process.title = id === 0 ? "balsa node" : `balsa node ${id}`;
    process.on("uncaughtException", (error) => this.#fail(error));
    this.#stopOnSignals();
    const busy = await portProblems([listen, clientListen]);
    if (busy !== null) return this.#end(exitCodes.port, busy);
    for (const warning of warnings) this.#log.area("main").warn(warning);
    const ports = systemPorts();
    try {
      const owner = await this.#owner(ports);
      if (owner === null) return this.#end(exitCodes.usage, noIdentity(this.#config.dataDir));
      await foundCluster(this.#config, owner, { ...ports, say: this.#say, warn: this.#warn });
      await this.#start(await openDataDirectory({ directory: this.#config.dataDir, ...owner }, ports));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Who this node is: as it is told, as its data directory knows, or as the cluster says that it joins. Null if nobody says. */
  async #owner(ports: Omit<JoinPorts, "say">): Promise<Owner | null> {
    const { id, clusterId, dataDir, join } = this.#config;
    if (id !== 0) return this.#ownerAfterRejoin({ nodeId: id, clusterId });
    const found = await readIdentity(dataDir);
    let owner: Owner | null = found;
    if (found === null || found.phase === "joining" || (isBlank(found) && join.length > 0)) {
      // Without an address a join that was begun cannot go on: whoever opens the directory will say so.
      if (join.length > 0) owner = await joinCluster(this.#config, join, { ...ports, say: this.#say });
    } else if (join.length > 0) this.#say(`This node has joined cluster "${found.clusterId}" already, as node ${found.nodeId}.`);
    return owner === null ? null : this.#become(owner);
  }

  /** A machine whose node has rejoined may be told its first id for ever. The node is who its data directory says. */
  async #ownerAfterRejoin(told: Owner): Promise<Owner> {
    const found = await readIdentity(this.#config.dataDir);
    if (found === null || found.phase === "joining" || found.clusterId !== told.clusterId) return told;
    if (!found.replaces.includes(told.nodeId) || found.nodeId === told.nodeId) return told;
    this.#say(`This is node ${found.nodeId}, which has taken the place of node ${told.nodeId}.`);
    return this.#become(found);
  }

  #become({ nodeId, clusterId }: Owner): Owner {
    this.#config = { ...this.#config, id: nodeId, clusterId };
    this.#log = this.#newLog();
    process.title = `balsa node ${nodeId}`;
    return { nodeId, clusterId };
  }

  readonly #say = (sentence: string): void => this.#log.area("main").info(sentence);
  readonly #warn = (sentence: string): void => this.#log.area("main").warn(sentence);

  #newLog(): Log {
    const { id: node, clusterId, logLevels: levels } = this.#config;
    return new Log({ node, clusterId, levels }, this.#output);
  }

  async #start(data: DataDirectory): Promise<void> {
    const { clusterId, listen, clientListen, dataDir } = this.#config;
    const diskUsage = new DiskUsage(dataDir);
    diskUsage.start();
    const onStopped = (why: Error | null) => (why === null ? this.#end(exitCodes.done) : this.#fail(why));
    const server = new NodeServer(this.#config, {
      log: this.#log,
      data,
      machine: withSessions(kvMachine),
      serves: "map",
      diskUsage,
      version: packageVersion,
      onEvent: () => undefined,
      endProcess: () => process.kill(process.pid, "SIGKILL"),
      onStopped,
    });
    this.#server = server;
    try {
      await server.start();
    } catch (error) {
      return this.#end(exitCodes.port, errorText(error));
    }
    const entries = data.restored.entries.length;
    const log = entries === 0 ? "an empty log" : `a log of ${entries} ${entries === 1 ? "entry" : "entries"}`;
    this.#log
      .area("main")
      .info(`Serving clients on ${clientListen} and peers on ${listen}, in cluster "${clusterId}", with ${log} in ${dataDir}.`);
    const exposed = await privacyWarning(dataDir);
    if (exposed !== null) this.#log.area("main").warn(exposed);
    const { incarnationId } = data.identity;
    void announceAddresses(this.#config, {
      incarnationId,
      say: this.#say,
      isStopping: () => this.#isStopping,
      isLetIn: () => server.isLetIn,
    });
  }

  /** Also when whoever started this process with a channel to it is gone, so that no launcher leaves orphans behind. */
  #stopOnSignals(): void {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => this.#stop(`Got ${signal}`));
    if (process.connected) process.on("disconnect", () => this.#stop("The process that started this node is gone"));
  }

  /** Further signals change nothing: in a terminal, Ctrl-C reaches a node directly and through its launcher. */
  #stop(why: string): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#log.area("main").info(`${why}. Stopping.`);
    setTimeout(() => this.#giveUp(), stopWithinMs).unref();
    if (this.#server === null) this.#end(exitCodes.done);
    else this.#server.stop();
  }

  /** A thread that hangs in a write to the disk would keep the process from an orderly exit. What was acknowledged is safe. */
  #giveUp(): void {
    this.#output.flushSync();
    console.error(`${this.#name}: It could not stop within ${stopWithinMs} ms, and is killed.`);
    process.kill(process.pid, "SIGKILL");
  }

  /**
   * A node whose data is damaged would fail again in the same way; after a failed write it need not. One that the
   * cluster goes on without has not failed, but must not be started again either.
   */
  #fail(error: unknown): void {
    if (error instanceof CannotListen) return this.#end(exitCodes.port, errorText(error));
    if (error instanceof NotAMember)
      return this.#end(exitCodes.notAMember, `${errorText(error)}${rejoinAdvice(error, this.#config)}`);
    const damaged = error instanceof StateDiffers || (error instanceof DataDirectoryError && !(error instanceof WriteFailed));
    const advice = rejoinAdvice(error, this.#config);
    if (this.#format === "json") this.#log.area("main").fatal({ err: error }, "The node has failed.");
    this.#end(damaged ? exitCodes.storage : exitCodes.failed, `${errorText(error)}${advice}`);
  }

  /** The last line goes to standard error, where it is found whatever the log looks like. */
  #end(code: number, lastLine?: string): void {
    this.#output.flushSync();
    if (lastLine !== undefined) console.error(`${this.#name}: ${lines(lastLine)}`);
    process.exit(code);
  }

  get #name(): string {
    return this.#config.id === 0 ? "Node" : `Node ${this.#config.id}`;
  }
}

function noIdentity(dataDir: string): string {
  return `id is missing: give --id or BALSA_ID for a new cluster, or --join to join one; there is no node's data in ${dataDir} either.`;
}
