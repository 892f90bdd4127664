import { numberOf, textOf } from "./fields.ts";
import type { ObservedRecord } from "./records.ts";

/**
 * A message as an arrow: what its sender and its receiver have told of it, put together by the number that it has on its link. None is made
 * up: of what only one end has told the other end is not known, and says so.
 */
export interface Arrow {
  readonly from: number;
  readonly to: number;
  /** Its type, as in `messageSent`. */
  readonly message: string;
  /** 0: it had none, so its ends cannot be paired. */
  readonly sequence: number;
  /** Null: its sender has not told, or that was left out. */
  readonly sentAt: number | null;
  /** None is before `sentAt`. More than one: it came more than once. */
  readonly arrivals: readonly number[];
  readonly lostAt: number | null;
  /** As in `messageLost`; "" where it was not lost. */
  readonly lostWhy: string;
  /** Whether it was lost at its receiver, not at its sender. */
  readonly isLostAtReceiver: boolean;
  /** A message with a higher number came before it. */
  readonly isOvertaken: boolean;
  /** By how much it seemed to arrive before it left: the clocks of its ends differ by at least this. */
  readonly clockErrorMs: number;
  /** "unknown": its end was not told in time, or cannot be paired. It may still be told. */
  readonly outcome: "underWay" | "arrived" | "lost" | "unknown";
  /** What it says: the first record of it. */
  readonly record: ObservedRecord;
}

export const pairingLimits = {
  /** Arrows that are remembered; of more, those that began first are forgotten. */
  arrowsMax: 8_192,
  /** Time after which the end of an arrow counts as unknown if nobody has told it, in ms. */
  underWayMs: 10_000,
  /** Arrivals that are kept of one arrow. */
  arrivalsMax: 8,
  /** Links on which overtaking is noticed. */
  linksMax: 1_024,
} as const;

type Options = Readonly<Record<"arrowsMax" | "underWayMs", number>>;

/** Puts records of messages together, in whatever order they come. Records of other types are passed over. */
export class Pairing {
  readonly #options: Options;
  /** By their keys, those that were told first in front. */
  readonly #arrows = new Map<string, Arrow>();
  /** Of each link the highest number that has arrived. */
  readonly #highest = new Map<string, number>();
  /** Keys of what may still become unknown, those that were told first in front. */
  readonly #open = new Set<string>();
  #unnumbered = 0;
  #forgotten = 0;

  constructor(options: Options = pairingLimits) {
    this.#options = options;
  }

  /** Those that are remembered, in the order in which they were first told. */
  get arrows(): readonly Arrow[] {
    return [...this.#arrows.values()];
  }

  /** How many were forgotten to make room. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** @param now the moment up to which all is told; what is under way for too long by then is unknown */
  take(records: readonly ObservedRecord[], now: number): void {
    for (const record of records) {
      if (record.type === "messageSent") this.#change(record, (arrow) => sent(arrow, record.at));
      else if (record.type === "messageReceived") this.#change(record, (arrow) => this.#received(arrow, record.at));
      else if (record.type === "messageLost") this.#change(record, (arrow) => lost(arrow, record));
    }
    this.#giveUp(now);
  }

  /** Arrows that were somewhere on their way in this time, for drawing it. */
  between(from: number, to: number): Arrow[] {
    return this.arrows.filter((arrow) => {
      const begins = arrow.sentAt ?? firstTold(arrow);
      return begins <= to && endOf(arrow) >= from;
    });
  }

  #change(record: ObservedRecord, change: (arrow: Arrow) => Arrow): void {
    const [from, to] = [numberOf(record, "from"), numberOf(record, "to")];
    if (from === null || to === null) return;
    const sequence = numberOf(record, "sequence") ?? 0;
    if (sequence === 0) this.#unnumbered += 1;
    const key = sequence === 0 ? `unnumbered ${this.#unnumbered}` : `${from} ${to} ${sequence}`;
    const arrow = change(this.#arrows.get(key) ?? begun(record, from, to, sequence));
    this.#arrows.set(key, arrow);
    if (arrow.outcome === "underWay") this.#open.add(key);
    else this.#open.delete(key);
    this.#makeRoom();
  }

  #received(arrow: Arrow, at: number): Arrow {
    const link = `${arrow.from} ${arrow.to}`;
    const highest = this.#highest.get(link) ?? 0;
    const isFirst = arrow.arrivals.length === 0;
    if (arrow.sequence > highest && (this.#highest.has(link) || this.#highest.size < pairingLimits.linksMax))
      this.#highest.set(link, arrow.sequence);
    const isOvertaken = arrow.isOvertaken || (isFirst && arrow.sequence !== 0 && arrow.sequence < highest);
    const arrivals = [...arrow.arrivals, at].sort((a, b) => a - b).slice(0, pairingLimits.arrivalsMax);
    return inOrder({ ...arrow, arrivals, isOvertaken, outcome: "arrived" });
  }

  #giveUp(now: number): void {
    for (const key of this.#open) {
      const arrow = this.#arrows.get(key);
      if (arrow === undefined || firstTold(arrow) > now - this.#options.underWayMs) continue;
      this.#arrows.set(key, { ...arrow, outcome: "unknown" });
      this.#open.delete(key);
    }
  }

  #makeRoom(): void {
    for (const key of this.#arrows.keys()) {
      if (this.#arrows.size <= this.#options.arrowsMax) return;
      this.#arrows.delete(key);
      this.#open.delete(key);
      this.#forgotten += 1;
    }
  }
}

/** When nothing more of it is to be drawn: it has arrived the last time, was lost, or is not known to have. */
export function endOf(arrow: Arrow): number {
  const last = Math.max(arrow.lostAt ?? Number.NEGATIVE_INFINITY, arrow.arrivals.at(-1) ?? Number.NEGATIVE_INFINITY);
  if (last !== Number.NEGATIVE_INFINITY) return last;
  return arrow.outcome === "underWay" ? Number.POSITIVE_INFINITY : firstTold(arrow);
}

function begun(record: ObservedRecord, from: number, to: number, sequence: number): Arrow {
  return {
    from,
    to,
    message: textOf(record, "message") ?? "",
    sequence,
    sentAt: null,
    arrivals: [],
    lostAt: null,
    lostWhy: "",
    isLostAtReceiver: false,
    isOvertaken: false,
    clockErrorMs: 0,
    outcome: "unknown",
    record,
  };
}

/** It is told once; told again, it stays as it was. */
function sent(arrow: Arrow, at: number): Arrow {
  if (arrow.sentAt !== null) return arrow;
  const isOpen = arrow.outcome === "unknown" && arrow.sequence !== 0;
  return inOrder({ ...arrow, sentAt: at, outcome: isOpen ? "underWay" : arrow.outcome });
}

/** One of two copies may be lost and the other arrive: then it has arrived. */
function lost(arrow: Arrow, record: ObservedRecord): Arrow {
  return inOrder({
    ...arrow,
    lostAt: record.at,
    lostWhy: textOf(record, "why") ?? "",
    isLostAtReceiver: record.node === arrow.to,
    outcome: arrow.arrivals.length > 0 ? "arrived" : "lost",
  });
}

/** Nothing arrives before it has left: what seems to is the clocks' error, which is told. */
function inOrder(arrow: Arrow): Arrow {
  const { sentAt } = arrow;
  if (sentAt === null) return arrow;
  const ends = arrow.lostAt === null ? arrow.arrivals : [...arrow.arrivals, arrow.lostAt];
  const clockErrorMs = Math.max(arrow.clockErrorMs, sentAt - Math.min(sentAt, ...ends));
  if (clockErrorMs === 0) return arrow;
  const after = (at: number) => Math.max(at, sentAt);
  return {
    ...arrow,
    arrivals: arrow.arrivals.map(after),
    lostAt: arrow.lostAt === null ? null : after(arrow.lostAt),
    clockErrorMs,
  };
}

function firstTold({ sentAt, record }: Arrow): number {
  return sentAt ?? record.at;
}
