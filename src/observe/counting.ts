import {
  type CommitSeries,
  type Election,
  type History,
  historyLimits,
  type LinkPast,
  type MinuteCounts,
  type SecondCounts,
  type StageMark,
  type TrafficSpan,
} from "./history.ts";
import type { Leadership } from "./leadership.ts";
import type { Frame, NodeState } from "./live.ts";

/** How the past grows by a frame. Each list keeps its newest, up to its limit in `historyLimits`. */

export const noHistory: History = {
  bands: [],
  elections: [],
  leaders: [],
  marks: [],
  electionsCounted: 0,
  leadersCounted: 0,
  seconds: [],
  minutes: [],
  commits: [],
  links: [],
  traffic: [],
  stageMarks: [],
  committed: { index: 0, at: null },
  waitingSince: null,
  dropped: 0,
};

const emptySecond: Omit<SecondCounts, "second"> = {
  sent: 0,
  received: 0,
  lost: 0,
  bytes: 0,
  committed: 0,
  dropped: 0,
  electionMargin: null,
};

const emptyMinute: Omit<MinuteCounts, "minute"> = { elections: 0, leaders: 0, sent: 0, committed: 0 };

/** The band of who leads goes on, or ends at `at` and the next one begins. Who led when all this began was elected before it. */
export function withLeadership(history: History, leadership: Leadership | null, highestTerm: number, at: number): History {
  const isElected = leadership !== null && history.bands.length > 0;
  const counted = isElected ? withLeader(history, { node: leadership.leader, term: leadership.term, at }) : history;
  return withBand(counted, leadership, highestTerm, at);
}

function withBand(history: History, leadership: Leadership | null, highestTerm: number, at: number): History {
  const last = history.bands.at(-1);
  const leader = leadership?.leader ?? 0;
  const term = leadership?.term ?? Math.max(highestTerm, last?.term ?? 0);
  if (last?.leader === leader && last.term === term) return history;
  const earlier = history.bands.slice(0, -1);
  if (last === undefined) return { ...history, bands: [{ term, leader, from: at, to: null }] };
  // A gap is one gap, however many terms are tried in it.
  if (last.leader === 0 && leader === 0) return { ...history, bands: [...earlier, { ...last, term }] };
  const from = Math.max(at, last.from);
  const ended = from === last.from ? [] : [{ ...last, to: from }];
  return { ...history, bands: newest([...earlier, ...ended, { term, leader, from, to: null }], historyLimits.bandsMax) };
}

/** An election counts once, also if it is told twice. */
export function withElection(history: History, election: Election): History {
  if (history.elections.some(({ node, term }) => node === election.node && term === election.term)) return history;
  const minutes = addedMinute(history.minutes, election.at, { ...emptyMinute, elections: 1 });
  const elections = newest([...history.elections, election], historyLimits.electionsMax);
  return { ...history, elections, electionsCounted: history.electionsCounted + 1, minutes };
}

/** Each node that learns of a leader says so, also again after it has missed it for a while; it counts once. */
export function withLeader(history: History, leader: Election): History {
  const isKnown = history.leaders.some(({ node, term }) => node === leader.node && term === leader.term);
  if (isKnown || history.bands.some((band) => band.leader === leader.node && band.term === leader.term)) return history;
  const minutes = addedMinute(history.minutes, leader.at, { ...emptyMinute, leaders: 1 });
  const leaders = newest([...history.leaders, leader], historyLimits.leadersMax);
  return { ...history, leaders, leadersCounted: history.leadersCounted + 1, minutes };
}

/** What a frame counts, after its samples and records were taken in. */
export function withFrame(history: History, frame: Frame, nodes: readonly NodeState[], leadership: Leadership | null): History {
  const { to: at } = frame;
  const flows = frame.flows.slice(0, historyLimits.flowsMax);
  const sum = (what: "sent" | "received" | "lost" | "bytes") => flows.reduce((total, flow) => total + flow[what], 0);
  const highest = Math.max(0, ...nodes.map(({ sample }) => sample?.commitIndex ?? 0));
  const before = history.committed;
  const committed = before.index === 0 ? 0 : Math.max(0, highest - before.index);
  const second = { sent: sum("sent"), received: sum("received"), lost: sum("lost"), bytes: sum("bytes") };
  const requests = nodes.find(({ node }) => node === leadership?.leader)?.sample?.queues.requests ?? 0;
  const waits = requests > 0 && committed === 0;
  return {
    ...history,
    seconds: addedSecond(history.seconds, at, {
      ...second,
      committed,
      dropped: frame.dropped,
      electionMargin: electionMarginOf(frame.nodes),
    }),
    minutes: addedMinute(history.minutes, at, { ...emptyMinute, sent: second.sent, committed }),
    commits: withCommits(history.commits, frame.nodes, at),
    links: withLinks(history.links, flows, at),
    traffic: withTraffic(history.traffic, { from: frame.from, to: at, flows }),
    stageMarks: withStageMarks(history.stageMarks, frame.nodes),
    committed: { index: Math.max(before.index, highest), at: committed > 0 ? at : before.at },
    waitingSince: waits ? (history.waitingSince ?? at) : null,
    dropped: history.dropped + frame.dropped,
  };
}

/** The smallest share of its election timeout that any of these followers has left; null: none of them waits. */
export function electionMarginOf(samples: Frame["nodes"]): number | null {
  const shares = samples
    .filter(({ role, electionInMs, electionTimeoutMs }) => role === "follower" && electionInMs !== null && electionTimeoutMs > 0)
    .map(({ electionInMs, electionTimeoutMs }) => Math.min(1, Math.max(0, (electionInMs ?? 0) / electionTimeoutMs)));
  return shares.length === 0 ? null : Math.min(...shares);
}

function addedSecond(seconds: readonly SecondCounts[], at: number, more: Omit<SecondCounts, "second">): SecondCounts[] {
  const second = Math.floor(at / 1_000);
  const last = seconds.at(-1);
  const isSame = last !== undefined && last.second >= second;
  const base = isSame ? last : { ...emptySecond, second };
  const margins = [base.electionMargin, more.electionMargin].filter((margin) => margin !== null);
  const sum: SecondCounts = {
    second: base.second,
    sent: base.sent + more.sent,
    received: base.received + more.received,
    lost: base.lost + more.lost,
    bytes: base.bytes + more.bytes,
    committed: base.committed + more.committed,
    dropped: base.dropped + more.dropped,
    electionMargin: margins.length === 0 ? null : Math.min(...margins),
  };
  return newest([...(isSame ? seconds.slice(0, -1) : seconds), sum], historyLimits.secondsMax);
}

/** A record that came late counts in the minute in which it happened, if that is still kept. */
function addedMinute(minutes: readonly MinuteCounts[], at: number, more: Omit<MinuteCounts, "minute">): MinuteCounts[] {
  const minute = Math.floor(at / 60_000);
  const place = minutes.findIndex((counts) => counts.minute >= minute);
  const found = place === -1 ? undefined : minutes[place];
  const base = found?.minute === minute ? found : { ...emptyMinute, minute };
  const sum: MinuteCounts = {
    minute,
    elections: base.elections + more.elections,
    leaders: base.leaders + more.leaders,
    sent: base.sent + more.sent,
    committed: base.committed + more.committed,
  };
  const end = place === -1 ? minutes.length : place;
  const after = base === found ? end + 1 : end;
  return newest([...minutes.slice(0, end), sum, ...minutes.slice(after)], historyLimits.minutesMax);
}

function withCommits(commits: readonly CommitSeries[], samples: Frame["nodes"], at: number): readonly CommitSeries[] {
  let all = commits;
  for (const { node, commitIndex: index } of samples) {
    const series = all.find((one) => one.node === node);
    const last = series?.points.at(-1);
    if (last !== undefined && Math.floor(last.at / 1_000) >= Math.floor(at / 1_000)) continue;
    const points = newest([...(series?.points ?? []), { at, index }], historyLimits.commitPointsMax);
    const others = all.filter((one) => one !== series);
    all = newest([...others, { node, points }], historyLimits.nodesMax);
  }
  return all === commits ? commits : [...all].sort((a, b) => a.node - b.node);
}

function withLinks(links: readonly LinkPast[], flows: Frame["flows"], at: number): readonly LinkPast[] {
  if (flows.length === 0) return links;
  const byEnds = new Map(links.map((link) => [`${link.from} ${link.to}`, link]));
  for (const { from, to, sent, received, lost } of flows) {
    const key = `${from} ${to}`;
    const link = byEnds.get(key);
    if (link === undefined && byEnds.size >= historyLimits.linksMax) continue;
    byEnds.set(key, {
      from,
      to,
      sentAt: sent > 0 ? at : (link?.sentAt ?? null),
      receivedAt: received > 0 ? at : (link?.receivedAt ?? null),
      lostAt: lost > 0 ? at : (link?.lostAt ?? null),
      ...unheardOf(link, { sent, received }, at),
      sent: (link?.sent ?? 0) + sent,
      received: (link?.received ?? 0) + received,
      lost: (link?.lost ?? 0) + lost,
    });
  }
  return [...byEnds.values()];
}

function unheardOf(
  link: LinkPast | undefined,
  { sent, received }: Pick<LinkPast, "sent" | "received">,
  at: number,
): Pick<LinkPast, "unheardSince" | "unheard"> {
  if (received > 0 || link === undefined)
    return { unheardSince: received === 0 && sent > 0 ? at : null, unheard: received === 0 ? sent : 0 };
  if (sent === 0) return { unheardSince: link.unheardSince, unheard: link.unheard };
  const hasPaused = (link.sentAt ?? 0) < at - historyLimits.linkPauseMs;
  return { unheardSince: hasPaused ? at : (link.unheardSince ?? at), unheard: sent + (hasPaused ? 0 : link.unheard) };
}

function withTraffic(traffic: readonly TrafficSpan[], span: TrafficSpan): TrafficSpan[] {
  return [...traffic, span].filter(({ to }) => to > span.to - historyLimits.trafficMs);
}

/** A node that has started again begins its counts at 0: the marks of its life before say nothing of them. */
function withStageMarks(marks: readonly StageMark[], samples: Frame["nodes"]): readonly StageMark[] {
  let all = marks;
  for (const { node, life, at, stages } of samples) {
    if (stages.length === 0) continue;
    const own = all.filter((mark) => mark.node === node && mark.life === life);
    const last = own.at(-1);
    if (last !== undefined && at < last.at + historyLimits.stageMarkMs) continue;
    const others = all.filter((mark) => mark.node !== node);
    if (own.length === 0 && others.length >= historyLimits.nodesMax * historyLimits.stageMarksMax) continue;
    all = [...others, ...newest([...own, { node, life, at, stages }], historyLimits.stageMarksMax)];
  }
  return all;
}

function newest<Item>(items: Item[], max: number): Item[] {
  return items.length > max ? items.slice(-max) : items;
}
