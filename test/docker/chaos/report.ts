import { chartOf, letterOf } from "./chart.ts";
import { type Figures, median, servedWithinMs } from "./figures.ts";
import type { Noted, Request, RequestKind, Result } from "./notes.ts";
import { requestKinds } from "./notes.ts";
import type { Leading, Strike } from "./strikes.ts";
import type { ChaosPlan } from "./types.ts";
import type { Violation } from "./violations.ts";
import type { WatchNote } from "./watchers.ts";

/** Everything that came of a run. */
export interface ChaosReport {
  readonly plan: ChaosPlan;
  /** ISO 8601, for those who look into the nodes' logs. */
  readonly startedAt: string;
  readonly spanMs: number;
  readonly requests: readonly Request[];
  readonly operations: readonly Noted[];
  readonly strikes: readonly Strike[];
  readonly leading: readonly Leading[];
  readonly watches: readonly WatchNote[];
  readonly figures: Figures;
  /** Whatever is wrong; the run has passed if there is nothing. */
  readonly violations: readonly Violation[];
  /** What each node has printed. */
  readonly logs: ReadonlyMap<number, string>;
}

/** More lines would not fit on a screen; the folder of a failure has them all. */
const strikesShown = 40;
const wrongShown = 10;
const violationsShown = 5;
const slowestShown = 5;
const sentenceLinesMax = 12;

/** The run on one screen. */
export function describeReport(report: ChaosReport): string {
  const { plan, requests, strikes, leading, spanMs } = report;
  return [
    `chaos: seed ${plan.seed}, ${strikes.length} faults in ${seconds(spanMs)} from ${report.startedAt} on`,
    "",
    ...countLines(requests),
    "",
    ...chartOf(requests, strikes, leading, spanMs),
    leadersLine(leading),
    "",
    ...strikeLines(report),
    "",
    ...figureLines(report.figures),
    ...watchLines(report.watches),
    `slowest: ${slowest(requests)}`,
    "",
    ...verdictLines(report.violations),
  ].join("\n");
}

/** Every kind of call with what came of it. */
function countLines(requests: readonly Request[]): string[] {
  const line = (name: string, cells: readonly (string | number)[]) =>
    name.padEnd(18) + cells.map((cell) => String(cell).padStart(9)).join("");
  const counts = (kind: RequestKind | null) =>
    (["ok", "fail", "maybe"] as const).map((result: Result) => {
      return requests.filter((request) => (kind === null || request.kind === kind) && request.result === result).length;
    });
  return [
    line("operations", ["ok", "fail", "maybe"]),
    ...requestKinds.map((kind) => line(`  ${kind}`, counts(kind))),
    line("  all", counts(null)),
  ];
}

function leadersLine(leading: readonly Leading[]): string {
  const leaders = leading.filter(({ leaderId }) => leaderId !== null);
  const list = leaders.map(({ leaderId, term }) => `${leaderId} in term ${term}`);
  const shown = list.length > 12 ? [...list.slice(0, 6), "...", ...list.slice(-5)] : list;
  return `leaders   ${shown.join(", ")}`;
}

/** Each strike with what was seen of it; of a long run, each fault with how often it struck, and whatever went wrong. */
function strikeLines({ strikes, figures }: ChaosReport): string[] {
  const backs = backsOf(strikes, figures);
  const struck = strikes.filter((strike) => strike.struck !== null);
  const head = `faults that struck: ${struck.length} of ${strikes.length}`;
  if (strikes.length <= strikesShown)
    return [head, ...strikes.map((strike, place) => strikeLine(strike, place, backs.get(strike) ?? null))];
  const wrong = strikes.flatMap((strike, place) =>
    strike.failure === null ? [] : [strikeLine(strike, place, backs.get(strike) ?? null)],
  );
  const names = [...new Set(struck.map(({ fault }) => fault))].sort();
  const counts = names.map((name) => {
    const same = struck.filter(({ fault }) => fault === name);
    const longest = Math.max(...same.map((strike) => backs.get(strike) ?? Number.POSITIVE_INFINITY));
    return `  ${String(same.length).padStart(4)}  ${name}: writes at most ${milliseconds(longest)} after healing`;
  });
  return [head, ...counts, ...wrong.slice(0, wrongShown)];
}

/** How soon a write was served after each that struck. */
function backsOf(strikes: readonly Strike[], { backAfterMs }: Figures): Map<Strike, number | null> {
  return new Map(strikes.filter(({ struck }) => struck !== null).map((strike, place) => [strike, backAfterMs[place] ?? null]));
}

function strikeLine(strike: Strike, place: number, back: number | null): string {
  const at = seconds(strike.beganAt).padStart(8);
  if (strike.struck === null) return `  ${letterOf(place)} ${at}  ${strike.fault}: DID NOT STRIKE: ${strike.failure}`;
  const writes = back === null ? "no write afterwards" : `writes ${milliseconds(back)} after healing`;
  const failure = strike.failure === null ? "" : `; NOT HEALED: ${strike.failure}`;
  return `  ${letterOf(place)} ${at}  ${strike.fault}: ${strike.struck.what}; ${strike.struck.evidence}; ${writes}${failure}`;
}

function figureLines({ availability, majorityAvailability, killPausesMs, backAfterMs }: Figures): string[] {
  const backs = backAfterMs.filter((ms) => ms !== null);
  const never = backAfterMs.length - backs.length;
  const lines = [`served within ${servedWithinMs} ms: ${percent(availability)} of the clients' time`];
  if (majorityAvailability !== null) {
    lines.push(`the same of clients at a majority, after the first second of a partition: ${percent(majorityAvailability)}`);
  }
  if (killPausesMs.length > 0) {
    const longest = Math.max(...killPausesMs);
    lines.push(
      `kill -9 of the leader to flowing writes: median ${milliseconds(median(killPausesMs))}, longest ${milliseconds(longest)} of ${killPausesMs.length}`,
    );
  }
  if (backs.length > 0) {
    const longest = milliseconds(Math.max(...backs));
    lines.push(
      `healing to a served write: median ${milliseconds(median(backs))}, longest ${longest}${never > 0 ? `, never ${never}` : ""}`,
    );
  }
  return lines;
}

function watchLines(watches: readonly WatchNote[]): string[] {
  return watches.map(({ name, prefix, changes, gaps }) => {
    const missing = gaps.length === 0 ? "" : `, read anew ${gaps.length} times where no node kept the changes`;
    return `${name} of ${prefix === "" ? "all keys" : `${prefix}*`}: ${changes.length} changes${missing}`;
  });
}

function slowest(requests: readonly Request[]): string {
  const served = requests.filter(({ result }) => result === "ok");
  return served
    .sort((a, b) => b.endedAt - b.invokedAt - (a.endedAt - a.invokedAt))
    .slice(0, slowestShown)
    .map(({ kind, via, invokedAt, endedAt }) => `${kind} by ${via} ${milliseconds(endedAt - invokedAt)} at ${seconds(invokedAt)}`)
    .join(", ");
}

function verdictLines(violations: readonly Violation[]): string[] {
  if (violations.length === 0) {
    return ["VERDICT: linearizable, no acknowledged write lost, nothing twice, equal states, watches complete and in order"];
  }
  const shown = violations.slice(0, violationsShown).flatMap(({ kind, key, sentence }) => {
    const [first = "", ...rest] = sentence.split("\n").slice(0, sentenceLinesMax);
    return [`  ${kind}${key === null ? "" : ` of ${key}`}: ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  const more = violations.length > violationsShown ? [`  ... and ${violations.length - violationsShown} more`] : [];
  return [`VERDICT: FAILED, ${violations.length} violations`, ...shown, ...more];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function milliseconds(ms: number | null): string {
  return ms === null || ms === Number.POSITIVE_INFINITY ? "never" : `${Math.round(ms)} ms`;
}

function percent(share: number | null): string {
  return share === null ? "nothing" : `${(share * 100).toFixed(2)} %`;
}
