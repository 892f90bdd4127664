import Table from "cli-table3";
import { countOf, quantileOf } from "../../declared/histogram.ts";
import type { NodeStatus } from "../../server/node/node-status.ts";
import { oneLine } from "../../terminal/printable.ts";

/** What one node says of itself, or why it does not. */
export interface StatusAnswer {
  readonly address: string;
  readonly status: NodeStatus | Error;
}

const head = ["Node", "Address", "Role", "Term", "Leader", "Last", "Commit", "Applied", "Lag", "Links", "Disk", "Memory", "Uptime"];

const roles: Readonly<Record<string, string>> = {
  ROLE_FOLLOWER: "Follower",
  ROLE_PRE_CANDIDATE: "Pre-candidate",
  ROLE_CANDIDATE: "Candidate",
  ROLE_LEADER: "Leader",
};

/** One row a node; what a follower lacks is known to the leader only. */
export function statusTable(answers: readonly StatusAnswer[]): string {
  const table = new Table({ head, style: { head: [], border: [] } });
  const leader = leaderOf(answers);
  for (const { address, status } of answers) {
    if (status instanceof Error) {
      table.push(["?", address, { content: reasonOf(status), colSpan: head.length - 2 }]);
      continue;
    }
    const connected = status.peers.filter((peer) => peer.linkState === "LINK_STATE_CONNECTED").length;
    table.push([
      status.nodeId,
      address,
      roles[status.role] ?? oneLine(status.role),
      status.term,
      status.leaderId === 0 ? "none" : status.leaderId,
      status.lastIndex,
      status.commitIndex,
      status.appliedIndex,
      lagOf(status, leader),
      `${connected} of ${status.peers.length}`,
      size(status.diskBytes),
      size(status.memoryBytes),
      duration(status.uptimeMs),
    ]);
  }
  return table.toString();
}

type NodeFigure = NodeStatus["figures"][number];

/** One row a figure, one column a node. Nodes of other versions have other figures. */
export function figuresTable(answers: readonly StatusAnswer[]): string {
  const nodes = answers.flatMap(({ status }) => (status instanceof Error ? [] : [status]));
  const units = new Map(nodes.flatMap(({ figures }) => figures.map((figure) => [figure.name, shownUnit(figure)] as const)));
  const titles = ["Figure", "Unit", ...nodes.map(({ nodeId }) => `Node ${nodeId}`)];
  const table = new Table({ head: titles, style: { head: [], border: [] } });
  const cellOf = ({ figures }: NodeStatus, name: string) => {
    const figure = figures.find((one) => one.name === name);
    return figure === undefined ? "" : shownValue(figure);
  };
  for (const [name, unit] of units) table.push([oneLine(name), oneLine(unit), ...nodes.map((node) => cellOf(node, name))]);
  return table.toString();
}

function shownUnit({ unit, histogram }: NodeFigure): string {
  return histogram === null ? unit : `${unit}: p50 / p99 / count`;
}

function shownValue({ value, histogram }: NodeFigure): number | string {
  if (histogram === null) return value;
  const quantile = (share: number): string => {
    const found = quantileOf(histogram, share);
    if (found === null) return "-";
    return Number.isFinite(found) ? String(Number(found.toPrecision(2))) : `> ${histogram.bounds.at(-1) ?? 0}`;
  };
  return `${quantile(0.5)} / ${quantile(0.99)} / ${countOf(histogram)}`;
}

/** A sentence on the cluster as a whole, and one on what should not be so where data matter. */
export function statusSummary(answers: readonly StatusAnswer[]): string {
  const leader = leaderOf(answers);
  const up = answers.filter(({ status }) => !(status instanceof Error)).length;
  const nodes = `${up} of ${answers.length} nodes answer`;
  const summary = leader
    ? `Node ${leader.nodeId} leads cluster "${oneLine(leader.clusterId)}" in term ${leader.term}; ${nodes}.`
    : `No leader; ${nodes}.`;
  const breakable = answers.flatMap(({ status }) => (!(status instanceof Error) && status.faultsEnabled ? [status.nodeId] : []));
  return breakable.length === 0 ? summary : `${summary} Faults are allowed at node ${breakable.join(", ")}.`;
}

/** The leader of the newest term; an older one may not know yet that it was deposed. */
function leaderOf(answers: readonly StatusAnswer[]): NodeStatus | null {
  let leader: NodeStatus | null = null;
  for (const { status } of answers) {
    if (status instanceof Error || status.role !== "ROLE_LEADER") continue;
    if (leader === null || status.term > leader.term) leader = status;
  }
  return leader;
}

function lagOf(status: NodeStatus, leader: NodeStatus | null): string | number {
  if (leader === null) return "?";
  if (leader.nodeId === status.nodeId) return 0;
  return leader.peers.find((peer) => peer.nodeId === status.nodeId)?.lag ?? "?";
}

/** gRPC wraps the reason of the last attempt in words about itself. */
function reasonOf(error: Error): string {
  const details = "details" in error ? String(error.details) : error.message;
  const last = /Last error: (?:Error: )?(.*?)\.? Resolution note/.exec(details)?.[1];
  return `does not answer: ${oneLine(last ?? details)}`;
}

function size(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1024 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
