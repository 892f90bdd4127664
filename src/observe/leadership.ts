import { isQuorum, type Voters } from "../core/quorum.ts";
import type { MemberSample, NodeSample, NodeState } from "./live.ts";

/**
 * Who leads, by the word of those who follow. Each node knows only its own view, and a leader that was cut off goes on calling
 * itself one: so it is the majority of the voters that says it.
 */
export interface Leadership {
  readonly leader: number;
  readonly term: number;
  /** Voters that are heard and say so, the leader among them. */
  readonly followers: readonly number[];
  /** Too few followers are heard here; that it hears the rest is the leader's own word. */
  readonly isOwnWord: boolean;
}

/** Time after which a leader that has heard nothing of a node counts as not hearing it, where no node tells its election timeout. */
const hearingDefaultMs = 1_000;

/** Who leads, in the highest term in which anybody does; null: nobody, as far as is known here. */
export function leadershipOf(nodes: readonly NodeState[]): Leadership | null {
  const voters = votersOf(nodes);
  if (voters.voters.length === 0) return null;
  const claims = new Map<string, { readonly term: number; readonly leader: number }>();
  for (const { isHeard, sample } of nodes) {
    if (isHeard && sample !== null && sample.leader !== 0)
      claims.set(`${sample.term} ${sample.leader}`, { term: sample.term, leader: sample.leader });
  }
  const newestFirst = [...claims.values()].sort((a, b) => b.term - a.term || a.leader - b.leader);
  for (const { term, leader } of newestFirst) {
    const found = followedBy(nodes, voters, term, leader);
    if (found !== null) return found;
  }
  return null;
}

/** Nodes that call themselves leader and are none: of a lower term, or followed by no majority. */
export function deposedOf(nodes: readonly NodeState[], leadership: Leadership | null): number[] {
  return nodes
    .filter(({ isHeard, sample }) => isHeard && sample?.role === "leader")
    .map(({ node }) => node)
    .filter((node) => node !== leadership?.leader);
}

/** Whose votes count, as those who should know best say: a heard leader of the highest term, else who has committed most. */
export function votersOf(nodes: readonly NodeState[]): Voters {
  const members = membersOf(nodes);
  const voters = members.filter(({ isVoter }) => isVoter).map(({ id }) => id);
  const outgoing = members.filter(({ isOutgoing }) => isOutgoing === true).map(({ id }) => id);
  return { voters, outgoing };
}

/** Everybody who votes, in either configuration, in rising order. */
export function allVoters({ voters, outgoing }: Voters): number[] {
  return [...new Set([...voters, ...outgoing])].sort((a, b) => a - b);
}

export function membersOf(nodes: readonly NodeState[]): readonly MemberSample[] {
  let best: NodeState | null = null;
  for (const node of nodes) {
    if (node.sample === null || node.sample.members.length === 0) continue;
    if (best === null || knowsBetter(node, best)) best = node;
  }
  return best?.sample?.members ?? [];
}

export function nodeOf(nodes: readonly NodeState[], id: number): NodeState | null {
  return nodes.find(({ node }) => node === id) ?? null;
}

/** The last word of a node that is heard; null: it is not. */
export function heardSample(nodes: readonly NodeState[], id: number): NodeSample | null {
  const found = nodeOf(nodes, id);
  return found?.isHeard === true ? found.sample : null;
}

/** Time after which whoever was not heard is not heard any more: the longest election timeout that any node tells. */
export function hearingMs(nodes: readonly NodeState[]): number {
  const longest = Math.max(0, ...nodes.map(({ sample }) => sample?.electionTimeoutMs ?? 0));
  return longest > 0 ? longest : hearingDefaultMs;
}

function followedBy(nodes: readonly NodeState[], voters: Voters, term: number, leader: number): Leadership | null {
  const own = heardSample(nodes, leader);
  const isItself = own !== null && own.role === "leader" && own.term === term;
  // It is heard, and says itself that it leads no more.
  if (own !== null && !isItself) return null;
  const says = (id: number): boolean => {
    const sample = heardSample(nodes, id);
    return sample === null ? id === leader : sample.leader === leader && sample.term === term;
  };
  const withinMs = hearingMs(nodes);
  // Whoever is not heard here may be heard by the leader.
  const mayFollow = (id: number): boolean => {
    if (heardSample(nodes, id) !== null || !isItself) return says(id);
    return id === leader || own.peers.some((peer) => peer.id === id && peer.heardAgoMs <= withinMs);
  };
  if (!isQuorum(voters, mayFollow)) return null;
  const followers = allVoters(voters).filter((id) => heardSample(nodes, id) !== null && says(id));
  return { leader, term, followers, isOwnWord: !isQuorum(voters, says) };
}

function knowsBetter(one: NodeState, other: NodeState): boolean {
  if (one.sample === null || other.sample === null) return other.sample === null;
  if (one.isHeard !== other.isHeard) return one.isHeard;
  const leads = one.sample.role === "leader";
  if (leads !== (other.sample.role === "leader")) return leads;
  if (leads && one.sample.term !== other.sample.term) return one.sample.term > other.sample.term;
  return one.sample.commitIndex > other.sample.commitIndex;
}
