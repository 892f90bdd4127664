import {
  functionArgument,
  optionsArgument,
  partsArgument,
  textArgument,
  wholeNumberArgument,
} from "../../client/values/arguments.ts";
import { type Config, checkConfig } from "../../config/config.ts";
import type { KeyName } from "../../config/schema.ts";
import type { Values } from "../../config/sources.ts";
import type { View } from "../../core/api.ts";
import type { NodeId } from "../../core/types.ts";
import { kvMachine } from "../../machine/kv.ts";
import type { Machine } from "../../machine/machine.ts";
import { withSessions } from "../../machine/sessions.ts";
import type { NodeEvent } from "../../node/ports/node-events.ts";
import { openDataDirectory } from "../../storage/directory/open.ts";
import { closed } from "../../storage/files/closed.ts";
import { Log } from "../log/log.ts";
import { DiskUsage } from "../node/disk-usage.ts";
import { portProblems } from "../node/free-ports.ts";
import { CannotListen } from "../node/peer-server.ts";
import { privacyWarning } from "../node/privacy.ts";
import { systemPorts } from "../node/system-ports.ts";
import { foundCluster } from "../start/found-cluster.ts";
import { BalsaNode, type EmbeddedPorts } from "./embedded-node.ts";

/** Who a node is and where it lives. All that has no default must be given. */
export interface NodeSettings {
  /** This node's id among the members. */
  readonly id: NodeId;
  /** Peer addresses of all members by id, as "host:port". Left out, the node is a cluster of its own. */
  readonly peers?: Readonly<Record<NodeId, string>> | undefined;
  /** Where the other nodes reach this one, as "host:port". */
  readonly listen?: string | undefined;
  /**
   * Where clients and operators reach this node, as "host:port". Left out, nobody does but the program itself. With
   * the key-value map both are served, with another machine operators only.
   */
  readonly clientListen?: string | undefined;
  /** Directory of this node's log and state. */
  readonly dataDir: string;
  readonly clusterId?: string | undefined;
  /** What is replicated; the key-value map if left out. It must stay the same for the life of the cluster. */
  readonly machine?: Machine | undefined;
  /** Any other key of docs/configuration.md. */
  readonly more?: Readonly<Partial<Record<KeyName, string | number | undefined>>> | undefined;
  /** Ends the wait for a cluster that is yet to begin; then `createNode` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told what happens in this node. Must not throw. */
  readonly onEvent?: ((event: NodeEvent, view: View) => void) | undefined;
  /** Takes the log, line by line as JSON; left out, nothing is logged. */
  readonly logTo?: { write(line: string): void } | undefined;
}

/**
 * Starts a node inside this program and resolves once it has a cluster and its ports are open. A new cluster begins once every
 * node of `peers` is up and empty: until then this waits, and `logTo` is told for whom.
 * @throws TypeError for settings of the wrong type, ConfigError for others that make no sense; DataDirectoryError for data
 *     that are damaged or somebody else's, CannotListen for a port that is in use: the data directory is then as it was; NotAMember if
 *     the others are in a cluster without this node, or know it with another disk
 */
export async function createNode(settings: NodeSettings): Promise<BalsaNode> {
  checkSettings(settings);
  const { machine, signal, onEvent = () => undefined, logTo = { write: () => undefined } } = settings;
  const config = checkConfig(valuesOf(settings));
  const { id, clusterId, dataDir, logLevels, listen, clientListen } = config;
  // Nothing is made, or changed, for a node that could not be reached.
  const busy = await portProblems(settings.clientListen === undefined ? [listen] : [listen, clientListen]);
  if (busy !== null) throw new CannotListen(busy);
  const owner = { clusterId, nodeId: id };
  const log = new Log({ node: id, clusterId, levels: logLevels }, logTo);
  const say = (sentence: string): void => log.area("main").info(sentence);
  const warn = (sentence: string): void => log.area("main").warn(sentence);
  await foundCluster(config, owner, { ...systemPorts(), say, warn, ...(signal && { signal }) });
  const data = await openDataDirectory({ directory: dataDir, ...owner }, systemPorts());
  const serves = settings.clientListen === undefined ? "nobody" : machine === undefined ? "map" : "operators";
  const ports = {
    data,
    diskUsage: new DiskUsage(dataDir),
    machine: machine ?? withSessions(kvMachine),
    isMap: machine === undefined,
    serves,
    onEvent,
    log,
  } as const;
  const node = await madeOf(config, ports);
  try {
    await node.start();
  } catch (error) {
    await node.stop();
    throw error;
  }
  const exposed = await privacyWarning(dataDir);
  if (exposed !== null) log.area("main").warn(exposed);
  return node;
}

/** What was found on disk may be such as no node can be made of it; then the directory is given back. */
async function madeOf(config: Config, ports: EmbeddedPorts): Promise<BalsaNode> {
  try {
    return new BalsaNode(config, ports);
  } catch (error) {
    const { log, state } = ports.data;
    await Promise.all([closed(log), closed(state)]);
    throw error;
  }
}

/** What is left out is for the configuration to miss; what is there has the right type. @throws TypeError */
function checkSettings(settings: unknown): void {
  const { id, peers, machine, more, signal, onEvent, logTo, ...texts } = partsArgument("settings", settings);
  if (id !== undefined) wholeNumberArgument("settings.id", id, { min: 0 });
  for (const name of ["listen", "clientListen", "dataDir", "clusterId"] as const) {
    if (texts[name] !== undefined) textArgument(`settings.${name}`, texts[name]);
  }
  for (const [peer, address] of Object.entries(optionsArgument("settings.peers", peers)))
    textArgument(`settings.peers[${peer}]`, address);
  for (const [name, value] of Object.entries(optionsArgument("settings.more", more))) {
    if (value !== undefined && typeof value !== "number") textArgument(`settings.more.${name}`, value);
  }
  if (machine !== undefined) {
    const { reads, apply } = partsArgument("settings.machine", machine);
    functionArgument("settings.machine.reads", reads);
    functionArgument("settings.machine.apply", apply);
  }
  if (signal !== undefined)
    functionArgument("settings.signal.addEventListener", partsArgument("settings.signal", signal).addEventListener);
  if (onEvent !== undefined) functionArgument("settings.onEvent", onEvent);
  if (logTo !== undefined) functionArgument("settings.logTo.write", partsArgument("settings.logTo", logTo).write);
}

function valuesOf({ id, peers = {}, listen, clientListen, dataDir, clusterId, more = {} }: NodeSettings): Values {
  const list = Object.entries(peers).map(([peer, address]) => `${peer}=${address}`);
  const given = { ...more, listen, clientListen, clusterId, id, dataDir, peers: list.join(",") };
  // What is undefined is left out, so that the default holds.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
