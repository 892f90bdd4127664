import type { Doings } from "../judge/coverage-verdict.ts";
import { type Figures, median, servedWithinMs } from "../judge/figures.ts";
import type { Violation } from "../judge/violations.ts";
import type { Leading, Strike } from "../strikes.ts";
import { type Request, type RequestKind, type Result, requestKinds } from "../witnesses/notes.ts";
import type { WatchNote } from "../witnesses/watchers.ts";
import { chartOf, lettersOf } from "./chart.ts";

/** Everything that came of a run. */
export interface ChaosReport extends Doings {
  /** ISO 8601, for those who look into the nodes' logs. */
  readonly startedAt: string;
  readonly spanMs: number;
  readonly leading: readonly Leading[];
  readonly figures: Figures;
  /** Whatever is wrong; the run has passed if there is nothing. */
  readonly violations: readonly Violation[];
  /** What each node has printed. */
  readonly logs: ReadonlyMap<number, string>;
}

/** A screen is so wide. What is wrong is told in full all the same. */
const columns = 120;
/** More lines would not fit on a screen; the folder of a run has them all. */
const strikesInFull = 8;
const wrongShown = 3;
const leadersShown = 8;
const violationsShown = 5;
const slowestShown = 4;
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
    ...leaderLines(leading),
    "",
    ...strikeLines(report),
    "",
    ...figureLines(report),
    ...watchLines(report.watches),
    ...slowestLines(requests),
    "",
    ...verdictLines(report.violations),
  ].join("\n");
}

/** Every kind of call with what came of it. */
function countLines(requests: readonly Request[]): string[] {
  const names = [...requestKinds, "all"];
  const line = (name: string, cells: readonly (string | number)[]) =>
    name.padEnd(10) + cells.map((cell, place) => String(cell).padStart(Math.max(10, 2 + (names[place] ?? "").length))).join("");
  const count = (result: Result, kind: RequestKind | null) =>
    requests.filter((request) => (kind === null || request.kind === kind) && request.result === result).length;
  const counts = (result: Result) =>
    line(
      `  ${result}`,
      [...requestKinds, null].map((kind) => count(result, kind)),
    );
  return [line("calls", names), counts("ok"), counts("fail"), counts("maybe")];
}

/** Nodes by their places, as everywhere on the screen; one that was repaired since has another id. */
function leaderLines(leading: readonly Leading[]): string[] {
  const list = leading.flatMap(({ place, nodeId, term }) => {
    return place === null ? [] : [`${place}${nodeId === place ? "" : ` (node ${nodeId})`} in term ${term}`];
  });
  const half = leadersShown / 2;
  return wrapped("leaders   ", list.length > leadersShown ? [...list.slice(0, half), "...", ...list.slice(-half)] : list);
}

/** Each strike with what was seen of it; of many, each fault with how often it struck; and whatever went wrong. */
function strikeLines({ strikes, figures }: ChaosReport): string[] {
  const backs = backsOf(strikes, figures);
  const letters = lettersOf(strikes);
  const struck = strikes.filter((strike) => strike.struck !== null);
  const head = `faults that struck: ${struck.length} of ${strikes.length}`;
  const lineOf = (strike: Strike) =>
    `${letters.get(strike.fault)} ${strikeLine(strike, backs.get(strike) ?? null)}`.slice(0, columns);
  if (strikes.length <= strikesInFull) return [head, ...strikes.map(lineOf)];
  const cells = [...letters].flatMap(([name, letter]) => {
    const same = struck.filter(({ fault }) => fault === name);
    if (same.length === 0) return [];
    const longest = Math.max(...same.map((strike) => backs.get(strike) ?? Number.POSITIVE_INFINITY));
    return [`${letter} ${String(same.length).padStart(4)}  ${name.padEnd(42)}${milliseconds(longest).padStart(9)}`];
  });
  const wrong = strikes.filter(({ failure }) => failure !== null);
  return [
    `${head}, and the longest time from healing to a served write`,
    ...paired(cells),
    ...wrong.slice(0, wrongShown).map(lineOf),
  ];
}

/** In two columns, the second below the first in the order of the alphabet. */
function paired(cells: readonly string[]): string[] {
  const half = Math.ceil(cells.length / 2);
  return cells.slice(0, half).map((cell, place) => `${cell}  ${cells[half + place] ?? ""}`.trimEnd());
}

/** How soon a write was served after each that struck. */
function backsOf(strikes: readonly Strike[], { backAfterMs }: Figures): Map<Strike, number | null> {
  return new Map(strikes.filter(({ struck }) => struck !== null).map((strike, place) => [strike, backAfterMs[place] ?? null]));
}

function strikeLine({ fault, struck, failure, cannot, beganAt }: Strike, back: number | null): string {
  const at = seconds(beganAt).padStart(8);
  if (struck === null) return `${at}  ${fault}: ${cannot ? "CANNOT STRIKE HERE" : "DID NOT STRIKE"}: ${failure}`;
  const writes = back === null ? "no write afterwards" : `writes ${milliseconds(back)} after healing`;
  const wrong = failure === null ? "" : `; NOT HEALED: ${failure}`;
  return `${at}  ${fault}${wrong}; ${writes}: ${struck.what}; ${struck.evidence}`;
}

function figureLines({ figures, repeats }: ChaosReport): string[] {
  const { availability, majorityAvailability, killPausesMs, operationPauses, backAfterMs } = figures;
  const backs = backAfterMs.filter((ms) => ms !== null);
  const never = backAfterMs.length - backs.length;
  const lines = [`served within ${servedWithinMs} ms: ${percent(availability)} of the clients' time`];
  if (majorityAvailability !== null) {
    lines.push(`the same of clients at a majority, after the first second of a partition: ${percent(majorityAvailability)}`);
  }
  if (killPausesMs.length > 0) {
    const longest = `longest ${milliseconds(Math.max(...killPausesMs))} of ${killPausesMs.length}`;
    lines.push(`longest pause of writes around kill -9 of the leader: median ${milliseconds(median(killPausesMs))}, ${longest}`);
  }
  if (operationPauses.length > 0) {
    const pauses = operationPauses.map(({ pauseMs }) => pauseMs);
    const longest = `longest ${milliseconds(Math.max(...pauses))} of ${pauses.length}`;
    lines.push(
      `the same while nodes are restarted, upgraded, added and removed: median ${milliseconds(median(pauses))}, ${longest}`,
    );
  }
  if (backs.length > 0) {
    const longest = milliseconds(Math.max(...backs));
    lines.push(
      `healing to a served write: median ${milliseconds(median(backs))}, longest ${longest}${never > 0 ? `, never ${never}` : ""}`,
    );
  }
  lines.push(`writes that sessions sent once more though they may have happened: ${repeats}`);
  return lines;
}

function watchLines(watches: readonly WatchNote[]): string[] {
  return watches.map(({ name, prefix, changes, gaps }) => {
    const revisions = gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    const missing = gaps.length === 0 ? "" : `, in all of ${revisions} revisions that no node kept`;
    return `${name} of ${prefix === "" ? "all keys" : `${prefix}*`}: ${changes.length} changes, ${gaps.length} gaps${missing}`;
  });
}

function slowestLines(requests: readonly Request[]): string[] {
  const served = requests.filter(({ result }) => result === "ok");
  const slowest = served
    .sort((a, b) => b.endedAt - b.invokedAt - (a.endedAt - a.invokedAt))
    .slice(0, slowestShown)
    .map(({ kind, via, invokedAt, endedAt }) => `${kind} by ${via} ${milliseconds(endedAt - invokedAt)} at ${seconds(invokedAt)}`);
  return wrapped("slowest: ", slowest);
}

/** Items on as many lines as they need. */
function wrapped(head: string, items: readonly string[]): string[] {
  const lines = [head];
  for (const [place, item] of items.entries()) {
    const text = place < items.length - 1 ? `${item}, ` : item;
    if ((lines.at(-1) ?? "").length + text.length > columns) lines.push(" ".repeat(head.length));
    lines.push(`${lines.pop()}${text}`);
  }
  return lines.map((line) => line.trimEnd());
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
