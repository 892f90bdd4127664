import { isQuorum } from "../core/quorum.ts";
import type { Band } from "./history.ts";
import { deposedOf, heardSample, hearingMs, type Leadership, leadershipOf, nodeOf, votersOf } from "./leadership.ts";
import type { State } from "./live.ts";
import {
  deafLinks,
  deafTo,
  electionMarginNow,
  farthestFollower,
  faultsNow,
  perSecond,
  type QuorumMargin,
  quorumMargin,
  type StageLatency,
  stagesOf,
  unheardNodes,
  votersHeard,
} from "./measure.ts";
import { capital, countWords, durationWords, millisWords, nodesWords, rateWords, smallWords } from "./words.ts";

/**
 * What an operator wants to know in five seconds, as one sentence and its parts: do writes work, who leads, how many more nodes
 * can fail, what is slowest, what is broken on purpose. What this page does not hear is not down, and what it cannot know it says.
 */
export interface Verdict {
  /** "good": nothing is to be done. "warned": writes work, something does not. "bad": writes do not work. "unknown": nobody here can say. */
  readonly health: "good" | "warned" | "bad" | "unknown";
  /** All parts in a row. */
  readonly sentence: string;
  readonly parts: readonly VerdictPart[];
  /** For the title of a tab. */
  readonly title: string;
  readonly numbers: VerdictNumbers;
}

export interface VerdictPart {
  readonly about: "writes" | "leader" | "rate" | "margin" | "slow" | "faults" | "unheard";
  readonly text: string;
}

/** Null: not known, or there is none. */
export interface VerdictNumbers {
  readonly leader: { readonly node: number; readonly term: number } | null;
  /** How long it has led, or how long nobody has; it is more if that began before this page looked. */
  readonly sinceMs: number | null;
  readonly isSinceAtLeast: boolean;
  readonly margin: QuorumMargin | null;
  readonly writesPerSecond: number | null;
  /** About the 99th percentile of a write at its leader: the sum of those of its stages. */
  readonly p99Ms: number | null;
  readonly slowestStage: StageLatency | null;
  readonly farthest: { readonly node: number; readonly entries: number } | null;
  readonly electionMargin: number | null;
}

/** What the stages of a write are called, in the order in which they come. */
export const writeStages: Readonly<Record<string, string>> = {
  writeTurn: "waiting for a turn",
  writeDisk: "the leader's disk",
  writeQuorum: "the other nodes' disks",
  writeApply: "applying",
  writeAnswer: "answering",
};

/** Clients wait, and nothing has been committed for this time: a slow disk, or the quorum was lost a moment ago. */
const stuckAfterMs = 2_000;
/** A stage is worth a word if it takes at least this at the 99th percentile. */
const slowStageMs = 50;
/** A follower is worth a word if it lacks more entries than this. */
const farEntries = 1_000;
/** A commit that is younger shows that writes work, whoever leads. */
const freshCommitMs = 2_000;
/** Faults that are told one by one. */
const faultsToldMax = 3;
/** Groups of nodes that are told not to hear others. */
const deafToldMax = 2;

export function verdictOf(state: State): Verdict {
  const leadership = leadershipOf(state.nodes);
  const numbers = numbersOf(state, leadership);
  const { health, parts } = judged(state, leadership, numbers);
  const isWell = health === "good" || health === "warned";
  const first = isWell ? numbers.leader : null;
  const title = first === null ? (parts[0]?.text ?? "") : `Node ${first.node} leads term ${first.term}`;
  return { health, sentence: parts.map(({ text }) => text).join(" "), parts, title, numbers };
}

function numbersOf(state: State, leadership: Leadership | null): VerdictNumbers {
  const stages =
    leadership === null ? [] : stagesOf(state, leadership.leader).filter(({ name }) => Object.hasOwn(writeStages, name));
  const slowest = stages.reduce<StageLatency | null>(
    (most, stage) => (most === null || stage.p99Ms > most.p99Ms ? stage : most),
    null,
  );
  const { bands } = state.history;
  const began = beganAt(bands);
  return {
    leader: leadership === null ? null : { node: leadership.leader, term: leadership.term },
    sinceMs: began === undefined ? null : state.at - began.from,
    isSinceAtLeast: began !== undefined && began === bands[0],
    margin: quorumMargin(state, leadership),
    writesPerSecond: perSecond(state, "committed"),
    p99Ms: stages.length === 0 ? null : stages.reduce((sum, { p99Ms }) => sum + p99Ms, 0),
    slowestStage: slowest,
    farthest: farthestFollower(state, leadership),
    electionMargin: electionMarginNow(state),
  };
}

interface Judged {
  readonly health: Verdict["health"];
  readonly parts: readonly VerdictPart[];
}

function judged(state: State, leadership: Leadership | null, numbers: VerdictNumbers): Judged {
  const faults = faultParts(state);
  if (state.nodes.every(({ sample }) => sample === null)) return { health: "unknown", parts: [nothingYet(state), ...faults] };
  if (state.nodes.every(({ isHeard }) => !isHeard)) return { health: "unknown", parts: [allLost(state), ...faults] };
  if (leadership === null) {
    const { health, parts } = withoutLeader(state);
    return { health, parts: [...parts, ...unheardParts(state, null), ...faults] };
  }
  return withLeader(state, leadership, numbers, faults);
}

function withLeader(state: State, leadership: Leadership, numbers: VerdictNumbers, faults: readonly VerdictPart[]): Judged {
  const deposed = deposedOf(state.nodes, leadership);
  const { health, text } = writesWith(state, leadership, numbers, faults.length + deposed.length > 0);
  const leader: VerdictPart = { about: "leader", text: leaderText(leadership, numbers) };
  return {
    health,
    parts: [
      writesPart(text),
      leader,
      ...deposed.map((node) => deposedPart(state, node)),
      ...(health === "bad" || health === "unknown" ? [] : rateParts(numbers)),
      ...marginParts(state, leadership, numbers.margin),
      ...slowParts(numbers),
      ...unheardParts(state, leadership),
      ...faults,
    ],
  };
}

/** Whether writes work, as somebody leads. @param isDisturbed there are faults on purpose, or leaders that are none */
function writesWith(
  state: State,
  { leader }: Leadership,
  { margin }: VerdictNumbers,
  isDisturbed: boolean,
): { readonly health: Verdict["health"]; readonly text: string } {
  const { waitingSince } = state.history;
  const sample = heardSample(state.nodes, leader);
  const stuckMs = waitingSince === null ? 0 : state.at - waitingSince;
  if (stuckMs >= Math.max(stuckAfterMs, 2 * hearingMs(state.nodes))) {
    const waiting = requestsWords(sample?.queues.requests ?? 0);
    return { health: "bad", text: `No writes for ${durationWords(stuckMs)}. ${capital(waiting)}, and nothing is committed.` };
  }
  if (sample === null && !isFollowedStill(state, leader)) {
    return { health: "unknown", text: `Whether writes work cannot be known: node ${leader} is not heard.` };
  }
  if (margin !== null && margin.more < 0) {
    const why = margin.unheard.length > margin.most ? `node ${leader} hears no majority` : "too few nodes have caught up";
    return { health: "unknown", text: `Whether writes work cannot be known: ${why}.` };
  }
  const isWhole = margin !== null && margin.more === margin.most && unheardNodes(state).length === 0;
  return isWhole && !isDisturbed ? { health: "good", text: "Healthy." } : { health: "warned", text: "Writes work." };
}

/** Nobody leads, as far as is known here: whether that is so, and why, depends on how many are heard. */
function withoutLeader(state: State): Judged {
  const voters = votersOf(state.nodes);
  const { heard } = votersHeard(state);
  const hearsQuorum = voters.voters.length > 0 && isQuorum(voters, (id) => heard.includes(id));
  const followed = followedUnheard(state);
  const commits = !hearsQuorum && commitsNow(state);
  if (commits || followed !== null) {
    const who = followed === null ? "Who leads cannot be known." : followedText(followed);
    const writes = commits ? "Writes work: the commit index rises." : "Whether writes work cannot be known.";
    return { health: commits ? "warned" : "unknown", parts: [writesPart(writes), { about: "leader", text: who }] };
  }
  const gap = state.history.bands.at(-1);
  const sinceMs = gap?.leader === 0 ? state.at - gap.from : 0;
  const atLeast = gap !== undefined && isFirst(state, gap) ? "at least " : "";
  const seen = hearsQuorum ? "" : ", as far as this page hears";
  const parts = [
    writesPart(`No writes for ${atLeast}${durationWords(sinceMs)}${seen}.`),
    { about: "leader" as const, text: `No leader: ${whyNoLeader(state)}.` },
    ...deposedOf(state.nodes, null).map((node) => deposedPart(state, node)),
  ];
  return { health: "bad", parts };
}

function whyNoLeader(state: State): string {
  const deaf = deafWords(state);
  if (deaf !== null) return deaf;
  const roles = state.nodes.filter(({ isHeard }) => isHeard);
  const candidates = roles.filter(({ sample }) => sample?.role === "candidate");
  const asking = roles.filter(({ sample }) => sample?.role === "preCandidate");
  const term = Math.max(0, ...candidates.map(({ sample }) => sample?.term ?? 0));
  const stand = (ids: readonly { readonly node: number }[]) => nodesWords(ids.map(({ node }) => node));
  if (candidates.length > 0) {
    return `${stand(candidates)} ${candidates.length === 1 ? "stands" : "stand"} in term ${term}, without a majority yet`;
  }
  if (asking.length > 0) return `${stand(asking)} ${asking.length === 1 ? "asks" : "ask"} whether an election could be won`;
  return roles.length === 1 ? "nobody is a candidate yet" : "nobody that is heard is a candidate yet";
}

/** "nodes 1, 2 cannot hear 3, 4, 5": where two sides do not hear each other, that of the smaller one. */
function deafWords(state: State): string | null {
  const groups = new Map<string, { readonly nodes: number[]; readonly to: readonly number[] }>();
  for (const { node, to } of deafTo(state)) {
    const group = groups.get(to.join(", ")) ?? { nodes: [], to };
    group.nodes.push(node);
    groups.set(to.join(", "), group);
  }
  const told: { readonly nodes: readonly number[]; readonly to: readonly number[] }[] = [];
  for (const group of [...groups.values()].sort((a, b) => a.nodes.length - b.nodes.length)) {
    const isMirror = told.some(({ nodes, to }) => same(nodes, group.to) && same(to, group.nodes));
    if (!isMirror && told.length < deafToldMax) told.push(group);
  }
  if (told.length === 0) return null;
  return told.map(({ nodes, to }) => `${nodesWords(nodes)} cannot hear ${to.join(", ")}`).join("; ");
}

function nothingYet(state: State): VerdictPart {
  const ids = state.nodes.map(({ node }) => node);
  const whom = ids.length === 0 ? "any node" : nodesWords(ids);
  return writesPart(`This page has not heard ${whom} yet: whether writes work cannot be known.`);
}

function allLost(state: State): VerdictPart {
  const since = Math.max(...state.nodes.filter(({ sample }) => sample !== null).map((node) => node.since));
  const forWords = durationWords(state.at - since);
  return writesPart(`This page has heard no node for ${forWords}: whether writes work cannot be known.`);
}

/** A node that is not heard here, but followed by some that are; null: there is none. */
function followedUnheard(state: State): { readonly leader: number; readonly term: number; readonly by: readonly number[] } | null {
  const claims = state.nodes.filter(({ isHeard, sample }) => isHeard && sample !== null && sample.leader !== 0);
  const term = Math.max(0, ...claims.map(({ sample }) => sample?.term ?? 0));
  const newest = claims.find(({ sample }) => sample?.term === term)?.sample;
  if (newest === null || newest === undefined || heardSample(state.nodes, newest.leader) !== null) return null;
  const by = claims.filter(({ sample }) => sample?.term === term && sample.leader === newest.leader).map(({ node }) => node);
  return { leader: newest.leader, term, by };
}

function followedText({
  leader,
  term,
  by,
}: {
  readonly leader: number;
  readonly term: number;
  readonly by: readonly number[];
}): string {
  const follow = by.length === 1 ? "follows" : "follow";
  return `${capital(nodesWords(by))} ${follow} node ${leader} in term ${term}; this page cannot hear who else does.`;
}

function leaderText({ leader, term, isOwnWord }: Leadership, { sinceMs, isSinceAtLeast }: VerdictNumbers): string {
  const since = sinceMs === null ? "" : ` since ${isSinceAtLeast ? "at least " : ""}${durationWords(sinceMs)}`;
  return `Node ${leader} leads term ${term}${since}${isOwnWord ? ", by its own word" : ""}.`;
}

function deposedPart(state: State, node: number): VerdictPart {
  const term = nodeOf(state.nodes, node)?.sample?.term ?? 0;
  return { about: "leader", text: `Node ${node} still calls itself leader of term ${term}, but no majority follows it.` };
}

function rateParts({ writesPerSecond, p99Ms }: VerdictNumbers): VerdictPart[] {
  if (writesPerSecond === null) return [];
  if (writesPerSecond === 0) return [{ about: "rate", text: "Nothing is written now." }];
  const p99 = p99Ms === null ? "" : `, p99 ${millisWords(p99Ms)}`;
  return [{ about: "rate", text: `${rateWords(writesPerSecond)} writes/s${p99}.` }];
}

function marginParts(state: State, { leader }: Leadership, margin: QuorumMargin | null): VerdictPart[] {
  // Which nodes a leader hears that is not heard here, and may be gone, is not known.
  if (margin === null || (margin.isAtLeast && !isFollowedStill(state, leader))) return [];
  const parts: VerdictPart[] = [];
  // One that is not heard here either gets its sentence among those.
  const unheard = margin.unheard.filter((id) => !margin.isAtLeast && heardSample(state.nodes, id) !== null);
  const deaf = deafLinks(state).filter(({ from }) => from === leader);
  const hearNothing = unheard.filter((id) => deaf.some(({ to }) => to === id));
  const unanswering = unheard.filter((id) => !hearNothing.includes(id));
  if (hearNothing.length > 0) {
    const hear = hearNothing.length === 1 ? "hears" : "hear";
    parts.push({ about: "margin", text: `${capital(nodesWords(hearNothing))} ${hear} nothing of the leader.` });
  }
  if (unanswering.length > 0) parts.push({ about: "margin", text: `Node ${leader} does not hear ${nodesWords(unanswering)}.` });
  if (margin.behind.length > 0) {
    const count = margin.behind.length === 1 ? "does" : "do";
    parts.push({ about: "margin", text: `${capital(nodesWords(margin.behind))} must catch up and ${count} not count yet.` });
  }
  return margin.more < 0 ? parts : [...parts, { about: "margin", text: marginText(margin) }];
}

function marginText({ more, most, isAtLeast }: QuorumMargin): string {
  if (most === 0) return "No node can fail: every vote is needed.";
  const atLeast = isAtLeast ? "At least " : "";
  if (more === 0) return isAtLeast ? "Whether one more node can fail cannot be known." : "No more node can fail.";
  return `${capital(`${atLeast}${smallWords(more)}`)} more ${more === 1 ? "node" : "nodes"} can fail.`;
}

function slowParts({ slowestStage, farthest }: VerdictNumbers): VerdictPart[] {
  const parts: VerdictPart[] = [];
  if (slowestStage !== null && slowestStage.p99Ms >= slowStageMs) {
    const name = writeStages[slowestStage.name] ?? slowestStage.name;
    parts.push({ about: "slow", text: `Slowest is ${name}: p99 ${millisWords(slowestStage.p99Ms)}.` });
  }
  if (farthest !== null && farthest.entries > farEntries)
    parts.push({ about: "slow", text: `Node ${farthest.node} is ${countWords(farthest.entries)} entries behind.` });
  return parts;
}

function unheardParts(state: State, leadership: Leadership | null): VerdictPart[] {
  const unheard = unheardNodes(state);
  if (unheard.length === 0) return [];
  const leader = leadership === null ? null : heardSample(state.nodes, leadership.leader);
  const isHeardByLeader = (id: number) => leader?.peers.some((peer) => peer.id === id && peer.heardAgoMs <= hearingMs(state.nodes));
  const byLeader = leader === null ? [] : unheard.filter(isHeardByLeader);
  const byNobody = unheard.filter((id) => !byLeader.includes(id));
  const texts = [
    ...(byLeader.length === 0 ? [] : [`This page cannot hear ${nodesWords(byLeader)}, but the leader does.`]),
    ...(byNobody.length === 0 ? [] : [nobodyHears(state, byNobody, leader !== null)]),
  ];
  return texts.map((text) => ({ about: "unheard", text }));
}

function nobodyHears(state: State, ids: readonly number[], knowsLeader: boolean): string {
  const why = ids.length === 1 ? (nodeOf(state.nodes, ids[0] ?? 0)?.why ?? "") : "";
  const reason = why === "" ? "" : ` (${why.replace(/\.$/, "")})`;
  return knowsLeader
    ? `Neither this page hears ${nodesWords(ids)}${reason}, nor does the leader.`
    : `This page cannot hear ${nodesWords(ids)}${reason}.`;
}

function faultParts(state: State): VerdictPart[] {
  const faults = faultsNow(state);
  if (faults.length === 0) return [];
  const words = faults.slice(0, faultsToldMax).map(({ node, what, endsInMs, isLastWord }) => {
    const end = endsInMs === null ? "" : `, for ${durationWords(endsInMs)} more`;
    return `at node ${node} ${what}${end}${isLastWord ? ", by its last word" : ""}`;
  });
  const rest = faults.length - words.length;
  const more = rest > 0 ? `; and ${smallWords(rest)} more` : "";
  return [{ about: "faults", text: `Broken on purpose: ${words.join("; ")}${more}.` }];
}

/** A leader that is gone is followed for the time of an election timeout. One that is followed after that only is not heard here. */
function isFollowedStill(state: State, leader: number): boolean {
  const lostAt = nodeOf(state.nodes, leader)?.since ?? 0;
  const hasCommitted = commitsNow(state) && (state.history.committed.at ?? 0) > lostAt;
  return hasCommitted || state.at - lostAt > 2 * hearingMs(state.nodes);
}

/** The commit index has risen a moment ago, whoever made it. */
function commitsNow({ at, history }: State): boolean {
  return history.committed.at !== null && at - history.committed.at <= freshCommitMs;
}

function writesPart(text: string): VerdictPart {
  return { about: "writes", text };
}

function requestsWords(count: number): string {
  return count === 1 ? "one request waits" : `${count <= 10 ? smallWords(count) : countWords(count)} requests wait`;
}

/** A leader that lost its followers for a moment, and has them again in the same term, has led all the while. */
function beganAt(bands: readonly Band[]): Band | undefined {
  let place = bands.length - 1;
  const last = bands[place];
  for (let before = bands[place - 2]; before !== undefined; before = bands[place - 2]) {
    if (last?.leader === 0 || before.leader !== last?.leader || before.term !== last.term) break;
    place -= 2;
  }
  return bands[place];
}

/** It was so when this page began to look, so it may have been so before. */
function isFirst({ history }: State, band: Band): boolean {
  return history.bands.length === 1 && history.bands[0] === band;
}

function same(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((id) => others.includes(id));
}
