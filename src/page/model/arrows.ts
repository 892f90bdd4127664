import type { Frame } from "../../observe/live.ts";
import { type Arrow as Paired, Pairing } from "../../observe/pairing.ts";
import type { ObservedRecord } from "../../observe/records.ts";
import { kindOf, type MessageKind } from "../base/message-kinds.ts";

/** A message that is drawn. Times are in ms of the frames' clock. */
export interface Arrow {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly kind: MessageKind;
  readonly record: ObservedRecord;
  readonly sentAt: number;
  readonly receivedAt: number | null;
  readonly lostAt: number | null;
  readonly lostWhy: string;
  readonly isLostFar: boolean;
}

export const arrowLimits = {
  /** Messages that are remembered. */
  arrowsMax: 4_000,
  /** A message is drawn for this time, in ms, or for as long as it really took if that was longer. */
  flightMs: 600,
  /** A broken arrow is shown for this time more, in ms. */
  brokenMs: 900,
  /** Of frequent messages one is drawn in this time, on each link and of each type, in ms. */
  spacingMs: 240,
  /** What nobody has told the end of counts as still under way for this time, in ms. */
  underWayMs: 5_000,
} as const;

/** The messages of the last seconds that are drawn: all rare ones, and of frequent ones now and then one. */
export class ArrowBook {
  #pairing = new Pairing(arrowLimits);
  #drawnAt = new Map<string, number>();
  #chosen = new Set<string>();
  #arrows: readonly Arrow[] = [];
  /** How many were told, and how many of them are drawn. */
  seen = 0;
  drawn = 0;

  /** The oldest first. */
  get arrows(): readonly Arrow[] {
    return this.#arrows;
  }

  add(frame: Frame): void {
    for (const record of frame.records) if (record.type === "messageSent" || record.type === "messageLost") this.#choose(record);
    this.#pairing.take(frame.records, frame.to);
    const since = frame.to - arrowLimits.underWayMs - arrowLimits.brokenMs;
    const found = this.#pairing.between(since, frame.to).filter(({ sequence }) => sequence > 0);
    this.#arrows = found.map(drawnOf).filter((arrow): arrow is Arrow => arrow !== null && this.#chosen.has(arrow.key));
    this.#chosen = new Set(this.#arrows.map(({ key }) => key));
  }

  clear(): void {
    this.#pairing = new Pairing(arrowLimits);
    this.#drawnAt.clear();
    this.#chosen.clear();
    this.#arrows = [];
    this.seen = 0;
    this.drawn = 0;
  }

  #choose(record: ObservedRecord): void {
    const lane = `${record.from} ${record.to} ${record.message}`;
    const isLost = record.type === "messageLost";
    const isDue = record.at - (this.#drawnAt.get(lane) ?? Number.NEGATIVE_INFINITY) >= arrowLimits.spacingMs;
    if (!isLost) this.seen += 1;
    // Of what is lost at a high rate a few are enough too.
    const key = keyOf(record.from, record.to, record.sequence);
    if (this.#chosen.has(key) || (!kindOf(String(record.message)).isRare && !isDue)) return;
    this.#drawnAt.set(lane, record.at);
    this.drawn += 1;
    this.#chosen.add(key);
  }
}

function keyOf(from: unknown, to: unknown, sequence: unknown): string {
  return `${from} ${to} ${sequence}`;
}

/** Null: when it left is not known, and no arrow is made up for it. */
function drawnOf(paired: Paired): Arrow | null {
  const { from, to, sequence, message, record, lostAt, lostWhy, outcome } = paired;
  // A message that is lost where it was sent may never have left, and is told all the same.
  const sentAt = paired.sentAt ?? lostAt;
  if (sentAt === null) return null;
  const isLost = outcome === "lost";
  return {
    key: keyOf(from, to, sequence),
    from,
    to,
    message,
    kind: kindOf(message),
    record,
    sentAt,
    receivedAt: paired.arrivals[0] ?? null,
    lostAt: isLost ? lostAt : null,
    lostWhy,
    isLostFar: paired.isLostAtReceiver,
  };
}

/** When an arrow is no longer drawn. */
export function endOf(arrow: Arrow): number {
  const shown = arrow.sentAt + arrowLimits.flightMs;
  if (arrow.lostAt !== null) return Math.max(shown, arrow.lostAt) + arrowLimits.brokenMs;
  if (arrow.receivedAt !== null) return Math.max(shown, arrow.receivedAt);
  return shown + arrowLimits.underWayMs;
}

/** How far it is at that time, from 0 to 1; null: it is not to be seen. */
export function progressOf(arrow: Arrow, now: number): number | null {
  if (now < arrow.sentAt || now > endOf(arrow)) return null;
  const breaks = arrow.isLostFar ? 0.82 : arrow.lostWhy === "fault" ? 0.5 : 0.2;
  if (arrow.lostAt !== null) return Math.min(breaks, ((now - arrow.sentAt) / arrowLimits.flightMs) * breaks * 2);
  const takes = Math.max(arrowLimits.flightMs, (arrow.receivedAt ?? 0) - arrow.sentAt);
  const share = (now - arrow.sentAt) / takes;
  // As long as it is not known to have arrived it waits before the end.
  return arrow.receivedAt === null ? Math.min(share, 0.8) : Math.min(share, 1);
}
