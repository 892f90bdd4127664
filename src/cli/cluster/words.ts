import Table from "cli-table3";
import type { ClusterNode } from "./node.ts";
import { type ClusterOptions, clusterDefaults } from "./plan.ts";

/** What the launcher shows of a cluster that works. */

export function clusterTable(nodes: readonly ClusterNode[], leader: number): string {
  const table = new Table({ head: ["Node", "Client address", "Role", "Pid", "Data directory"], style: { head: [], border: [] } });
  for (const { plan, pid } of nodes) {
    const role = pid === null ? "Down" : plan.id === leader ? "Leader" : "Follower";
    table.push([String(plan.id), plan.clientAddress, role, String(pid ?? "-"), plan.dataDir]);
  }
  return table.toString();
}

/** Where the cluster is seen, and what that means for it. */
export function pageLines({ faults = false }: ClusterOptions, url: string): string[] {
  const rights = "Whoever has this address may pause, kill and cut nodes, read and write";
  return [
    "",
    faults ? `${rights}: nodes were started with faults on. --no-dashboard starts neither.` : `${rights}.`,
    `See it work: ${url}`,
  ];
}

/** What a newcomer may try next: the wire, the command line client, a failure. */
export function tryLines(options: ClusterOptions, nodes: readonly ClusterNode[], leader: number): string[] {
  const first = nodes[0]?.plan.clientAddress ?? "";
  const pid = nodes.find((node) => node.plan.id === leader)?.pid ?? 0;
  const usual = options.port === clusterDefaults.port && options.nodes === clusterDefaults.nodes;
  const endpoints = usual ? "" : ` --endpoints ${nodes.map((node) => node.plan.clientAddress).join(",")}`;
  const set = JSON.stringify({ commands: [{ set: { key: "hello", value: { text: "world" } } }] });
  return [
    "Try, in another terminal:",
    `  grpcurl -plaintext -d '${set}' ${first} balsa.client.v1.ClientService/Submit`,
    `  npx balsa get hello${endpoints}`,
    `  kill -9 ${pid}   # the leader: watch the others elect a new one, and get hello again`,
    "Ctrl-C stops all nodes.",
  ];
}
