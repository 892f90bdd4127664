import { describeOperation } from "../../../../src/sim/checks/history.ts";
import type { Violation } from "../judge/violations.ts";
import type { Strike } from "../strikes.ts";
import type { Noted } from "../witnesses/notes.ts";

export interface TimelineOptions {
  readonly key: string;
  /** The operations on this key. */
  readonly operations: readonly Noted[];
  readonly strikes: readonly Strike[];
  readonly violations: readonly Violation[];
}

/** A picture with a point of time: where things lie is given as a share of its width, so that it can be drawn out. */
interface Scale {
  readonly from: number;
  readonly to: number;
}

/**
 * The history of one key as a page that needs nothing else: one row for each client, a bar for each operation from its
 * call to its answer, coloured by what came of it and framed if the verdict names it, and bands behind them where a fault
 * was in force.
 */
export function timelineOf({ key, operations, strikes, violations }: TimelineOptions): string {
  const sorted = [...operations].sort((a, b) => a.invokedAt - b.invokedAt);
  const scale = scaleOf(sorted);
  const isNamed = (operation: Noted) => violations.some(({ sentence }) => sentence.includes(describeOperation(operation)));
  const named = new Set(sorted.filter(isNamed));
  const rows = rowsOf(sorted).map(([via, ofClient]) => rowOf(via, ofClient, scale, named));
  const bands = strikes
    .filter(({ struck, healedAt, beganAt }) => struck !== null && healedAt > scale.from && beganAt < scale.to)
    .map((strike) => bandOf(strike, scale));
  return page(`History of ${key}`, [
    `<h1>${escaped(key)}</h1>`,
    ...violations.map(
      ({ kind, sentence }) => `<section class="why"><b>${escaped(kind)}</b><pre>${linked(sentence, named)}</pre></section>`,
    ),
    legend,
    `<label>Width <input type="range" id="zoom" min="100" max="6000" value="100"></label>`,
    `<div class="scroll"><div id="picture"><div class="bands">${bands.join("")}</div>${rows.join("")}${axisOf(scale)}</div></div>`,
    tableOf(sorted, named),
  ]);
}

/** A sentence whose operations lead to their lines in the table. */
function linked(sentence: string, named: ReadonlySet<Noted>): string {
  let html = escaped(sentence);
  for (const operation of named) {
    const words = escaped(describeOperation(operation));
    html = html.replace(words, () => `<a href="#r${operation.request.id}">${words}</a>`);
  }
  return html;
}

function scaleOf(operations: readonly Noted[]): Scale {
  const from = Math.min(...operations.map(({ invokedAt }) => invokedAt));
  const to = Math.max(...operations.map(({ request }) => request.endedAt));
  if (!Number.isFinite(from)) return { from: 0, to: 1 };
  const margin = Math.max(1, (to - from) * 0.02);
  return { from: from - margin, to: to + margin };
}

function rowsOf(operations: readonly Noted[]): [string, Noted[]][] {
  const rows = new Map<string, Noted[]>();
  for (const operation of operations) {
    const name = `${operation.client}: ${operation.request.via}`;
    const row = rows.get(name);
    if (row === undefined) rows.set(name, [operation]);
    else row.push(operation);
  }
  return [...rows].sort(([, [a]], [, [b]]) => (a?.client ?? 0) - (b?.client ?? 0));
}

function rowOf(name: string, operations: readonly Noted[], scale: Scale, named: ReadonlySet<Noted>): string {
  const bars = operations.map((operation) => barOf(operation, scale, named));
  return `<div class="row"><span class="name">${escaped(name)}</span>${bars.join("")}</div>`;
}

function barOf(operation: Noted, scale: Scale, named: ReadonlySet<Noted>): string {
  const { invokedAt, request } = operation;
  const title = `${describeOperation(operation)}\nms ${invokedAt.toFixed(1)} to ${request.endedAt.toFixed(1)}, request ${request.id}${
    request.reason === null ? "" : `, ${request.reason}`
  }${request.revision === null ? "" : `, revision ${request.revision}`}`;
  const place = `left:${percent(invokedAt, scale)}%;width:${percent(request.endedAt, scale) - percent(invokedAt, scale)}%`;
  const look = lookOf(operation, named);
  return `<a class="bar ${look}" style="${place}" href="#r${request.id}" title="${escaped(title)}"><span>${escaped(labelOf(operation))}</span></a>`;
}

function lookOf(operation: Noted, named: ReadonlySet<Noted>): string {
  return named.has(operation) ? `${colourOf(operation)} named` : colourOf(operation);
}

/** A refused part of a batch that went through did nothing, but nobody failed. */
function colourOf({ outcome }: Noted): "ok" | "fail" | "maybe" {
  if (outcome.type === "refused") return "fail";
  return outcome.type === "unknown" ? "maybe" : "ok";
}

/** The shortest that tells what was done: W for a write, D for a delete, C for a compare-and-set, R for a read. */
function labelOf({ op, outcome }: Noted): string {
  switch (op.type) {
    case "set":
      return `W ${op.value}`;
    case "delete":
      return "D";
    case "cas":
      return `C ${op.expected ?? "∅"}→${op.value ?? "∅"}${outcome.type === "conflict" ? ` ✗ ${outcome.found ?? "∅"}` : ""}`;
    case "read":
      return outcome.type === "read" ? `R ${outcome.value ?? "∅"}` : "R";
    default:
      return op satisfies never;
  }
}

function bandOf({ fault, struck, beganAt, healedAt }: Strike, scale: Scale): string {
  const [left, right] = [Math.max(0, percent(beganAt, scale)), Math.min(100, percent(healedAt, scale))];
  const title = escaped(`${fault}: ${struck?.what ?? ""}\n${struck?.evidence ?? ""}`);
  return `<div class="band" style="left:${left}%;width:${right - left}%" title="${title}"><i>${escaped(fault)}</i></div>`;
}

function axisOf(scale: Scale): string {
  const marks = Array.from({ length: 11 }, (_, place) => {
    const at = scale.from + ((scale.to - scale.from) * place) / 10;
    return `<i style="left:${place * 10}%">${(at / 1_000).toFixed(3)} s</i>`;
  });
  return `<div class="axis">${marks.join("")}</div>`;
}

function tableOf(operations: readonly Noted[], named: ReadonlySet<Noted>): string {
  const lines = operations.map((operation) => {
    const { request, invokedAt } = operation;
    const cells = [
      invokedAt.toFixed(1),
      request.endedAt.toFixed(1),
      request.via,
      describeOperation(operation).replace(/^\[[^\]]*\] client \d+: /, ""),
      request.revision === null ? "" : String(request.revision),
      request.reason ?? "",
    ];
    const look = lookOf(operation, named);
    return `<tr id="r${request.id}" class="${look}">${cells.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`;
  });
  const head = ["called, ms", "known, ms", "by", "what", "revision", "reason"].map((name) => `<th>${name}</th>`).join("");
  return `<table><thead><tr>${head}</tr></thead><tbody>${lines.join("\n")}</tbody></table>`;
}

/** Share of the width at which a moment lies, in percent, with three decimals: a pixel when it is drawn out most. */
function percent(at: number, { from, to }: Scale): number {
  return Math.round(((at - from) / (to - from)) * 100_000) / 1_000;
}

export function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => names[character] ?? "");
}

const legend = `<p class="legend"><span class="ok">ok</span> <span class="fail">fail: surely did nothing</span>
<span class="maybe">maybe: may have taken effect, or may yet</span> <span class="fault">a fault in force</span>
<span class="named">named by the verdict</span> W write, D delete, C compare-and-set, R read, ∅ no such key. Draw the picture out
to read the bars, or hover over one for all that is known of it.</p>`;

const style = `body{font:14px system-ui,sans-serif;margin:1.5em;color:#222}
.why{border-left:4px solid #c62828;padding:0 1em;background:#fdecea}pre{white-space:pre-wrap}
.scroll{overflow-x:auto;border:1px solid #ccc}
#picture{position:relative;margin-left:8em;width:calc(100% - 8em)}
.row{position:relative;height:24px;border-bottom:1px solid #eee}
.name{position:sticky;left:0;z-index:1;display:inline-block;margin-left:-8em;width:7.5em;line-height:24px;padding-right:.5em;text-align:right;white-space:nowrap;background:#fff}
.bar{position:absolute;top:3px;height:18px;min-width:3px;overflow:hidden;white-space:nowrap;font:11px/18px ui-monospace,monospace;color:#000;text-decoration:none;border-left:1px solid #0006}
.bar{container-type:inline-size}.bar span{display:none}@container (min-width:2.5em){.bar span{display:inline}}
.bar.named,.legend .named{outline:2px solid #c62828}tr.named td:first-child{box-shadow:inset 4px 0 #c62828}.bar.named{z-index:1}.why a{color:inherit}
.bar.ok,.legend .ok{background:#81c784}.bar.fail,.legend .fail{background:#bdbdbd}.bar.maybe,.legend .maybe{background:#ffb74d}
.legend span{padding:2px 8px}.legend .fault,.band{background:#e5737340}
.bands{position:absolute;inset:0}.band{position:absolute;top:0;bottom:0}
.band i{position:absolute;bottom:18px;font-size:11px;color:#b71c1c;white-space:nowrap}
.axis{position:relative;height:36px}.axis i{position:absolute;bottom:0;font-size:11px;color:#666;white-space:nowrap}
table{border-collapse:collapse;margin-top:1.5em;font:12px ui-monospace,monospace}td,th{padding:1px 10px;text-align:left;border-bottom:1px solid #eee}
tr.fail{color:#888}tr.maybe{background:#fff3e0}tr:target{outline:2px solid #1565c0}`;

const script = `const zoom=document.getElementById("zoom"),picture=document.getElementById("picture");
zoom.oninput=()=>{const box=picture.parentElement,middle=(box.scrollLeft+box.clientWidth/2)/picture.offsetWidth;
picture.style.width=zoom.value+"%";box.scrollLeft=middle*picture.offsetWidth-box.clientWidth/2};`;

function page(title: string, parts: readonly string[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${style}</style></head>
<body>
${parts.join("\n")}
<script>${script}</script>
</body></html>
`;
}
