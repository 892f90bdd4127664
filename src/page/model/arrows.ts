import type { Frame } from "../../observe/live.ts";
import type { ObservedRecord } from "../../observe/records.ts";
import { kindOf, type MessageKind } from "../base/message-kinds.ts";

/** One message on its way, as far as its two ends have told. Times are in ms of the frames' clock. */
export interface Arrow {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly kind: MessageKind;
  /** What it says; of its receiver where its sender was not heard. */
  readonly record: ObservedRecord;
  readonly sentAt: number;
  receivedAt: number | null;
  lostAt: number | null;
  lostWhy: string;
  /** Whether it was lost at the receiver's end. */
  isLostFar: boolean;
  /** One of many of its kind: it is counted, and not drawn. */
  readonly isDrawn: boolean;
}

export const arrowLimits = {
  /** Arrows that are remembered. */
  arrowsMax: 4_000,
  /** A message is drawn for this time, in ms, or for as long as it really took if that was longer. */
  flightMs: 600,
  /** A broken arrow is shown for this time more, in ms. */
  brokenMs: 900,
  /** Of frequent messages one is drawn in this time, on each link and of each type, in ms. */
  spacingMs: 240,
  /** What nobody has told the end of counts as still under way for this time, in ms. */
  openMs: 5_000,
} as const;

/** The messages of the last seconds, each with both its ends where both were told. */
export class ArrowBook {
  #arrows: Arrow[] = [];
  readonly #open = new Map<string, Arrow>();
  readonly #drawnAt = new Map<string, number>();
  drawn = 0;
  seen = 0;

  /** Messages that are under way or were until lately, the oldest first. */
  get arrows(): readonly Arrow[] {
    return this.#arrows;
  }

  add(frame: Frame): void {
    for (const record of frame.records) {
      if (record.type === "messageSent") this.#begin(record, Number(record.at));
      else if (record.type === "messageReceived") this.#arrived(record);
      else if (record.type === "messageLost") this.#lost(record);
    }
    this.#forget(frame.to);
  }

  clear(): void {
    this.#arrows = [];
    this.#open.clear();
    this.#drawnAt.clear();
    this.drawn = 0;
    this.seen = 0;
  }

  #begin(record: ObservedRecord, sentAt: number): Arrow {
    const message = String(record.message);
    const [from, to] = [Number(record.from), Number(record.to)];
    const kind = kindOf(message);
    const lane = `${from} ${to} ${message}`;
    const isDrawn = kind.isRare || sentAt - (this.#drawnAt.get(lane) ?? Number.NEGATIVE_INFINITY) >= arrowLimits.spacingMs;
    if (isDrawn) this.#drawnAt.set(lane, sentAt);
    this.seen += 1;
    if (isDrawn) this.drawn += 1;
    const key = keyOf(record);
    const ends = { receivedAt: null, lostAt: null, lostWhy: "", isLostFar: false };
    const arrow: Arrow = { key, from, to, message, kind, record, sentAt, isDrawn, ...ends };
    this.#arrows.push(arrow);
    if (Number(record.sequence) > 0) this.#open.set(key, arrow);
    return arrow;
  }

  #arrived(record: ObservedRecord): void {
    const arrow = this.#open.get(keyOf(record));
    // Its sender's record was not sent on, so when it left is not known: no arrow is made up for it.
    if (arrow === undefined || arrow.receivedAt !== null) return;
    arrow.receivedAt = Math.max(Number(record.at), arrow.sentAt);
  }

  #lost(record: ObservedRecord): void {
    const known = this.#open.get(keyOf(record));
    const arrow = known ?? this.#begin(record, Number(record.at));
    arrow.lostAt = Math.max(Number(record.at), arrow.sentAt);
    arrow.lostWhy = String(record.why);
    arrow.isLostFar = record.node === arrow.to;
  }

  /** What is over, and what is too old, makes room. */
  #forget(now: number): void {
    const oldest = now - arrowLimits.openMs;
    const kept = this.#arrows.filter((arrow) => endOf(arrow) > oldest).slice(-arrowLimits.arrowsMax);
    if (kept.length === this.#arrows.length) return;
    const still = new Set(kept);
    for (const arrow of this.#arrows) if (!still.has(arrow)) this.#open.delete(arrow.key);
    this.#arrows = kept;
  }
}

/** When an arrow is no longer drawn. */
export function endOf(arrow: Arrow): number {
  const shown = arrow.sentAt + arrowLimits.flightMs;
  if (arrow.lostAt !== null) return Math.max(shown, arrow.lostAt) + arrowLimits.brokenMs;
  if (arrow.receivedAt !== null) return Math.max(shown, arrow.receivedAt);
  return shown + arrowLimits.openMs;
}

/** How far it is at that time, from 0 to 1; null: it is not to be seen. */
export function progressOf(arrow: Arrow, now: number): number | null {
  if (now < arrow.sentAt || now > endOf(arrow)) return null;
  const breaks = arrow.isLostFar ? 0.82 : arrow.lostWhy === "fault" ? 0.5 : 0.16;
  if (arrow.lostAt !== null) return Math.min(breaks, ((now - arrow.sentAt) / arrowLimits.flightMs) * breaks * 2);
  const takes = Math.max(arrowLimits.flightMs, (arrow.receivedAt ?? 0) - arrow.sentAt);
  const share = (now - arrow.sentAt) / takes;
  // As long as it is not known to have arrived it waits before the end.
  return arrow.receivedAt === null ? Math.min(share, 0.8) : Math.min(share, 1);
}

function keyOf(record: ObservedRecord): string {
  return `${record.from} ${record.to} ${record.message} ${record.sequence}`;
}
