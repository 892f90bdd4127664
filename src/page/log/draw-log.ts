import type { NodeSample, TermRunSample } from "../../observe/live.ts";
import { countWords } from "../../observe/words.ts";
import { termColor, termInk } from "../base/term-colors.ts";
import type { SeenNode } from "../model/nodes.ts";
import { edgeOf, type LogWindow } from "./window.ts";

export interface LogInks {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly leader: string;
  readonly isDark: boolean;
}

export interface Row {
  readonly top: number;
  readonly height: number;
}

/** From this width on each entry is a box with its index and its term. */
const boxMin = 22;
/** Space over the entries for the leader's word, and under them for the node's own. */
const above = 13;
const below = 10;

/** One node's log. What it costs depends on the number of terms in sight, not on that of entries. */
export function drawLog(context: CanvasRenderingContext2D, node: SeenNode, window: LogWindow, row: Row, inks: LogInks): void {
  const { sample } = node;
  if (sample === null) return;
  const body = { top: row.top + above, height: row.height - above - below };
  if (sample.lastIndex < window.first) {
    drawEnd(context, sample.lastIndex, body, inks);
    return;
  }
  context.globalAlpha = node.isHeard ? 1 : 0.45;
  drawCompacted(context, sample.firstIndex, window, body, inks);
  const runs = withUnknown(sample);
  runs.forEach(({ first, term }, place) => {
    const last = Math.min((runs[place + 1]?.first ?? sample.lastIndex + 1) - 1, sample.lastIndex);
    const from = Math.max(first, window.first, sample.firstIndex);
    const to = Math.min(last, window.last);
    if (from > to) return;
    drawRun(context, { from, to, term, commitIndex: sample.commitIndex }, window, body, inks);
  });
  context.globalAlpha = 1;
  drawBar(context, sample.firstIndex, sample.durableIndex, window, body.top + body.height + 2, inks);
  drawMarks(context, node, window, body, inks);
}

/** Runs from the first entry on: of which term those before the first run are is not told. */
function withUnknown({ runs, firstIndex }: NodeSample): readonly TermRunSample[] {
  const known = runs[0]?.first ?? Number.POSITIVE_INFINITY;
  return firstIndex < known ? [{ first: firstIndex, term: 0 }, ...runs] : runs;
}

function drawRun(
  context: CanvasRenderingContext2D,
  run: { readonly from: number; readonly to: number; readonly term: number; readonly commitIndex: number },
  window: LogWindow,
  body: Row,
  inks: LogInks,
): void {
  const color = termColor(run.term, inks.isDark);
  const alpha = context.globalAlpha;
  const part = (from: number, to: number, isCommitted: boolean): void => {
    if (from > to) return;
    const [x, end] = [edgeOf(window, from), edgeOf(window, to + 1)];
    context.fillStyle = color;
    context.globalAlpha = isCommitted ? alpha : alpha * 0.4;
    context.fillRect(x, body.top, Math.max(1, end - x), body.height);
    context.globalAlpha = alpha;
    if (isCommitted) return;
    context.strokeStyle = inks.muted;
    context.setLineDash([3, 3]);
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, body.top + 0.5, Math.max(1, end - x) - 1, body.height - 1);
    context.setLineDash([]);
  };
  part(run.from, Math.min(run.to, run.commitIndex), true);
  part(Math.max(run.from, run.commitIndex + 1), run.to, false);
  if (window.cell >= boxMin) drawBoxes(context, run, window, body, inks);
  else drawTermName(context, run, window, body, inks);
}

function drawBoxes(
  context: CanvasRenderingContext2D,
  run: { readonly from: number; readonly to: number; readonly term: number },
  window: LogWindow,
  body: Row,
  inks: LogInks,
): void {
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let index = run.from; index <= run.to; index += 1) {
    const x = edgeOf(window, index);
    context.strokeStyle = inks.line;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, body.top + 0.5, window.cell - 1, body.height - 1);
    context.fillStyle = termInk(inks.isDark);
    const isWide = window.cell >= 34;
    context.font = `${isWide ? 11 : 9}px system-ui, sans-serif`;
    const name = isWide || index < 1_000 ? String(index) : `…${String(index).slice(-3)}`;
    context.fillText(name, x + window.cell / 2, body.top + body.height / 2, window.cell - 4);
  }
  // The term once, at the start of the run, so that the colour need not be known by heart.
  drawTermName(context, run, window, { top: body.top - above, height: above }, inks, 10);
}

function drawTermName(
  context: CanvasRenderingContext2D,
  run: { readonly from: number; readonly to: number; readonly term: number },
  window: LogWindow,
  body: Row,
  inks: LogInks,
  size = 11,
): void {
  const room = edgeOf(window, run.to + 1) - edgeOf(window, run.from);
  if (run.term === 0) return;
  const name = size < 11 ? `term ${run.term}` : `term ${run.term}`;
  context.font = `600 ${size}px system-ui, sans-serif`;
  if (context.measureText(name).width + 6 > room) return;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = size < 11 ? inks.muted : termInk(inks.isDark);
  context.fillText(name, edgeOf(window, run.from) + (size < 11 ? 0 : 4), body.top + body.height / 2);
}

/** Its log ends before what is shown: so that an empty row is no riddle. */
function drawEnd(context: CanvasRenderingContext2D, lastIndex: number, body: Row, inks: LogInks): void {
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = inks.muted;
  context.fillText(`◂ ends at ${countWords(lastIndex)}`, 0, body.top + body.height / 2);
}

/** What is no longer in the log, as the state has it. */
function drawCompacted(context: CanvasRenderingContext2D, firstIndex: number, window: LogWindow, body: Row, inks: LogInks): void {
  const to = Math.min(firstIndex - 1, window.last);
  if (to < window.first) return;
  const width = edgeOf(window, to + 1);
  context.save();
  context.beginPath();
  context.rect(0, body.top, width, body.height);
  context.clip();
  context.strokeStyle = inks.line;
  context.lineWidth = 2;
  for (let x = -body.height; x < width; x += 7) {
    context.beginPath();
    context.moveTo(x, body.top + body.height);
    context.lineTo(x + body.height, body.top);
    context.stroke();
  }
  context.restore();
  if (width < 90) return;
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = inks.muted;
  context.fillText("in the state", 6, body.top + body.height / 2);
}

/** The line under the entries that are on the disk. */
function drawBar(
  context: CanvasRenderingContext2D,
  firstIndex: number,
  durableIndex: number,
  window: LogWindow,
  y: number,
  inks: LogInks,
): void {
  const from = Math.max(firstIndex, window.first);
  const to = Math.min(durableIndex, window.last);
  if (from > to) return;
  context.fillStyle = inks.muted;
  context.fillRect(edgeOf(window, from), y, edgeOf(window, to + 1) - edgeOf(window, from), 2);
}

/** Commit and applied by the node's own word, under its entries; match and next by the leader's, over them. */
function drawMarks(context: CanvasRenderingContext2D, node: SeenNode, window: LogWindow, body: Row, inks: LogInks): void {
  const { sample, progress } = node;
  if (sample === null) return;
  const bottom = body.top + body.height;
  const end = (index: number): number | null =>
    index >= window.first - 1 && index <= window.last ? edgeOf(window, index + 1) : null;
  const commit = end(sample.commitIndex);
  if (commit !== null) {
    context.fillStyle = inks.ink;
    context.fillRect(commit - 1, body.top - 2, 2, body.height + 4);
    triangle(context, commit, bottom + 2, 7, inks.ink);
  }
  const applied = end(sample.appliedIndex);
  if (applied !== null) {
    context.fillStyle = inks.ink;
    context.fillRect(applied - Math.max(13, window.cell / 2 + 2), bottom + 5, 4, 4);
  }
  if (progress === null) return;
  const match = end(progress.matchIndex);
  if (match !== null) {
    context.beginPath();
    context.arc(match - 4, body.top - 4, 3, 0, 2 * Math.PI);
    context.fillStyle = inks.leader;
    context.fill();
  }
  const next = end(progress.nextIndex - 1);
  if (next === null) return;
  context.beginPath();
  context.moveTo(next + 1, body.top - 8);
  context.lineTo(next + 7, body.top - 4);
  context.lineTo(next + 1, body.top);
  context.strokeStyle = inks.leader;
  context.lineWidth = 2;
  context.stroke();
}

function triangle(context: CanvasRenderingContext2D, x: number, y: number, size: number, color: string): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + size / 1.6, y + size);
  context.lineTo(x - size / 1.6, y + size);
  context.closePath();
  context.fillStyle = color;
  context.fill();
}
