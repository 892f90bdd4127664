/** The part of the logs that is drawn: indexes from `first` on, each `cell` pixels wide. */
export interface LogWindow {
  readonly first: number;
  readonly last: number;
  readonly cell: number;
}

export type Span = "20" | "200" | "2000" | "all";

/** Widest an entry is drawn, in pixels. */
const cellMax = 64;
/** Narrowest at which an entry still has room for its index, in pixels. */
const cellReadable = 24;

/** @param end the last index that is shown; null: the newest of all */
export function windowOf(span: Span, end: number | null, newest: number, oldest: number, width: number): LogWindow {
  const last = Math.max(1, Math.min(newest, end ?? newest));
  const wanted = span === "all" ? last - oldest + 1 : Number(span);
  // The newest few are to be read, so a narrow place has fewer of them.
  const count = span === "20" ? Math.max(6, Math.min(20, Math.floor(width / cellReadable))) : Math.max(20, wanted);
  const first = Math.max(1, last - count + 1);
  return { first, last: first + count - 1, cell: Math.min(cellMax, width / count) };
}

/** Left edge of an entry. */
export function edgeOf({ first, cell }: LogWindow, index: number): number {
  return (index - first) * cell;
}

export function indexAt(window: LogWindow, x: number): number | null {
  const index = window.first + Math.floor(x / window.cell);
  return index >= window.first && index <= window.last ? index : null;
}
