import type { Band, Election, History, Mark } from "./history.ts";
import type { State } from "./live.ts";
import { capital, spanWords } from "./words.ts";

/**
 * What mattered, as moments that can be shown and gone back to: who was elected and when nobody led, faults, nodes that were not heard,
 * snapshots, conflicts, slow disks. From the history alone, so they are the same live, in a rewind and in a recording.
 */
export interface Moment {
  /** The same moment has the same key in a later state, also when it has ended since. */
  readonly key: string;
  readonly kind: "election" | "leaderless" | Mark["kind"];
  readonly from: number;
  /** Null: it goes on. */
  readonly to: number | null;
  /** Who it is about; empty: the whole cluster. */
  readonly nodes: readonly number[];
  /** Whether it should not have happened. */
  readonly isBad: boolean;
  readonly sentence: string;
}

/** In the order in which they began. */
export function momentsOf({ history, at }: State): Moment[] {
  const moments = [
    ...electionMoments(history),
    ...leaderlessMoments(history, at),
    ...history.marks.map((mark) => momentOf(mark, at)),
  ];
  return moments.sort((a, b) => a.from - b.from);
}

/** From the first who stood until a majority followed the winner. */
function electionMoments({ leaders, elections, bands }: History): Moment[] {
  return leaders.map(({ node, term, at }) => {
    const place = bands.findIndex((one) => one.leader === node && one.term === term);
    const band = bands[place];
    const before = bands.slice(0, Math.max(0, place)).findLast(({ leader }) => leader !== 0);
    const stood = elections.filter((election) => isOfThis(election, term, at, before));
    const from = Math.min(at, ...stood.map((election) => election.at));
    const to = Math.max(at, band?.from ?? at);
    const tries = new Set(stood.map((election) => election.term)).size;
    const took = to > from ? `, ${spanWords(to - from)}` : "";
    const after = tries > 1 ? `, at try ${tries}` : "";
    // Of some only samples tell.
    const sentence =
      stood.length === 0
        ? `Node ${node} began to lead term ${term}.`
        : `Election of term ${term}${took}: node ${node} won${after}.`;
    const nodes = [...new Set([node, ...stood.map((election) => election.node)])].sort((a, b) => a - b);
    return { key: `election ${term} ${node}`, kind: "election" as const, from, to, nodes, isBad: false, sentence };
  });
}

/** It stood in the election that this leader won: in its term, or for nothing in one after that of the leader before. */
function isOfThis(election: Election, term: number, wonAt: number, before: Band | undefined): boolean {
  if (election.term === term) return true;
  return before !== undefined && election.term < term && election.term > before.term && election.at <= wonAt;
}

/** What was before the first band is not known, so that one is no loss of a leader. */
function leaderlessMoments({ bands }: History, at: number): Moment[] {
  return bands.flatMap((band, place) => {
    const before = bands[place - 1];
    if (band.leader !== 0 || before === undefined) return [];
    return [
      {
        key: `leaderless ${before.term} ${before.leader}`,
        kind: "leaderless" as const,
        ...{ from: band.from, to: band.to, nodes: [before.leader], isBad: true },
        sentence: leaderlessSentence(before, band, bands[place + 1], at),
      },
    ];
  });
}

function leaderlessSentence(before: Band, { from, to }: Band, after: Band | undefined, at: number): string {
  const { leader, term } = before;
  const lost = `Node ${leader} no longer leads term ${term}`;
  if (to === null) return `${lost}, and nobody has led for ${spanWords(at - from)}.`;
  // Its followers asked whether they could be elected, and were told that it is heard.
  if (after?.leader === leader && after.term === term)
    return `No majority followed node ${leader} for ${spanWords(to - from)}; it went on leading term ${term}.`;
  return `${lost}; nobody led for ${spanWords(to - from)}.`;
}

function momentOf(mark: Mark, at: number): Moment {
  const { kind, node, id, from, to, isBad } = mark;
  const key = `${kind} ${node} ${id} ${from}`;
  const other = (kind === "snapshot" || kind === "cut") && id !== 0 && id !== node ? [id] : [];
  const nodes = [...(node === 0 ? [] : [node]), ...other];
  return { key, kind, from, to, nodes, isBad: isBad || kind === "unheard", sentence: markSentence(mark, at) };
}

function markSentence({ kind, node, from, to, text }: Mark, at: number): string {
  const lasted = spanWords((to ?? at) - from);
  switch (kind) {
    case "fault":
      return `Broken on purpose at node ${node}, ${to === null ? "since" : "for"} ${lasted}: ${text}.`;
    case "unheard":
      return `Node ${node} ${to === null ? `has not been heard here for ${lasted}` : `was not heard here for ${lasted}`}${text === "" ? "" : `: ${text}`}.`;
    case "cut":
      return `Node ${node}: ${text} It ${to === null ? "has lasted" : "lasted"} ${lasted}.`;
    case "snapshot":
    case "transfer": {
      const took = to === null || to === from ? "" : ` It took ${lasted}.`;
      return `Node ${node}: ${text}${took}`;
    }
    default:
      return node === 0 ? capital(text) : `Node ${node}: ${text}`;
  }
}
