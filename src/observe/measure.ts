import { majority } from "../core/quorum.ts";
import type { LinkPast, SecondCounts, StageCounts } from "./history.ts";
import { allVoters, heardSample, hearingMs, type Leadership, membersOf, nodeOf, votersOf } from "./leadership.ts";
import type { FaultSample, Flow, PeerSample, State } from "./live.ts";

/** What a state says in numbers. */

/** Seconds over which rates are taken: long enough to be calm, short enough to be now. */
const rateSeconds = 5;
/** Time over which the smallest election margin is taken. */
const marginSeconds = 60;
/** A follower that has fewer entries than are committed, by more than this, must catch up before it can stand in for another. */
export const behindEntriesMax = 5_000;

/** A link that nothing comes through has lost more than what its two ends may count at different times. */
const unheardMin = 3;

/** What one node's stage took, in the time that the marks reach back. */
export interface StageLatency {
  readonly name: string;
  /** How many passed it. */
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** A fault in force, and when it ends by itself; null: when it is cleared. */
export interface StandingFault {
  readonly node: number;
  readonly id: number;
  readonly what: string;
  readonly endsInMs: number | null;
  /** The node is not heard: this is its last word. */
  readonly isLastWord: boolean;
}

/** How many more voters may fail until nothing can be committed. */
export interface QuorumMargin {
  readonly more: number;
  /** Most that it can be with these voters. */
  readonly most: number;
  /** The leader is not heard here, so it may hear more voters than is known. */
  readonly isAtLeast: boolean;
  /** Voters that do not count for now: the leader does not hear them. */
  readonly unheard: readonly number[];
  /** Voters that do not count for now: they are far behind. */
  readonly behind: readonly number[];
}

/** By second, over the last few whole ones; over the one that runs if there is no other. Null: nothing is known yet. */
export function perSecond(state: State, what: "sent" | "received" | "lost" | "bytes" | "committed"): number | null {
  const now = Math.floor(state.at / 1_000);
  const { seconds } = state.history;
  const firstKnown = Math.max(now - rateSeconds, Math.ceil(state.since / 1_000));
  const whole = seconds.filter(({ second }) => second >= firstKnown && second < now);
  if (now > firstKnown) return sumOf(whole, what) / (now - firstKnown);
  const spanMs = state.at - Math.max(state.since, (now - 1) * 1_000);
  const last = seconds.filter(({ second }) => second >= now - 1);
  return spanMs <= 0 || last.length === 0 ? null : (sumOf(last, what) * 1_000) / spanMs;
}

/** Messages by second, of each link and type, in the newest frames; those that went nowhere are left out. */
export function ratesOf({ history, at }: State): Flow[] {
  const from = history.traffic[0]?.from ?? at;
  const spanMs = Math.max(1, at - from);
  const sums = new Map<string, Flow>();
  for (const flow of history.traffic.flatMap(({ flows }) => flows)) {
    const key = `${flow.from} ${flow.to} ${flow.message}`;
    const { sent, received, lost, bytes } = sums.get(key) ?? { sent: 0, received: 0, lost: 0, bytes: 0 };
    sums.set(key, {
      ...flow,
      sent: sent + flow.sent,
      received: received + flow.received,
      lost: lost + flow.lost,
      bytes: bytes + flow.bytes,
    });
  }
  const rate = (count: number) => (count * 1_000) / spanMs;
  return [...sums.values()].map((sum) => ({
    ...sum,
    sent: rate(sum.sent),
    received: rate(sum.received),
    lost: rate(sum.lost),
    bytes: rate(sum.bytes),
  }));
}

/** The stages of what a node did of late; stages that nothing passed are left out. */
export function stagesOf(state: State, id: number): StageLatency[] {
  const sample = nodeOf(state.nodes, id)?.sample;
  if (sample === null || sample === undefined) return [];
  const mark = state.history.stageMarks.find(({ node, life }) => node === id && life === sample.life);
  return sample.stages.flatMap((stage) => {
    const before = mark?.at === sample.at ? undefined : mark?.stages.find(({ name }) => name === stage.name);
    const latency = latencyOf(stage, before);
    return latency === null ? [] : [latency];
  });
}

/** The smallest share of an election timeout that any follower had left in the last minute; null: none was seen. */
export function electionMarginNow({ at, history }: State): number | null {
  const from = at / 1_000 - marginSeconds;
  const margins = history.seconds
    .filter(({ second }) => second >= from)
    .map(({ electionMargin }) => electionMargin)
    .filter((margin) => margin !== null);
  return margins.length === 0 ? null : Math.min(...margins);
}

export function faultsNow({ nodes, at }: State): StandingFault[] {
  return nodes.flatMap(({ node, sample, isHeard }) => {
    const endsInMs = ({ expiresInMs }: FaultSample) =>
      expiresInMs === null || sample === null ? null : Math.max(0, sample.at + expiresInMs - at);
    return (sample?.faults ?? [])
      .map((fault) => ({ node, id: fault.id, what: fault.what, endsInMs: endsInMs(fault), isLastWord: !isHeard }))
      .filter((fault) => isHeard || fault.endsInMs !== 0);
  });
}

/** The follower that has the fewest of the leader's entries on its disk, and how many it lacks; null: there is none, or none knows. */
export function farthestFollower(
  { nodes }: State,
  leadership: Leadership | null,
): { readonly node: number; readonly entries: number } | null {
  const leader = leadership === null ? null : heardSample(nodes, leadership.leader);
  const lags = (leader?.peers ?? []).map(({ id, matchIndex }) => ({
    node: id,
    entries: Math.max(0, (leader?.lastIndex ?? 0) - matchIndex),
  }));
  return lags.reduce<(typeof lags)[number] | null>((most, lag) => (most === null || lag.entries > most.entries ? lag : most), null);
}

/** Null: nobody leads. While joint, the configuration that is nearer to its end counts. */
export function quorumMargin({ nodes }: State, leadership: Leadership | null): QuorumMargin | null {
  if (leadership === null) return null;
  const voters = votersOf(nodes);
  const leader = heardSample(nodes, leadership.leader);
  const withinMs = hearingMs(nodes);
  const peerOf = (id: number): PeerSample | undefined => leader?.peers.find((peer) => peer.id === id);
  const isHeardBy = (id: number): boolean => {
    if (id === leadership.leader) return true;
    if (leader === null) return leadership.followers.includes(id);
    const peer = peerOf(id);
    return peer !== undefined && peer.heardAgoMs <= withinMs;
  };
  const isBehind = (id: number): boolean => {
    const has = leader === null ? heardSample(nodes, id)?.durableIndex : peerOf(id)?.matchIndex;
    const committed = leader?.commitIndex ?? 0;
    return id !== leadership.leader && (peerOf(id)?.state === "snapshot" || (has ?? 0) < committed - behindEntriesMax);
  };
  const all = allVoters(voters);
  const unheard = all.filter((id) => !isHeardBy(id));
  const behind = all.filter((id) => isHeardBy(id) && isBehind(id));
  const counts = (id: number) => !unheard.includes(id) && !behind.includes(id);
  const configurations = [voters.voters, voters.outgoing].filter((ids) => ids.length > 0);
  return {
    more: Math.min(...configurations.map((ids) => ids.filter(counts).length - majority(ids))),
    most: Math.min(...configurations.map((ids) => ids.length - majority(ids))),
    isAtLeast: leader === null,
    unheard,
    behind,
  };
}

/** Voters, heard here and not, in rising order. */
export function votersHeard({ nodes }: State): { readonly heard: readonly number[]; readonly unheard: readonly number[] } {
  const all = allVoters(votersOf(nodes));
  const heard = all.filter((id) => heardSample(nodes, id) !== null);
  return { heard, unheard: all.filter((id) => !heard.includes(id)) };
}

/** Members and others that are looked for, and not heard here. */
export function unheardNodes({ nodes }: State): readonly number[] {
  const members = membersOf(nodes).map(({ id }) => id);
  const looked = nodes.filter(({ sample }) => sample === null || members.length === 0).map(({ node }) => node);
  const ids = [...new Set([...members, ...looked])].sort((a, b) => a - b);
  return ids.filter((id) => heardSample(nodes, id) === null);
}

/** Links of which both ends are heard, and nothing arrives though the one sends, for longer than an election takes, and than this. */
export function deafLinks({ nodes, at, history }: Pick<State, "nodes" | "at" | "history">, leastMs = 0): readonly LinkPast[] {
  const forMs = Math.max(leastMs, 2 * hearingMs(nodes));
  // One that has not spoken for that time either may be paused: its word is missing, not the message.
  const tells = (id: number) => (heardSample(nodes, id)?.at ?? 0) > at - forMs;
  return history.links.filter(({ from, to, sentAt, unheardSince, unheard }) => {
    const isTried = sentAt !== null && sentAt > at - forMs && unheard >= unheardMin;
    return isTried && unheardSince !== null && unheardSince <= at - forMs && tells(from) && tells(to);
  });
}

/** Who cannot hear whom, by counts of both ends. */
export function deafTo(state: State): { readonly node: number; readonly to: readonly number[] }[] {
  const deaf = deafLinks(state);
  const receivers = [...new Set(deaf.map(({ to }) => to))].sort((a, b) => a - b);
  const sendersOf = (node: number) => deaf.filter(({ to }) => to === node).map(({ from }) => from);
  return receivers.map((node) => ({ node, to: sendersOf(node).sort((a, b) => a - b) }));
}

function sumOf(seconds: readonly SecondCounts[], what: "sent" | "received" | "lost" | "bytes" | "committed"): number {
  return seconds.reduce((total, counts) => total + counts[what], 0);
}

/** Counts are of all that took at most their bound, so the last one is of all. */
function latencyOf({ name, boundsMs, counts, sumMs }: StageCounts, before: StageCounts | undefined): StageLatency | null {
  const since = counts.map((count, place) => Math.max(0, count - (before?.counts[place] ?? 0)));
  const count = since.at(-1) ?? 0;
  if (count === 0) return null;
  const meanMs = Math.max(0, sumMs - (before?.sumMs ?? 0)) / count;
  return { name, count, meanMs, p50Ms: quantile(boundsMs, since, 0.5 * count), p99Ms: quantile(boundsMs, since, 0.99 * count) };
}

/** Between two bounds they are taken to lie evenly; of those above the last bound only that is known. */
function quantile(boundsMs: readonly number[], counts: readonly number[], rank: number): number {
  const place = boundsMs.findIndex((_, bound) => (counts[bound] ?? 0) >= rank);
  const high = boundsMs[place];
  if (high === undefined) return boundsMs.at(-1) ?? 0;
  const [low, before] = place === 0 ? [0, 0] : [boundsMs[place - 1] ?? 0, counts[place - 1] ?? 0];
  return low + ((high - low) * (rank - before)) / ((counts[place] ?? 0) - before);
}
