import type { State } from "../../observe/live.ts";

/** Columns of a chart: times in s since 1970, then values. */
export type Columns = readonly (readonly (number | null)[])[];

/** Seconds and minutes that charts reach back. */
export const reach = { seconds: 300, minutes: 30, minutesLeast: 5 } as const;

export function messagesBySecond(state: State, toEpochMs: number): Columns {
  // The second that runs is not whole yet, and would always look like a fall.
  const seconds = state.history.seconds.filter(({ second }) => second < Math.floor(state.at / 1_000)).slice(-reach.seconds);
  return [
    seconds.map(({ second }) => second + toEpochMs / 1_000),
    seconds.map(({ sent }) => sent),
    seconds.map(({ received }) => received),
    seconds.map(({ lost }) => lost),
  ];
}

export function electionsByMinute(state: State, toEpochMs: number): Columns {
  const now = Math.floor(state.at / 60_000);
  const known = new Map(state.history.minutes.map((minute) => [minute.minute, minute]));
  const since = Math.floor(state.since / 60_000);
  // One bar alone would say nothing of time.
  const first = Math.max(Math.min(since, now - reach.minutesLeast + 1), now - reach.minutes + 1);
  const minutes = Array.from({ length: now - first + 1 }, (_, place) => first + place);
  return [
    minutes.map((minute) => minute * 60 + toEpochMs / 1_000),
    minutes.map((minute) => known.get(minute)?.elections ?? unknownBefore(minute, since)),
    minutes.map((minute) => known.get(minute)?.leaders ?? unknownBefore(minute, since)),
  ];
}

/** Of what was before anybody looked nothing is known, and it is not zero. */
function unknownBefore(minute: number, since: number): number | null {
  return minute < since ? null : 0;
}

/** Terms over time: a step up for each, and a gap where nobody led. */
export function termHistory(state: State, toEpochMs: number): Columns {
  const points = state.history.bands.flatMap(({ from, to, term, leader }) => {
    const value = leader === 0 ? null : term;
    return [
      { at: from, term, led: value },
      { at: Math.max(from, (to ?? state.at) - 1), term, led: value },
    ];
  });
  const oldest = state.at - reach.minutes * 60_000;
  const kept = points.filter(({ at }) => at >= oldest);
  return [kept.map(({ at }) => (at + toEpochMs) / 1_000), kept.map(({ term }) => term), kept.map(({ led }) => led)];
}

/** The commit index of each node, on the seconds at which any of them is known. */
export function commitsOf(state: State, toEpochMs: number): { readonly nodes: readonly number[]; readonly columns: Columns } {
  const commits = state.history.commits;
  const oldest = state.at - reach.seconds * 1_000;
  const times = [...new Set(commits.flatMap(({ points }) => points.map(({ at }) => Math.round(at / 1_000))))]
    .filter((second) => second * 1_000 >= oldest)
    .sort((a, b) => a - b);
  const columns = commits.map(({ points }) => {
    const known = new Map(points.map(({ at, index }) => [Math.round(at / 1_000), index]));
    return times.map((second) => known.get(second) ?? null);
  });
  return { nodes: commits.map(({ node }) => node), columns: [times.map((second) => second + toEpochMs / 1_000), ...columns] };
}
