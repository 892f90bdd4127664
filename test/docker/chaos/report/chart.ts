import { availabilityOf } from "../judge/figures.ts";
import type { Leading, Strike } from "../strikes.ts";
import type { Request } from "../witnesses/notes.ts";

/** As wide as a screen allows beside the names of the rows. */
const columns = 64;
const levels = "▁▂▃▄▅▆▇█";

/** A run over time in text: how many of the clients' calls were served, which fault was in force, who led. */
export function chartOf(
  requests: readonly Request[],
  strikes: readonly Strike[],
  leading: readonly Leading[],
  spanMs: number,
): string[] {
  const widthMs = spanMs / columns;
  const cells = Array.from({ length: columns }, (_, place) => ({ from: place * widthMs, to: (place + 1) * widthMs }));
  const row = (name: string, cell: (from: number, to: number) => string) =>
    `${name.padEnd(9)} ${cells.map(({ from, to }) => cell(from, to)).join("")}`;
  const byCell = requestsByCell(requests, widthMs);
  const letters = lettersOf(strikes);
  return [
    `over time, one column for ${(widthMs / 1_000).toFixed(2)} s:`,
    row("served", (from, to) => levelOf(availabilityOf(byCell[Math.round(from / widthMs)] ?? [], [{ from, to, majority: null }]))),
    row("fault", (from, to) => letters.get(faultAt(strikes, from, to) ?? "") ?? "·"),
    row("leader", (_, to) => leaderAt(leading, to)),
  ];
}

/** The calls that each column is about, so that not every column looks at all of them. */
function requestsByCell(requests: readonly Request[], widthMs: number): Request[][] {
  const cells: Request[][] = Array.from({ length: columns }, () => []);
  for (const request of requests) {
    const last = Math.min(columns - 1, Math.floor(request.endedAt / widthMs));
    for (let place = Math.floor(request.invokedAt / widthMs); place <= last; place += 1) cells[place]?.push(request);
  }
  return cells;
}

/** Full only if every call was served; the lowest only if none was; blank if there was none. */
function levelOf(share: number | null): string {
  if (share === null) return " ";
  if (share === 0) return "_";
  return levels[share > 0.999 ? levels.length - 1 : Math.floor(share * (levels.length - 1))] ?? " ";
}

/** The first fault that is in force there. */
function faultAt(strikes: readonly Strike[], from: number, to: number): string | undefined {
  return strikes.find(({ beganAt, healedAt, struck }) => struck !== null && beganAt < to && healedAt > from)?.fault;
}

/** A letter for each fault of a run, by its name; in the row of faults a dot stands where there is none. */
export function lettersOf(strikes: readonly Strike[]): Map<string, string> {
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const names = [...new Set(strikes.map(({ fault }) => fault))].sort();
  return new Map(names.map((name, place) => [name, letters[place % letters.length] ?? "?"]));
}

/** The place of the leader; a dash where nobody leads. */
function leaderAt(leading: readonly Leading[], to: number): string {
  return String(leading.findLast(({ at }) => at < to)?.place ?? "-");
}
