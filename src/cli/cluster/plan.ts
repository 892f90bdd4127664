import { join } from "node:path";
import { logProblem } from "../../config/log-levels.ts";
import { tempoFlags, tempoMax } from "./tempo.ts";

/** What the launcher is asked for. */
export interface ClusterOptions {
  readonly nodes: number;
  readonly data: string;
  /** Client ports are the ones after it, peer ports those after it + 100. */
  readonly port: number;
  /** Whether a node that died is started again. */
  readonly restart: boolean;
  /** How much every node logs. */
  readonly log: string;
  /** Port of the live page on this machine; false or 0: there is none. */
  readonly dashboard?: number | false;
  /** By how much all timing is stretched; 1, the default, not at all. */
  readonly tempo?: number;
  /** Whether nodes harm themselves when they are told to. */
  readonly faults?: boolean;
}

/** That links are made and lost is left out of the log: the launcher itself says which nodes come and go. */
export const clusterDefaults = {
  nodes: 5,
  data: "./data",
  port: 8000,
  log: "info,transport=error",
  dashboard: 8080,
  tempo: 1,
} as const;

/** One node of the cluster to be. */
export interface NodePlan {
  readonly id: number;
  readonly clientAddress: string;
  readonly peerAddress: string;
  readonly dataDir: string;
  readonly flags: readonly string[];
}

const nodesMax = 25;
const peerPortsAfter = 100;
const host = "127.0.0.1";

/** What makes the options impossible, one sentence each. */
export function planProblems({ nodes, port, log, dashboard = 0, tempo = 1 }: ClusterOptions): string[] {
  const problems: string[] = [];
  if (!Number.isSafeInteger(nodes) || nodes < 1 || nodes > nodesMax)
    problems.push(`--nodes must be a whole number from 1 to ${nodesMax}, best an odd one.`);
  const portMax = 65_535 - peerPortsAfter - nodesMax;
  if (!Number.isSafeInteger(port) || port < 1 || port > portMax)
    problems.push(`--port must be a whole number from 1 to ${portMax}.`);
  if (dashboard !== false && dashboard > 65_535) problems.push("--dashboard must be a port, at most 65535, or 0 for none.");
  if (tempo < 1 || tempo > tempoMax) problems.push(`--tempo must be a whole number from 1 to ${tempoMax}.`);
  const wrongLog = logProblem(log);
  if (wrongLog !== null) problems.push(`--log ${wrongLog}.`);
  return problems;
}

/** What works, but is seldom meant. */
export function planWarnings({ nodes }: ClusterOptions): string[] {
  if (nodes === 1) return ["One node survives no failure; three survive one, five survive two."];
  if (nodes % 2 === 1) return [];
  return [`${nodes} nodes survive no more failures than ${nodes - 1}, and need a larger majority: an odd number is better.`];
}

export function planNodes({ nodes, data, port, log, faults = false, tempo = 1 }: ClusterOptions): NodePlan[] {
  const ids = Array.from({ length: nodes }, (_, i) => i + 1);
  const clientAddress = (id: number) => `${host}:${port + id}`;
  const peerAddress = (id: number) => `${host}:${port + peerPortsAfter + id}`;
  const list = (address: (id: number) => string) => ids.map((id) => `${id}=${address(id)}`).join(",");
  return ids.map((id) => {
    const dataDir = join(data, `node-${id}`);
    const flags = {
      id: String(id),
      peers: list(peerAddress),
      "client-addresses": list(clientAddress),
      listen: peerAddress(id),
      "client-listen": clientAddress(id),
      "data-dir": dataDir,
      "log-format": "voice",
      log,
      ...(faults && { faults: "on" }),
      ...tempoFlags(tempo),
    };
    return {
      id,
      clientAddress: clientAddress(id),
      peerAddress: peerAddress(id),
      dataDir,
      flags: Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
    };
  });
}
