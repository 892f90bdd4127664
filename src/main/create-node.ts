import type { View } from "../core/api.ts";
import type { Event } from "../core/events.ts";
import type { NodeId } from "../core/types.ts";
import { kvMachine } from "../machine/kv.ts";
import type { Machine } from "../machine/machine.ts";
import { withSessions } from "../machine/sessions.ts";
import { closed, openDataDirectory } from "../storage/open.ts";
import type { KeyName } from "./config/schema.ts";
import { type Config, checkConfig } from "./config.ts";
import { DiskUsage } from "./disk-usage.ts";
import { BalsaNode, type EmbeddedPorts } from "./embedded-node.ts";
import { Log } from "./log.ts";
import { systemPorts } from "./system-ports.ts";

/** Who a node is and where it lives. All that has no default must be given. */
export interface NodeSettings {
  /** This node's id among the members. */
  readonly id: NodeId;
  /** Peer addresses of all members by id, as "host:port". Left out, the node is a cluster of its own. */
  readonly peers?: Readonly<Record<NodeId, string>>;
  /** Where the other nodes reach this one, as "host:port". */
  readonly listen?: string;
  /**
   * Where clients and operators reach this node, as "host:port". Left out, nobody does but the program itself. With
   * the key-value map both are served, with a machine of one's own operators only.
   */
  readonly clientListen?: string;
  /** Directory of this node's log and state. */
  readonly dataDir: string;
  readonly clusterId?: string;
  /** What is replicated; the key-value map if left out. It must stay the same for the life of the cluster. */
  readonly machine?: Machine;
  /** Any other key of docs/configuration.md. */
  readonly more?: Readonly<Partial<Record<KeyName, string | number>>>;
  /** Told what happens in this node. Must not throw. */
  readonly onEvent?: (event: Event, view: View) => void;
  /** Takes the log, line by line as JSON; left out, nothing is logged. */
  readonly logTo?: { write(line: string): void };
}

/**
 * Starts a node inside this program and resolves once its ports are open.
 * @throws ConfigError for settings that make no sense; DataDirectoryError for data that are damaged or somebody else's
 */
export async function createNode(settings: NodeSettings): Promise<BalsaNode> {
  const { machine, onEvent = () => undefined, logTo = { write: () => undefined } } = settings;
  const config = checkConfig(valuesOf(settings));
  const { id, clusterId, dataDir, bootstrap, logLevels } = config;
  const data = await openDataDirectory({ directory: dataDir, clusterId, nodeId: id, bootstrap }, systemPorts());
  const serves = settings.clientListen === undefined ? "nobody" : machine === undefined ? "map" : "operators";
  const log = new Log({ node: id, clusterId, levels: logLevels }, logTo);
  const ports = {
    data,
    diskUsage: new DiskUsage(dataDir),
    machine: machine ?? withSessions(kvMachine),
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

function valuesOf({ id, peers = {}, listen, clientListen, dataDir, clusterId, more }: NodeSettings) {
  const given = { listen, clientListen, clusterId };
  const known = Object.entries(given).filter((entry): entry is [KeyName & keyof typeof given, string] => entry[1] !== undefined);
  const list = Object.entries(peers)
    .map(([peer, address]) => `${peer}=${address}`)
    .join(",");
  return { ...more, ...Object.fromEntries(known), id, dataDir, peers: list };
}
