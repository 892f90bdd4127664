import { memberOf, wasRemoved } from "../../core/members.ts";
import type { Member, Members, NodeId } from "../../core/types.ts";

/**
 * What nodes tell each other before they can tell whether they belong together. A node whose directory is empty asks those of
 * its list, and each of them says whether it is as new, or in a cluster already.
 */

/** A node of a list, and where whoever has the list reaches it. */
export type Listed = Pick<Member, "id" | "peerAddress">;

/** A node whose cluster is yet to be born asks another one of its list who that is. */
export interface Introduction {
  readonly clusterId: string;
  readonly from: NodeId;
  /** Whom it takes the other one for. */
  readonly to: NodeId;
  readonly diskId: string;
  readonly list: readonly Listed[];
}

export interface IntroductionAnswer {
  readonly clusterId: string;
  readonly from: NodeId;
  readonly diskId: string;
  readonly stage: Stage;
}

export type Stage =
  /** As new as the one that asks. */
  | { readonly type: "founding"; readonly list: readonly Listed[] }
  /** In a cluster, whatever the one that asks takes it for. */
  | {
      readonly type: "born";
      readonly birth: Birth;
      readonly acquaintance: Acquaintance;
      /** Where clients reach the one that answers; "" where that is not known. */
      readonly clientAddress: string;
    };

/** How a cluster, or a new life of it, came into being. */
export interface Birth {
  readonly incarnationId: string;
  /** With whom, and on which disks; nobody where the one that tells of it joined later. */
  readonly members: readonly Member[];
}

/**
 * How the members that a node knows of take the one that asks:
 * - `sameDisk`, `unknownDisk`, `otherDisk`: for one of them; on this disk, on whichever, or on another one.
 * - `removed`: for none of them any more: its id was used, and never is again.
 * - `stranger`: for nobody that they ever knew.
 * - `untold`: this node has not been told yet who they are.
 */
export type Acquaintance = "sameDisk" | "unknownDisk" | "otherDisk" | "removed" | "stranger" | "untold";

/** Who a node is that has a cluster. */
export interface BornNode {
  readonly clusterId: string;
  readonly nodeId: NodeId;
  readonly diskId: string;
  readonly birth: Birth;
}

/** What a node that has a cluster answers; `members` are those in force as it knows them. */
export function answerOf(
  { clusterId, nodeId: from, diskId, birth }: BornNode,
  { members, membersCommitted }: { readonly members: Members; readonly membersCommitted: boolean },
  asker: Pick<Introduction, "from" | "diskId">,
): IntroductionAnswer {
  const acquaintance = acquaintanceOf(members, membersCommitted, asker);
  const clientAddress = memberOf(members, from)?.clientAddress ?? "";
  return { clusterId, from, diskId, stage: { type: "born", birth, acquaintance, clientAddress } };
}

/** Members that are not agreed upon may yet become others, so of them nobody is told that he is none. */
function acquaintanceOf(
  members: Members,
  areAgreed: boolean,
  { from, diskId }: Pick<Introduction, "from" | "diskId">,
): Acquaintance {
  const known = memberOf(members, from);
  if (known === undefined) {
    if (members.nodes.length === 0 || !areAgreed) return "untold";
    return wasRemoved(members, from) ? "removed" : "stranger";
  }
  if (known.diskId === "") return "unknownDisk";
  return known.diskId === diskId ? "sameDisk" : "otherDisk";
}

/**
 * Why two lists are not the same, as a clause; null if they are. What a node says of its own address does not count: it
 * need not list itself, and the others are those who must reach it there.
 */
export function difference(a: Owned, b: Owned): string | null {
  const [ids, others] = [a, b].map(({ list }) => list.map(({ id }) => id).sort((first, second) => first - second));
  if (String(ids) !== String(others))
    return `node ${b.owner} lists nodes ${others?.join(", ")}, and node ${a.owner} nodes ${ids?.join(", ")}`;
  for (const { id, peerAddress } of a.list) {
    const other = addressIn(b.list, id);
    if (id === a.owner || id === b.owner || peerAddress === other) continue;
    return `node ${b.owner} lists node ${id} at ${other}, and node ${a.owner} at ${peerAddress}`;
  }
  return null;
}

/** A list, and whose it is. */
export interface Owned {
  readonly owner: NodeId;
  readonly list: readonly Listed[];
}

function addressIn(list: readonly Listed[], id: NodeId): string {
  return list.find((listed) => listed.id === id)?.peerAddress ?? "";
}
