import type { Restored, Store } from "../../core/api.ts";
import { numberMax } from "../../core/bounds.ts";
import { noMembers } from "../../core/members.ts";
import { decodeMembers, encodeMembers } from "../../core/members-codec.ts";
import type { Entry, Member, Members, NodeId, SnapshotMeta } from "../../core/types.ts";

/** What a recovery by force writes: one survivor of a lost majority becomes a cluster of its own, in another incarnation. */

/**
 * Ids that are left out when a cluster is recovered. The survivor cannot know of nodes that were added after its log ends;
 * with their ids passed over they are taken for nodes that were removed, and refused.
 */
export const idsPassedOver = 100;

/** Which disk the survivor has from now on, and which incarnation the cluster is in. */
export interface Renamed {
  readonly diskId: string;
  readonly incarnationId: string;
}

/** The members in force: those of the last entry that names any, committed or not. */
export function lastMembers({ entries, members }: Pick<Restored, "entries" | "members">): Members {
  const named = entries.findLast(({ kind, index }) => kind === "members" && index > members.index);
  return named === undefined ? members.members : decodeMembers(named.data);
}

/** The survivor is the only voter. */
export function soleVoter(survivor: Member, lastId: NodeId, { diskId, incarnationId }: Renamed): Members {
  const { id } = survivor;
  return { ...noMembers, incarnationId, voters: [id], nodes: [{ ...survivor, diskId }], lastId: lastId + idsPassedOver };
}

/**
 * Whether a log has come to a term to which no elections lead. Somebody has made it up, and was believed; few or none are left
 * for elections to come.
 */
export function hasFarTerm({ hardState }: Pick<Restored, "hardState">): boolean {
  return (hardState?.term ?? 0) > numberMax / 2;
}

/** As if this node had been elected by itself alone, in a term of its own, and had appended these members. */
export function recoveryStore(restored: Omit<Restored, "appliedIndex" | "members">, members: Members): Store {
  const { hardState, base, entries } = restored;
  const last = entries.at(-1) ?? base;
  const [voter = null] = members.voters;
  // No term can follow on the last one; the log gets the first one again by the next store.
  const isFar = hasFarTerm(restored);
  const [lastIndex, lastTerm] = [last.index + 1, (hardState?.term ?? 0) + (isFar ? 0 : 1)];
  const entry: Entry = { index: lastIndex, term: lastTerm, kind: "members", time: last.time, data: encodeMembers(members) };
  const after = isFar ? null : { term: lastTerm, votedFor: voter };
  return { hardState: after, entries: [entry], base: null, snapshot: null, lastIndex, lastTerm };
}

/** The first term of a life of the cluster in which terms begin again. */
export const firstTerm = 1;

/** Terms begin again: the log begins after this state, which has all that was in it. */
export function firstTermStore(voter: NodeId, name: string, meta: SnapshotMeta): Store {
  const { index, term, time } = meta;
  const hardState = { term, votedFor: voter };
  return { hardState, entries: [], base: { index, term, time }, snapshot: { name, meta }, lastIndex: index, lastTerm: term };
}
