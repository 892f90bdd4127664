import { flagOf, numberOf, textOf } from "./fields.ts";
import { historyLimits, type Mark, type MarkKind } from "./history.ts";
import type { State } from "./live.ts";
import { deafLinks } from "./measure.ts";
import type { ObservedRecord } from "./records.ts";
import { lineOf } from "./sentences.ts";

/** A store that took this time, in ms, is worth a look. */
const slowStoreMs = 200;
/** A link that nothing comes through for this time, in ms, is worth a look; a busy machine takes some hundreds to connect. */
const cutMs = 2_000;
/** The same thing at the same node within this time, in ms, is one mark that lasts. */
const sameForMs = 2_000;
/** Characters of a mark's sentence. */
const textMax = 300;

/** The marks after this record: what began is a new one, what ended is told of the one that it ends. */
export function withMark(marks: readonly Mark[], record: ObservedRecord): readonly Mark[] {
  switch (record.type) {
    case "faultSet":
      return begun(
        marks,
        markOf("fault", record, { id: numberOf(record, "id") ?? 0, to: null, text: textOf(record, "what") ?? "" }),
      );
    case "faultCleared":
      return ended(marks, record.at, ({ kind, node, id }) => kind === "fault" && node === record.node && id === record.id);
    case "nodeStarted":
      // Its faults ended with its life before.
      return begun(
        ended(marks, record.at, ({ kind, node }) => kind === "fault" && node === record.node),
        markOf("life", record),
      );
    case "nodeLost":
      return begun(
        marks,
        markOf("unheard", record, { node: numberOf(record, "of") ?? 0, to: null, text: textOf(record, "why") ?? "" }),
      );
    case "nodeHeard":
      return ended(marks, record.at, ({ kind, node }) => kind === "unheard" && node === record.of);
    case "snapshotOffered":
      return begun(marks, markOf("snapshot", record, { id: numberOf(record, "to") ?? 0, to: null }));
    case "snapshotInstalled":
      return ended(marks, record.at, ({ kind, id }) => kind === "snapshot" && id === record.node);
    case "transferStarted":
      return begun(marks, markOf("transfer", record, { to: null }));
    case "transferEnded":
      return ended(marks, record.at, ({ kind, node }) => kind === "transfer" && node === record.node, lineOf(record).text);
    default:
      return withMoment(marks, record);
  }
}

/** Links that nothing comes through are marks too, until something does, or nobody can say. */
export function withCuts(state: State): readonly Mark[] {
  const { at, history } = state;
  const deaf = deafLinks(state, cutMs);
  const isDeaf = ({ node, id }: Mark) => deaf.some(({ from, to }) => to === node && from === id);
  let { marks } = history;
  for (const mark of marks) {
    if (mark.kind !== "cut" || mark.to !== null || isDeaf(mark)) continue;
    const link = history.links.find(({ from, to }) => to === mark.node && from === mark.id);
    // Something came; or nothing more was sent, so that nobody can say whether it would come now.
    const end = link?.unheardSince === null ? link.receivedAt : (link?.sentAt ?? null);
    marks = ended(marks, end ?? at, (other) => other === mark);
  }
  for (const { from: id, to: node, unheardSince } of deaf) {
    const isKnown = marks.some((mark) => mark.kind === "cut" && mark.to === null && mark.node === node && mark.id === id);
    const text = `Nothing that node ${id} sends arrives.`;
    if (!isKnown) marks = begun(marks, { kind: "cut", node, id, from: unheardSince ?? at, to: null, isBad: true, text });
  }
  return marks;
}

/** What happens at one time. */
function withMoment(marks: readonly Mark[], record: ObservedRecord): readonly Mark[] {
  switch (record.type) {
    case "logTruncated":
      return begun(marks, markOf("conflict", record));
    case "diskStalled":
      return begun(marks, markOf("slowDisk", record));
    case "stored": {
      const tookMs = numberOf(record, "tookMs") ?? 0;
      return tookMs < slowStoreMs ? marks : begun(marks, { ...markOf("slowDisk", record), from: record.at - tookMs });
    }
    case "membersChanged": {
      // Each node says so when it has the entry.
      const index = numberOf(record, "index") ?? 0;
      const isKnown = marks.some(({ kind, id }) => kind === "members" && id === index);
      return isKnown ? marks : begun(marks, markOf("members", record, { id: index }));
    }
    case "control":
      return begun(marks, markOf("control", record, { id: record.number, isBad: flagOf(record, "ok") === false }));
    case "damageFound":
    case "stateDiffers":
    case "confirmedLost":
    case "termsExhausted":
      return begun(marks, markOf("damage", record, { isBad: true }));
    default:
      return marks;
  }
}

function markOf(kind: MarkKind, record: ObservedRecord, more: Partial<Mark> = {}): Mark {
  const text = more.text ?? lineOf(record).text;
  return { kind, node: record.node, id: 0, from: record.at, to: record.at, isBad: false, ...more, text: text.slice(0, textMax) };
}

/** One that lasts, or has just ended, and is the same goes on. */
function begun(marks: readonly Mark[], mark: Mark): readonly Mark[] {
  const isSame = (one: Mark) => one.kind === mark.kind && one.node === mark.node && one.id === mark.id;
  const place = marks.findLastIndex((one) => isSame(one) && (one.to === null || one.to > mark.from - sameForMs));
  const found = marks[place];
  if (found === undefined) return [...marks, mark].slice(-historyLimits.marksMax);
  const to = mark.to === null || found.to === null ? null : Math.max(found.to, mark.to);
  return marks.with(place, { ...found, to, text: mark.text });
}

function ended(marks: readonly Mark[], at: number, isIt: (mark: Mark) => boolean, text?: string): readonly Mark[] {
  const place = marks.findLastIndex((mark) => mark.to === null && isIt(mark));
  const found = marks[place];
  if (found === undefined) return marks;
  const next = marks.with(place, { ...found, to: Math.max(at, found.from), text: text ?? found.text });
  // A life that ends, ends all of it.
  return next.some((mark) => mark.to === null && isIt(mark)) ? ended(next, at, isIt, text) : next;
}
