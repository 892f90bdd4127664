import type { NodeStatus } from "../../src/server/node/node-status.ts";

/** What anybody can find out who reaches the client ports. */
export interface Known {
  readonly clusterId: string;
  readonly incarnationId: string;
  /** The nodes that are real, by id. */
  readonly disks: ReadonlyMap<number, string>;
  /** All members, such as strangers have added included. */
  readonly memberIds: readonly number[];
  readonly terms: readonly number[];
  readonly indexes: readonly number[];
  /** What every node has committed. */
  readonly committed: number;
  /** Sessions of those who mean well: whoever names one speaks for its client. */
  readonly honestSessions: ReadonlySet<number>;
}

export function knownFrom(statuses: readonly NodeStatus[], nodes: readonly number[], honestSessions: ReadonlySet<number>): Known {
  const [first] = statuses;
  if (first === undefined) throw new Error("No node says its status.");
  const diskOf = (id: number) => first.members.find(({ nodeId }) => nodeId === id)?.diskId ?? "";
  return {
    clusterId: first.clusterId,
    incarnationId: first.incarnationId,
    disks: new Map(nodes.map((id) => [id, diskOf(id)])),
    memberIds: first.members.map(({ nodeId }) => nodeId),
    terms: statuses.map(({ term }) => term),
    indexes: statuses.flatMap(({ lastIndex, commitIndex, firstIndex }) => [lastIndex, commitIndex, firstIndex]),
    committed: Math.min(...statuses.map(({ commitIndex }) => commitIndex)),
    honestSessions,
  };
}

/** Whom somebody says that it is, and whom it speaks to. */
export interface Disguise {
  /** "stranger": nobody; "namer": a member, without its disk; "liar": a member, with all that the members tell of it. */
  readonly kind: "stranger" | "namer" | "liar";
  readonly from: number;
  readonly diskId: string;
  readonly run: number;
  readonly to: number;
}
